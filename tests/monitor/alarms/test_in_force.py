"""Limits against the baseline, by phase."""

from __future__ import annotations

import pytest

from monitor.alarms.chair import ChairAlarms
from monitor.alarms.in_force import RELATIVE_PHASES
from monitor.limits import default_preset
from monitor.terms import OPEN_PHASES, Baseline, Phase, Priority
from tests.monitor.alarms.bench import Bench, plain_preset


def limit(
    condition: str, priority: Priority, baseline: Baseline | None, phase: Phase = Phase.INFUSION
) -> float:
    alarms = ChairAlarms("7", default_preset(), lambda: "o")
    found = {(c, p): value for c, p, value in alarms.limits_in_force(phase, baseline)}
    return found[condition, priority]


@pytest.mark.parametrize(
    ("systolic", "advisory", "medium"),
    [(90, 140, 140), (110, 140, 150), (121, 146, 160), (130, 150, 160), (150, 150, 160)],
)
def test_systolic_limits_follow_the_baseline_between_floor_and_absolute(
    systolic: float, advisory: float, medium: float
) -> None:
    own = Baseline(systolic, 75)
    assert limit("sbp_high", Priority.ADVISORY, own) == advisory
    assert limit("sbp_high", Priority.MEDIUM, own) == medium
    assert limit("sbp_high", Priority.HIGH, own) == 180


@pytest.mark.parametrize(("diastolic", "medium"), [(60, 90), (70, 95), (80, 100)])
def test_diastolic_limits_follow_the_baseline(diastolic: float, medium: float) -> None:
    assert limit("dbp_high", Priority.MEDIUM, Baseline(121, diastolic)) == medium


@pytest.mark.parametrize(("systolic", "medium"), [(110, 90), (140, 98)])
def test_a_low_pressure_is_also_one_thirty_percent_down(systolic: float, medium: float) -> None:
    assert limit("sbp_low", Priority.MEDIUM, Baseline(systolic, 75)) == medium


@pytest.mark.parametrize(("rate", "medium", "high"), [(None, 50, 40), (60, 50, 40), (59, 45, 35)])
def test_a_slow_heart_has_lower_limits(rate: float | None, medium: float, high: float) -> None:
    own = Baseline(121, 75, rate)
    assert limit("hr_low", Priority.MEDIUM, own) == medium
    assert limit("hr_low", Priority.HIGH, own) == high
    assert limit("hr_high", Priority.MEDIUM, own) == 120


@pytest.mark.parametrize("systolic", [101, 121, 137.5, 149])
def test_a_limit_against_the_baseline_is_a_whole_number_that_judges_whole_values_alike(
    systolic: float,
) -> None:
    own = Baseline(systolic, 75)
    low = limit("sbp_low", Priority.MEDIUM, own)
    assert low == int(low)
    for value in range(60, 130):
        assert (value < low) == (value < max(90, systolic * 70 / 100))


@pytest.mark.parametrize("phase", sorted(OPEN_PHASES))
def test_relative_limits_hold_from_the_infusion_on(phase: Phase) -> None:
    relative = limit("sbp_high", Priority.MEDIUM, Baseline(105, 70), phase) == 145
    assert relative is (phase in RELATIVE_PHASES)


def test_before_the_infusion_the_phases_are_seated_and_baseline() -> None:
    assert {Phase.SEATED, Phase.BASELINE} == OPEN_PHASES - RELATIVE_PHASES


def test_the_last_pressure_is_held_against_the_limits_of_a_new_phase() -> None:
    bench = Bench(plain_preset(), phase=Phase.BASELINE, baseline=Baseline(105, 70))
    assert bench.give(sbp=147) == []
    bench.phase = Phase.INFUSION
    assert bench.give(after=1) == ["sbp_high raised medium"]
    assert bench.said[-1].text == "SYS 147 ≥ 145"


def test_the_limits_in_force_come_by_condition_and_gravest_first() -> None:
    alarms = ChairAlarms("7", default_preset(), lambda: "o")
    names = [condition for condition, _, _ in alarms.limits_in_force(Phase.INFUSION, None)]
    assert names == sorted(names)
    assert set(names) == {"hr_high", "hr_low", "spo2_low", "sbp_high", "sbp_low", "dbp_high", "map_low"}
    ranks = [p.rank for c, p, _ in alarms.limits_in_force(Phase.INFUSION, None) if c == "spo2_low"]
    assert ranks == [3, 2, 1, 0]
