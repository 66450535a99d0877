"""Ketamine in the body: nothing is lost, nothing is below zero, more in is more everywhere."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.compartments import Body, Dosing, answers, stretches
from simulators.pharmacology import Infusion

BODIES = st.builds(Body.of, st.floats(45, 150), female=st.booleans())
STRETCHES = st.lists(st.tuples(st.floats(0, 60), st.floats(0, 60), st.floats(0, 0.1)), max_size=4)
DOSINGS = st.builds(
    Dosing,
    STRETCHES.map(lambda each: tuple((begin, begin + length, rate) for begin, length, rate in each)),
    st.lists(st.tuples(st.floats(0, 90), st.floats(0, 2)), max_size=3).map(tuple),
)
STANDARD = Dosing(((0, 40, 0.5 / 40),))


def plasma(dosing, t_min, body=None):
    return dosing.left(answers(body or Body()).plasma, t_min)


def test_the_standard_infusion_ends_near_what_was_measured():
    """About 185 ng/mL in veins (Zarate 2006), 100 to 250 (Krystal 1994)."""
    assert 185 < plasma(STANDARD, 40) < 250
    assert plasma(STANDARD, 60) < plasma(STANDARD, 40) / 3


@given(DOSINGS, BODIES, st.floats(-10, 400))
def test_nowhere_is_less_than_nothing(dosing, body, t_min):
    solved = answers(body)
    for terms in (solved.central, solved.fast, solved.slow, solved.plasma, solved.effect):
        assert dosing.left(terms, t_min) >= 0


@given(BODIES, st.floats(0.01, 2), st.floats(0, 600))
def test_of_a_bolus_what_is_not_in_the_body_was_eliminated(body, dose, t_min):
    """What passed through the centre is what as much a minute, for as long, would have left there."""
    solved, bolus = answers(body), Dosing(boluses=((0, dose),))
    held = sum(bolus.left(terms, t_min) for terms in (solved.central, solved.fast, solved.slow))
    passed = Dosing(((0, t_min, dose),)).left(solved.central, t_min)
    assert held + body.k10 * passed == pytest.approx(dose)


@given(BODIES, st.floats(1, 240))
def test_of_an_infusion_what_is_not_in_the_body_was_eliminated(body, t_min):
    """Elimination is summed by Simpson's rule, anew where the infusion ends."""
    solved = answers(body)
    held = sum(STANDARD.left(terms, t_min) for terms in (solved.central, solved.fast, solved.slow))
    edges = [0, 2, 6, 15, 40, 42, 46, 55, 100, 240]
    parts = pairwise([*(edge for edge in edges if edge < t_min), t_min])
    passed = sum(_simpson(lambda t: STANDARD.left(solved.central, t), *part) for part in parts)
    assert held + body.k10 * passed == pytest.approx(STANDARD.given(t_min), rel=2e-3)


@given(BODIES)
def test_in_the_end_as_much_is_eliminated_as_is_given(body):
    for_ever = Dosing(((0, 1e6, 0.01),))
    assert body.k10 * for_ever.left(answers(body).central, 1e6) == pytest.approx(0.01)


def _simpson(function, begin, end):
    width = (end - begin) / 12
    inner = sum((4 if n % 2 else 2) * function(begin + n * width) for n in range(1, 12))
    return width / 3 * (function(begin) + inner + function(end))


@given(DOSINGS, st.floats(0, 200), st.floats(0.01, 1), st.floats(0, 60))
def test_more_is_more_at_any_time(dosing, t_min, dose, at):
    more = Dosing(dosing.stretches, (*dosing.boluses, (at, dose)))
    solved = answers(Body())
    for terms in (solved.plasma, solved.effect, solved.slow):
        assert more.left(terms, t_min) >= dosing.left(terms, t_min) - 1e-9


@given(BODIES, st.floats(1, 300), st.floats(1.1, 4))
def test_twice_the_dose_is_twice_the_concentration(body, t_min, times):
    more = Dosing(((0, 40, times * 0.5 / 40),))
    assert plasma(more, t_min, body) == pytest.approx(times * plasma(STANDARD, t_min, body))


def test_the_effect_site_follows_the_plasma():
    solved = answers(Body())
    bolus = Dosing(boluses=((0, 0.1),))
    later = [bolus.left(solved.effect, minute) for minute in range(60)]
    assert later[0] == pytest.approx(0, abs=1e-9)
    assert 2 <= later.index(max(later)) <= 10


def test_the_effect_site_alone_nearly_follows_the_published_curve():
    site = [STANDARD.left(answers(Body()).effect, minute) for minute in range(121)]
    curve = Infusion(0, ended_s=2400)
    apart = [abs(site[minute] / site[40] - curve.effect(minute * 60)) for minute in range(121)]
    assert max(apart) < 0.12


def test_a_larger_body_holds_a_dose_by_weight_longer_and_women_eliminate_faster():
    small, large = (plasma(STANDARD, 40, Body.of(kg, female=True)) for kg in (50, 110))
    woman, man = (plasma(STANDARD, 40, Body.of(70, female=female)) for female in (True, False))
    assert small < large
    assert woman < man


def test_an_infusion_is_cut_where_its_rate_changes():
    running = [(0, 20), (30, 50)]
    assert stretches(running, [(10, 0.5), (40, 2)], 0.01) == (
        (0, 10, 0.01),
        (10, 20, 0.005),
        (30, 40, 0.005),
        (40, 50, 0.02),
    )
