"""Limits for one patient: who may change them, and what a change leaves with the visit. Pure, given `now`."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from monitor.alarms import changes
from monitor.limits import LimitPreset
from monitor.sessions.actions import ChangeLimit, OperatorAction, ResetLimits
from monitor.sessions.refused import Refused
from monitor.sessions.session import Session
from monitor.terms import LimitChange, Now, Role


def change(session: Session, action: OperatorAction, preset: LimitPreset, now: Now) -> tuple[Session, str]:
    """Return the visit after an act about its limits, and what the record says of it.

    Any other act leaves the visit as it is and says nothing.

    Raises:
        Refused: not anesthesia, nothing to take back, or a limit out of bounds or out of order.
    """
    match action.act:
        case ChangeLimit() as act:
            made = [_changed(session, act, action, preset, now)]
            reason = act.reason.strip()
        case ResetLimits():
            made = _reset(session, action, now)
            reason = ""
        case _:
            return session, ""
    told = ", ".join(said(each, session.limit_changes) for each in made)
    after = replace(session, limit_changes=(*session.limit_changes, *made))
    return after, f"{told}: {reason}" if reason else told


def said(made: LimitChange, before: Sequence[LimitChange]) -> str:
    """Return a change in words, e.g. `SYS high, medium 160 → 170`."""
    held = [
        c for c in changes.holding(before) if (c.condition, c.priority) == (made.condition, made.priority)
    ]
    was = held[0].limit if held else made.was
    return f"{changes.title(made.condition, made.priority)} {_number(was)} → {_number(made.limit)}"


def _changed(
    session: Session, act: ChangeLimit, action: OperatorAction, preset: LimitPreset, now: Now
) -> LimitChange:
    _only_anesthesia(action)
    holding = changes.holding(session.limit_changes)
    refusal = changes.refusal(preset, holding, act.condition, act.priority, act.limit)
    if refusal:
        raise Refused(refusal)
    band = changes.band_of(preset, act.condition, act.priority)
    was = None if band is None else band.limit
    return LimitChange(
        condition=act.condition,
        priority=act.priority,
        limit=act.limit,
        was=was,
        at_ms=now.utc_ms,
        by=action.user,
        reason=act.reason.strip(),
        withdrawn=act.limit == was,
    )


def _reset(session: Session, action: OperatorAction, now: Now) -> list[LimitChange]:
    _only_anesthesia(action)
    holding = changes.holding(session.limit_changes)
    if not holding:
        msg = f"No limit of {session.label} was changed."
        raise Refused(msg)
    return [
        LimitChange(c.condition, c.priority, c.was, c.was, now.utc_ms, action.user, "reset", withdrawn=True)
        for c in holding
    ]


def _only_anesthesia(action: OperatorAction) -> None:
    if action.role is not Role.ANESTHESIA:
        msg = f"Only anesthesia changes a patient's limits; {action.user} is signed in as {action.role}."
        raise Refused(msg)


def _number(limit: float | None) -> str:
    return "off" if limit is None else f"{limit:g}"
