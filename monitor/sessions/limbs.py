"""Where cuff, probe and IV line sit, as staff say it."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from monitor.sessions.actions import SetLimbs
from monitor.sessions.session import Session
from monitor.terms import IV_ARMS, LIMBS


def fault(act: SetLimbs) -> str:
    """Return what cannot be, as a sentence for staff; empty where all can."""
    checks: tuple[tuple[str, str | None, Collection[str]], ...] = (
        ("IV arm", act.iv_arm, IV_ARMS),
        ("Cuff", act.cuff, LIMBS),
        ("Oximeter", act.oximeter, LIMBS),
    )
    for what, said, known in checks:
        if said is not None and said not in known:
            return f"{what}: expected one of {', '.join(known)}; got {said!r}."
    if (act.iv_arm, act.cuff, act.oximeter) == (None, None, None):
        return "Say where at least one of IV line, cuff and oximeter sits."
    return ""


def note(act: SetLimbs) -> str:
    """Return what the record says."""
    said = (("IV", act.iv_arm), ("cuff", act.cuff), ("oximeter", act.oximeter))
    return ", ".join(f"{what} {where}" for what, where in said if where is not None)


def placed(session: Session, act: SetLimbs) -> Session:
    """The session with what was said; what was not said stays."""
    return replace(
        session,
        iv_arm=act.iv_arm or session.iv_arm,
        cuff_limb=act.cuff or session.cuff_limb,
        oximeter_limb=act.oximeter or session.oximeter_limb,
    )
