"""A recording through the alarms of one chair: rows in, printable alarm changes out.

The engine's clock runs on between two rows, so that a delay or a silence that falls due there is noticed at
its own time. Where the recording's time steps back, the engine's stands still.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Literal

from devices.model import METRICS, MetricCode, Validity
from monitor.alarms.chair import ChairAlarms
from monitor.alarms.delays import TOLERANCE_S
from monitor.alarms.in_force import CUFF_VITALS
from monitor.alarms.model import CONTINUOUS, Facts, Reading, Transition
from monitor.limits import LimitPreset
from monitor.terms import Baseline, Now, Phase, Priority, Vital

METRIC_OF = {vital: METRICS[codes[0]] for vital, codes in CONTINUOUS.items()} | dict.fromkeys(
    CUFF_VITALS, METRICS[MetricCode.NIBP]
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a recording; a vital without a column is absent, an empty cell is None."""

    time_s: float
    values: dict[Vital, float | None]


@dataclass(frozen=True, slots=True)
class AlarmChange:
    """One change as `chairside replay` prints it; the fields are the keys of its JSON."""

    t: float
    condition: str
    priority: Priority
    change: Literal["raised", "priority", "cleared"]
    value: float | None
    limit: float | None


@dataclass(slots=True)
class Replay:
    """Runs one recording, row by row."""

    preset: LimitPreset
    phase: Phase
    baseline: Baseline | None
    _alarms: ChairAlarms = field(init=False)
    _shown: dict[str, Transition] = field(init=False, default_factory=dict)
    """By occurrence: what was last printed of it. Advisories are not."""
    _watched: frozenset[Vital] = frozenset()
    _cuff: tuple[float | None, ...] | None = None
    _time_s: float | None = None
    _shift_s: float = 0.0
    """What backward steps have put the engine's clock ahead of the recording's."""
    _now: Now | None = None

    def __post_init__(self) -> None:
        # A recording has no visit that could lack a baseline, and its next row is its next clock.
        preset = replace(self.preset, require_baseline=False, clock_step_s=0.0)
        numbers = count(1)
        self._alarms = ChairAlarms("replay", preset, lambda: str(next(numbers)))

    def feed(self, row: Row) -> Iterator[AlarmChange]:
        """Yield what changes up to this row and at it."""
        if self._time_s is not None and row.time_s < self._time_s:
            self._shift_s += self._time_s - row.time_s
        self._time_s = row.time_s
        at_s = row.time_s + self._shift_s
        while (due_s := self._due_before(at_s)) is not None:
            yield from self._advance(round(due_s - self._shift_s, 3), due_s, ())
        now = _now(row.time_s, at_s)
        yield from self._advance(row.time_s, at_s, tuple(self._readings(row, now)))

    def _due_before(self, at_s: float) -> float | None:
        due_s = None if self._now is None else self._alarms.next_due_s(self._now)
        return due_s if due_s is not None and due_s < at_s - TOLERANCE_S else None

    def _readings(self, row: Row, now: Now) -> Iterator[Reading]:
        """Yield what this row adds: every continuous cell, and a cuff result where it is a new one."""
        for vital in CONTINUOUS:
            value = row.values.get(vital)
            if value is not None:
                self._watched |= {vital}
            if vital in self._watched:
                yield _reading(vital, value, now)
        cuff = tuple(row.values.get(vital) for vital in CUFF_VITALS)
        if cuff != self._cuff and any(value is not None for value in cuff):
            self._cuff = cuff
            yield from (
                _reading(vital, row.values[vital], now) for vital in CUFF_VITALS if vital in row.values
            )

    def _advance(self, time_s: float, at_s: float, readings: tuple[Reading, ...]) -> Iterator[AlarmChange]:
        self._now = _now(time_s, at_s)
        facts = Facts(self.phase, self.baseline, readings, self._watched)
        for transition in self._alarms.advance(facts, self._now):
            yield from self._printable(time_s, transition)

    def _printable(self, time_s: float, transition: Transition) -> Iterator[AlarmChange]:
        """Yield the change as seen by somebody who is told of no advisory."""
        shown = self._shown.pop(transition.occurrence, None)
        stands = transition.change != "cleared" and transition.priority is not Priority.ADVISORY
        if stands:
            self._shown[transition.occurrence] = transition
        elif shown is None:
            return
        described = transition if stands or shown is None else shown
        yield AlarmChange(
            time_s,
            transition.condition,
            described.priority,
            "cleared" if not stands else "raised" if shown is None else "priority",
            transition.value,
            described.limit,
        )


def _now(time_s: float, at_s: float) -> Now:
    return Now(round(time_s * 1000), at_s)


def _reading(vital: Vital, value: float | None, now: Now) -> Reading:
    """Judge the cell: a zero, or what no device could have measured, is an invalid value."""
    metric = METRIC_OF[vital]
    if value is None or not metric.low <= value <= metric.high:
        return Reading(vital, None, Validity.INVALID, now)
    return Reading(vital, value, Validity.VALID, now)
