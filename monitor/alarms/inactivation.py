"""Audio paused, alarm off and their reminder, for one chair: pure functions from state to state.

Source: the inactivation states of IEC 60601-1-8, as manufacturers' manuals tell them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from monitor.alarms.changes import LABELS
from monitor.alarms.delays import elapsed
from monitor.alarms.model import Occurrence
from monitor.alarms.suppression import QUIET, TABLE, Event, Signal, State, signal, would_sound
from monitor.alarms.verdict import Verdict
from monitor.terms import Kind, Now, Presence, Priority, Role, Vital

PHYSIOLOGICAL = frozenset(f"{vital}_{side}" for vital in Vital for side in ("high", "low"))
TECHNICAL = frozenset({"no_data_hr", "no_data_spo2", "probe_off", "no_baseline", "pressure_overdue"})
"""A lost device, a fault of the monitor and a stepped clock are not here: they cannot be switched off."""

OFF_STATE = {Role.NURSE: State.OFF_NURSE, Role.ANESTHESIA: State.OFF_ANESTHESIA}


class Author(NamedTuple):
    """Who does it."""

    name: str
    role: Role


class Covered(msgspec.Struct, frozen=True, omit_defaults=True):
    """One occurrence as it stood when its sound was paused."""

    priority: Priority
    """Lowered when it falls: rising again sounds."""
    value: float | None = None
    unconfirmed: bool = False


class AudioPaused(msgspec.Struct, frozen=True, omit_defaults=True):
    """The sound of some occurrences waits."""

    by: str
    role: Role
    until_s: float
    """On the monotonic clock of `Now`."""
    covers: dict[str, Covered] = {}
    """By the names of the occurrences."""


class SwitchedOff(msgspec.Struct, frozen=True, omit_defaults=True):
    """One condition is switched off; what its author's role does not cover is raised all the same."""

    condition: str
    by: str
    role: Role
    since_ms: int
    reason: str
    holds: Priority | None = None
    """The priority of what it holds back now."""


class Reminder(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that would sound has been quiet without a break."""

    since_s: float
    given: int = 0
    at_ms: int | None = None
    """When the last reminder was given."""


class Inactivation(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that a chair remembers of it."""

    paused: AudioPaused | None = None
    off: dict[str, SwitchedOff] = {}
    reminder: Reminder | None = None


UNTOUCHED = Inactivation()


def pause(
    state: Inactivation, author: Author, sounding: Iterable[Occurrence], seconds: float, now: Now
) -> Inactivation | str:
    """Pause the sound of exactly these occurrences, or say in a sentence why not."""
    covers = {o.id: Covered(o.priority, o.value, o.unconfirmed) for o in sounding}
    if not covers:
        return "No alarm sounds on this chair; there is nothing to pause."
    paused = AudioPaused(author.name, author.role, now.mono_s + seconds, covers)
    return replace(state, paused=paused)


def resume(state: Inactivation) -> Inactivation | str:
    """End the pause by hand."""
    if state.paused is None:
        return "The sound of this chair is not paused."
    return replace(state, paused=None)


def switch_off(
    state: Inactivation, condition: str, author: Author, reason: str, reached: Priority | None, now: Now
) -> Inactivation | str:
    """Switch one condition off, or say in a sentence why not.

    Args:
        reached: the highest priority that the condition has reached now, raised or not.
    """
    if condition not in PHYSIOLOGICAL | TECHNICAL:
        return f"{condition} cannot be switched off."
    before = state.off.get(condition)
    if before is not None and (before.role is author.role or before.role is Role.ANESTHESIA):
        return f"Already switched off by {before.by}."
    off = SwitchedOff(condition, author.name, author.role, now.utc_ms, reason)
    if reached is Priority.HIGH:
        return f"{named(condition)} is of high priority; what is high cannot be switched off."
    if reached is not None and not covers(off, kind_of(condition), reached):
        return f"{named(condition)} is of {reached} priority; only anesthesia may switch it off."
    return replace(state, off=state.off | {condition: off})


def switch_on(state: Inactivation, condition: str) -> Inactivation | str:
    """Switch a condition on again."""
    if condition not in state.off:
        return f"{named(condition)} is not switched off."
    return replace(state, off={c: off for c, off in state.off.items() if c != condition})


def kind_of(condition: str) -> Kind:
    """Return what a condition that can be switched off is about."""
    return Kind.PHYSIOLOGICAL if condition in PHYSIOLOGICAL else Kind.TECHNICAL


def named(condition: str) -> str:
    """Return what staff call a condition, e.g. `SpO₂ low`."""
    vital, _, side = condition.rpartition("_")
    return f"{LABELS[Vital(vital)]} {side}" if condition in PHYSIOLOGICAL else condition.replace("_", " ")


def covers(off: SwitchedOff, kind: Kind, priority: Priority) -> bool:
    """Return whether it holds back an alarm of this kind and priority."""
    return signal(OFF_STATE[off.role], Event.SAME, kind, priority) is Signal.NEITHER


def admit(
    state: Inactivation, condition: str, verdict: Verdict | None, reached: Priority | None
) -> tuple[Inactivation, bool]:
    """Hold a verdict against what is switched off; return whether it is let through.

    Args:
        reached: the highest priority whose limit is passed, though the verdict may wait for a confirmation.
    """
    off = state.off.get(condition)
    if off is None:
        return state, True
    holds = None
    if verdict is not None:
        gravest = max(verdict.priority, reached or verdict.priority, key=lambda p: p.rank)
        if covers(off, verdict.kind, gravest):
            holds = verdict.priority
    if holds is not off.holds:
        state = replace(state, off=state.off | {condition: replace(off, holds=holds)})
    return state, holds is None


def hold(state: Inactivation, occurrences: Iterable[Occurrence], worse_by: float, now: Now) -> Inactivation:
    """Take out of a pause what it no longer covers, and end it when its time is over.

    Args:
        worse_by: a covered pressure that is worse by this much, mm[Hg], sounds again.
    """
    paused = state.paused
    if paused is None:
        return state
    if _over(paused, now):
        return replace(state, paused=None)
    covers = dict(paused.covers)
    for occurrence in occurrences:
        covered = covers.pop(occurrence.id, None)
        if covered is not None and _still(covered, occurrence, worse_by):
            lower = min(covered.priority, occurrence.priority, key=lambda p: p.rank)
            covers[occurrence.id] = replace(covered, priority=lower)
    return state if covers == paused.covers else replace(state, paused=replace(paused, covers=covers))


def is_paused(state: Inactivation, occurrence: Occurrence, now: Now) -> bool:
    """Return whether the sound of this occurrence waits now."""
    paused = state.paused
    if paused is None or _over(paused, now):
        return False
    covered = paused.covers.get(occurrence.id)
    return covered is not None and occurrence.priority.rank <= covered.priority.rank


def remind(
    state: Inactivation, occurrences: Iterable[Occurrence], every_s: float | None, now: Now
) -> Inactivation:
    """Let the reminder's time pass: once every interval while something that would sound is quiet."""
    quiet = any(_made_quiet(state, o, now) for o in occurrences) or any(map(_holds_sound, state.off.values()))
    if not quiet or every_s is None:
        return replace(state, reminder=None)
    reminder = state.reminder or Reminder(now.mono_s)
    if elapsed(reminder.since_s, (reminder.given + 1) * every_s, now.mono_s):
        given = max(reminder.given + 1, int((now.mono_s - reminder.since_s) / every_s))
        reminder = replace(reminder, given=given, at_ms=now.utc_ms)
    return replace(state, reminder=reminder)


def quiet_by(state: Inactivation) -> frozenset[Role]:
    """Return the roles that paused, or switched off what is held back now."""
    paused = [] if state.paused is None else [state.paused.role]
    return frozenset(paused + [off.role for off in state.off.values() if off.holds is not None])


def due_times(state: Inactivation, every_s: float | None) -> Iterator[float]:
    """Yield when the pause ends and the next reminder is due, monotonic seconds."""
    if state.paused is not None:
        yield state.paused.until_s
    if state.reminder is not None and every_s is not None:
        yield state.reminder.since_s + (state.reminder.given + 1) * every_s


def _over(paused: AudioPaused, now: Now) -> bool:
    return elapsed(paused.until_s, 0.0, now.mono_s)


def _still(covered: Covered, occurrence: Occurrence, worse_by: float) -> bool:
    if _acknowledged(occurrence):
        return False
    return TABLE[State.AUDIO_PAUSED][_event(covered, occurrence, worse_by)] is QUIET


def _event(covered: Covered, occurrence: Occurrence, worse_by: float) -> Event:
    if occurrence.priority.rank > covered.priority.rank:
        return Event.HIGHER
    confirmed = covered.unconfirmed and not occurrence.unconfirmed
    if occurrence.priority is covered.priority and (confirmed or _worsened(covered, occurrence, worse_by)):
        return Event.WORSE
    return Event.SAME


def _worsened(covered: Covered, occurrence: Occurrence, worse_by: float) -> bool:
    vital, _, side = occurrence.condition.rpartition("_")
    if vital not in (Vital.SBP, Vital.DBP, Vital.MAP) or covered.value is None or occurrence.value is None:
        return False
    difference = occurrence.value - covered.value
    return (difference if side == "high" else -difference) >= worse_by


def _made_quiet(state: Inactivation, occurrence: Occurrence, now: Now) -> bool:
    if _acknowledged(occurrence):
        return would_sound(occurrence.kind, occurrence.priority)
    return is_paused(state, occurrence, now)


def _acknowledged(occurrence: Occurrence) -> bool:
    return occurrence.presence is Presence.ACKNOWLEDGED


def _holds_sound(off: SwitchedOff) -> bool:
    return off.holds is not None and would_sound(kind_of(off.condition), off.holds)
