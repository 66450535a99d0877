"""What a scenario lets happen to a patient."""

import pytest

from simulators.courses import BACK_S, Course
from simulators.physiology import VitalSigns

USUAL = VitalSigns(120, 80, 70, 98, 2.0)


def at(second, **changes):
    course = Course("1", **({"vital": "spo2", "to": 80, "at_s": 60, "over_s": 60, "for_s": 120} | changes))
    return course.bent(USUAL, second)


@pytest.mark.parametrize(("second", "spo2"), [(0, 98), (60, 98), (90, 89), (120, 80), (240, 80), (270, 89)])
def test_it_goes_there_stays_and_comes_back(second, spo2):
    assert at(second).spo2 == pytest.approx(spo2)
    assert at(240 + BACK_S + second) == USUAL


def test_it_can_be_there_at_once_and_is_not_there_before():
    assert at(59.9, over_s=0) == USUAL
    assert at(60, over_s=0).spo2 == 80


def test_the_diastolic_pressure_follows():
    bent = at(130, vital="systolic", to=200)
    assert (bent.systolic, bent.diastolic, bent.heart_rate) == (200, pytest.approx(128), 70)
    assert at(130, vital="heart_rate", to=100).heart_rate == 100
