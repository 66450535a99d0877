"""Which buttons a chair shows: derived from the snapshot's phase and from who is looking."""

from __future__ import annotations

from dataclasses import dataclass, replace

from monitor.dashboard.services import Viewer
from monitor.dashboard.views.acts import MARKS, Target, Tone, form_of
from monitor.dashboard.views.baseline import BaselineView, baseline_view
from monitor.language import t
from monitor.sessions.transitions import possible
from monitor.store.snapshot import ChairView, SessionView
from monitor.terms import ACTING_ROLES, Phase

STEPS = (
    "end_standby",
    "begin_baseline",
    "confirm_baseline",
    "start",
    "resume",
    "mark_ready",
    "pause",
    "extend",
    "end",
    "finish",
    "start_cuff",
    "cancel_cuff",
    "manual_cuff",
    "set_limbs",
    "standby",
    "abort",
)
"""The acts that have a button of their own, in the order of the buttons: the next step first."""


@dataclass(frozen=True, slots=True)
class Button:
    """One button of a chair."""

    target: Target
    label: str
    tone: Tone
    asks: bool
    """True when it opens a form; false when one tap does it."""
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """All that a nurse can do on one chair now."""

    chair: str
    occupied: bool
    session: str = ""
    steps: tuple[Button, ...] = ()
    marks: tuple[Button, ...] = ()
    baseline: BaselineView | None = None
    """Shown while readings for it are being taken."""
    notice: str = ""
    """Why nothing may be done here by this viewer; empty when they may act."""


def refusal(viewer: Viewer) -> str:
    """Return why this viewer may not act, as a sentence; empty when they may."""
    if viewer.role not in ACTING_ROLES:
        return t("Signed in as {name}: nurses and anesthesia staff act here.", name=viewer.display)
    if viewer.locked:
        return t("Locked after a pause: enter your PIN to act.")
    return ""


def panel(chair: ChairView, viewer: Viewer) -> Panel:
    """Return the buttons of a chair for this viewer."""
    notice = refusal(viewer)
    session = chair.session
    if session is None:
        return Panel(chair.id, occupied=False, notice=notice)
    baseline = baseline_view(chair, session) if session.phase == Phase.BASELINE else None
    steps = [_step(chair.id, session, act, baseline) for act in _acts(chair, session)]
    marks = [_button(Target("mark", chair.id, session.id, event)) for event in MARKS]
    return Panel(
        chair.id,
        occupied=True,
        session=session.id,
        steps=_locked(steps, notice),
        marks=_locked(marks, notice),
        baseline=baseline,
        notice=notice,
    )


def _acts(chair: ChairView, session: SessionView) -> list[str]:
    away, confirmed = session.standby_until_ms is not None, session.baseline is not None
    pointless = {"standby" if away else "end_standby", "confirm_baseline" if confirmed else ""}
    allowed = possible(Phase(session.phase)) - pointless - _cuff_pointless(chair)
    return [act for act in STEPS if act in allowed]


def _cuff_pointless(chair: ChairView) -> set[str]:
    """A cuff that may be told so is either started or cancelled."""
    if chair.cuff_control is None:
        return {"start_cuff", "cancel_cuff"}
    measuring = chair.cuff is not None and chair.cuff.measuring
    runs = measuring or chair.cuff_control.started_ms is not None
    return {"start_cuff"} if runs else {"cancel_cuff"}


def _step(chair: str, session: SessionView, act: str, baseline: BaselineView | None) -> Button:
    button = _button(Target(act, chair, session.id))
    if act == "start" and session.baseline is None:
        return replace(button, tone="plain")
    if act == "finish" and session.phase == Phase.RECOVERY:
        return replace(button, tone="plain")
    if act == "confirm_baseline" and baseline is not None and baseline.missing:
        return replace(button, disabled=True)
    return button


def _button(target: Target) -> Button:
    form = form_of(target)
    return Button(target, form.label, form.tone, asks=bool(form.confirm))


def _locked(buttons: list[Button], notice: str) -> tuple[Button, ...]:
    return tuple(replace(button, disabled=button.disabled or bool(notice)) for button in buttons)
