"""A cuff result as a pair, and the limits of both components: over a pair is over in either component."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from operator import ge, gt

import msgspec

from monitor.alarms.in_force import ConditionInForce
from monitor.limits import Pair, PressureRule
from monitor.terms import Priority, Vital

CONDITIONS = {Vital.SBP: "sbp_high", Vital.DBP: "dbp_high"}
"""The two conditions that are judged as a pair."""


class Pressure(msgspec.Struct, frozen=True):
    """One cuff result; a component that is missing is None."""

    systolic: float | None
    diastolic: float | None
    at_s: float
    """Monotonic."""

    @property
    def values(self) -> tuple[float | None, float | None]:
        """Systolic and diastolic."""
        return self.systolic, self.diastolic

    @property
    def complete(self) -> bool:
        """Whether neither component is missing."""
        return self.systolic is not None and self.diastolic is not None


class Grade(StrEnum):
    """How high a reading is."""

    HIGH = "over the high limit"
    NEAR_HIGH = "near the high limit"
    MEDIUM = "at or near the medium limit"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class PairLimits:
    """The limits of both components, systolic first; a limit that is off is infinite."""

    medium: Pair
    high: Pair
    ceiling: Pair
    deadband: Pair

    @classmethod
    def of(cls, conditions: Mapping[str, ConditionInForce]) -> PairLimits:
        """Gather them from the conditions in force."""
        systolic, diastolic = (conditions.get(name) for name in CONDITIONS.values())

        def pair(priority: Priority, *, immediate: bool = False) -> Pair:
            found = []
            for condition in (systolic, diastolic):
                bands = condition.bands if condition else ()
                limits = (b.immediate if immediate else b.limit for b in bands if b.priority is priority)
                limit = next(limits, None)
                found.append(math.inf if limit is None else limit)
            return found[0], found[1]

        return cls(
            medium=pair(Priority.MEDIUM),
            high=pair(Priority.HIGH),
            ceiling=pair(Priority.HIGH, immediate=True),
            deadband=(systolic.deadband if systolic else 0.0, diastolic.deadband if diastolic else 0.0),
        )


def grade_of(pressure: Pressure, limits: PairLimits, rule: PressureRule) -> Grade:
    """Return how high a reading is."""
    if over(pressure, limits.high):
        return Grade.HIGH
    if over(pressure, below(limits.high, rule.near_high)):
        return Grade.NEAR_HIGH
    if over(pressure, below(limits.medium, rule.near_medium)):
        return Grade.MEDIUM
    return Grade.BELOW


def over(pressure: Pressure, limits: Pair, *, strictly: bool = False) -> bool:
    """Return whether either component is at or over its limit; with `strictly`, over it."""
    beyond = gt if strictly else ge
    return any(v is not None and beyond(v, limit) for v, limit in zip(pressure.values, limits, strict=True))


def below(limits: Pair, by: Pair) -> Pair:
    """Return limits that are lower by this much."""
    return limits[0] - by[0], limits[1] - by[1]
