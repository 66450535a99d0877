"""Who is called for each open occurrence, and who has answered. A pure fold over occurrences and time.

Source: the accept, reject and escalate behaviour of a distributed alarm system, after IEC 60601-1-8:2006
with Amendment 2, 6.11. Times are this project's proposal (docs/alarms.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from monitor.alarms.delays import elapsed
from monitor.alarms.model import Occurrence
from monitor.limits import LimitPreset
from monitor.terms import ACTING_ROLES, Now, Presence, Priority, Role

HIGH_PRESSURES = frozenset({"sbp_high", "dbp_high", "map_high"})


class Urgency(StrEnum):
    """What an occurrence asks for; in rising order."""

    SILENT = "silent"
    """Shown, and calls nobody."""
    REPEAT = "repeat"
    """A low alarm that wants a cuff, which only a person can start."""
    MEDIUM = "medium"
    HIGH = "high"
    HIGH_PRESSURE = "high_pressure"
    """A pressure that is too high, of high priority: anesthesia answers for it."""


class Level(NamedTuple):
    """Whom one level calls."""

    roles: tuple[Role, ...]
    outside: bool = False
    """Also whoever is told outside the screens."""


NURSE, ANESTHESIA = (Role.NURSE,), (Role.ANESTHESIA,)
BOTH = NURSE + ANESTHESIA
EVERYONE = Level(tuple(Role), outside=True)

LEVELS: dict[Urgency, tuple[Level, ...]] = {
    Urgency.SILENT: (Level(()),),
    Urgency.REPEAT: (Level(NURSE),),
    Urgency.MEDIUM: (Level(NURSE), Level(BOTH)),
    Urgency.HIGH: (Level(BOTH), EVERYONE),
    Urgency.HIGH_PRESSURE: (Level(BOTH), EVERYONE),
}
"""One level after the other while nobody answers."""

STILL_CALLED: dict[Urgency, dict[Role, tuple[Role, ...]]] = {
    urgency: {
        Role.NURSE: ANESTHESIA if urgency is Urgency.HIGH_PRESSURE else (),
        Role.ANESTHESIA: (),
    }
    for urgency in Urgency
}
"""Who is called on, once somebody of this role has acknowledged."""

_RANK = {urgency: rank for rank, urgency in enumerate(Urgency)}


class Rejection(msgspec.Struct, frozen=True, array_like=True):
    """Somebody said "not me", and why."""

    by: str
    at_ms: int
    reason: str


class Call(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far one occurrence has called, and who has answered."""

    urgency: Urgency
    level: int = 0
    begun_s: dict[Urgency, float] = {}
    """Since when it has called without an answer, by urgency; on the monotonic clock of `Now`.

    It is kept while the urgency falls and rises again, so that a value that goes to and fro between two
    priorities that call postpones nothing.
    """
    held: bool = False
    """Whether somebody had acknowledged it when it was last looked at."""
    role: Role = Role.NURSE
    """Of whoever did."""
    accepted_by: str | None = None
    accepted_ms: int | None = None
    rejected: tuple[Rejection, ...] = ()


class Step(NamedTuple):
    """The calls after some time."""

    calls: dict[str, Call]
    reached: list[Occurrence]
    """The occurrences that have come to their next level."""


def urgency_of(occurrence: Occurrence) -> Urgency:
    """Return what an occurrence asks for at present."""
    match occurrence.priority:
        case Priority.HIGH if occurrence.condition in HIGH_PRESSURES:
            return Urgency.HIGH_PRESSURE
        case Priority.HIGH:
            return Urgency.HIGH
        case Priority.MEDIUM:
            return Urgency.MEDIUM
        case Priority.LOW if occurrence.unconfirmed:
            return Urgency.REPEAT
        case _:
            return Urgency.SILENT


def begun(occurrence: Occurrence, now: Now) -> Call:
    """Return the call of an occurrence from its first level on.

    Who acknowledged it before it was followed is not known, and taken for a nurse.
    """
    urgency = urgency_of(occurrence)
    held = occurrence.presence is Presence.ACKNOWLEDGED
    return Call(urgency, begun_s={urgency: now.mono_s}, held=held)


def advance(
    calls: Mapping[str, Call], occurrences: Iterable[Occurrence], preset: LimitPreset, now: Now
) -> Step:
    """Follow the open occurrences and let time pass; what has ended is forgotten."""
    after: dict[str, Call] = {}
    reached: list[Occurrence] = []
    for occurrence in occurrences:
        call = _followed(calls.get(occurrence.id), occurrence, now)
        due_s = next_s(call, preset)
        if due_s is not None and elapsed(due_s, 0.0, now.mono_s):
            call = replace(call, level=call.level + 1)
            reached.append(occurrence)
        after[occurrence.id] = call
    return Step(after, reached)


def called(call: Call) -> tuple[Role, ...]:
    """Return the roles whose stations are called now; none where somebody answered for all."""
    if call.held:
        return STILL_CALLED[call.urgency][call.role]
    return LEVELS[call.urgency][call.level].roles


def outside(call: Call) -> bool:
    """Return whether people outside the screens are called now."""
    return bool(called(call)) and LEVELS[call.urgency][call.level].outside


def next_s(call: Call, preset: LimitPreset) -> float | None:
    """Return when the next level is called, monotonic seconds; None while none is."""
    after_s = preset.escalate_medium_s if call.urgency is Urgency.MEDIUM else preset.escalate_high_s
    if not called(call) or call.level + 1 >= len(LEVELS[call.urgency]) or after_s is None:
        return None
    return call.begun_s[call.urgency] + after_s


def due_times(calls: Mapping[str, Call], preset: LimitPreset) -> Iterator[float]:
    """Yield when each occurrence comes to its next level, monotonic seconds; some may be past."""
    for call in calls.values():
        due_s = next_s(call, preset)
        if due_s is not None:
            yield due_s


def acknowledged(call: Call, role: Role) -> Call:
    """The call once somebody of this role has acknowledged."""
    return replace(call, held=True, role=role)


def accepted(call: Call, by: str, role: Role, now: Now) -> Call:
    """The call once somebody has taken responsibility, and by that acknowledged."""
    return replace(call, held=True, role=role, accepted_by=by, accepted_ms=now.utc_ms)


def rejected(call: Call, by: str, reason: str, now: Now) -> Call:
    """The call once somebody has said "not me": the next level is called at once, where there is one."""
    last = len(LEVELS[call.urgency]) - 1
    said = (*call.rejected, Rejection(by, now.utc_ms, reason))
    return replace(call, level=min(call.level + 1, last), rejected=said)


def may_accept(call: Call, role: Role) -> bool:
    """Return whether nobody else is called once this role has answered."""
    return role in ACTING_ROLES and not STILL_CALLED[call.urgency][role]


def _followed(before: Call | None, occurrence: Occurrence, now: Now) -> Call:
    """The call in line with its occurrence: begun, begun anew, graver or milder."""
    urgency = urgency_of(occurrence)
    held = occurrence.presence is Presence.ACKNOWLEDGED
    if before is None or (before.held and not held):
        return begun(occurrence, now)
    if urgency is before.urgency:
        return before
    begun_s = {urgency: now.mono_s}
    if urgency is not Urgency.SILENT:
        begun_s |= before.begun_s
    if _RANK[urgency] > _RANK[before.urgency]:
        return Call(urgency, begun_s=begun_s, held=held)
    # Anesthesia, called while it was graver, stays called.
    last = len(LEVELS[urgency]) - 1
    return replace(before, urgency=urgency, begun_s=begun_s, level=min(last, before.level + 1))
