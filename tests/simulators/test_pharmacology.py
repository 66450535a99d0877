"""The effect curve: peak at the end, back within the hours published, pauses."""

from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.pharmacology import BEND, Infusion

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


def ended(**changes):
    return Infusion(0, ended_s=changes.get("planned_s", 40 * MIN), **changes)


@given(at_s=st.floats(0, 10_000), lower=st.floats(0.1, 2), more=st.floats(0.01, 1))
def test_a_larger_dose_has_the_larger_effect_at_any_time(at_s, lower, more):
    assert ended(dose_mg_per_kg=lower + more).effect(at_s) >= ended(dose_mg_per_kg=lower).effect(at_s)


def test_half_the_dose_has_half_the_effect_and_double_the_dose_less_than_double():
    half, standard, double = (ended(dose_mg_per_kg=dose) for dose in (0.25, 0.5, 1.0))
    assert half.effect(40 * MIN) == pytest.approx(0.5)
    assert standard.effect(40 * MIN) == pytest.approx(1)
    assert 1.4 < double.effect(40 * MIN) < 1.6


def test_the_same_dose_over_an_hour_rises_less():
    assert ended(planned_s=60 * MIN).effect(60 * MIN) == pytest.approx(0.72, abs=0.02)


@given(at_s=st.floats(0, 7200), when=st.floats(0, 2400))
def test_a_rate_that_is_set_to_what_it_was_changes_nothing(at_s, when):
    assert ended(rates=((when, 1.0),)).effect(at_s) == pytest.approx(ended().effect(at_s), abs=1e-9)


def test_half_the_rate_falls_towards_half_the_effect_and_a_stop_towards_none():
    halved, stopped, paused = (
        ended(rates=((20 * MIN, 0.5),)),
        ended(rates=((20 * MIN, 0.0),)),
        Infusion(0, pauses=((20 * MIN, None),)),
    )
    assert halved.effect(19 * MIN) == Infusion(0).effect(19 * MIN)
    assert halved.effect(40 * MIN) == pytest.approx(0.6, abs=0.1)
    assert stopped.effect(40 * MIN) == pytest.approx(paused.effect(40 * MIN), abs=0.12)


def test_a_bolus_acts_within_minutes_and_wears_off():
    alone, helped = ended(), ended(boluses=((20 * MIN, 0.1),))
    gain = [helped.effect(minute * MIN) - alone.effect(minute * MIN) for minute in range(60)]
    assert max(gain[:20]) == pytest.approx(0, abs=1e-9)
    assert 22 <= gain.index(max(gain)) <= 28
    assert max(gain) > 0.25
    assert gain[59] < 0.1


@given(
    rates=st.lists(st.tuples(st.floats(0, 3600), st.floats(0, 4)), max_size=4).map(sorted).map(tuple),
    boluses=st.lists(st.tuples(st.floats(0, 3600), st.floats(0.01, 1)), max_size=3).map(tuple),
    at_s=st.floats(-100, 20_000),
)
def test_whatever_is_given_the_effect_is_bounded_and_has_no_steps(rates, boluses, at_s):
    infusion = ended(rates=rates, boluses=boluses)
    effect = infusion.effect(at_s)
    assert 0 <= effect <= 1 + BEND
    assert infusion.effect(at_s + 0.01) == pytest.approx(effect, abs=0.01)


@given(at_s=st.floats(0, 7200), dose=st.floats(0.1, 2))
def test_the_concentration_follows_the_dose(at_s, dose):
    usual, other = ended().plasma_ng_ml(at_s), ended(dose_mg_per_kg=dose).plasma_ng_ml(at_s)
    assert other == pytest.approx(dose / 0.5 * usual)


def test_a_spray_peaks_at_40_minutes_and_lasts_longer():
    spray = [Infusion(0).spray(minute * MIN) for minute in range(240)]
    assert max(spray) == spray[40] == pytest.approx(1)
    assert 0.25 < spray[90] < 0.6
    assert Infusion(0, ended_s=5 * MIN).spray(40 * MIN) == spray[40]


def test_a_bolus_acts_in_a_pause_from_the_beginning_on():
    paused = Infusion(0, pauses=((0, None),), boluses=((60, 0.1),))
    assert paused.effect(300) > 0.2


@given(at_s=st.floats(-100, 0))
def test_nothing_acts_before_it_is_given(at_s):
    infusion = ended(rates=((0, 2.0),), boluses=((0, 0.5),))
    assert infusion.effect(at_s) == infusion.spray(at_s) == infusion.plasma_ng_ml(at_s - 1) == 0
