"""The expected response: its peak, its pauses, its return, and where a reading stands to it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.limits import RESPONSES, ExpectedResponse
from monitor.sessions.response import MINUTE_MS, Course, Expected, corridor, expected_at, of_phases, standing
from monitor.terms import Baseline

START = 1_770_000_000_000
YALE = RESPONSES["yale"]
BASELINE = Baseline(120, 75, 70)


def at(minute: float) -> int:
    return START + round(minute * MINUTE_MS)


def ran(*stretches: tuple[float, float | None], planned: float = 40, ended: float | None = None) -> Course:
    spans = tuple((at(since), None if until is None else at(until)) for since, until in stretches)
    return Course(planned, spans, None if ended is None else at(ended))


FORTY = ran((0, 40), ended=40)


def middle(minute: float, course: Course = FORTY, model: ExpectedResponse = YALE) -> float:
    span = expected_at(at(minute), course, model).systolic
    return (span.low + span.high) / 2


def width(minute: float, course: Course = FORTY) -> float:
    span = expected_at(at(minute), course, YALE).systolic
    return span.high - span.low


@pytest.mark.parametrize(("name", "systolic", "diastolic"), [
    ("yale", 16.0, 11.0), ("guangzhou", 7.4, 6.0), ("emory", 3.28, 3.17),
])  # fmt: skip
def test_at_the_end_of_the_infusion_it_is_what_was_published(
    name: str, systolic: float, diastolic: float
) -> None:
    over = expected_at(at(40), FORTY, RESPONSES[name])
    assert sum(over.systolic) / 2 == pytest.approx(systolic)
    assert sum(over.diastolic) / 2 == pytest.approx(diastolic)


def test_four_of_five_patients_lie_within_it_at_the_peak() -> None:
    over = expected_at(at(40), FORTY, YALE)
    assert over.systolic.high - 16.0 == pytest.approx(1.28 * 11.2)
    assert over.diastolic.high - 11.0 == pytest.approx(1.28 * 8.45)


def test_without_a_drug_it_is_as_wide_as_a_reading_is_uncertain() -> None:
    assert width(0) == pytest.approx(2 * 1.28 * YALE.systolic_rest_sd)
    assert middle(0) == 0


def test_it_has_returned_by_90_to_100_minutes() -> None:
    assert middle(90) < 3
    assert middle(100) < 2


@pytest.mark.parametrize("planned", [40, 60])
def test_the_rise_is_full_at_the_planned_end_whatever_its_length(planned: float) -> None:
    course = ran((0, None), planned=planned)
    assert middle(planned, course) == pytest.approx(16.0)
    assert middle(planned + 15, course) == pytest.approx(16.0)


def test_a_pause_holds_it() -> None:
    course = ran((0, 10), (25, None))
    assert middle(10, course) == pytest.approx(middle(10, ran((0, None))))
    assert middle(18, course) == middle(25, course) == middle(10, course)
    assert middle(35, course) == pytest.approx(middle(20, ran((0, None))))


def test_an_infusion_that_ends_early_returns_from_where_it_was() -> None:
    course = ran((0, 12), ended=12)
    assert middle(12, course) == pytest.approx(middle(12, ran((0, None))))
    assert middle(40, course) == pytest.approx(middle(12, course) * 2.718281828**-1)


def test_the_corridor_reaches_to_the_planned_end_to_the_pause_or_past_the_end() -> None:
    ends = [
        (corridor(course, BASELINE, YALE)[-1].at_ms - START) / MINUTE_MS
        for course in (ran((0, None)), ran((0, 10)), ran((0, 10), (25, None)), FORTY)
    ]
    assert ends == [40, 10, 55, 130]


def test_it_stays_the_same_while_the_clock_runs() -> None:
    """What is sent once needs not be sent again: nothing of it depends on the present moment."""
    points = corridor(ran((0, None)), BASELINE, YALE)
    assert len(points) == 21
    assert points[0].systolic_low < 120 < points[0].systolic_high
    assert (points[-1].systolic_low, points[-1].systolic_high) == (122, 150)


def test_where_a_reading_stands() -> None:
    over = expected_at(at(40), FORTY, YALE)
    found = [standing(systolic, over, BASELINE) for systolic in (119, 122, 136, 150, 151)]
    assert found == ["below", "within", "within", "within", "above"]


def test_the_phases_of_a_visit_tell_the_same_course() -> None:
    phases = [
        ("baseline", at(-5), at(0)), ("infusion", at(0), at(10)), ("paused", at(10), at(25)),
        ("infusion", at(25), at(55)), ("recovery", at(55), None),
    ]  # fmt: skip
    assert of_phases(phases, 40, at(55)) == ran((0, 10), (25, 55), ended=55)
    assert of_phases(phases[:1], 40, None) is None


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """Stretches in order, perhaps with an end; or one that is under way."""
    marks = sorted(draw(st.lists(st.integers(0, 90), min_size=2, max_size=8, unique=True)))
    pairs = list(zip(marks[::2], marks[1::2], strict=False))
    planned = draw(st.integers(40, 90))
    if draw(st.booleans()):
        return ran(*pairs, planned=planned, ended=pairs[-1][1])
    return ran(*pairs[:-1], (pairs[-1][0], None), planned=planned)


models = st.sampled_from(list(RESPONSES.values())) | st.builds(
    lambda sd, rest: replace(YALE, systolic_sd=sd, systolic_rest_sd=rest), st.floats(0, 30), st.floats(0, 30)
)


@given(courses(), models)
def test_it_rises_to_the_end_and_falls_after_it(course: Course, model: ExpectedResponse) -> None:
    means = [middle(minute, course, model) for minute in range(0, 200, 3)]
    ended = 200.0 if course.ended_ms is None else (course.ended_ms - START) / MINUTE_MS
    for index, (one, next_one) in enumerate(pairwise(means)):
        if (index + 1) * 3 <= ended:
            assert next_one >= one - 1e-9
        if index * 3 >= ended:
            assert next_one <= one + 1e-9
    assert max(means) <= model.systolic + 1e-9


@given(courses(), models)
def test_every_corridor_is_in_order_and_agrees_with_the_moment(
    course: Course, model: ExpectedResponse
) -> None:
    points = corridor(course, BASELINE, model)
    assert all(one.at_ms < other.at_ms for one, other in pairwise(points))
    assert len(points) < 80
    for point in points:
        over: Expected = expected_at(point.at_ms, course, model)
        assert point.systolic_low <= point.systolic_high
        assert point.diastolic_low <= point.diastolic_high
        assert abs(point.systolic_high - 120 - over.systolic.high) <= 0.5
