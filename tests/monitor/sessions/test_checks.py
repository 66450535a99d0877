"""When the next pressure is due sooner than the phase's schedule says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sessions.checks import due_sooner
from monitor.sessions.gates import TakenPressure

NEARLY_HIGH = (175.0, 107.0)


def taken(*pressures: tuple[float, float], questionable: tuple[int, ...] = ()) -> list[TakenPressure]:
    return [TakenPressure(n * 60.0, *p, n not in questionable) for n, p in enumerate(pressures)]


@pytest.mark.parametrize("high", [(175, 70), (120, 107), (190, 115)])
def test_either_component_that_is_nearly_high_is_enough(high: tuple[float, float]) -> None:
    assert due_sooner(taken((120, 70), high), NEARLY_HIGH)


def test_a_pressure_just_below_both_is_not() -> None:
    assert not due_sooner(taken((174.9, 106.9)), NEARLY_HIGH)


def test_two_in_a_row_below_settle_it_and_one_does_not() -> None:
    assert due_sooner(taken((180, 90), (150, 90)), NEARLY_HIGH)
    assert not due_sooner(taken((180, 90), (150, 90), (151, 90)), NEARLY_HIGH)
    assert due_sooner(taken((180, 90), (150, 90), (176, 90), (151, 90)), NEARLY_HIGH)


def test_a_questionable_one_settles_nothing_and_may_ask_for_more() -> None:
    assert due_sooner(taken((180, 90), (150, 90), (150, 90), questionable=(2,)), NEARLY_HIGH)
    assert due_sooner(taken((150, 90), (190, 90), questionable=(1,)), NEARLY_HIGH)


PAIRS = st.tuples(st.integers(90, 220), st.integers(50, 130))


@given(st.lists(PAIRS, max_size=8), PAIRS)
def test_a_nearly_high_pressure_that_came_last_is_always_followed_up(
    before: list[tuple[int, int]], last: tuple[int, int]
) -> None:
    over = last[0] >= NEARLY_HIGH[0] or last[1] >= NEARLY_HIGH[1]
    assert due_sooner(taken(*before, last), NEARLY_HIGH) or not over
