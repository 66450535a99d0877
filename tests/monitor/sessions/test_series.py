"""What an infusion did to the pressure: its peak, and its return."""

from __future__ import annotations

import pytest

from monitor.sessions.response import MINUTE_MS
from monitor.sessions.series import Taken, effect
from monitor.terms import Baseline

START = 1_770_000_000_000
ENDED = START + 40 * MINUTE_MS
BASELINE = Baseline(120, 75)


def taken(minute: float, systolic: float) -> Taken:
    return Taken(START + round(minute * MINUTE_MS), systolic, 80)


def returned(
    *readings: Taken, baseline: Baseline | None = BASELINE, ended: int | None = ENDED
) -> float | None:
    return effect(readings, START, ended, baseline, 20).returned_min


def test_the_peak_is_the_first_of_the_highest_since_the_start() -> None:
    found = effect(
        [taken(-5, 190), taken(10, 150), taken(31, 160), taken(45, 160)], START, ENDED, BASELINE, 20
    )
    assert (found.peak, found.peak_min) == (taken(31, 160), 31)


@pytest.mark.parametrize(
    ("readings", "minutes"),
    [
        ((taken(30, 150), taken(50, 150), taken(65, 140), taken(80, 130)), 25),
        ((taken(50, 140), taken(65, 150), taken(80, 130)), 40),
        ((taken(50, 140), taken(65, 150)), None),
        ((taken(20, 130), taken(35, 140), taken(55, 130)), 0),
        ((taken(20, 130), taken(35, 140)), None),
        ((taken(30, 150), taken(50, 90)), None),
        ((), None),
    ],
)
def test_it_has_returned_when_it_stays_near_the_baseline(
    readings: tuple[Taken, ...], minutes: float | None
) -> None:
    assert returned(*readings) == minutes


def test_without_a_baseline_or_an_end_there_is_no_return() -> None:
    assert returned(taken(60, 120), baseline=None) is None
    assert returned(taken(30, 120), ended=None) is None
