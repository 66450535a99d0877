"""A seeded patient: heart rate, blood pressure and oxygen saturation as a pure function of time and infusion.

The numbers of the presets are means and standard deviations over patients (between) and over the visits of
one patient (within), mm[Hg] and beats a minute.

Source: `yale` Gen Hosp Psychiatry 2024, doi 10.1016/j.genhosppsych.2024.07.001 (rise 16.0 (SD 11.2) systolic,
11.0 (SD 8.45) diastolic at 40 min); `guangzhou` a cohort of 741 infusions (+7.4/+6.0, pulse +1.9); `emory`
Riva-Posse 2018, J Affect Disord, doi 10.1016/j.jad.2018.02.025 (+3.28/+3.17). How the spread divides into
between, within and cuff noise, the oximetry and the rare episodes are this project's own proposals.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import pi, sin
from random import Random

from simulators.chance import chance
from simulators.pharmacology import Infusion

GATE = (150.0, 95.0)
"""A clinic does not infuse at or above this measured pressure, mm[Hg]: nobody on a chair begins with it."""
CUFF_NOISE = (4.5, 3.5)
"""Standard deviation of one cuff reading about the truth, systolic and diastolic, mm[Hg]."""
CORRELATION = 0.6
"""Of systolic with diastolic, in every spread and in the noise."""
EPISODE_RATE = 0.005
"""Share of infusions with a vasovagal episode."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A systolic/diastolic pair over a population, mm[Hg]."""

    mean: tuple[float, float]
    between: tuple[float, float]
    within: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Preset:
    """A population of patients."""

    baseline: Spread
    rise: Spread
    """Of the pressure, at the end of the planned infusion."""
    pulse_rise: float
    """Mean rise of the heart rate at the same moment, /min; 8 between patients."""


_YALE = Preset(
    baseline=Spread((121, 75), (10, 6.5), (5.5, 4.0)),
    rise=Spread((16, 11), (6.2, 4.3), (6.2, 4.6)),
    pulse_rise=4.0,
)

PRESETS: dict[str, Preset] = {
    "yale": _YALE,
    "guangzhou": replace(_YALE, rise=replace(_YALE.rise, mean=(7.4, 6.0)), pulse_rise=1.9),
    "emory": replace(_YALE, rise=replace(_YALE.rise, mean=(3.3, 3.2)), pulse_rise=2.0),
    "hypertensive": Preset(
        baseline=Spread((138, 86), (2, 1), (1, 1)),
        rise=Spread((58, 32), (2, 1), (2, 1)),
        pulse_rise=4.0,
    ),
}
"""`hypertensive` is no cohort: it is made to pass 180/110 between minute 15 and minute 35 of 40."""


@dataclass(frozen=True, slots=True)
class VitalSigns:
    """The truth about a patient at one moment, before any device has measured it."""

    systolic: float
    """mm[Hg]."""
    diastolic: float
    """mm[Hg]."""
    heart_rate: float
    """/min."""
    spo2: float
    """%."""
    perfusion_index: float
    """%."""


class Patient:
    """One patient at one visit. The same seed is the same person; `visit` counts this person's visits."""

    def __init__(self, seed: int, preset: str = "yale", visit: int = 1) -> None:
        self.seed = seed
        self.preset = preset
        self.visit = visit
        population = PRESETS[preset]
        person, day = chance("patient", seed), chance("patient", seed, "visit", visit)
        usual = _below_gate(person, population.baseline.mean, population.baseline.between)
        self.baseline = _below_gate(day, usual, population.baseline.within)
        usual_rise = _pair(person, population.rise.mean, population.rise.between)
        self.rise = _pair(day, usual_rise, population.rise.within)
        self.heart_rate = _within(person.gauss(72, 8), 54, 92)
        self.pulse_rise = person.gauss(population.pulse_rise, 8)
        self.spo2 = _within(person.gauss(97.5, 1.2), 95.5, 99.4)
        self.perfusion_index = _within(person.lognormvariate(0.9, 0.4), 0.9, 8.0)
        self._sway = [
            (amplitude, 2 * pi / period_s, day.uniform(0, 2 * pi))
            for amplitude, period_s in ((1.2, 4.3), (1.0, 10.7), (1.2, 47.0), (1.3, 229.0))
        ]
        self._episode_s = day.uniform(600, 2100) if day.random() < EPISODE_RATE else None

    def pressure(self, t_s: float, infusion: Infusion | None = None) -> tuple[float, float]:
        """Return the true pressure at a time (seconds of UTC), systolic and diastolic, mm[Hg]."""
        effect = infusion.effect(t_s) if infusion else 0.0
        faint = self._faint(t_s, infusion)
        return (
            self.baseline[0] + self.rise[0] * effect - 35 * faint,
            self.baseline[1] + self.rise[1] * effect - 20 * faint,
        )

    def true_state(self, t_s: float, infusion: Infusion | None = None) -> VitalSigns:
        """Return the vital signs at a time (seconds of UTC), given when the infusion ran."""
        effect = infusion.effect(t_s) if infusion else 0.0
        faint = self._faint(t_s, infusion)
        systolic, diastolic = self.pressure(t_s, infusion)
        sway = sum(amplitude * sin(rate * t_s + phase) for amplitude, rate, phase in self._sway)
        slow = sin(self._sway[-1][1] * t_s / 3 + self._sway[-1][2])
        return VitalSigns(
            systolic=systolic,
            diastolic=diastolic,
            heart_rate=self.heart_rate + self.pulse_rise * effect + sway - 25 * faint,
            spo2=min(100.0, self.spo2 + 0.4 * slow - self._dip(t_s)),
            perfusion_index=self.perfusion_index * (1 + 0.15 * slow) * (1 - 0.15 * effect),
        )

    def _dip(self, t_s: float) -> float:
        """A shallow, short fall of saturation, in about one ten-minute span of twelve; %."""
        span, into_s = divmod(t_s, 600)
        dice = chance("dip", self.seed, self.visit, int(span))
        if dice.random() > 1 / 12:
            return 0.0
        return dice.uniform(1.5, 3.5) * _bump(into_s - dice.uniform(0, 540), dice.uniform(30, 60))

    def _faint(self, t_s: float, infusion: Infusion | None) -> float:
        """How far a vasovagal episode of three minutes has taken hold, 0 to 1."""
        if infusion is None or self._episode_s is None:
            return 0.0
        return _bump(t_s - infusion.started_s - self._episode_s, 180)


def cuff_noise(dice: Random, sd: tuple[float, float] = CUFF_NOISE) -> tuple[float, float]:
    """Return the error of one cuff reading, systolic and diastolic, mm[Hg]."""
    return _pair(dice, (0.0, 0.0), sd)


def _pair(dice: Random, mean: tuple[float, float], sd: tuple[float, float]) -> tuple[float, float]:
    first, second = dice.gauss(0, 1), dice.gauss(0, 1)
    other = CORRELATION * first + (1 - CORRELATION**2) ** 0.5 * second
    return mean[0] + sd[0] * first, mean[1] + sd[1] * other


def _below_gate(dice: Random, mean: tuple[float, float], sd: tuple[float, float]) -> tuple[float, float]:
    while True:
        drawn, error = _pair(dice, mean, sd), cuff_noise(dice)
        if drawn[0] + error[0] < GATE[0] and drawn[1] + error[1] < GATE[1]:
            return drawn


def _within(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))


def _bump(into_s: float, length_s: float) -> float:
    """A smooth rise to 1 and back over `length_s`; 0 outside."""
    return sin(pi * into_s / length_s) ** 2 if 0 < into_s < length_s else 0.0
