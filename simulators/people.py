"""Who a seeded patient is: age, sex, weight, hypertension, medication.

The seed draws how a patient responds, and then who this is in view of it: strong responders come out older
and more often hypertensive, as they are in the cohorts, while the cohort's own means and spreads stay
untouched. What a scenario says of a patient moves the response from what the seed had, by the same
associations (`SHIFTS`, `PER_YEAR`).

Source: that age and hypertension go with larger rises is published (Gen Hosp Psychiatry 2024: odds of a surge
times 1.04 a year; the Guangzhou and the Emory cohort, Szarmach 2021), as are a smaller rise of the pulse with
hypertension (Guangzhou), larger diastolic rises in women (Liebe 2017) and higher peaks with SSRIs (Szarmach
2020). Emory's mean age, 56.7, and its share of hypertension, 36.1 %, are published; how large the other
associations and shares are, and what a beta-blocker changes, are this project's own proposals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from math import sqrt
from random import Random
from statistics import NormalDist

ANTIHYPERTENSIVE, BETA_BLOCKER, SSRI = "antihypertensive", "beta_blocker", "ssri"
MEDICATION = (ANTIHYPERTENSIVE, BETA_BLOCKER, SSRI)
SEXES = ("female", "male")
FEMALE, HYPERTENSION = "female", "hypertension"
AGE_SD = 14.0
AGES = (18.0, 85.0)


@dataclass(frozen=True, slots=True)
class Response:
    """How a patient stands out, or what moves: pressures in mm[Hg], rates in /min."""

    systolic: float = 0.0
    """Usual pressure."""
    diastolic: float = 0.0
    systolic_rise: float = 0.0
    diastolic_rise: float = 0.0
    heart_rate: float = 0.0
    pulse_rise: float = 0.0

    def plus(self, other: Response, times: float = 1.0) -> Response:
        """Return this one moved by so many times another."""
        moved = {f.name: getattr(self, f.name) + times * getattr(other, f.name) for f in fields(self)}
        return Response(**moved)


SHIFTS: Mapping[str, Response] = {
    HYPERTENSION: Response(7.0, 2.5, 3.5, 1.5, 0.0, -2.5),
    FEMALE: Response(diastolic_rise=1.5),
    BETA_BLOCKER: Response(heart_rate=-6.0, pulse_rise=-4.0),
    SSRI: Response(systolic_rise=1.5, diastolic_rise=0.6),
}
"""What each makes of a patient, beside one without."""
PER_YEAR = Response(systolic_rise=0.2, diastolic_rise=0.08)
"""What a year of age makes."""
_LEANINGS: Mapping[str, Response] = {
    HYPERTENSION: Response(systolic=0.42, systolic_rise=0.34, pulse_rise=-0.2),
    FEMALE: Response(diastolic_rise=0.22),
    BETA_BLOCKER: Response(heart_rate=-0.36, pulse_rise=-0.24),
    SSRI: Response(systolic_rise=0.15),
}
"""How strongly each goes with what the patient stands out by: correlations."""


@dataclass(frozen=True, slots=True)
class Shares:
    """What a population consists of."""

    age: float
    """Mean; 14 years between patients."""
    female: float
    hypertension: float


@dataclass(frozen=True, slots=True)
class Person:
    """Who the patient is."""

    age: int
    sex: str
    weight_kg: float
    hypertension: bool
    medication: frozenset[str]

    @property
    def traits(self) -> frozenset[str]:
        """What of `SHIFTS` this person has."""
        having = {FEMALE} if self.sex == FEMALE else set()
        having |= {HYPERTENSION} if self.hypertension else set()
        return frozenset(having | self.medication) & SHIFTS.keys()


@dataclass(frozen=True, slots=True)
class Description:
    """What a scenario says of a person; None is left to the seed."""

    age: int | None = None
    sex: str | None = None
    weight_kg: float | None = None
    hypertension: bool | None = None
    medication: frozenset[str] | None = None

    def of(self, person: Person) -> Person:
        """Return that person as described."""
        said = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(person, **{name: value for name, value in said.items() if value is not None})


def drawn(dice: Random, shares: Shares, outstanding: Response, rise_sd: float) -> Person:
    """Draw who somebody is who stands out so far, in standard deviations, from the population.

    `rise_sd` is that of the systolic rise between patients, mm[Hg].
    """
    leaning = min(0.9, PER_YEAR.systolic_rise * AGE_SD / rise_sd)
    years = leaning * outstanding.systolic_rise + sqrt(1 - leaning**2) * dice.gauss(0, 1)
    age = round(max(AGES[0], min(AGES[1], shares.age + AGE_SD * years)))
    sex = SEXES[0] if _has(dice, FEMALE, shares.female, outstanding) else SEXES[1]
    weight = dice.gauss(72, 14) if sex == FEMALE else dice.gauss(85, 15)
    hypertension = _has(dice, HYPERTENSION, shares.hypertension, outstanding)
    treated = dice.random() < (0.75 if hypertension else 0.0)
    medication = {ANTIHYPERTENSIVE} if treated else set()
    medication |= {BETA_BLOCKER} if _has(dice, BETA_BLOCKER, 0.12, outstanding) else set()
    medication |= {SSRI} if _has(dice, SSRI, 0.45, outstanding) else set()
    return Person(age, sex, round(max(45.0, min(150.0, weight))), hypertension, frozenset(medication))


def shift(person: Person, said: Person) -> Response:
    """Return by how much the response of the described person differs from that of the one drawn."""
    moved = Response().plus(PER_YEAR, said.age - person.age)
    for trait in said.traits - person.traits:
        moved = moved.plus(SHIFTS[trait])
    for trait in person.traits - said.traits:
        moved = moved.plus(SHIFTS[trait], -1)
    return moved


def _has(dice: Random, trait: str, share: float, outstanding: Response) -> bool:
    """Whether somebody has a trait: the share of the population has it, those who lean towards it first."""
    leanings = {f.name: getattr(_LEANINGS[trait], f.name) for f in fields(Response)}
    leaning = sum(size * getattr(outstanding, name) for name, size in leanings.items())
    rest = sqrt(1 - sum(size**2 for size in leanings.values()))
    return bool(leaning + rest * dice.gauss(0, 1) > NormalDist().inv_cdf(1 - share))
