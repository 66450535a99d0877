"""One stored visit through the real alarms again: what was said and done, at its own times.

The journal holds values, pressures, phases, the baseline and each change of a limit. It does not hold when a
cuff was measuring, nor what devices did: what follows from those is told by docs/replay.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count

from devices.model import Validity
from monitor.alarms.chair import ChairAlarms
from monitor.alarms.changes import holding
from monitor.alarms.in_force import CUFF_VITALS
from monitor.alarms.model import CONTINUOUS, Facts, Reading, Transition
from monitor.limits import LimitPreset
from monitor.store.rows import CuffRow, ObservationRow, Use, split
from monitor.store.visit import VisitRecord
from monitor.terms import Baseline, Kind, LimitChange, Now, Phase, Vital

CONFIRMED = "confirm_baseline"
"""What the record calls the act that confirms a baseline."""


def rejudge(record: VisitRecord, preset: LimitPreset) -> list[Transition]:
    """Return what the alarms about the patient would have said of a visit under this preset.

    Changes of limits for this patient hold as they were made, where the preset still has such a limit.
    """
    # Equipment is not judged again: the journal does not hold all that it is judged by.
    judge = _Judge(record, replace(preset, require_baseline=False))
    return [change for change in judge.run() if change.kind is Kind.PHYSIOLOGICAL]


@dataclass(frozen=True, slots=True)
class _Context:
    """What holds besides readings."""

    phase: Phase | None = None
    baseline: Baseline | None = None
    changes: tuple[LimitChange, ...] = ()


@dataclass(slots=True)
class _Judge:
    record: VisitRecord
    preset: LimitPreset
    _alarms: ChairAlarms = field(init=False)
    _watched: frozenset[Vital] = field(init=False)
    _newest: list[CuffRow] = field(default_factory=list)
    """Believable pressures that are not struck, the newest last."""
    _context: _Context = _Context()
    _now: Now | None = None

    def __post_init__(self) -> None:
        numbers = count(1)
        self._alarms = ChairAlarms(self.record.history.summary.chair, self.preset, lambda: str(next(numbers)))
        shown = {vital for vital in CONTINUOUS for row in self._rows(vital) if row.use == Use.SHOWN}
        self._watched = frozenset(shown)

    def run(self) -> Iterator[Transition]:
        """Yield every change, in order: at each moment first what came, then what people did."""
        readings, cuffs, strikes = self._arrivals()
        contexts = self._contexts()
        moments = sorted(readings.keys() | cuffs.keys() | strikes.keys() | contexts.keys())
        for at_ms in moments:
            now = _now(at_ms)
            yield from self._until(now)
            came = [*readings.get(at_ms, ())]
            for cuff in cuffs.get(at_ms, ()):
                came += self._cuff(cuff)
            for cuff in strikes.get(at_ms, ()):
                yield from self._strike(cuff, now)
            yield from self._advance(tuple(came), now)
            if at_ms in contexts:
                self._context = contexts[at_ms]
                yield from self._advance((), now)

    def _rows(self, vital: Vital) -> Iterator[ObservationRow]:
        yield from self.record.continuous.get(vital, ())

    def _arrivals(
        self,
    ) -> tuple[dict[int, list[Reading]], dict[int, list[CuffRow]], dict[int, list[CuffRow]]]:
        readings: dict[int, list[Reading]] = defaultdict(list)
        cuffs: dict[int, list[CuffRow]] = defaultdict(list)
        strikes: dict[int, list[CuffRow]] = defaultdict(list)
        for vital in CONTINUOUS:
            for row in self._rows(vital):
                if row.use == Use.SHOWN:
                    reading = Reading(
                        vital, row.value, Validity(row.validity), _now(row.at_ms), split(row.flags)
                    )
                    readings[row.received_ms].append(reading)
        for cuff in self.record.cuffs:
            if cuff.use == Use.SHOWN and cuff.validity != Validity.INVALID:
                cuffs[cuff.received_ms].append(cuff)
                if cuff.struck_ms is not None:
                    strikes[cuff.struck_ms].append(cuff)
        return readings, cuffs, strikes

    def _contexts(self) -> dict[int, _Context]:
        """What holds from each moment on."""
        history, session = self.record.history, self.record.session
        phases = [(span.from_ms, Phase(span.phase)) for span in history.phases]
        left_ms = history.summary.left_ms
        confirmed = [mark.at_ms for mark in history.marks if mark.what == CONFIRMED]
        moments = {at for at, _ in phases} | {c.at_ms for c in session.limit_changes}
        if session.baseline is not None:
            moments |= set(confirmed[-1:])
        contexts: dict[int, _Context] = {}
        for at_ms in sorted(moments):
            phase = next((phase for begun, phase in reversed(phases) if begun <= at_ms), None)
            known = bool(confirmed) and confirmed[-1] <= at_ms
            baseline = session.baseline if known else None
            contexts[at_ms] = _Context(phase, baseline, holding(session.limit_changes, at_ms))
        if left_ms is not None:
            contexts[left_ms] = _Context()
        return contexts

    def _cuff(self, cuff: CuffRow) -> list[Reading]:
        """The readings of a pressure, unless a newer one was taken already."""
        newer = any(other.at_ms > cuff.at_ms for other in self._newest)
        self._newest.append(cuff)
        self._newest.sort(key=lambda row: row.at_ms)
        if newer:
            return []
        values = (cuff.systolic, cuff.diastolic, cuff.mean)
        return [
            Reading(vital, value, Validity(cuff.validity), _now(cuff.at_ms), split(cuff.flags))
            for vital, value in zip(CUFF_VITALS, values, strict=True)
            if value is not None
        ]

    def _strike(self, cuff: CuffRow, now: Now) -> list[Transition]:
        last = bool(self._newest) and self._newest[-1].key == cuff.key
        self._newest = [row for row in self._newest if row.key != cuff.key]
        return self._alarms.strike(CUFF_VITALS, now) if last else []

    def _until(self, now: Now) -> Iterator[Transition]:
        """Let the engine's own times fall due before the next moment."""
        while self._now is not None:
            due_s = self._alarms.next_due_s(self._now)
            if due_s is None or due_s >= now.mono_s:
                return
            yield from self._advance((), Now(round(due_s * 1000), due_s))

    def _advance(self, readings: tuple[Reading, ...], now: Now) -> list[Transition]:
        self._now = now
        held = self._context
        facts = Facts(held.phase, held.baseline, readings, self._watched, changes=held.changes)
        return self._alarms.advance(facts, now)


def _now(at_ms: int) -> Now:
    return Now(at_ms, at_ms / 1000)
