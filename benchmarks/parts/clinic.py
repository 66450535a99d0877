"""Thirty simulated patients and a stand-in for the monitor that commits ten turns a second.

With `speed`, the time that screens show passes so many times as fast, as it does in the demo.
"""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from pathlib import Path

from monitor.store.journal import Journal
from monitor.store.rows import Rows, TurnRecord
from monitor.store.snapshot import (
    AlarmView,
    ChairView,
    CuffPoint,
    CuffView,
    DeviceView,
    LimitLine,
    NumberView,
    SessionView,
    Snapshot,
)
from monitor.terms import Now

CHAIRS = 30
TURNS_A_SECOND = 10
CUFF_TURNS = 300 * TURNS_A_SECOND
ALARM_TURNS = 5 * TURNS_A_SECOND

WANDER = {"hr": (0.7, 55, 110, 0), "spo2": (0.25, 94, 100, 0), "pi": (0.08, 1, 9, 1)}
"""By vital: how far it wanders in a second (1 σ), its bounds, the digits a device sends."""


class Clinic:
    """Each chair measures once a second, the chairs one after the other; an alarm changes every 5 s."""

    def __init__(self, store: Path, speed: int = 1) -> None:
        self._journal = Journal.open(store)
        self._noise = random.Random(7)
        self.speed = speed
        self._start_ms = time.time_ns() // 1_000_000
        self._chairs = [_chair(n, self._start_ms) for n in range(CHAIRS)]
        self._hidden: defaultdict[tuple[str, str], float] = defaultdict(float)
        self._turn = 0
        self.committed: dict[int, float] = {}
        """When each turn was on disk, by time.perf_counter()."""
        self.alarm_turns: set[int] = set()
        """Turns in which an alarm came or went."""

    def run(self, stop: threading.Event) -> None:
        """Commit turns until told to stop."""
        started = time.perf_counter()
        while not stop.wait(max(0.0, started + self._turn / TURNS_A_SECOND - time.perf_counter())):
            self.advance()
        self._journal.close()

    def advance(self) -> None:
        """Commit one turn."""
        self._turn += 1
        at_ms = self._start_ms + (time.time_ns() // 1_000_000 - self._start_ms) * self.speed
        cuff_turns = CUFF_TURNS // self.speed
        for n, chair in enumerate(self._chairs):
            if n % TURNS_A_SECOND == self._turn % TURNS_A_SECOND:
                self._measure(chair, at_ms)
            if (self._turn + n * cuff_turns // CHAIRS) % cuff_turns == 0:
                self._inflate(chair, at_ms)
            if chair.session and chair.session.started_ms and chair.session.running:
                chair.session.elapsed_s = (at_ms - chair.session.started_ms) / 1000
        if self._turn % ALARM_TURNS == 0:
            self._toggle_alarm(self._chairs[self._turn // ALARM_TURNS % 3], at_ms)
        snapshot = Snapshot(self._turn, at_ms, "bench", "Benchmark", True, float(self.speed), self._chairs)
        self._journal.commit(TurnRecord(Now(at_ms, time.monotonic()), snapshot, self.rows(at_ms)))
        self.committed[self._turn] = time.perf_counter()

    def rows(self, at_ms: int) -> Rows:
        """Return what a turn keeps besides the snapshot."""
        del at_ms
        return Rows()

    def _measure(self, chair: ChairView, at_ms: int) -> None:
        for vital, (sigma, low, high, digits) in WANDER.items():
            number = getattr(chair, vital)
            hidden = self._hidden.get((chair.id, vital), number.value) + self._noise.gauss(0, sigma)
            self._hidden[chair.id, vital] = hidden = min(high, max(low, hidden))
            number.value = number.last = round(hidden, digits) if digits else float(round(hidden))
            number.at_ms = at_ms

    def _inflate(self, chair: ChairView, at_ms: int) -> None:
        systolic = float(round(self._noise.gauss(140, 10)))
        chair.cuff = _cuff(systolic, at_ms)
        chair.trend = [*chair.trend, _point(systolic, at_ms)]

    def _toggle_alarm(self, chair: ChairView, at_ms: int) -> None:
        raised = AlarmView(
            f"a{self._turn}", "sbp_high", "physiological", "high", "on", at_ms, "SYS 184 ≥ 180", audible=True
        )
        chair.alarms = [] if chair.alarms else [raised]
        self.alarm_turns.add(self._turn)


def _chair(n: int, now_ms: int) -> ChairView:
    start_ms = now_ms - n * 60_000
    visit = SessionView(f"s{n}", "AB", "infusion", start_ms, start_ms, 40, running=True, started_ms=start_ms)
    return ChairView(
        id=str(n + 1),
        label=f"Chair {n + 1}",
        demo=True,
        session=visit,
        hr=NumberView("/min", "HR", 72.0, "valid", (), "live", start_ms, 72.0, "Masimo", "oximeter"),
        spo2=NumberView("%", "SpO₂", 97.0, "valid", (), "live", start_ms, 97.0, "Masimo"),
        pi=NumberView("%", "PI", 4.2, "valid", (), "live", start_ms, 4.2, "Masimo"),
        cuff=_cuff(128.0, start_ms),
        trend=[_point(128.0, start_ms + minute * 60_000) for minute in range(0, n, 5)],
        limits=[LimitLine("sbp_high", "high", 180), LimitLine("spo2_low", "high", 85)],
        devices=[DeviceView(f"m{n}", "masimo-ascii1", "Masimo", "connected", start_ms)],
    )


def _cuff(systolic: float, at_ms: int) -> CuffView:
    return CuffView(systolic, 78.0, 95.0, 72.0, "valid", (), "live", at_ms, "DINAMAP", due_ms=at_ms + 300_000)


def _point(systolic: float, at_ms: int) -> CuffPoint:
    return CuffPoint(f"c{at_ms}", at_ms, systolic, 78.0, 95.0, "valid", None, False)
