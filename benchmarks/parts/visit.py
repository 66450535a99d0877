"""A clinic whose first patient has been here for two hours, with all that a journal keeps of such a visit."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import msgspec

from devices.model import MetricCode
from monitor.sessions.session import Session
from monitor.store.rows import (
    AlarmRow,
    CuffRow,
    LimitRow,
    MarkRow,
    ObservationRow,
    PhaseRow,
    Rows,
    VisitRow,
)
from monitor.store.snapshot import ChairView, CuffPoint, LimitLine, SessionView
from monitor.terms import Baseline, Phase

from .clinic import Clinic

MINUTE_MS = 60_000
CHAIR, VISIT, DEVICE = "1", "visit-1", "m0"
SEATED_MIN = 120
BASELINE = Baseline(128.0, 78.0, 72.0)
PHASES = {Phase.SEATED: 0, Phase.BASELINE: 2, Phase.INFUSION: 12, Phase.RECOVERY: 57}
"""Minutes from seating at which each phase began."""
CUFF_EVERY_MIN = {0: 3, 12: 4, 57: 5}
"""From these minutes on, how far apart the pressures are."""
METRICS = {
    MetricCode.PULSE_RATE: (74, 1.2, 52, 112),
    MetricCode.SPO2: (97, 0.35, 89, 100),
    MetricCode.PERFUSION_INDEX: (4, 0.1, 1, 9),
}
"""Where each number begins, how far it wanders in a second (1 σ), and its bounds."""
GAPS = {(26, 27): "probe off", (63, 66): "cable", (90, 90.5): "probe off"}
"""Minutes without a value."""
DOUBTED = ((33, 33.4), (71, 71.2), (104, 104.3))
LIMITS = {
    ("sbp_high", "high"): 180.0,
    ("sbp_high", "medium"): 160.0,
    ("sbp_low", "medium"): 90.0,
    ("dbp_high", "high"): 110.0,
    ("dbp_high", "medium"): 100.0,
    ("hr_high", "medium"): 120.0,
    ("hr_low", "medium"): 50.0,
    ("spo2_low", "medium"): 90.0,
    ("spo2_low", "high"): 85.0,
}
OF_BASELINE = {("sbp_high", "medium"): 168.0, ("dbp_high", "medium"): 104.0}
"""What changed when the infusion began."""
MARKS = {
    2: "baseline", 12: "start", 19: "dizziness", 24: "nausea", 25: "medication", 31: "dissociation",
    38: "rate_change", 47: "note", 57: "end", 64: "nausea", 78: "headache", 95: "note",
}  # fmt: skip
ALARMS = {
    22: ("sbp_high", "medium", "SYS 171 ≥ 168"), 26: ("spo2_low", "medium", "SpO₂ 88 < 90"),
    27: ("hr_off", "low", "SpO₂ probe off"), 34: ("sbp_high", "medium", "SYS 176 ≥ 168"),
    38: ("sbp_high", "high", "SYS 184 ≥ 180"), 46: ("dbp_high", "medium", "DIA 105 ≥ 104"),
    63: ("device", "medium", "No data from m0"), 71: ("hr_low", "medium", "PR 48 < 50"),
    88: ("spo2_low", "high", "SpO₂ 84 < 85"), 104: ("spo2_low", "medium", "SpO₂ 89 < 90"),
}  # fmt: skip


class LongVisit(Clinic):
    """Chair 1 measures each second and keeps it; the others are as in `Clinic`."""

    def __init__(self, store: Path, speed: int = 1) -> None:
        super().__init__(store, speed)
        self._dice = random.Random(3)
        self._seated_ms = self._start_ms - SEATED_MIN * MINUTE_MS
        self._values = {metric: float(first) for metric, (first, *_) in METRICS.items()}
        self._told_ms = self._seated_ms
        self._known_cuffs = 0
        self._kept = False
        _seat(self._chairs[0], self._seated_ms, self._dice)

    def rows(self, at_ms: int) -> Rows:
        """Return everything at first, then each second and each pressure as it comes."""
        rows = Rows() if self._kept else _visit(self._seated_ms)
        self._kept = True
        while self._told_ms + 1000 <= at_ms:
            self._told_ms += 1000
            rows.observations += self._second(self._told_ms)
        points = self._chairs[0].trend
        rows.cuffs += [_cuff(point) for point in points[self._known_cuffs :]]
        self._known_cuffs = len(points)
        return rows

    def _second(self, at_ms: int) -> list[ObservationRow]:
        minute = (at_ms - self._seated_ms) / MINUTE_MS
        if any(first <= minute < last for first, last in GAPS):
            return []
        doubted = any(first <= minute < last for first, last in DOUBTED)
        for metric, (_, sigma, low, high) in METRICS.items():
            self._values[metric] = min(high, max(low, self._values[metric] + self._dice.gauss(0, sigma)))
        return [_observed(metric, at_ms, value, doubted) for metric, value in self._values.items()]


def _seat(chair: ChairView, seated_ms: int, dice: random.Random) -> None:
    at = {phase: seated_ms + minute * MINUTE_MS for phase, minute in PHASES.items()}
    chair.session = SessionView(
        VISIT,
        "B. M.",
        "recovery",
        seated_ms,
        at[Phase.RECOVERY],
        45,
        elapsed_s=45 * 60,
        started_ms=at[Phase.INFUSION],
        ended_ms=at[Phase.RECOVERY],
        baseline=(BASELINE.systolic, BASELINE.diastolic, BASELINE.heart_rate),
        seated_by="Nora",
        nurse="Nora",
    )
    chair.trend = [_point(minute, seated_ms, dice) for minute in _cuff_minutes()]
    chair.limits = [LimitLine(*key, limit) for key, limit in {**LIMITS, **OF_BASELINE}.items()]


def _cuff_minutes() -> list[int]:
    steps = [*CUFF_EVERY_MIN.items(), (SEATED_MIN, 1)]
    return [
        minute for (first, step), (last, _) in pairwise(steps) for minute in range(first or step, last, step)
    ]


def _point(minute: int, seated_ms: int, dice: random.Random) -> CuffPoint:
    rise = max(0.0, 1 - abs(minute - 50) / 40)
    systolic = float(round(128 + 52 * rise + dice.gauss(0, 4)))
    diastolic = float(round(78 + 22 * rise + dice.gauss(0, 3)))
    believed = "questionable" if minute in (28, 72) else "valid"
    at_ms = seated_ms + minute * MINUTE_MS
    return CuffPoint(
        f"c{at_ms}", at_ms, systolic, diastolic, (systolic + 2 * diastolic) / 3, believed, None, False
    )


def _visit(seated_ms: int) -> Rows:
    """The rows of the two hours, without the numbers."""

    def at(minute: float) -> int:
        return round(seated_ms + minute * MINUTE_MS)

    session = Session(
        VISIT,
        CHAIR,
        "B. M.",
        seated_ms,
        0.0,
        "Nora",
        45,
        at(PHASES[Phase.RECOVERY]),
        PHASES[Phase.RECOVERY] * 60.0,
        Phase.RECOVERY,
        started_ms=at(PHASES[Phase.INFUSION]),
        ended_ms=at(PHASES[Phase.RECOVERY]),
        infused_s=45 * 60.0,
        baseline=BASELINE,
    )
    row = VisitRow(
        VISIT, CHAIR, "B. M.", "recovery", seated_ms, 45, session.started_ms, session.ended_ms, None, 1,
        msgspec.msgpack.encode(session), "",
    )  # fmt: skip
    began = PHASES[Phase.INFUSION]
    return Rows(
        visits=[row],
        phases=[PhaseRow(VISIT, phase.value, at(minute), "Nora", "") for phase, minute in PHASES.items()],
        alarms=[change for minute in ALARMS for change in _alarm(minute, at)],
        marks=[
            MarkRow(CHAIR, VISIT, at(minute), "Nora", "nurse", what, "", None)
            for minute, what in MARKS.items()
        ],
        limits=[
            *(LimitRow(VISIT, *key, limit, at(0)) for key, limit in LIMITS.items()),
            *(LimitRow(VISIT, *key, limit, at(began)) for key, limit in OF_BASELINE.items()),
        ],
    )


def _alarm(minute: int, at) -> list[AlarmRow]:
    condition, priority, text = ALARMS[minute]
    changes = {"raised": 0.0, "acknowledged": 0.3, "ended": 1.5}
    return [
        AlarmRow(
            CHAIR, VISIT, f"o{minute}", condition, "physiological", change, priority,
            "off" if change == "ended" else "on", at(minute + later), text, None, None, 0,
            "Nora" if change == "acknowledged" else None,
        )
        for change, later in changes.items()
    ]  # fmt: skip


def _observed(metric: MetricCode, at_ms: int, value: float, doubted: bool) -> ObservationRow:
    digits = 1 if metric is MetricCode.PERFUSION_INDEX else 0
    validity = "questionable" if doubted else "valid"
    return ObservationRow(
        CHAIR, metric.value, at_ms, DEVICE, "boot", at_ms // 1000, round(value, digits), validity,
        None, None, at_ms, None, "demo", "shown", VISIT,
    )  # fmt: skip


def _cuff(point: CuffPoint) -> CuffRow:
    return CuffRow(
        point.key, CHAIR, VISIT, point.at_ms, DEVICE, point.systolic, point.diastolic, point.mean, 72.0,
        point.validity, None, None, point.at_ms, None, "demo", "shown",
    )  # fmt: skip
