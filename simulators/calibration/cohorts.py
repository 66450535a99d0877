"""Studies that never were: simulated patients, measured at the times at which a published cohort was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, sqrt
from statistics import fmean, stdev

from simulators.chance import chance
from simulators.people import Description, Person
from simulators.pharmacology import STANDARD_MG_PER_KG, STANDARD_S, Infusion
from simulators.physiology import Patient, cuff_noise

OPEN_S = (8 * 3600.0, 17 * 3600.0)
"""Times of day between which the infusions of a study begin."""

Found = tuple[float, float]
"""A value, and its standard error."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cuff and an oximeter find at one time."""

    systolic: float
    diastolic: float
    pulse: float
    spo2: float

    def reaches(self, systolic: float, diastolic: float) -> bool:
        """Return whether either pressure is at or above its limit."""
        return self.systolic >= systolic or self.diastolic >= diastolic


@dataclass(frozen=True, slots=True)
class Session:
    """One infusion of one subject."""

    before: Reading
    after: Mapping[int, Reading]
    """By minutes since the start."""

    def change(self, vital: str, minute: int) -> float:
        """Return how far a value is from that before."""
        return float(getattr(self.after[minute], vital) - getattr(self.before, vital))

    def largest(self, vital: str) -> float:
        """Return the largest change of all."""
        return max(self.change(vital, minute) for minute in self.after)


@dataclass(frozen=True, slots=True)
class Subject:
    """One patient of a study."""

    person: Person
    sessions: Sequence[Session]


@dataclass(frozen=True, slots=True)
class Study:
    """What was done to how many."""

    preset: str
    minutes: tuple[int, ...]
    """When it was measured, since the start; before the start it always is."""
    doses: tuple[float, ...] = (STANDARD_MG_PER_KG,)
    """Of each session, mg/kg; 0 is a placebo."""
    said: Description | None = None

    def of(self, patients: int) -> list[Subject]:
        """Return what so many patients showed; the same number gives the same ones."""
        return [self._subject(seed) for seed in range(patients)]

    def _subject(self, seed: int) -> Subject:
        visits = [
            Patient(seed, self.preset, visit, said=self.said) for visit in range(1, len(self.doses) + 1)
        ]
        sessions = [self._session(patient, dose) for patient, dose in zip(visits, self.doses, strict=True)]
        return Subject(visits[0].person, sessions)

    def _session(self, patient: Patient, dose: float) -> Session:
        dice = chance("calibration", self.preset, patient.seed, patient.visit)
        begins_s = dice.uniform(*OPEN_S)
        infusion = Infusion(begins_s, ended_s=begins_s + STANDARD_S, dose_mg_per_kg=dose) if dose else None

        def read(minute: int) -> Reading:
            truth, error = patient.true_state(begins_s + minute * 60, infusion), cuff_noise(dice)
            return Reading(
                truth.systolic + error[0], truth.diastolic + error[1], truth.heart_rate, truth.spo2
            )

        return Session(read(0), {minute: read(minute) for minute in self.minutes})


def average(subjects: Sequence[Subject], value: Callable[[Session], float]) -> Found:
    """Return the mean over all sessions."""
    means = [fmean(map(value, subject.sessions)) for subject in subjects]
    return fmean(means), _error(means)


def spread(subjects: Sequence[Subject], value: Callable[[Session], float]) -> Found:
    """Return the standard deviation over all sessions."""
    deviation = stdev(value(session) for subject in subjects for session in subject.sessions)
    return deviation, deviation / sqrt(2 * len(subjects))


def share_of_sessions(subjects: Sequence[Subject], met: Callable[[Session], bool]) -> Found:
    """Return the share of sessions that meet something, %."""
    value, error = average(subjects, met)
    return 100 * value, 100 * max(error, 1 / sum(len(subject.sessions) for subject in subjects))


def share_of_subjects(subjects: Sequence[Subject], met: Callable[[Session], bool]) -> Found:
    """Return the share of those who meet something in at least one session, %."""
    value = fmean(any(map(met, subject.sessions)) for subject in subjects)
    return 100 * value, 100 * max(sqrt(value * (1 - value) / len(subjects)), 1 / len(subjects))


def apart(
    subjects: Iterable[Subject], among: Callable[[Subject], bool], value: Callable[[Session], float]
) -> Found:
    """Return by how much the mean of some subjects lies above that of the others."""
    some: list[Subject] = []
    others: list[Subject] = []
    for subject in subjects:
        (some if among(subject) else others).append(subject)
    one, other = average(some, value), average(others, value)
    return one[0] - other[0], sqrt(one[1] ** 2 + other[1] ** 2)


def minute_of_largest(subjects: Sequence[Subject], vital: str) -> Found:
    """Return the minute at which the mean change is largest."""
    minutes = subjects[0].sessions[0].after
    largest = max(minutes, key=lambda minute: average(subjects, lambda s: s.change(vital, minute))[0])
    return float(largest), 0.0


def odds_by_year(subjects: Sequence[Subject], met: Callable[[Session], bool]) -> Found:
    """Return the odds ratio of meeting something for a year of age, by logistic regression over sessions."""
    years = [subject.person.age for subject in subjects]
    middle = fmean(years)
    rows = [
        (age - middle, met(session))
        for age, subject in zip(years, subjects, strict=True)
        for session in subject.sessions
    ]
    level = slope = 0.0
    for _ in range(12):
        gone = [(x, y, 1 / (1 + exp(-level - slope * x))) for x, y in rows]
        weights = [p * (1 - p) for _, _, p in gone]
        a, b, c = (sum(w * x**n for (x, _, _), w in zip(gone, weights, strict=True)) for n in range(3))
        u, v = sum(y - p for _, y, p in gone), sum((y - p) * x for x, y, p in gone)
        level += (c * u - b * v) / (a * c - b * b)
        slope += (a * v - b * u) / (a * c - b * b)
    clustered = sqrt(a / (a * c - b * b) * len(subjects[0].sessions))
    return exp(slope), exp(slope) * clustered


def _error(values: Sequence[float]) -> float:
    return stdev(values) / sqrt(len(values)) if len(values) > 1 else 0.0
