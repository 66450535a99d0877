"""What a trial measures: each definition as one function over the truth and the alarms.

A pair reaches a pair of limits when either component does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from monitor.terms import Priority
from monitor.trial.course import Cause, Course, CuffTaken
from monitor.trial.infusion import VISIT_S, Pair, SimulatedInfusion

HALF_MINUTE_S = 30.0
HARMLESS = (150.0, 94.0)
"""An onset below this true pressure is a nuisance."""
NEAR_HIGH = (170.0, 104.0)
"""A high alarm in an infusion that never reached this is false."""
HIGH = (180.0, 110.0)
SUSTAINED = (190.0, 115.0)
LASTING_S, WITHIN_S = 300.0, 600.0
"""A true high pressure that lasts so long should be called high within so long of its start."""


@dataclass(frozen=True, slots=True)
class Truth:
    """The true pressure of one infusion where the measures look at it."""

    half_minutes: Sequence[Pair]
    """Every half minute from the start."""
    at_cuffs: Sequence[Pair]
    """At each scheduled cuff."""

    @classmethod
    def of(cls, infusion: SimulatedInfusion, cuffs_s: Iterable[float]) -> Truth:
        """Look at an infusion."""
        moments = range(round(VISIT_S / HALF_MINUTE_S) + 1)
        return cls([infusion.truth(n * HALF_MINUTE_S) for n in moments], [infusion.truth(t) for t in cuffs_s])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rule was worth in one infusion."""

    onsets: int
    nuisances: int
    false_high: bool
    truly_high: bool
    missed_high: bool
    lasting_high: bool
    missed_lasting: bool
    sustained: bool
    missed_sustained: bool
    extra_cuffs: int
    shown_s: tuple[float, ...]
    """Delay of each high result until it was on the screen."""
    high_s: tuple[float, ...]
    """Delay of each high alarm after the result that began it."""


def outcome(truth: Truth, course: Course, onset_truths: Sequence[Pair]) -> Outcome:
    """Measure one infusion; `onset_truths` is the true pressure at each onset."""
    called_high = any(level is Priority.HIGH for _, level in course.levels)
    truly_high = any(reaches(p, HIGH) for p in truth.half_minutes)
    lasting_s = lasting_from_s(truth.half_minutes)
    sustained = any(reaches(a, SUSTAINED) and reaches(b, SUSTAINED) for a, b in pairwise(truth.at_cuffs))
    return Outcome(
        onsets=len(onset_truths),
        nuisances=sum(not reaches(p, HARMLESS) for p in onset_truths),
        false_high=called_high and not any(reaches(p, NEAR_HIGH) for p in truth.half_minutes),
        truly_high=truly_high,
        missed_high=truly_high and not called_high,
        lasting_high=bool(lasting_s),
        missed_lasting=any(not high_between(course, s, s + WITHIN_S) for s in lasting_s),
        sustained=sustained,
        missed_sustained=sustained and not called_high,
        extra_cuffs=sum(cuff.cause is not Cause.SCHEDULED for cuff in course.cuffs),
        shown_s=tuple(_shown_delays(course)),
        high_s=tuple(_high_delays(course)),
    )


def reaches(pressure: Pair, limits: Pair) -> bool:
    """Return whether either component is at or above its limit."""
    return pressure[0] >= limits[0] or pressure[1] >= limits[1]


def onsets_s(course: Course) -> list[float]:
    """Return when nothing that sounds became something; a rise from medium to high is not another."""
    return [at_s for (_, before), (at_s, level) in pairwise(course.levels) if before is None and level]


def lasting_from_s(half_minutes: Sequence[Pair]) -> list[float]:
    """Return when each stretch of true high pressure began that lasted for five minutes."""
    begun: list[float] = []
    since: int | None = None
    for number, pressure in enumerate([*half_minutes, (0.0, 0.0)]):
        if reaches(pressure, HIGH):
            since = number if since is None else since
            continue
        if since is not None and (number - 1 - since) * HALF_MINUTE_S >= LASTING_S:
            begun.append(since * HALF_MINUTE_S)
        since = None
    return begun


def high_between(course: Course, from_s: float, until_s: float) -> bool:
    """Return whether a high alarm stood at any time between the two."""
    ends = [at_s for at_s, _ in course.levels[1:]] + [float("inf")]
    return any(
        level is Priority.HIGH and at_s <= until_s and end_s > from_s
        for (at_s, level), end_s in zip(course.levels, ends, strict=True)
    )


def percentile(values: Iterable[float], percent: float) -> float | None:
    """Return the smallest value that is not below `percent` of them; None of nothing."""
    ordered = sorted(values)
    return ordered[max(0, ceil(percent / 100 * len(ordered)) - 1)] if ordered else None


def share(part: float, whole: float) -> float | None:
    """Return a quotient; None of nothing."""
    return part / whole if whole else None


def _over(cuff: CuffTaken) -> bool:
    return cuff.pressure is not None and reaches(cuff.pressure, HIGH)


def _shown_delays(course: Course) -> Iterator[float]:
    """Yield how long each high result took to the screen; one never shown took the rest of the visit."""
    for cuff in filter(_over, course.cuffs):
        yield (VISIT_S if cuff.shown_s is None else cuff.shown_s) - cuff.arrived_s


def _high_delays(course: Course) -> Iterator[float]:
    """Yield from the first high result of each round (a cuff that was due, and its repeats) to the alarm."""
    for (_, before), (at_s, level) in pairwise(course.levels):
        if level is not Priority.HIGH or before is Priority.HIGH:
            continue
        taken = [cuff for cuff in course.cuffs if cuff.arrived_s <= at_s]
        begun = max((n for n, cuff in enumerate(taken) if cuff.cause is not Cause.REPEAT), default=0)
        first = next(filter(_over, taken[begun:]), None)
        if first is not None:
            yield at_s - first.arrived_s
