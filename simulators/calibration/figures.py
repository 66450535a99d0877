"""A published figure beside what the model has for it, and what such figures count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from simulators.calibration.cohorts import Found, Session, Subject

SYSTOLIC, DIASTOLIC, PULSE, SPO2 = "systolic", "diastolic", "pulse", "spo2"


class Status(StrEnum):
    """How independent of a figure the model is."""

    FITTED = "fitted"
    """A number of the model was set to it."""
    SEEN = "seen"
    """It was looked at while numbers were chosen."""
    BUILT_IN = "built in"
    """Its direction was put in; the size is our own."""
    PREDICTED = "predicted"
    """It had no part in the model."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure, and what the model has for it."""

    study: str
    quantity: str
    published: str
    accepted: tuple[tuple[float, float], ...]
    """From and to, for each value: what counts as a fit."""
    found: tuple[Found, ...]
    status: Status
    digits: int = 1
    why: str = ""
    """Where it is known to miss."""

    @property
    def fits(self) -> bool:
        """Whether every value lies where it is accepted."""
        return all(
            low <= value <= high for (low, high), (value, _) in zip(self.accepted, self.found, strict=True)
        )

    @property
    def model(self) -> str:
        """The values as the report shows them."""
        return " / ".join(f"{round(value, self.digits) + 0.0:.{self.digits}f}" for value, _ in self.found)

    @property
    def accepting(self) -> str:
        """What is accepted, as the report shows it."""
        return " / ".join(
            f"{low:g}" if low == high else f"{low:g} to {high:g}" for low, high in self.accepted
        )


def pair(
    subjects: Sequence[Subject],
    measure: Callable[[Sequence[Subject], Callable[[Session], float]], Found],
    minute: int,
) -> tuple[Found, ...]:
    """Return a measure of the systolic and of the diastolic change at a minute."""
    return tuple(measure(subjects, change(vital, minute)) for vital in (SYSTOLIC, DIASTOLIC))


def change(vital: str, minute: int) -> Callable[[Session], float]:
    """Return what gives the change of a value at a minute."""
    return lambda session: session.change(vital, minute)


def largest(vital: str) -> Callable[[Session], float]:
    """Return what gives the largest change of a value."""
    return lambda session: session.largest(vital)


def rises(session: Session, vital: str, by: float) -> bool:
    """Return whether a value rose so far at any time."""
    return session.largest(vital) >= by


def ever(session: Session, systolic: float, diastolic: float) -> bool:
    """Return whether either pressure reached its limit at any time after the start."""
    return any(reading.reaches(systolic, diastolic) for reading in session.after.values())


def severe(session: Session) -> bool:
    """Return whether the pressure reached 180/110."""
    return ever(session, 180, 110)


def factor(*published: float) -> tuple[tuple[float, float], ...]:
    """Within a factor of two."""
    return tuple((value / 2, value * 2) for value in published)
