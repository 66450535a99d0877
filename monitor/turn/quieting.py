"""Audio paused and alarm off in the turn: the acts that make a chair quiet, and how screens see it."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.alarms.chair import ChairAlarms
from monitor.alarms.inactivation import Author, Inactivation, named, quiet_by
from monitor.alarms.model import Occurrence
from monitor.alarms.suppression import asks_for_sound
from monitor.sessions.actions import AlarmOff, AlarmOn, OperatorAction, PauseAudio, ResumeAudio
from monitor.sessions.refused import Refused
from monitor.store.snapshot import AudioPausedView, ChairView, SwitchedOffView
from monitor.terms import Now, Role
from monitor.turn.moments import Deadline


def apply(
    action: OperatorAction, alarms: ChairAlarms, occurrences: Iterable[Occurrence], seconds: float, now: Now
) -> str:
    """Do what makes a chair quiet, or loud again; return what the record adds, empty for any other act.

    Args:
        occurrences: every open one of the chair.
        seconds: how long a pause lasts.

    Raises:
        Refused: nothing was changed; `str()` says why.
    """
    author = Author(action.user, action.role)
    match action.act:
        case PauseAudio():
            sounding = [o for o in occurrences if asks_for_sound(o)]
            _refuse(alarms.pause_audio(author, sounding, now))
            return f"{seconds:g} s for " + ", ".join(f"{o.text} ({o.priority})" for o in sounding)
        case ResumeAudio():
            _refuse(alarms.resume_audio())
            return ""
        case AlarmOff(condition=condition, reason=reason):
            _refuse(alarms.switch_off(condition, author, reason.strip(), now))
            return named(condition)
        case AlarmOn(condition=condition):
            _refuse(alarms.switch_on(condition))
            return named(condition)
        case _:
            return ""


def show(view: ChairView, state: Inactivation, answered: Iterable[Role], until: Deadline, now: Now) -> None:
    """Write into a chair's view what is quiet there, and by whom.

    Args:
        answered: roles that have acknowledged an open alarm of the chair.
        until: keeps the shown end of a pause steady.
    """
    paused = state.paused
    if paused is not None and any(alarm.paused for alarm in view.alarms):
        until_ms = until.due_ms(paused.until_s, now)
        view.audio_paused = None if until_ms is None else AudioPausedView(paused.by, until_ms)
    view.off = [
        SwitchedOffView(off.condition, off.by, off.since_ms, off.reason, off.holds and off.holds.value)
        for off in state.off.values()
    ]
    if state.reminder is not None and state.reminder.at_ms is not None:
        view.reminder_ms = state.reminder.at_ms
        view.reminder_roles = tuple(sorted(role.value for role in {*answered, *quiet_by(state)}))


def _refuse(sentence: str | None) -> None:
    if sentence is not None:
        raise Refused(sentence)
