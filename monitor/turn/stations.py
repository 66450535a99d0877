"""The alarm that no station can sound: with a patient in a chair, nobody would hear any other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from typing import NamedTuple, Protocol

import msgspec

from monitor.alarms.model import Change, NewId, Occurrence, Transition
from monitor.store.desk import Station
from monitor.store.faults import StoreFault
from monitor.store.rows import AlarmRow, AlarmStateRow, Rows
from monitor.store.snapshot import AlarmView
from monitor.store.staff import StaffSource
from monitor.terms import Kind, Now, Phase, Presence, Priority, Role

log = logging.getLogger(__name__)

NO_STATION = "no_station"
CLINIC = ""
"""Stands for the chair of an alarm that is the whole clinic's."""
SEEN_MS = 12_000
"""A station that has not reported for so long is not there; the dashboard reports each every 5 s."""
LOOK_S = 1.0
STILL_HEARD = (Role.ADMIN, Role.WALL)
"""Whose stations may still sound when those of nurses and anesthesia cannot."""
_INFUSING = frozenset({Phase.INFUSION, Phase.PAUSED})


class Hearing(NamedTuple):
    """Whether somebody who may act would hear an alarm, at a moment of real time."""

    sounds: bool
    real_s: float


class StationSource(StaffSource, Protocol):
    """Where stations report."""

    def stations(self, since_ms: int = 0) -> list[Station]:
        """The stations that reported since then."""
        ...


class StationWatch:
    """Knows from the desk whether a station of a nurse or of anesthesia can sound."""

    def __init__(
        self,
        desk: StationSource,
        acting: Collection[str],
        real_s: Callable[[], float],
        real_utc_ms: Callable[[], int],
    ) -> None:
        self._desk = desk
        self._acting = frozenset(acting)
        self._real_s = real_s
        self._real_utc_ms = real_utc_ms
        self._known: Hearing | None = None

    def __call__(self) -> Hearing:
        """Look, at most once a second. A desk that cannot be read knows of no station."""
        real_s = self._real_s()
        if self._known is None or real_s - self._known.real_s >= LOOK_S:
            self._known = Hearing(self._look(), real_s)
        return Hearing(self._known.sounds, real_s)

    def _look(self) -> bool:
        try:
            stations = self._desk.stations(self._real_utc_ms() - SEEN_MS)
            acting = self._acting | {m.name for m in self._desk.staff() if m.may_act}
        except StoreFault as fault:
            log.error("desk: %s", fault)
            return False
        return any(station.sound == "armed" and station.user in acting for station in stations)


class Memory(msgspec.Struct, frozen=True):
    """What is remembered over a restart."""

    open: Occurrence | None = None


class StationAlarm:
    """At most one occurrence, which nobody can acknowledge: it ends when a station can sound."""

    def __init__(self, after_s: float, new_id: NewId, stored: bytes | None = None) -> None:
        self._after_s = after_s
        self._new_id = new_id
        self._silent_s: float | None = None
        """Since when nobody would hear an alarm, real seconds."""
        self._open = None if stored is None else msgspec.msgpack.decode(stored, type=Memory).open
        self._remembered = stored

    def look(
        self, phases: Collection[Phase], hearing: Hearing | None, now: Now, rows: Rows
    ) -> list[AlarmView]:
        """Judge, journal what changed, and return what stands; without a hearing nothing changes.

        `phases` are those of the patients who sit in a chair.
        """
        if hearing is not None:
            changes = self._judge(phases, hearing, now)
            rows.alarms += [AlarmRow.of(CLINIC, None, change) for change in changes]
            memory = msgspec.msgpack.encode(Memory(self._open))
            if changes and memory != self._remembered:
                self._remembered = memory
                rows.alarm_states.append(AlarmStateRow(CLINIC, memory))
        return [] if self._open is None else [_view(self._open)]

    def _judge(self, phases: Collection[Phase], hearing: Hearing, now: Now) -> list[Transition]:
        if hearing.sounds or not phases:
            self._silent_s = None
            return self._end(now)
        if self._silent_s is None:
            self._silent_s = hearing.real_s
        priority = Priority.LOW if _INFUSING.isdisjoint(phases) else Priority.MEDIUM
        if self._open is None:
            if hearing.real_s - self._silent_s < self._after_s:
                return []
            self._open = Occurrence(
                id=self._new_id(),
                condition=NO_STATION,
                kind=Kind.TECHNICAL,
                priority=priority,
                presence=Presence.ON,
                since_ms=now.utc_ms,
                text="no station can sound",
            )
            return [_transition(self._open, "raised", now)]
        if self._open.priority is priority:
            return []
        self._open.priority = priority
        return [_transition(self._open, "priority", now)]

    def _end(self, now: Now) -> list[Transition]:
        ended, self._open = self._open, None
        if ended is None:
            return []
        ended.presence = Presence.OFF
        return [_transition(ended, "cleared", now)]


def _transition(occurrence: Occurrence, change: Change, now: Now) -> Transition:
    return Transition(
        occurrence=occurrence.id,
        condition=occurrence.condition,
        kind=occurrence.kind,
        change=change,
        priority=occurrence.priority,
        at_ms=now.utc_ms,
        presence=occurrence.presence,
        text=occurrence.text,
    )


def _view(occurrence: Occurrence) -> AlarmView:
    sounds = occurrence.priority is Priority.MEDIUM
    return AlarmView(
        id=occurrence.id,
        condition=occurrence.condition,
        kind=occurrence.kind.value,
        priority=occurrence.priority.value,
        presence=occurrence.presence.value,
        since_ms=occurrence.since_ms,
        text=occurrence.text,
        audible=sounds,
        calls=tuple(role.value for role in STILL_HEARD) if sounds else (),
        outside=True,
    )
