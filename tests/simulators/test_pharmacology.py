"""The effect curve: peak at the end, back within the hours published, pauses."""

from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.pharmacology import Infusion

MIN = 60.0


def test_nothing_before_the_start_and_all_of_it_at_the_planned_end():
    infusion = Infusion(1000, planned_s=40 * MIN)
    assert infusion.effect(999) == 0
    assert infusion.effect(1000) == 0
    assert infusion.effect(1000 + 40 * MIN) == pytest.approx(1)


@pytest.mark.parametrize("minute", [5, 10, 20, 30, 40])
def test_the_rise_is_the_published_formula(minute):
    expected = (1 - exp(-minute / 18)) / (1 - exp(-40 / 18))
    assert Infusion(0).effect(minute * MIN) == pytest.approx(expected)


def test_ninety_minutes_after_the_start_it_is_nearly_gone():
    assert Infusion(0, ended_s=40 * MIN).effect(90 * MIN) == pytest.approx(0.17, abs=0.005)


def test_the_peak_is_at_the_end_of_the_infusion():
    infusion = Infusion(0, planned_s=50 * MIN, ended_s=50 * MIN)
    by_minute = [infusion.effect(minute * MIN) for minute in range(121)]
    assert max(by_minute) == by_minute[50]


def test_a_pause_falls_and_a_resumption_rises_from_there():
    paused = Infusion(0, pauses=((15 * MIN, 25 * MIN),))
    before, during, after = (paused.effect(minute * MIN) for minute in (15, 25, 35))
    assert during == pytest.approx(before * exp(-10 / 28))
    assert during < after < Infusion(0).effect(35 * MIN)


def test_a_pause_that_lasts_falls_on():
    paused = Infusion(0, pauses=((15 * MIN, None),))
    assert paused.effect(60 * MIN) == pytest.approx(paused.effect(15 * MIN) * exp(-45 / 28))


def test_ended_during_a_pause_never_rises_again():
    ended = Infusion(0, pauses=((10 * MIN, None),), ended_s=20 * MIN)
    falling = [ended.effect(minute * MIN) for minute in range(10, 90)]
    assert falling == sorted(falling, reverse=True)


@given(
    pauses=st.lists(st.floats(0, 3600), max_size=6).map(sorted),
    ended_s=st.none() | st.floats(0, 3600),
    at_s=st.floats(-100, 20_000),
)
def test_any_history_gives_an_effect_between_nothing_and_the_ceiling(pauses, ended_s, at_s):
    pairs = tuple(zip(pauses[::2], pauses[1::2], strict=False))
    assert 0 <= Infusion(0, pauses=pairs, ended_s=ended_s).effect(at_s) <= 1 / (1 - exp(-40 / 18))


@given(at_s=st.floats(0, 7200))
def test_the_curve_has_no_steps(at_s):
    infusion = Infusion(0, pauses=((600, 900), (1500, 1700)), ended_s=2800)
    assert infusion.effect(at_s + 1) == pytest.approx(infusion.effect(at_s), abs=0.002)
