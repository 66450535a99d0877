"""The pressures of one chair's visit: which one is current, which are struck, when the next is due."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from devices.model import CuffPhase, Validity
from monitor.limits import CuffSchedule
from monitor.sessions.gates import TakenPressure
from monitor.store.rows import CuffRow, split
from monitor.store.snapshot import CuffPoint, CuffView, Freshness
from monitor.terms import Now, Phase
from monitor.turn.moments import age_s, moment_of

DIM_INTERVALS = 1.2
GONE_INTERVALS = 2.0
CYCLE_MAX_S = 180.0
"""A cuff that says it is measuring for longer than this has forgotten to say that it stopped."""
SAME_RESULT_MS = 60_000
"""Equal triples of one device this close in time are one determination, read twice."""
TREND_MAX = 120
"""Points that a snapshot carries; the journal has them all."""


def interval_s(schedule: CuffSchedule, phase: Phase | None) -> float:
    """How often a pressure is due in this phase, seconds."""
    if phase in (Phase.SEATED, Phase.BASELINE):
        return schedule.baseline_min * 60
    if phase in (Phase.INFUSION, Phase.PAUSED):
        return schedule.infusion_min * 60
    return schedule.recovery_min * 60


class Memory(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the journal's rows do not say of a visit's pressures: their times on the monotonic clock."""

    taken_s: dict[str, float] = {}
    """By key, in the order in which they came. The host's clock may have been set since."""
    measuring_s: float | None = None
    """Since when the cuff measures."""


NONE = Memory()


class Pressures:
    """All cuff results since the chair was last taken, by key."""

    def __init__(self) -> None:
        self._rows: dict[str, CuffRow] = {}
        self._taken: dict[str, Now] = {}
        self._measuring_since_s: float | None = None
        self._believed: tuple[TakenPressure, ...] | None = None

    def dump(self) -> Memory:
        """What a restart needs beside the rows."""
        return Memory({key: self._taken[key].mono_s for key in self._rows}, self._measuring_since_s)

    def restore(self, memory: Memory) -> None:
        """Go on from a dump, with the rows added before."""
        kept = {key: self._rows[key] for key in memory.taken_s if key in self._rows}
        self._rows = kept | self._rows
        self._taken |= {key: Now(row.at_ms, memory.taken_s[key]) for key, row in kept.items()}
        self._measuring_since_s = memory.measuring_s
        self._believed = None

    def known(self, row: CuffRow) -> bool:
        """Whether this determination was taken already, under its own key or read a second time."""
        return row.key in self._rows or any(
            (row.device, *_triple(row)) == (other.device, *_triple(other))
            and abs(row.at_ms - other.at_ms) <= SAME_RESULT_MS
            for other in self._rows.values()
            if row.systolic is not None and other.manual_by is None and row.manual_by is None
        )

    def add(self, row: CuffRow, now: Now) -> None:
        """Take in one result, believable or not; it ends the cuff's cycle."""
        self._believed = None
        self._rows[row.key] = row
        self._taken[row.key] = moment_of(row.at_ms, now)
        if row.manual_by is None:
            self._measuring_since_s = None

    def strike(self, key: str, by: str, at_ms: int, reason: str) -> None:
        """Mark one result as entered in error."""
        self._believed = None
        self._rows[key] = self._rows[key]._replace(struck_by=by, struck_ms=at_ms, struck_reason=reason)

    def get(self, key: str) -> CuffRow | None:
        """One result that is not struck."""
        row = self._rows.get(key)
        return None if row is None or row.struck_by is not None else row

    def cuff_state(self, state: CuffPhase, now: Now) -> None:
        """The cuff began or stopped measuring."""
        self._measuring_since_s = now.mono_s if state is CuffPhase.MEASURING else None

    def measuring(self, now: Now) -> bool:
        """Whether a determination runs."""
        since = self._measuring_since_s
        return since is not None and now.mono_s - since <= CYCLE_MAX_S

    def measuring_s(self, now: Now) -> float | None:
        """For how long a determination has been running, None while none does."""
        since = self._measuring_since_s
        return now.mono_s - since if since is not None and self.measuring(now) else None

    def newest(self) -> CuffRow | None:
        """The newest believable result."""
        return self._latest(row for row in self._rows.values() if _believable(row))

    def trend(self) -> list[CuffPoint]:
        """The believable results in order of time."""
        rows = sorted((row for row in self._rows.values() if _believable(row)), key=lambda row: row.at_ms)
        return [
            CuffPoint(r.key, r.at_ms, r.systolic, r.diastolic, r.mean, r.validity, r.manual_by, False)
            for r in rows[-TREND_MAX:]
            if r.systolic is not None and r.diastolic is not None
        ]

    def taken(self) -> tuple[TakenPressure, ...]:
        """The believable results as the gates of a visit see them, oldest first."""
        if self._believed is None:
            self._believed = self._believable()
        return self._believed

    def _believable(self) -> tuple[TakenPressure, ...]:
        rows = [row for row in self._rows.values() if _believable(row)]
        return tuple(
            TakenPressure(self._taken[r.key].mono_s, r.systolic, r.diastolic, r.validity == Validity.VALID)
            for r in sorted(rows, key=lambda row: self._taken[row.key].mono_s)
            if r.systolic is not None and r.diastolic is not None
        )

    def due(self, every_s: float, since: Now) -> Now:
        """When the next one is due: an interval after the newest believable one, or after `since`."""
        newest = self.newest()
        last = since if newest is None else self._taken[newest.key]
        return Now(last.utc_ms + round(every_s * 1000), last.mono_s + every_s)

    def view(self, now: Now, every_s: float, names: dict[str, str], due_ms: int | None) -> CuffView:
        """The pressure as screens see it."""
        row = self.newest()
        if row is None or row.systolic is None or row.diastolic is None:
            return CuffView(flags=self._failure(None), measuring=self.measuring(now), due_ms=due_ms)
        state = _freshness(age_s(self._taken[row.key], now), every_s)
        shown = row
        if state == "gone":
            shown = row._replace(systolic=None, diastolic=None, mean=None, pulse_rate=None)
        return CuffView(
            systolic=shown.systolic,
            diastolic=shown.diastolic,
            mean=shown.mean,
            pulse_rate=shown.pulse_rate,
            validity=row.validity,
            flags=split(row.flags) + self._failure(row),
            freshness=state,
            at_ms=row.at_ms,
            source="by hand" if row.manual_by else names.get(row.device, row.device),
            manual_by=row.manual_by,
            measuring=self.measuring(now),
            due_ms=due_ms,
            last=(row.systolic, row.diastolic),
        )

    def _latest(self, rows: Iterable[CuffRow]) -> CuffRow | None:
        """The one taken last; of two of the same moment, the one that came last."""
        newest: CuffRow | None = None
        for row in rows:
            if newest is None or self._taken[row.key].mono_s >= self._taken[newest.key].mono_s:
                newest = row
        return newest

    def _failure(self, since: CuffRow | None) -> tuple[str, ...]:
        """Why the newest attempt gave no pressure, where it came after the newest that did."""
        newest = self._latest(self._rows.values())
        if newest is None or newest.systolic is not None or newest is since:
            return ()
        return split(newest.flags) or ("nibp_failed",)


def _believable(row: CuffRow) -> bool:
    return row.struck_by is None and row.validity != Validity.INVALID


def _triple(row: CuffRow) -> tuple[float | None, float | None, float | None]:
    return row.systolic, row.diastolic, row.mean


def _freshness(age: float, every_s: float) -> Freshness:
    if age >= GONE_INTERVALS * every_s:
        return "gone"
    return "dim" if age >= DIM_INTERVALS * every_s else "live"
