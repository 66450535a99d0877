"""What befalls a patient now and then beside the infusion, and what is given against a high pressure.

Source: that bradycardia with hypotension and trouble with breathing occur, both rarely, is published
(Murrough 2013, one of 47, from memory; a survey of 6,630 patients, Pharmaceuticals 2020, 13:151, one). The
rates and the sizes here are this project's own proposals. Labetalol: 50 mg intravenously lowered the mean
pressure by 24 mm[Hg], most of it within about 4 minutes, without a change of the heart rate (Ronne-Rasmussen
1976, Br J Clin Pharmacol 3:805); it lasts 2 to 4 hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import exp, pi, sin
from random import Random

LABETALOL_MG, LABETALOL_FALL = 50.0, 24.0
"""A dose, and by how much it lowers the mean pressure, mm[Hg]."""
LABETALOL_BEND_MG = 35.0
"""A larger dose lowers it by less for each mg."""
_LABETALOL_ON_S, _LABETALOL_OFF_S = 100.0, 3 * 3600.0
FALL_OF_MEAN = (1.3, 0.85)
"""Of a fall of the mean pressure by 1: that of systolic and diastolic."""


class Event(StrEnum):
    """What can befall a patient during a visit."""

    VASOVAGAL = "vasovagal"
    """Pressure and rate fall together."""
    BRADYCARDIA = "bradycardia"
    """The rate falls alone."""
    DESATURATION = "desaturation"
    """Breathing slows, the saturation falls."""
    ANXIETY = "anxiety"
    """Everything rises."""


@dataclass(frozen=True, slots=True)
class Change:
    """By how much something changes the vital signs."""

    systolic: float = 0.0
    diastolic: float = 0.0
    heart_rate: float = 0.0
    spo2: float = 0.0
    respiratory_rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Usual:
    """How often an event comes and what it does."""

    share: float
    """Of the infusions."""
    for_s: float
    height: Change


EVENTS: Mapping[Event, Usual] = {
    Event.VASOVAGAL: Usual(0.005, 180.0, Change(-35, -20, -25)),
    Event.BRADYCARDIA: Usual(0.004, 240.0, Change(-6, -3, -28)),
    Event.DESATURATION: Usual(0.004, 150.0, Change(spo2=-9, respiratory_rate=-6)),
    Event.ANXIETY: Usual(0.03, 600.0, Change(14, 8, 18, 0, 7)),
}


@dataclass(frozen=True, slots=True)
class Episode:
    """One event of one visit."""

    event: Event
    at_s: float
    """Seconds into the infusion."""

    def change(self, into_s: float) -> tuple[Change, float]:
        """Return what it does at its height, and how far it has taken hold, 0 to 1."""
        usual = EVENTS[self.event]
        return usual.height, bump(into_s - self.at_s, usual.for_s)


def episodes(dice: Random) -> Iterator[Episode]:
    """Yield what befalls a patient at one visit; vasovagal episodes are drawn with the visit itself."""
    for event, usual in EVENTS.items():
        happens, at_s = dice.random() < usual.share, dice.uniform(300, 2400)
        if happens and event is not Event.VASOVAGAL:
            yield Episode(event, at_s)


def labetalol(given: Iterable[tuple[float, float]], t_s: float) -> tuple[float, float]:
    """Return by how much labetalol lowers the pressure at a time, systolic and diastolic, mm[Hg].

    `given` are (at, mg), times as `t_s`. Doses add up before the effect bends.
    """
    left_mg = sum(
        mg * (1 - exp(-(t_s - at_s) / _LABETALOL_ON_S)) * exp(-(t_s - at_s) / _LABETALOL_OFF_S)
        for at_s, mg in given
        if at_s < t_s
    )
    full = 1 - exp(-LABETALOL_MG / LABETALOL_BEND_MG)
    fall = LABETALOL_FALL * (1 - exp(-left_mg / LABETALOL_BEND_MG)) / full
    return fall * FALL_OF_MEAN[0], fall * FALL_OF_MEAN[1]


def bump(into_s: float, length_s: float) -> float:
    """Return a smooth rise to 1 and back over `length_s`; 0 outside."""
    return sin(pi * into_s / length_s) ** 2 if 0 < into_s < length_s else 0.0
