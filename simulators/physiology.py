"""A seeded patient: pressure, heart rate, saturation and breathing as a pure function of time and infusion.

The numbers of the presets are means and standard deviations over patients (between) and over the visits of
one patient (within), mm[Hg] and beats a minute.

Source: `yale` Gen Hosp Psychiatry 2024, doi 10.1016/j.genhosppsych.2024.07.001 (rise 16.0 (SD 11.2) systolic,
11.0 (SD 8.45) diastolic at 40 min); `guangzhou` a cohort of 741 infusions (+7.4/+6.0, pulse +1.9); `emory`
Riva-Posse 2018, J Affect Disord, doi 10.1016/j.jad.2018.02.025 (+3.28/+3.17); `esketamine` the label of the
spray and its pooled programme (shares of patients with rises of 40/25 and pressures of 180/110, mean largest
rise), and from memory its means at 40 and 90 min. That the saturation does not change on average: Fang 2019.
How the spread divides into between, within and cuff noise, oximetry, breathing, the day's drift and motion
are this project's own proposals. docs/calibration.md holds all of it against what is published.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from math import cos, pi, sin
from random import Random

from simulators.chance import chance
from simulators.compartments import Body
from simulators.events import EVENTS, Change, Episode, Event, bump, episodes, labetalol
from simulators.people import FEMALE, Description, Person, Response, Shares, drawn, shift
from simulators.pharmacology import Infusion, exposure

GATE = (150.0, 95.0)
"""A clinic does not infuse at or above this measured pressure, mm[Hg]: nobody on a chair begins with it."""
CUFF_NOISE = (4.5, 3.5)
"""Standard deviation of one cuff reading about the truth, systolic and diastolic, mm[Hg]."""
CORRELATION = 0.6
"""Of systolic with diastolic, in every spread and in the noise."""
DRIFT = (3.0, 2.0, 2.0)
"""Amplitude of the day's rhythm: systolic, diastolic, heart rate."""
HIGHEST_S = 15 * 3600.0
"""Time of day, UTC, at which that is highest."""
DAY_S = 86_400.0
DEEP = 1.2
"""From this effect on, breathing slows and the saturation falls."""


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
    people: Shares
    spray: bool = False
    """Given as a nasal spray, all of it at the start."""


_YALE = Preset(
    baseline=Spread((121, 75), (10, 6.5), (5.5, 4.0)),
    rise=Spread((16, 11), (6.2, 4.3), (6.2, 4.6)),
    pulse_rise=4.0,
    people=Shares(47, 0.6, 0.25),
)

PRESETS: dict[str, Preset] = {
    "yale": _YALE,
    "guangzhou": replace(
        _YALE, rise=replace(_YALE.rise, mean=(7.4, 6.0)), pulse_rise=1.9, people=Shares(35, 0.6, 0.12)
    ),
    "emory": replace(
        _YALE, rise=replace(_YALE.rise, mean=(3.3, 3.2)), pulse_rise=2.0, people=Shares(56.7, 0.6, 0.361)
    ),
    "esketamine": Preset(
        baseline=_YALE.baseline,
        rise=Spread((10, 6.5), (9.5, 6), (8, 5)),
        pulse_rise=2.0,
        people=Shares(46, 0.68, 0.2),
        spray=True,
    ),
    "hypertensive": Preset(
        baseline=Spread((138, 86), (2, 1), (1, 1)),
        rise=Spread((58, 32), (2, 1), (2, 1)),
        pulse_rise=4.0,
        people=Shares(58, 0.45, 0.97),
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
    respiratory_rate: float = 14.0
    """/min."""


class Patient:
    """One patient at one visit. The same seed is the same person; `visit` counts this person's visits.

    `said` is what a scenario says of the person; it moves what the seed has drawn. `baseline` replaces the
    pressure of the day, and `event` is what happens at this visit for certain.
    """

    def __init__(
        self,
        seed: int,
        preset: str = "yale",
        visit: int = 1,
        *,
        said: Description | None = None,
        baseline: tuple[float, float] | None = None,
        event: Episode | None = None,
    ) -> None:
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
        faints = day.random() < EVENTS[Event.VASOVAGAL].share
        self._faints = [Episode(Event.VASOVAGAL, day.uniform(600, 2100))] if faints else []
        self._episodes = list(episodes(chance("patient", seed, "visit", visit, "events")))
        if event is not None:
            (self._faints if event.event is Event.VASOVAGAL else self._episodes).append(event)
        self.respiratory_rate = _within(chance("patient", seed, "breath").gauss(14.5, 2), 10, 19)
        outstanding = _outstanding(population, usual, usual_rise, self.heart_rate, self.pulse_rise)
        who = chance("patient", seed, "person")
        self._drawn = drawn(who, population.people, outstanding, population.rise.between[0])
        self.person = said.of(self._drawn) if said else self._drawn
        self._exposure = exposure(self.body, _body(self._drawn)) if self.person != self._drawn else 1.0
        self._move(shift(self._drawn, self.person))
        if baseline is not None:
            self.baseline = baseline

    @property
    def body(self) -> Body:
        """What the drug distributes over."""
        return _body(self.person)

    def effect(self, t_s: float, infusion: Infusion | None) -> float:
        """Return the effect of the drug at a time: 1 at the end of a standard infusion."""
        if infusion is None:
            return 0.0
        given = infusion.spray(t_s) if PRESETS[self.preset].spray else infusion.effect(t_s)
        return given * self._exposure

    def pressure(self, t_s: float, infusion: Infusion | None = None) -> tuple[float, float]:
        """Return the true pressure at a time (seconds of UTC), systolic and diastolic, mm[Hg].

        It is that of the patient, the drug and vasovagal episodes; the day's drift, anxiety and what is given
        against it come on top in `true_state`.
        """
        effect = self.effect(t_s, infusion)
        systolic = self.baseline[0] + self.rise[0] * effect
        diastolic = self.baseline[1] + self.rise[1] * effect
        for change, height in _changes(self._faints, t_s, infusion):
            systolic += change.systolic * height
            diastolic += change.diastolic * height
        return systolic, diastolic

    def true_state(
        self, t_s: float, infusion: Infusion | None = None, labetalols: Iterable[tuple[float, float]] = ()
    ) -> VitalSigns:
        """Return the vital signs at a time (seconds of UTC), given when the infusion ran.

        `labetalols` are what was given against a high pressure: (seconds of UTC, mg).
        """
        effect = self.effect(t_s, infusion)
        sway = sum(amplitude * sin(rate * t_s + phase) for amplitude, rate, phase in self._sway)
        slow = sin(self._sway[-1][1] * t_s / 3 + self._sway[-1][2])
        systolic, diastolic = self.pressure(t_s, infusion)
        deep, moving, drift = max(0.0, effect - DEEP), self._moving(t_s), _drift(t_s, infusion)
        lowered = labetalol(labetalols, t_s)
        found = VitalSigns(
            systolic=systolic + DRIFT[0] * drift - lowered[0],
            diastolic=diastolic + DRIFT[1] * drift - lowered[1],
            heart_rate=self.heart_rate + self.pulse_rise * effect + sway + DRIFT[2] * drift + 5 * moving,
            spo2=self.spo2 + 0.4 * slow - self._dip(t_s) - 4 * deep,
            perfusion_index=self.perfusion_index
            * (1 + 0.15 * slow)
            * (1 - 0.15 * effect)
            * (1 - 0.3 * moving),
            respiratory_rate=self.respiratory_rate + 0.8 * slow + 2 * moving - 6 * deep,
        )
        for change, height in _changes(self._faints, t_s, infusion):
            found = replace(found, heart_rate=found.heart_rate + change.heart_rate * height)
        for change, height in _changes(self._episodes, t_s, infusion):
            found = _changed(found, change, height)
        return _possible(found)

    def _move(self, by: Response) -> None:
        """Move what the seed has drawn."""
        self.baseline = (self.baseline[0] + by.systolic, self.baseline[1] + by.diastolic)
        self.rise = (self.rise[0] + by.systolic_rise, self.rise[1] + by.diastolic_rise)
        self.heart_rate += by.heart_rate
        self.pulse_rise += by.pulse_rise

    def _dip(self, t_s: float) -> float:
        """A shallow, short fall of saturation, in about one ten-minute span of twelve; %."""
        span, into_s = divmod(t_s, 600)
        depth, begin_s, length_s = _dip_of(self.seed, self.visit, int(span))
        return depth * bump(into_s - begin_s, length_s)

    def _moving(self, t_s: float) -> float:
        """How much the patient moves, 0 to 1: some 20 s in about one ten-minute span of three."""
        span, into_s = divmod(t_s, 600)
        height, begin_s, length_s = _motion_of(self.seed, self.visit, int(span))
        return height * bump(into_s - begin_s, length_s)


@lru_cache(maxsize=256)
def _dip_of(seed: int, visit: int, span: int) -> tuple[float, float, float]:
    """Depth, beginning and length."""
    dice = chance("dip", seed, visit, span)
    if dice.random() > 1 / 12:
        return 0.0, 0.0, 1.0
    return dice.uniform(1.5, 3.5), dice.uniform(0, 540), dice.uniform(30, 60)


@lru_cache(maxsize=256)
def _motion_of(seed: int, visit: int, span: int) -> tuple[float, float, float]:
    """Height, beginning and length."""
    dice = chance("motion", seed, visit, span)
    if dice.random() > 1 / 3:
        return 0.0, 0.0, 1.0
    return 1.0, dice.uniform(0, 560), dice.uniform(15, 40)


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


def _possible(found: VitalSigns) -> VitalSigns:
    """What a living patient can have, however much befalls them at once."""
    systolic = max(40.0, found.systolic)
    return replace(
        found,
        systolic=systolic,
        diastolic=_within(found.diastolic, 20, systolic - 12),
        heart_rate=max(20.0, found.heart_rate),
        spo2=_within(found.spo2, 50, 100),
        respiratory_rate=max(0.0, found.respiratory_rate),
    )


def _within(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))


def _outstanding(
    population: Preset,
    usual: tuple[float, float],
    rise: tuple[float, float],
    heart_rate: float,
    pulse_rise: float,
) -> Response:
    """How far a patient stands out from the population, in standard deviations."""
    baseline, rises = population.baseline, population.rise
    return Response(
        systolic=(usual[0] - baseline.mean[0]) / baseline.between[0],
        diastolic=(usual[1] - baseline.mean[1]) / baseline.between[1],
        systolic_rise=(rise[0] - rises.mean[0]) / rises.between[0],
        diastolic_rise=(rise[1] - rises.mean[1]) / rises.between[1],
        heart_rate=(heart_rate - 72) / 8,
        pulse_rise=(pulse_rise - population.pulse_rise) / 8,
    )


def _body(person: Person) -> Body:
    return Body.of(person.weight_kg, female=person.sex == FEMALE)


def _drift(t_s: float, infusion: Infusion | None) -> float:
    """By how much of its amplitude the day's rhythm has moved since the infusion began."""
    if infusion is None or t_s <= infusion.started_s:
        return 0.0
    turn = 2 * pi / DAY_S
    return cos(turn * (t_s - HIGHEST_S)) - cos(turn * (infusion.started_s - HIGHEST_S))


def _changes(
    episodes: Iterable[Episode], t_s: float, infusion: Infusion | None
) -> Iterable[tuple[Change, float]]:
    return [e.change(t_s - infusion.started_s) for e in episodes] if infusion else []


def _changed(found: VitalSigns, change: Change, height: float) -> VitalSigns:
    return replace(
        found,
        systolic=found.systolic + change.systolic * height,
        diastolic=found.diastolic + change.diastolic * height,
        heart_rate=found.heart_rate + change.heart_rate * height,
        spo2=found.spo2 + change.spo2 * height,
        respiratory_rate=found.respiratory_rate + change.respiratory_rate * height,
    )
