"""The expected response: how far pressure usually lies over a patient's own baseline, minute by minute.

It rises with a time constant up to the end of the infusion, holds while a pause holds the clock, and falls
with another after the end. Its corridor is the mean and so many standard deviations to either side. It is an
expectation to look at, never an alarm. Pure; what the numbers rest on stands at `monitor.limits.RESPONSES`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, sqrt
from typing import Literal, NamedTuple

from monitor.limits import ExpectedResponse
from monitor.sessions.session import Session
from monitor.terms import Baseline, Phase

Standing = Literal["below", "within", "above"]

MINUTE_MS = 60_000
RISE_STEP_MIN = 2
RETURN_STEP_MIN = 5
RETURN_MIN = 90
"""Minutes after the end of the infusion that a corridor is drawn for."""


class Span(NamedTuple):
    """A range of expected values."""

    low: float
    high: float


class Expected(NamedTuple):
    """What is expected over the baseline at one minute: mm[Hg] and /min."""

    systolic: Span
    diastolic: Span
    heart_rate: Span


class Point(NamedTuple):
    """One moment of a patient's corridor, whole mm[Hg]."""

    at_ms: int
    systolic_low: int
    systolic_high: int
    diastolic_low: int
    diastolic_high: int


@dataclass(frozen=True, slots=True)
class Course:
    """When an infusion ran, UTC milliseconds."""

    planned_min: float
    ran: tuple[tuple[int, int | None], ...]
    """The stretches between pauses, oldest first; None ends the one that is under way."""
    ended_ms: int | None = None

    @property
    def ran_from_ms(self) -> int:
        """When it began."""
        return self.ran[0][0]

    def minute(self, at_ms: int) -> float:
        """Return how many minutes had been infused at this moment."""
        run = sum(max(0, min(at_ms, at_ms if until is None else until) - since) for since, until in self.ran)
        return run / MINUTE_MS


def course_of(session: Session) -> Course | None:
    """Return when the infusion of a visit ran; None before its start."""
    if session.started_ms is None:
        return None
    ran: list[tuple[int, int | None]] = list(session.ran)
    if session.phase is Phase.INFUSION:
        ran.append((session.phase_since_ms, None))
    if not ran:
        ran = [(session.started_ms, session.ended_ms)]
    return Course(session.planned_min, tuple(ran), session.ended_ms)


def share(minute: float, since_end_min: float | None, planned_min: float, model: ExpectedResponse) -> float:
    """Return the part of the full rise, 0–1, after so many minutes of infusion.

    Args:
        minute: infused so far; from the planned end on the rise holds.
        since_end_min: minutes since the infusion ended; None while it has not.
        planned_min: the length at whose end the rise is full.
        model: for its time constants.
    """
    risen = min(1.0, (1 - exp(-minute / model.rise_min)) / (1 - exp(-planned_min / model.rise_min)))
    return risen if since_end_min is None else risen * exp(-since_end_min / model.decay_min)


def expected(part: float, model: ExpectedResponse) -> Expected:
    """Return what is expected over the baseline at this part of the full rise."""
    return Expected(
        _span(part, model.systolic, model.systolic_sd, model.systolic_rest_sd, model.deviations),
        _span(part, model.diastolic, model.diastolic_sd, model.diastolic_rest_sd, model.deviations),
        _span(part, model.heart_rate, model.heart_rate_sd, model.heart_rate_rest_sd, model.deviations),
    )


def expected_at(at_ms: int, course: Course, model: ExpectedResponse) -> Expected:
    """Return what is expected over the baseline at a moment of an infusion."""
    ended = course.ended_ms
    since_end = None if ended is None or at_ms <= ended else (at_ms - ended) / MINUTE_MS
    return expected(share(course.minute(at_ms), since_end, course.planned_min, model), model)


def corridor(course: Course, baseline: Baseline, model: ExpectedResponse) -> tuple[Point, ...]:
    """Return the corridor over this baseline; it changes when the clock stops or goes on, and not between.

    Of an infusion under way it reaches to the planned end, of a paused one to the pause, of one that ended
    `RETURN_MIN` beyond; whoever draws it holds the last values for as long as the infusion has not ended.
    """
    return tuple(_point(at_ms, course, baseline, model) for at_ms in sorted(set(_moments(course))))


def standing(systolic: float, over: Expected, baseline: Baseline) -> Standing:
    """Return where a systolic pressure stands to what is expected."""
    rise = systolic - baseline.systolic
    if rise > over.systolic.high:
        return "above"
    return "below" if rise < over.systolic.low else "within"


def _span(part: float, mean: float, sd: float, rest_sd: float, deviations: float) -> Span:
    """The spread at rest is the reading's own; what a patient's response adds grows with the response."""
    spread = sqrt(rest_sd**2 + max(0.0, sd**2 - rest_sd**2) * part**2)
    return Span(mean * part - deviations * spread, mean * part + deviations * spread)


def _moments(course: Course) -> Iterator[int]:
    """The moments that a corridor is told at: each second minute of the rise, each fifth of the return."""
    infused = 0
    planned_ms = round(course.planned_min * MINUTE_MS)
    for since, until in course.ran:
        end = max(since, since + planned_ms - infused if until is None else until)
        yield from range(since, end, RISE_STEP_MIN * MINUTE_MS)
        if 0 < planned_ms - infused < end - since:
            yield since + planned_ms - infused
        yield end
        infused += end - since
    if course.ended_ms is not None:
        step, last = RETURN_STEP_MIN * MINUTE_MS, RETURN_MIN * MINUTE_MS
        yield from range(course.ended_ms, course.ended_ms + last + 1, step)


def _point(at_ms: int, course: Course, baseline: Baseline, model: ExpectedResponse) -> Point:
    over = expected_at(at_ms, course, model)
    spans = ((baseline.systolic, over.systolic), (baseline.diastolic, over.diastolic))
    levels = [round(base + level) for base, span in spans for level in span]
    return Point(at_ms, *levels)


def of_phases(
    spans: Sequence[tuple[str, int, int | None]], planned_min: float, ended_ms: int | None
) -> Course | None:
    """Return the course that a visit's phases (name, from, until) tell; None without an infusion."""
    ran = tuple((since, until) for phase, since, until in spans if phase == Phase.INFUSION)
    return Course(planned_min, ran, ended_ms) if ran else None
