"""Confirmation of high pressures, clause by clause of the rule."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import msgspec
import pytest

from devices.model import Validity
from monitor.alarms.chair import ChairAlarms
from monitor.alarms.pairs import Grade
from monitor.alarms.pressure import REPEAT, UNREPEATED, Answer, Doubt
from monitor.alarms.state import ChairAlarmState
from monitor.limits import PressureRule, default_preset
from monitor.terms import Baseline, Presence, Priority
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
    assert bench.give(after=MINUTE) == [], "the second repeat may begin"
    assert bench.give(after=15) == ["sbp_high priority medium"]


def test_the_second_repeat_of_a_leap_is_waited_for_while_it_runs(bench: Bench) -> None:
    bench.give(sbp=185, dbp=80)
    bench.give(after=MINUTE, **NORMAL)
    assert bench.give(after=MINUTE) == []
    bench.cuff_running = True
    assert bench.give(after=30) == []
    bench.cuff_running = False
    assert bench.give(after=1, **NORMAL) == ["sbp_high cleared low"]


def test_a_second_repeat_that_runs_too_long_ends_the_wait(bench: Bench) -> None:
    bench.give(sbp=185, dbp=80)
    bench.give(after=MINUTE, **NORMAL)
    bench.cuff_running = True
    assert bench.give(after=2 * MINUTE - 1) == []
    assert bench.give(after=1) == ["sbp_high priority medium"]


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


def doubtful_high(bench: Bench) -> None:
    """A reading over the high limit that is no leap: it sounds, unconfirmed."""
    bench.give(sbp=158, dbp=85)
    bench.give(after=5 * MINUTE, sbp=182, dbp=90)


def acknowledge(bench: Bench) -> None:
    (seen,) = bench.alarms.open()
    assert not isinstance(bench.alarms.acknowledge(seen.id, seen.priority, "ana", bench.now), str)


def presence(bench: Bench) -> Presence:
    (occurrence,) = bench.alarms.open()
    return occurrence.presence


def restart(bench: Bench) -> None:
    state = msgspec.json.decode(msgspec.json.encode(bench.alarms.dump()), type=ChairAlarmState)
    bench.alarms = ChairAlarms.restore("7", bench.preset, bench.new_id, state)


def test_the_preset_that_ships_confirms() -> None:
    assert default_preset().confirm_pressure


def test_a_running_cuff_is_waited_for(bench: Bench) -> None:
    doubtful_high(bench)
    bench.cuff_running = True
    assert bench.give(after=2 * MINUTE) == []
    bench.cuff_running = False
    assert bench.give(after=30, sbp=130, dbp=80) == ["sbp_high cleared medium"]
    assert bench.said[-1].text == "not confirmed"


def test_a_running_cuff_that_gives_nothing_decides_when_it_ends(bench: Bench) -> None:
    doubtful_high(bench)
    bench.cuff_running = True
    assert bench.give(after=150) == []
    bench.cuff_running = False
    assert bench.give(after=1, sbp=MISSING, dbp=MISSING) == ["sbp_high priority high"]


def test_a_cuff_that_runs_on_is_waited_for_three_minutes_at_most(bench: Bench) -> None:
    doubtful_high(bench)
    bench.cuff_running = True
    assert bench.give(after=179) == []
    assert bench.give(after=1) == ["sbp_high priority high"]


def test_a_running_cuff_never_shortens_the_wait(bench: Bench) -> None:
    doubtful_high(bench)
    bench.cuff_running = True
    assert bench.give(after=119) == []
    bench.cuff_running = False
    assert bench.give(after=0.5) == []
    assert bench.give(after=0.5) == ["sbp_high priority high"]


@pytest.mark.parametrize("cuff", [{"sbp": 165, "dbp": 85}, {"sbp": 185, "dbp": 85}])
def test_a_repeat_is_wanted_a_minute_later_until_it_has_decided(bench: Bench, cuff: dict[str, float]) -> None:
    bench.give(**NORMAL)
    assert bench.alarms.repeat_due_s() is None
    bench.give(after=5 * MINUTE, **cuff)
    due_s = bench.at_s + MINUTE
    assert bench.alarms.repeat_due_s() == due_s
    assert bench.alarms.repeat_number() == 1
    bench.give(after=20, sbp=MISSING, dbp=MISSING)
    assert bench.alarms.repeat_due_s() == due_s, "too early to have been the repeat"
    bench.give(after=50, sbp=MISSING, dbp=MISSING)
    assert bench.alarms.repeat_due_s() == due_s + MINUTE, "an invalid repeat is no repeat"
    assert bench.alarms.repeat_number() == 2
    bench.give(after=10, sbp=172, dbp=85)
    assert bench.alarms.repeat_due_s() is None
    assert bench.alarms.repeat_number() == 0


def test_a_leap_still_wants_a_repeat_after_one_against_it(bench: Bench) -> None:
    bench.give(sbp=185, dbp=80)
    assert bench.alarms.repeat_number() == 1
    bench.give(after=40, **NORMAL)
    assert bench.alarms.repeat_due_s() == bench.at_s - 40 + 2 * MINUTE
    assert bench.alarms.repeat_number() == 2


def test_a_doubtful_repeat_counts_as_one_that_did_not_decide(bench: Bench) -> None:
    bench.give(sbp=185, dbp=80)
    bench.give(after=MINUTE, validity=Validity.QUESTIONABLE, **NORMAL)
    assert bench.alarms.repeat_due_s() == bench.at_s + MINUTE


def test_a_high_repeat_of_a_medium_reading_wants_another(bench: Bench) -> None:
    bench.give(sbp=165, dbp=80)
    bench.give(after=MINUTE, sbp=182, dbp=80)
    assert bench.alarms.repeat_due_s() == bench.at_s + MINUTE
    assert bench.alarms.open()[0].text == "SYS 182 ≥ 180, unconfirmed"


def test_a_pressure_above_its_ceiling_wants_no_repeat(bench: Bench) -> None:
    bench.give(sbp=205, dbp=80)
    assert bench.alarms.repeat_due_s() is None


def test_only_the_component_over_its_high_limit_names_it(bench: Bench) -> None:
    bench.give(sbp=158, dbp=92)
    bench.give(after=5 * MINUTE, sbp=182, dbp=102)
    assert sorted(o.text for o in bench.alarms.open()) == [
        "DIA 102 ≥ 100, unconfirmed",
        "SYS 182 ≥ 180, unconfirmed",
    ]


def test_an_acknowledged_pressure_that_is_ten_worse_alarms_anew(bench: Bench) -> None:
    bench.give(sbp=205, dbp=80)
    acknowledge(bench)
    assert bench.give(after=MINUTE, sbp=214, dbp=80) == []
    assert presence(bench) is Presence.ACKNOWLEDGED
    assert bench.give(after=MINUTE, sbp=215, dbp=80) == ["sbp_high acknowledgement_expired high"]
    assert presence(bench) is Presence.ON
    acknowledge(bench)
    assert bench.give(after=MINUTE, sbp=224, dbp=80) == []
    assert bench.give(after=1, sbp=225, dbp=80) == ["sbp_high acknowledgement_expired high"]


def test_a_low_pressure_worsens_downwards() -> None:
    bench = Bench(plain_preset())
    bench.give(sbp=88, dbp=60)
    acknowledge(bench)
    bench.give(after=MINUTE, sbp=89)
    assert bench.give(after=MINUTE, sbp=81) == []
    bench = Bench(plain_preset())
    bench.give(sbp=79, dbp=60)
    acknowledge(bench)
    assert bench.give(after=MINUTE, sbp=70) == []
    assert bench.give(after=1, sbp=69) == ["sbp_low acknowledgement_expired high"]


def test_acknowledging_what_is_unconfirmed_ends_when_it_is_confirmed_as_medium(bench: Bench) -> None:
    doubtful_high(bench)
    acknowledge(bench)
    assert bench.give(after=MINUTE, sbp=165, dbp=85) == ["sbp_high acknowledgement_expired medium"]
    assert bench.said[-1].text == "SYS 165 ≥ 160"


@pytest.mark.parametrize("repeat", [{"sbp": 175, "dbp": 85}, {}])
def test_acknowledging_what_is_unconfirmed_ends_when_it_becomes_high(
    bench: Bench, repeat: dict[str, float]
) -> None:
    doubtful_high(bench)
    acknowledge(bench)
    assert bench.give(after=2 * MINUTE, **repeat) == ["sbp_high priority high"]
    assert presence(bench) is Presence.ON


def test_refuting_what_was_acknowledged_says_nothing(bench: Bench) -> None:
    bench.give(sbp=165, dbp=80)
    bench.give(after=MINUTE, sbp=182, dbp=80)
    acknowledge(bench)
    assert bench.give(after=MINUTE, sbp=150, dbp=80) == []
    assert presence(bench) is Presence.ACKNOWLEDGED


@pytest.mark.parametrize("steps", range(7))
def test_a_restart_at_any_step_makes_no_difference(steps: int) -> None:
    def story(restart_after: int | None) -> list[object]:
        bench = Bench(plain_preset(confirm_pressure=True), baseline=Baseline(121, 75))
        told: list[object] = []
        given: list[dict[str, object]] = [
            NORMAL,
            {"after": 5 * MINUTE, "sbp": 166, "dbp": 80},
            {"after": MINUTE, "sbp": 183, "dbp": 80},
            {"after": 10},
            {"after": 111},
            {"after": MINUTE, "sbp": 194, "dbp": 80},
            {"after": 5 * MINUTE, "sbp": 150, "dbp": 80},
        ]
        for step, values in enumerate(given):
            bench.cuff_running = step == 4
            told.append((bench.give(**values), bench.alarms.repeat_due_s(), bench.open()))
            told.append((bench.alarms.repeat_number(), bench.alarms.chances()))
            if step in (2, 5):
                acknowledge(bench)
            if step == restart_after:
                restart(bench)
        return told

    assert story(steps) == story(None)


def test_what_alarmed_before_the_rule_was_switched_on_goes_on() -> None:
    bench = Bench(plain_preset(), baseline=Baseline(121, 75))
    bench.give(sbp=185, dbp=102)
    before = bench.open()
    bench.preset = plain_preset(confirm_pressure=True)
    restart(bench)
    assert bench.give(after=1) == []
    assert bench.open() == before
    assert bench.give(after=5 * MINUTE, **NORMAL) == []
    assert bench.give(after=5 * MINUTE, **NORMAL) == ["sbp_high priority medium"]


def test_what_waited_when_the_rule_was_switched_off_alarms_at_once(bench: Bench) -> None:
    bench.give(sbp=185, dbp=80)
    bench.preset = plain_preset()
    restart(bench)
    assert bench.alarms.repeat_due_s() is None
    assert bench.give(after=1) == ["sbp_high priority high"]


def test_a_leap_is_told_as_low_and_unconfirmed(bench: Bench) -> None:
    bench.give(sbp=185, dbp=80)
    (leap,) = bench.alarms.open()
    assert (leap.priority, leap.unconfirmed) == (Priority.LOW, True)
