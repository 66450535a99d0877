"""The comparison rules, bands, delays and deadbands, told as stories."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.model import Validity
from monitor.alarms.in_force import Comparison
from monitor.alarms.model import Reading
from monitor.limits import Band, VitalLimits
from monitor.terms import Priority, Vital
from tests.monitor.alarms.bench import MISSING, Bench, plain_preset

QUESTIONABLE = Validity.QUESTIONABLE


@pytest.mark.parametrize(
    ("comparison", "value", "beyond", "clear"),
    [
        (Comparison.AT_OR_ABOVE, 160, True, False),
        (Comparison.AT_OR_ABOVE, 159, False, False),
        (Comparison.AT_OR_ABOVE, 155, False, False),
        (Comparison.AT_OR_ABOVE, 154.9, False, True),
        (Comparison.ABOVE, 160.1, True, False),
        (Comparison.ABOVE, 160, False, False),
        (Comparison.ABOVE, 155.1, False, False),
        (Comparison.ABOVE, 155, False, True),
        (Comparison.BELOW, 159.9, True, False),
        (Comparison.BELOW, 160, False, False),
        (Comparison.BELOW, 164.9, False, False),
        (Comparison.BELOW, 165, False, True),
    ],
)
def test_the_edges_of_each_comparison(
    comparison: Comparison, value: float, beyond: bool, clear: bool
) -> None:
    assert comparison.beyond(value, 160) is beyond
    assert comparison.clear(value, 160, 5) is clear


@pytest.mark.parametrize("comparison", Comparison)
@pytest.mark.parametrize("value", [159, 160, 161])
def test_without_a_deadband_a_value_is_either_beyond_or_clear(comparison: Comparison, value: float) -> None:
    assert comparison.beyond(value, 160) is not comparison.clear(value, 160, 0)


def test_a_pressure_alarms_at_its_limit_and_not_below(bench: Bench) -> None:
    assert bench.give(sbp=149) == []
    assert bench.give(after=300, sbp=150) == ["sbp_high raised advisory"]
    assert bench.give(after=300, sbp=160) == ["sbp_high priority medium"]
    assert bench.give(after=300, sbp=180) == ["sbp_high priority high"]
    assert bench.said[-1].text == "SYS 180 ≥ 180"


def test_a_pressure_steps_down_by_its_deadband(bench: Bench) -> None:
    bench.give(sbp=185)
    assert bench.give(after=300, sbp=175) == []
    assert bench.give(after=300, sbp=174) == ["sbp_high priority medium"]
    assert bench.give(after=300, sbp=155) == []
    assert bench.give(after=300, sbp=154) == ["sbp_high priority advisory"]
    assert bench.give(after=300, sbp=145) == []
    assert bench.give(after=300, sbp=144) == ["sbp_high cleared advisory"]


def test_a_step_down_into_the_deadband_does_not_claim_to_be_over_the_limit(bench: Bench) -> None:
    bench.give(sbp=185)
    assert bench.give(after=300, sbp=157) == ["sbp_high priority medium"]
    assert bench.said[-1].text == "SYS 157, limit 160"


def test_one_good_cuff_ends_a_high_pressure(bench: Bench) -> None:
    assert bench.give(sbp=190, dbp=112) == ["dbp_high raised high", "sbp_high raised high"]
    assert bench.give(after=300, sbp=121, dbp=75) == ["dbp_high cleared high", "sbp_high cleared high"]
    assert (bench.said[-1].value, bench.said[-1].limit) == (121, 180)


def test_a_heart_rate_must_stay_above_its_limit(bench: Bench) -> None:
    assert bench.each_second(15, hr=121) == ["1 hr_high raised advisory"]
    assert bench.each_second(1, hr=121) == ["1 hr_high priority medium"]
    assert bench.said[-1].text == "HR 121 > 120"
    assert bench.each_second(5, hr=118) == []
    assert bench.each_second(1, hr=117) == ["1 hr_high priority low"]


def test_a_heart_rate_at_its_limit_is_not_above_it(bench: Bench) -> None:
    assert bench.each_second(60, hr=100) == []


def test_saturation_waits_ten_seconds_to_be_high(bench: Bench) -> None:
    bench.each_second(5, spo2=97)
    assert bench.each_second(10, spo2=84) == []
    assert bench.each_second(1, spo2=84) == ["1 spo2_low raised high"]
    assert (bench.said[-1].value, bench.said[-1].limit, bench.said[-1].text) == (84, 85, "SpO₂ 84 < 85")


def test_saturation_below_80_waits_for_nothing(bench: Bench) -> None:
    assert bench.give(spo2=80) == []
    assert bench.give(after=1, spo2=79) == ["spo2_low raised high"]


def test_a_milder_value_inside_the_delay_starts_it_anew(bench: Bench) -> None:
    assert bench.each_second(10, spo2=84) == []
    assert bench.each_second(1, spo2=95) == []
    assert bench.each_second(10, spo2=84) == []
    assert bench.each_second(1, spo2=84) == ["1 spo2_low raised high"]


def test_each_band_has_its_own_delay(bench: Bench) -> None:
    assert bench.each_second(40, spo2=93) == ["31 spo2_low raised low"]
    assert bench.each_second(20, spo2=89) == ["16 spo2_low priority medium"]
    assert bench.each_second(20, spo2=83) == ["11 spo2_low priority high"]


def test_a_milder_band_does_not_wait_again_under_a_graver_one(bench: Bench) -> None:
    bench.give(spo2=79)
    assert bench.each_second(11, spo2=88) == ["11 spo2_low priority medium"]


def test_missing_values_neither_reset_the_delay_nor_stop_it(bench: Bench) -> None:
    assert bench.each_second(3, spo2=84) == []
    assert bench.each_second(7, spo2=MISSING) == []
    assert bench.each_second(1, spo2=MISSING) == ["1 spo2_low raised high"]
    assert (bench.said[-1].value, bench.said[-1].limit, bench.said[-1].text) == (None, 85, "SpO₂ -- < 85")


def test_the_delay_runs_out_although_nothing_arrives(bench: Bench) -> None:
    bench.give(spo2=84)
    assert bench.give(after=9) == []
    assert bench.give(after=1) == ["spo2_low raised high"]


def test_missing_values_never_clear(bench: Bench) -> None:
    bench.give(spo2=79)
    assert bench.each_second(600, spo2=MISSING) == []
    assert bench.open() == ["spo2_low high"]


def test_a_failed_cuff_never_clears(bench: Bench) -> None:
    bench.give(sbp=190, dbp=90)
    assert bench.give(after=300, sbp=MISSING, dbp=MISSING) == []
    assert bench.open() == ["sbp_high high"]


def test_a_pressure_alarm_outlives_its_number(bench: Bench) -> None:
    bench.give(sbp=190)
    assert bench.give(after=3600) == []
    assert bench.open() == ["sbp_high high"]


def test_a_questionable_value_may_raise_and_says_so(bench: Bench) -> None:
    assert bench.give(sbp=190, validity=QUESTIONABLE) == ["sbp_high raised high"]
    assert bench.said[-1].questionable
    assert bench.give(after=60, sbp=191) == []
    assert not bench.alarms.open()[0].questionable


def test_a_questionable_value_never_clears(bench: Bench) -> None:
    bench.give(sbp=190)
    assert bench.give(after=60, sbp=120, validity=QUESTIONABLE) == []
    assert bench.give(after=60, sbp=120) == ["sbp_high cleared high"]


def test_a_questionable_value_never_resets_a_delay(bench: Bench) -> None:
    bench.each_second(10, spo2=84)
    assert bench.give(after=0.5, spo2=97, validity=QUESTIONABLE) == []
    assert bench.give(after=0.5) == ["spo2_low raised high"]


def test_clearing_takes_ten_seconds_of_valid_values(bench: Bench) -> None:
    bench.give(spo2=79)
    assert bench.each_second(10, spo2=97) == []
    assert bench.each_second(1, spo2=97) == ["1 spo2_low cleared high"]


def test_seconds_without_a_valid_value_do_not_count_towards_clearing(bench: Bench) -> None:
    bench.give(spo2=79)
    bench.each_second(5, spo2=97)
    assert bench.each_second(60, spo2=MISSING) == []
    assert bench.each_second(6, spo2=97) == []
    assert bench.each_second(1, spo2=97) == ["1 spo2_low cleared high"]


def test_a_dip_starts_the_clearing_anew(bench: Bench) -> None:
    bench.give(spo2=79)
    bench.each_second(8, spo2=97)
    bench.each_second(1, spo2=84)
    assert bench.each_second(10, spo2=97) == []
    assert bench.each_second(1, spo2=97) == ["1 spo2_low cleared high"]


def test_sparse_values_clear_too(bench: Bench) -> None:
    bench.give(spo2=79)
    assert bench.give(after=60, spo2=97) == []
    assert bench.give(after=60, spo2=97) == ["spo2_low cleared high"]


def test_desaturates_is_acknowledged_recovers_dips_again(bench: Bench) -> None:
    bench.each_second(11, spo2=84)
    first = bench.alarms.open()[0]
    bench.alarms.acknowledge(first.id, Priority.HIGH, "ana", bench.now)
    assert bench.each_second(11, spo2=96) == ["11 spo2_low cleared high"]
    assert bench.each_second(11, spo2=84) == ["11 spo2_low raised high"]
    second = bench.alarms.open()[0]
    assert second.id != first.id
    assert second.acknowledged_by is None


def test_several_readings_in_one_turn_are_judged_one_by_one(bench: Bench) -> None:
    readings = [Reading(Vital.SBP, value, Validity.VALID, bench.now) for value in (190.0, 120.0, 185.0)]
    transitions = bench.alarms.advance(bench.facts(tuple(readings)), bench.now)
    assert [(t.change, t.value) for t in transitions] == [("raised", 190), ("cleared", 120), ("raised", 185)]


def test_a_delay_that_floats_cannot_represent_still_runs_out() -> None:
    bench = Bench(plain_preset(), at_s=0.3)
    bench.give(spo2=84)
    bench.at_s = 10.299999999999999
    assert bench.give(spo2=84) == ["spo2_low raised high"]


def test_a_band_that_is_off_never_alarms(bench: Bench) -> None:
    assert bench.give(map=200) == []


def test_limits_that_have_no_values_leave_no_condition() -> None:
    off = VitalLimits({Priority.HIGH: Band(None)})
    bench = Bench(replace(plain_preset(), high={Vital.HR: off}, low={}))
    assert bench.each_second(60, hr=299) == []
