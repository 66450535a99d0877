"""Confirmation of high pressures, clause by clause of the rule."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from devices.model import Validity
from monitor.alarms.pressure import REPEAT, UNREPEATED, Answer, Doubt, Grade
from monitor.limits import PressureRule
from monitor.terms import Baseline
from tests.monitor.alarms.bench import MISSING, Bench, plain_preset

NORMAL = {"sbp": 121, "dbp": 75}
MINUTE = 60


@pytest.fixture
def bench() -> Bench:
    return Bench(plain_preset(confirm_pressure=True), baseline=Baseline(121, 75))


def audible(bench: Bench) -> list[str]:
    return [o for o in bench.open() if not o.endswith("advisory")]


@pytest.mark.parametrize(("doubt", "grade"), [*product(Doubt, Grade)])
def test_every_repeat_answers_every_doubt(doubt: Doubt, grade: Grade) -> None:
    assert isinstance(REPEAT[doubt][grade], Answer)


def test_the_documentation_shows_this_table() -> None:
    lines = [["waiting \\ repeat", *Grade], ["---"] * (len(Grade) + 1)]
    lines += [[doubt, *(REPEAT[doubt][grade] for grade in Grade)] for doubt in Doubt]
    rendered = "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
    assert rendered in (Path(__file__).parents[3] / "docs" / "alarms.md").read_text(encoding="utf-8")


def test_time_decides_every_doubt() -> None:
    assert set(UNREPEATED) == set(Doubt)


@pytest.mark.parametrize("cuff", [{"sbp": 200, "dbp": 80}, {"sbp": 150, "dbp": 120}])
def test_at_the_ceiling_nothing_waits(bench: Bench, cuff: dict[str, float]) -> None:
    bench.give(**NORMAL)
    bench.give(after=5 * MINUTE, **cuff)
    assert [o.split()[1] for o in audible(bench)] == ["high"]


def test_a_medium_pressure_is_silent_until_a_second_agrees(bench: Bench) -> None:
    bench.give(**NORMAL)
    assert bench.give(after=5 * MINUTE, sbp=165, dbp=85) == ["sbp_high raised advisory"]
    assert bench.said[-1].text == "SYS 165 ≥ 160, repeat cuff"
    assert bench.give(after=MINUTE, sbp=157, dbp=80) == ["sbp_high priority medium"]
    assert bench.said[-1].text == "SYS 157, limit 160"


def test_a_medium_pressure_that_is_not_repeated_sounds_after_two_minutes(bench: Bench) -> None:
    bench.give(sbp=165, dbp=85)
    assert bench.give(after=119) == []
    assert bench.give(after=1) == ["sbp_high priority medium"]


def test_a_medium_pressure_that_is_refuted_never_sounds(bench: Bench) -> None:
    bench.give(sbp=165, dbp=85)
    assert bench.give(after=MINUTE, **NORMAL) == ["sbp_high cleared advisory"]
    assert bench.said[-1].text == "not confirmed"
    assert bench.give(after=10 * MINUTE) == []


def test_a_recent_reading_near_the_limit_agrees_without_a_repeat(bench: Bench) -> None:
    bench.give(sbp=157, dbp=80)
    assert bench.give(after=6 * MINUTE, sbp=160, dbp=80) == ["sbp_high priority medium"]


def test_an_older_reading_does_not_agree(bench: Bench) -> None:
    bench.give(sbp=157, dbp=80)
    assert bench.give(after=6 * MINUTE + 1, sbp=160, dbp=80) == []


def test_either_component_agrees_with_the_other(bench: Bench) -> None:
    bench.give(sbp=165, dbp=80)
    bench.give(after=MINUTE, sbp=150, dbp=101)
    assert sorted(audible(bench)) == ["dbp_high medium", "sbp_high medium"]


def test_a_high_pressure_sounds_as_medium_until_it_is_confirmed(bench: Bench) -> None:
    bench.give(sbp=158, dbp=85)
    assert bench.give(after=5 * MINUTE, sbp=182, dbp=90) == ["sbp_high priority medium"]
    assert bench.said[-1].text == "SYS 182 ≥ 180, unconfirmed"
    assert bench.give(after=MINUTE, sbp=170, dbp=90) == ["sbp_high priority high"]


def test_a_high_pressure_after_one_near_high_is_high_at_once(bench: Bench) -> None:
    bench.give(sbp=171, dbp=85)
    bench.give(after=5 * MINUTE, sbp=180, dbp=90)
    assert audible(bench) == ["sbp_high high"]


def test_a_high_pressure_that_is_not_repeated_is_high_after_two_minutes(bench: Bench) -> None:
    bench.give(sbp=158, dbp=85)
    bench.give(after=5 * MINUTE, sbp=182, dbp=90)
    assert bench.give(after=MINUTE, sbp=MISSING, dbp=MISSING) == []
    assert bench.give(after=MINUTE) == ["sbp_high priority high"]


def test_one_repeat_refutes_a_high_pressure(bench: Bench) -> None:
    bench.give(sbp=158, dbp=85)
    bench.give(after=5 * MINUTE, sbp=182, dbp=90)
    bench.give(after=MINUTE, sbp=130, dbp=80)
    assert audible(bench) == []
    assert bench.give(after=10 * MINUTE) == []


def test_a_leap_asks_with_low_priority_and_takes_two_repeats_to_refute(bench: Bench) -> None:
    bench.give(**NORMAL)
    assert bench.give(after=5 * MINUTE, sbp=185, dbp=80) == ["sbp_high raised low"]
    assert bench.said[-1].text == "SYS 185 ≥ 180, repeat cuff"
    assert bench.give(after=MINUTE, **NORMAL) == []
    assert bench.give(after=30, **NORMAL) == ["sbp_high cleared low"]
    assert bench.said[-1].text == "not confirmed"


def test_a_leap_from_the_baseline_is_one_too(bench: Bench) -> None:
    assert bench.give(sbp=185, dbp=80) == ["sbp_high raised low"]


def test_a_leap_refuted_only_once_becomes_medium(bench: Bench) -> None:
    bench.give(sbp=185, dbp=80)
    bench.give(after=MINUTE, **NORMAL)
    assert bench.give(after=MINUTE) == ["sbp_high priority medium"]


def test_a_leap_that_is_repeated_is_high(bench: Bench) -> None:
    bench.give(sbp=185, dbp=80)
    assert bench.give(after=MINUTE, sbp=172, dbp=80) == ["sbp_high priority high"]


def test_a_leap_without_a_repeat_is_high_after_two_minutes(bench: Bench) -> None:
    bench.give(sbp=185, dbp=80)
    assert bench.give(after=2 * MINUTE) == ["sbp_high priority high"]


def test_without_anything_to_leap_from_there_is_no_leap() -> None:
    bench = Bench(plain_preset(confirm_pressure=True))
    assert bench.give(sbp=185, dbp=80) == ["sbp_high raised medium"]


def test_leaps_need_not_be_held() -> None:
    preset = plain_preset(confirm_pressure=True, pressure_rule=PressureRule(hold_leap=False))
    bench = Bench(preset, baseline=Baseline(121, 75))
    assert bench.give(sbp=185, dbp=80) == ["sbp_high raised medium"]


def test_a_second_vital_in_alarm_confirms_a_doubtful_high(bench: Bench) -> None:
    bench.give(sbp=185, dbp=80)
    assert bench.give(after=10, spo2=79) == ["sbp_high priority high", "spo2_low raised high"]


def test_a_second_vital_says_nothing_of_a_medium_pressure(bench: Bench) -> None:
    bench.give(sbp=165, dbp=80)
    assert bench.give(after=10, spo2=79) == ["spo2_low raised high"]


def test_a_high_repeat_of_a_medium_reading_is_medium_and_doubted_anew(bench: Bench) -> None:
    bench.give(sbp=165, dbp=80)
    bench.give(after=MINUTE, sbp=182, dbp=80)
    assert audible(bench) == ["sbp_high medium"]
    assert bench.give(after=MINUTE, sbp=175, dbp=80) == ["sbp_high priority high"]


def test_a_high_repeat_of_a_reading_near_high_is_high(bench: Bench) -> None:
    bench.give(sbp=171, dbp=80)
    bench.give(after=MINUTE, sbp=182, dbp=80)
    assert audible(bench) == ["sbp_high high"]


def test_it_goes_quiet_step_by_step_after_two_readings_each(bench: Bench) -> None:
    bench.give(sbp=205, dbp=80)
    said = [bench.give(after=5 * MINUTE, sbp=sbp, dbp=80) for sbp in (175, 175, 155, 155)]
    assert said == [[], ["sbp_high priority medium"], [], ["sbp_high priority advisory"]]


def test_a_reading_above_the_deadband_starts_the_count_anew(bench: Bench) -> None:
    bench.give(sbp=205, dbp=80)
    said = [bench.give(after=5 * MINUTE, sbp=sbp, dbp=80) for sbp in (175, 176, 175, 175)]
    assert said == [[], [], [], ["sbp_high priority medium"]]


def test_a_questionable_reading_never_refutes_and_never_clears(bench: Bench) -> None:
    bench.give(sbp=158, dbp=85)
    bench.give(after=5 * MINUTE, sbp=182, dbp=90)
    assert bench.give(after=MINUTE, validity=Validity.QUESTIONABLE, **NORMAL) == []
    assert bench.give(after=MINUTE) == ["sbp_high priority high"]
    said = [bench.give(after=MINUTE, validity=Validity.QUESTIONABLE, **NORMAL) for _ in range(4)]
    assert said == [[]] * 4


def test_a_reading_without_its_diastolic_never_clears(bench: Bench) -> None:
    bench.give(sbp=205, dbp=80)
    assert [bench.give(after=MINUTE, sbp=120) for _ in range(4)] == [[]] * 4


def test_only_the_component_concerned_is_high(bench: Bench) -> None:
    bench.give(sbp=165, dbp=121)
    assert audible(bench) == ["dbp_high high", "sbp_high medium"]


def test_the_medium_limit_is_this_patients() -> None:
    bench = Bench(plain_preset(confirm_pressure=True), baseline=Baseline(105, 70))
    bench.give(sbp=146, dbp=80)
    assert bench.give(after=2 * MINUTE) == ["sbp_high priority medium"]


def test_a_struck_reading_takes_its_doubt_with_it(bench: Bench) -> None:
    bench.give(**NORMAL)
    bench.give(after=MINUTE, sbp=185, dbp=80)
    bench.alarms.strike(("sbp", "dbp"), bench.now)
    assert bench.give(after=10 * MINUTE) == []


def test_a_preset_that_does_not_confirm_alarms_at_once() -> None:
    bench = Bench(replace(plain_preset(), confirm_pressure=False), baseline=Baseline(121, 75))
    assert bench.give(sbp=185, dbp=80) == ["sbp_high raised high"]
