"""An automatic cuff: it inflates at its interval, is busy for half a minute, and now and then fails."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from simulators.chance import chance
from simulators.faults import FaultKind
from simulators.physiology import VitalSigns, cuff_noise

FIRST_AFTER_MS = 8_000
"""From the moment staff set an interval to the first inflation."""
RETRY_AFTER_MS = 60_000
"""From a failed determination to its repetition."""
FAILURE_RATE = 0.015
"""Share of determinations that fail by themselves: an arm that moves, a weak pulse."""
LEAKING_MS = 60_000
"""So long a cuff that leaks is pumped before the device gives up."""
HIGHEST_MMHG, FLAT_MMHG = 180, 25
PUMPS_S, DEFLATES_MMHG_PER_S = 6.0, 5.0
"""How an inflation goes: this project's own."""
MMHG_PER_KPA = 7.50062


@dataclass(frozen=True, slots=True)
class Pressure:
    """What one determination found, mm[Hg] and /min."""

    systolic: int
    diastolic: int
    mean: int
    pulse_rate: int | None
    """None where a recording has none."""


@dataclass(frozen=True, slots=True)
class Determination:
    """One completed inflation, UTC milliseconds; `pressure` is None when it failed."""

    number: int
    started_ms: int
    ended_ms: int
    pressure: Pressure | None
    leak: bool = False
    """It failed because the pressure could not be reached."""

    @property
    def numbers(self) -> tuple[int | None, int | None, int | None]:
        """Systolic, diastolic and mean; None where it failed."""
        found = self.pressure
        return (found.systolic, found.diastolic, found.mean) if found else (None, None, None)


class Cuff:
    """The cuff of one chair. Every draw depends on the seed and the time alone."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._interval_ms: int | None = None
        self._next_ms: int | None = None
        self._number = 0
        self._late_ms = 0
        self._looked_ms: int | None = None
        self.last: Determination | None = None

    def cycle(self, interval_min: float | None, now_ms: int) -> None:
        """Set the interval, minutes, and inflate shortly; None stops the cuff, an inflation included."""
        self._interval_ms = None if interval_min is None else round(interval_min * 60_000)
        self._next_ms = None if interval_min is None else now_ms + FIRST_AFTER_MS

    def start(self, now_ms: int) -> None:
        """Inflate now; the interval counts on from here. A cuff without one, or at work, does nothing."""
        if self._next_ms is not None and not self.busy(now_ms):
            self._next_ms = now_ms

    def cancel(self, now_ms: int) -> None:
        """Deflate; the next inflation is an interval from now."""
        if self._interval_ms is not None and self.busy(now_ms):
            self._next_ms = now_ms + self._interval_ms

    def put_off(self, by_ms: int) -> None:
        """Let an inflation under way, and the next one, be so much later, as time stood still; or earlier."""
        self._late_ms += by_ms
        if self._next_ms is not None:
            self._next_ms += by_ms

    def busy(self, now_ms: int) -> bool:
        """Whether a determination is under way."""
        return self._next_ms is not None and self._next_ms <= now_ms

    def mmhg(self, now_ms: int) -> int:
        """Return the pressure in the cuff: up within some seconds, then slowly down."""
        if self._next_ms is None or not self.busy(now_ms):
            return 0
        into_s = (now_ms - self._next_ms) / 1000
        highest = HIGHEST_MMHG * min(1.0, into_s / PUMPS_S)
        return round(max(FLAT_MMHG, highest - DEFLATES_MMHG_PER_S * max(0.0, into_s - PUMPS_S)))

    def advance(
        self,
        now_ms: int,
        truth: Callable[[int], VitalSigns],
        troubles: Callable[[int], Collection[FaultKind]],
    ) -> list[Determination]:
        """Return the determinations completed up to now, oldest first.

        `truth` gives the vital signs at a time; `troubles` says what is wrong with the cuff at that time.
        None is completed before the last look: what a leap of time would have brought is brought now.
        """
        done: list[Determination] = []
        while self._interval_ms is not None and self._next_ms is not None:
            if self._next_ms > now_ms:
                break
            dice = chance("cuff", self._seed, self._next_ms - self._late_ms)
            ended_ms = self._next_ms + dice.randint(25_000, 35_000)
            leak = FaultKind.CUFF_LEAK in troubles(self._next_ms)
            if leak:
                ended_ms = self._next_ms + LEAKING_MS
            if ended_ms > now_ms:
                break
            ended_ms = max(ended_ms, self._looked_ms or ended_ms)
            wrong = troubles(ended_ms)
            failed = dice.random() < FAILURE_RATE or leak or FaultKind.CUFF_FAILURE in wrong
            pressure = None if failed else _measure(truth(ended_ms), cuff_noise(dice))
            if pressure and FaultKind.WRONG_UNIT in wrong:
                pressure = _in_kpa(pressure)
            self._number += 1
            self.last = Determination(self._number, self._next_ms, ended_ms, pressure, leak)
            done.append(self.last)
            self._next_ms = ended_ms + RETRY_AFTER_MS if failed else self._next_ms + self._interval_ms
        self._looked_ms = now_ms
        return done


def _in_kpa(found: Pressure) -> Pressure:
    systolic, diastolic, mean = (
        round(mmhg / MMHG_PER_KPA) for mmhg in (found.systolic, found.diastolic, found.mean)
    )
    return Pressure(systolic, diastolic, mean, found.pulse_rate)


def _measure(truth: VitalSigns, noise: tuple[float, float]) -> Pressure:
    systolic = round(truth.systolic + noise[0])
    diastolic = min(round(truth.diastolic + noise[1]), systolic - 12)
    mean = round(diastolic + (systolic - diastolic) / 3)
    return Pressure(systolic, diastolic, mean, round(truth.heart_rate))
