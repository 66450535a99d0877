"""How a high pressure is confirmed: by a second reading, or by the filter."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from monitor.terms import Priority

Pair = tuple[float, float]
"""Systolic and diastolic."""


class Estimator(StrEnum):
    """What judges a high pressure that is to be confirmed."""

    RULE = "rule"
    """A second reading."""
    FILTER = "filter"
    """The chances that the filter finds, beside a second reading; the rule, where there is no baseline."""


@dataclass(frozen=True, slots=True)
class PressureRule:
    """How a second reading confirms a high pressure; pairs are systolic and diastolic, mm[Hg].

    Source: this project's simulation study of cuff artifacts (docs/alarms.md); needs a clinician's signature.
    """

    agree_s: float = 360.0
    """An earlier reading agrees with a new one if it is no older than this."""
    near_high: tuple[float, float] = (10, 6)
    """This far below the high limit a repeat still confirms high."""
    near_medium: tuple[float, float] = (3, 2)
    """This far below the medium limit a repeat still confirms medium."""
    leap: tuple[float, float] = (25, 15)
    """A rise of at least this, from below the medium limit, is a leap: more likely an artifact."""
    hold_leap: bool = True
    """A leap waits for its repeats before it sounds as medium; False sounds at once."""
    leap_priority: Priority = Priority.LOW
    """How a held leap asks for its repeats."""
    contradictions: int = 1
    """How many repeats below the medium limit refute a high reading …"""
    leap_contradictions: int = 2
    """… and how many a leap."""
    repeat_s: float = 60.0
    """So long after a reading that waits, a repeat is wanted."""
    start_repeats: bool = False
    """The repeat is started when it is wanted, where the device may be told so."""
    decide_s: float = 120.0
    """When repeats have not decided by then, time does …"""
    running_cuff_s: float = 180.0
    """… or when a cuff that is running then has ended, by this time at the latest."""
    react_s: float = 15.0
    """A leap that one repeat speaks against waits so much longer, for the second repeat to begin."""
    clear_readings: int = 2
    """How many readings in a row, below the limit by the deadband, take an alarm one priority down."""
    estimator: Estimator = Estimator.RULE


@dataclass(frozen=True, slots=True)
class FilterSettings:
    """The filter that estimates the true pressure; pairs are systolic and diastolic, mm[Hg] or mm[Hg]².

    Source: this project's simulation study, as the rule's (docs/alarms.md); needs a clinician's signature.
    """

    baseline_variance: tuple[float, float] = (9, 6)
    """How well the baseline is known."""
    rise: tuple[float, float] = (12, 8.2)
    """What the infusion adds at its planned end …"""
    rise_sd: tuple[float, float] = (10, 6.8)
    """… and how far patients differ in it, one standard deviation."""
    drift: tuple[float, float] = (1.5, 0.75)
    """Variance that each minute adds."""
    noise_variance: tuple[float, float] = (22.25, 13.25)
    """Of a sound reading."""
    artifact_share: float = 0.04
    """How many readings are artifacts …"""
    artifact_again_share: float = 0.3
    """… and how many of those that follow one …"""
    artifact_again_s: float = 180.0
    """… within so long."""
    artifact_sd: tuple[float, float] = (28, 18)
    """The error of an artifact, one standard deviation."""
    jump_share: float = 0.007
    """How often the true pressure has jumped since the last reading …"""
    jump_sd: tuple[float, float] = (25, 15)
    """… and how far, one standard deviation."""
    rise_min: float = 18.0
    """Time constant of the effect while the infusion runs, minutes …"""
    decay_min: float = 28.0
    """… and while it does not."""
    hypotheses: int = 10
    """How many are kept after each reading."""
    high: float = 0.3
    """High where the chance of a pressure over the high limit is more than this …"""
    medium: float = 0.4
    """… and medium, over the medium limit."""
    clear: float = 0.2
    """Less than this chance takes an alarm one priority down."""
    repeats: int = 2
    """So many repeats near the high limit are high, whatever the chance."""
