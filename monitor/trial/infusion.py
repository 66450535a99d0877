"""One simulated infusion: the true pressure at any moment, and what a cuff finds of it.

Every draw depends on the seed, the infusion's number and the time alone, so that all rules meet the same
patient, the same artifacts and, at the same moment, the same reading.

Source: the size of an artifact, how long motion lasts, surges and failed repeats are this project's own
proposals (docs/trial.md); the patients are those of the simulator.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from monitor.limits import CuffSchedule
from monitor.terms import Baseline
from simulators.chance import chance
from simulators.pharmacology import Infusion
from simulators.physiology import CUFF_NOISE, Patient, cuff_noise

Pair = tuple[float, float]
"""Systolic and diastolic, mm[Hg]."""

INFUSION_S = 40 * 60
VISIT_S = 120 * 60
"""From the start of the infusion to the end of recovery."""
ARTIFACT = (28.0, 18.0)
"""Standard deviation of an artifact about the truth, either way, mm[Hg]."""
MOTION_S = (120.0, 480.0)
"""How long one episode of motion lasts, at least and at most."""
SURGE_RATE = 0.05
"""Share of infusions with a surge, in that scenario."""
INVALID_RATE = 0.3
"""Share of repeats that fail, in that scenario."""


class Scenario(StrEnum):
    """What befalls the cuff or the patient."""

    INDEPENDENT = "independent"
    """Each artifact for itself."""
    MOTION = "motion"
    """Artifacts come in episodes that falsify every reading meanwhile in the same way."""
    SURGE = "surge"
    """Independent artifacts, and in some infusions a true, steep rise of pressure."""
    INVALID = "invalid"
    """Independent artifacts, and many repeats that fail."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What all infusions of one trial share."""

    preset: str = "yale"
    """A population of simulators.physiology."""
    artifact: float = 0.03
    """Share of cuff readings that are artifacts."""
    seed: int = 1
    scenario: Scenario = Scenario.INDEPENDENT
    noise: Pair = CUFF_NOISE
    """Standard deviation of a reading that is no artifact."""
    whole: bool = False
    """Readings are rounded to whole mm[Hg], which acts like limits that are half a mm[Hg] lower."""


@dataclass(frozen=True, slots=True)
class Surge:
    """A true rise of pressure over what the infusion does: up in 2 min, down in 5."""

    from_s: float
    until_s: float
    rise: Pair

    def height(self, t_s: float) -> float:
        """Return how much of the rise stands, 0 to 1."""
        return max(0.0, min(1.0, (t_s - self.from_s) / 120, (self.until_s - t_s) / 300))


@dataclass(frozen=True, slots=True)
class Motion:
    """An episode in which every reading is wrong by the same amount."""

    from_s: float
    until_s: float
    error: Pair


class SimulatedInfusion:
    """Infusion number `number` of a trial; times are seconds since its start."""

    def __init__(self, setting: Setting, number: int) -> None:
        self._setting = setting
        self._key = ("trial", setting.seed, number)
        dice = chance(*self._key)
        self._patient = Patient(dice.getrandbits(48), setting.preset)
        self._infusion = Infusion(0.0, INFUSION_S, ended_s=INFUSION_S)
        first, second = (add(self._patient.baseline, cuff_noise(dice, setting.noise)) for _ in range(2))
        self.baseline = Baseline(*self._shown(((first[0] + second[0]) / 2, (first[1] + second[1]) / 2)))
        self._motions = list(_motions(dice, setting.artifact if self._is(Scenario.MOTION) else 0.0))
        self._surge = _surge(dice) if self._is(Scenario.SURGE) and dice.random() < SURGE_RATE else None

    def truth(self, t_s: float) -> Pair:
        """Return the true pressure."""
        pressure = self._patient.pressure(t_s, self._infusion)
        if self._surge is None:
            return pressure
        height = self._surge.height(t_s)
        return add(pressure, (self._surge.rise[0] * height, self._surge.rise[1] * height))

    def cuff(self, t_s: float, *, repeat: bool) -> Pair | None:
        """Return what a determination that ends now finds; None when it fails."""
        dice = chance(*self._key, "cuff", t_s)
        found = add(self.truth(t_s), cuff_noise(dice, self._setting.noise))
        artifact, is_artifact = cuff_noise(dice, ARTIFACT), dice.random() < self._setting.artifact
        if repeat and self._is(Scenario.INVALID) and dice.random() < INVALID_RATE:
            return None
        if is_artifact and not self._is(Scenario.MOTION):
            found = add(found, artifact)
        for motion in self._motions:
            if motion.from_s <= t_s < motion.until_s:
                found = add(found, motion.error)
        systolic, diastolic = self._shown(found)
        return systolic, min(diastolic, systolic - 12)

    def waits_s(self, t_s: float) -> float:
        """Return how long the result of the cuff at this time waits for the engine, below a second."""
        return chance(*self._key, "arrival", t_s).random()

    def _shown(self, found: Pair) -> Pair:
        return (round(found[0]), round(found[1])) if self._setting.whole else found

    def _is(self, scenario: Scenario) -> bool:
        return self._setting.scenario is scenario


def scheduled_s(schedule: CuffSchedule) -> list[float]:
    """Return when the scheduled determinations of an infusion end, seconds since its start."""
    infusion_s, recovery_s = schedule.infusion_min * 60, schedule.recovery_min * 60
    return [*_every(infusion_s, 0, INFUSION_S), *_every(recovery_s, INFUSION_S, VISIT_S)]


def add(one: Pair, other: Pair) -> Pair:
    """Return the sum of two pairs."""
    return one[0] + other[0], one[1] + other[1]


def _every(interval_s: float, from_s: float, until_s: float) -> Iterator[float]:
    at_s = from_s + interval_s
    while at_s <= until_s:
        yield at_s
        at_s += interval_s


def _motions(dice: Random, share: float) -> Iterator[Motion]:
    """Yield episodes that fill this share of the time."""
    if share <= 0:
        return
    pause_s = sum(MOTION_S) / 2 * (1 - share) / share
    from_s = dice.expovariate(1 / pause_s)
    while from_s < VISIT_S:
        until_s = from_s + dice.uniform(*MOTION_S)
        yield Motion(from_s, until_s, cuff_noise(dice, ARTIFACT))
        from_s = until_s + dice.expovariate(1 / pause_s)


def _surge(dice: Random) -> Surge:
    from_s = dice.uniform(5, 40) * 60
    return Surge(from_s, from_s + dice.uniform(12, 25) * 60, add((50, 30), cuff_noise(dice, (10, 6))))
