"""`chairside trial`: its definitions on cases made by hand, its determinism, and what it prints."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest

from devices.model import Validity
from monitor.alarms.model import Facts, Reading
from monitor.cli import main
from monitor.limits import CuffSchedule
from monitor.terms import Baseline, Phase, Priority, Vital
from monitor.trial.course import Cause, Course, CuffTaken, engine, now_at, run
from monitor.trial.infusion import (
    INFUSION_S,
    VISIT_S,
    Pair,
    Scenario,
    Setting,
    SimulatedInfusion,
    scheduled_s,
)
from monitor.trial.measures import (
    Outcome,
    Truth,
    high_between,
    lasting_from_s,
    onsets_s,
    outcome,
    percentile,
    reaches,
)
from monitor.trial.report import trial
from monitor.trial.rules import Rule, preset_of

MEDIUM, HIGH = Priority.MEDIUM, Priority.HIGH
CALM: Pair = (125, 78)
MEASURES = [
    "audible_pressure_alarms_per_infusion", "nuisance_share", "false_high_share", "missed_true_high_share",
    "missed_sustained_high", "extra_cuffs_per_infusion",
]  # fmt: skip
KEYS = ["infusions", "preset", "artifact", "seed", *MEASURES, "delay_s", "compared"]


class Scripted(SimulatedInfusion):
    """An infusion whose cuff finds what it is told, by the second; anything else is calm."""

    def __init__(self, found: dict[float, Pair | None]) -> None:
        super().__init__(Setting(), 0)
        self.baseline = Baseline(121, 75)
        self._found = found

    def cuff(self, t_s: float, *, repeat: bool) -> Pair | None:
        return self._found.get(t_s, CALM)

    def waits_s(self, t_s: float) -> float:
        return 0.5


def levels(found: dict[float, Pair | None], rule: Rule) -> list[tuple[float, Priority | None]]:
    return run(Scripted(found), preset_of(rule)).levels[1:]


def measured(
    truths: list[Pair] | None = None,
    at_cuffs: list[Pair] | None = None,
    onset_truths: list[Pair] | None = None,
    **course: Any,
) -> Outcome:
    return outcome(Truth(truths or [CALM], at_cuffs or [CALM]), Course(**course), onset_truths or [])


def called(*changes: tuple[float, Priority | None]) -> list[tuple[float, Priority | None]]:
    return [(0.0, None), *changes]


# The definitions


def test_a_pair_reaches_limits_with_either_component() -> None:
    assert reaches((180, 70), (180, 110))
    assert reaches((130, 110), (180, 110))
    assert not reaches((179, 109), (180, 110))


def test_a_rise_is_no_onset_and_a_return_from_silence_is_one() -> None:
    course = Course(levels=called((300, MEDIUM), (360, HIGH), (600, MEDIUM), (900, None), (1200, HIGH)))
    assert onsets_s(course) == [300, 1200]


def test_a_nuisance_is_an_onset_below_150_94() -> None:
    found = measured(onset_truths=[(149, 93), (150, 80), (140, 94)])
    assert (found.onsets, found.nuisances) == (3, 1)


@pytest.mark.parametrize(("truth", "false"), [((169, 103), True), ((170, 80), False), ((130, 104), False)])
def test_a_high_alarm_is_false_where_the_truth_never_reached_170_104(truth: Pair, false: bool) -> None:
    assert measured([CALM, truth], levels=called((300, HIGH))).false_high is false


def test_without_a_high_alarm_nothing_is_falsely_high() -> None:
    assert not measured([CALM], levels=called((300, MEDIUM))).false_high


def test_a_true_high_at_one_half_minute_is_missed_unless_called_high() -> None:
    truths = [CALM, (180, 90), CALM]
    assert measured(truths, levels=called((300, MEDIUM))).missed_high
    assert not measured(truths, levels=called((300, MEDIUM), (6000, HIGH))).missed_high
    assert not measured([(179, 109)], levels=called()).truly_high


def test_sustained_is_190_115_at_two_scheduled_cuffs_in_a_row() -> None:
    apart = measured([(192, 100)], [(192, 100), CALM, (192, 100)], levels=called())
    assert not apart.sustained
    in_a_row = [(192, 100), (150, 115)]
    assert measured([(192, 100)], in_a_row, levels=called((300, MEDIUM))).missed_sustained
    assert not measured([(192, 100)], in_a_row, levels=called((300, HIGH))).missed_sustained


def test_five_minutes_are_ten_half_minutes_without_a_break() -> None:
    high: Pair = (185, 90)
    assert lasting_from_s([CALM, *[high] * 11]) == [30]
    assert lasting_from_s([*[high] * 10, CALM, *[high] * 10]) == []


def test_a_lasting_high_is_missed_when_the_alarm_comes_later_than_ten_minutes() -> None:
    truths: list[Pair] = [(185, 90)] * 20
    assert measured(truths, levels=called((601, HIGH))).missed_lasting
    assert not measured(truths, levels=called((600, HIGH))).missed_lasting


def test_a_high_alarm_that_stands_already_counts_and_one_that_has_ended_does_not() -> None:
    course = Course(levels=called((100, HIGH), (200, MEDIUM)))
    assert high_between(course, 150, 500)
    assert not high_between(course, 200, 500)


def test_delays_count_from_the_result_and_high_from_the_first_one_of_its_round() -> None:
    cuffs = [
        CuffTaken(299.5, (182, 90), cause=Cause.SCHEDULED, shown_s=300),
        CuffTaken(599.4, (165, 90), cause=Cause.SCHEDULED, shown_s=600),
        CuffTaken(659.5, (183, 90), cause=Cause.REPEAT, shown_s=661),
        CuffTaken(719.5, (178, 90), cause=Cause.REPEAT, shown_s=720),
    ]
    found = measured(cuffs=cuffs, levels=called((600, MEDIUM), (720, HIGH)))
    assert found.shown_s == (0.5, 1.5)
    assert found.high_s == (60.5,)
    assert found.extra_cuffs == 2


def test_a_high_result_that_nobody_was_shown_took_the_rest_of_the_visit() -> None:
    cuffs = [CuffTaken(300, (182, 90), cause=Cause.SCHEDULED)]
    assert measured(cuffs=cuffs, levels=called()).shown_s == (VISIT_S - 300,)


def test_a_percentile_is_a_value_that_occurred() -> None:
    assert percentile(range(1, 101), 99) == 99
    assert percentile([7.0], 99) == 7
    assert percentile([], 99) is None


# The course of one infusion


def test_cuffs_are_due_every_5_minutes_and_every_15_in_recovery() -> None:
    due = scheduled_s(CuffSchedule())
    assert due[:2] == [300, 600]
    assert [t for t in due if t > INFUSION_S] == [INFUSION_S + n * 900 for n in range(1, 6)]


def test_a_calm_infusion_takes_its_scheduled_cuffs_and_nothing_sounds() -> None:
    course = run(Scripted({}), preset_of(Rule.DEFAULT))
    assert course.levels == [(0, None)]
    assert [cuff.arrived_s + 0.5 for cuff in course.cuffs] == scheduled_s(CuffSchedule())


def test_a_leap_is_silent_under_the_default_rule_and_sounds_under_the_others() -> None:
    found: dict[float, Pair | None] = {300: (185, 112)}
    assert levels(found, Rule.DEFAULT) == []
    assert levels(found, Rule.ALWAYS_AT_ONCE) == [(300, MEDIUM), (360, None)]
    assert levels(found, Rule.SINGLE_THRESHOLD) == [(300, HIGH), (600, None)]


def test_repeats_are_taken_while_the_engine_wants_them() -> None:
    course = run(Scripted({300: (185, 112)}), preset_of(Rule.DEFAULT))
    assert [c.arrived_s for c in course.cuffs if c.cause is Cause.REPEAT] == [359.5, 419.5]
    course = run(Scripted({300: (162, 80)}), preset_of(Rule.DEFAULT))
    assert [c.arrived_s for c in course.cuffs if c.cause is Cause.REPEAT] == [359.5]


def test_after_a_pressure_that_was_nearly_high_the_next_is_due_sooner_until_two_lie_below() -> None:
    course = run(Scripted({600: (178, 90)}), preset_of(Rule.DEFAULT))
    extra = [(c.arrived_s + 0.5, c.cause) for c in course.cuffs if c.cause is not Cause.SCHEDULED]
    assert extra == [(660, Cause.REPEAT), (810, Cause.SOONER)]


def test_rules_that_confirm_nothing_have_their_scheduled_cuffs_alone() -> None:
    course = run(Scripted({300: (178, 90), 600: (185, 112)}), preset_of(Rule.SINGLE_THRESHOLD))
    assert {c.cause for c in course.cuffs} == {Cause.SCHEDULED}


def test_the_engine_says_when_it_wants_a_repeat() -> None:
    alarms = engine(preset_of(Rule.DEFAULT))

    def wanted_after(at_s: float, systolic: float) -> float | None:
        now, found = now_at(at_s), {Vital.SBP: systolic, Vital.DBP: 75}
        readings = tuple(Reading(vital, value, Validity.VALID, now) for vital, value in found.items())
        alarms.advance(Facts(Phase.INFUSION, Baseline(121, 75), readings, frozenset()), now)
        return alarms.repeat_due_s()

    assert wanted_after(300, 121) is None
    assert wanted_after(600, 163) == 660
    assert wanted_after(660, 121) is None


def test_a_failed_repeat_is_made_again_and_then_time_decides() -> None:
    course = run(Scripted({300: (185, 112), 360: None, 420: None}), preset_of(Rule.DEFAULT))
    assert [c.arrived_s for c in course.cuffs if c.cause is Cause.REPEAT] == [359.5, 419.5]
    assert course.levels[1] == (420, HIGH)


def test_one_reading_of_20_percent_over_the_baseline_is_the_relative_rule() -> None:
    assert levels({300: (145, 120)}, Rule.RELATIVE_20) == []
    assert levels({300: (146, 80)}, Rule.RELATIVE_20) == [(300, HIGH), (600, None)]


def test_a_reading_is_the_truth_when_the_cuff_is_perfect() -> None:
    infusion = SimulatedInfusion(Setting(artifact=0, noise=(0, 0)), 4)
    assert infusion.cuff(600, repeat=False) == infusion.truth(600)


def test_readings_can_be_whole_numbers() -> None:
    exact, whole = (SimulatedInfusion(Setting(whole=whole), 4) for whole in (False, True))
    found = exact.cuff(600, repeat=False)
    assert found is not None
    assert whole.cuff(600, repeat=False) == tuple(map(round, found)) != found


def test_motion_falsifies_successive_readings_alike() -> None:
    setting = Setting(artifact=0.5, scenario=Scenario.MOTION, noise=(0, 0))
    infusion = SimulatedInfusion(setting, 1)
    errors = [infusion.cuff(t, repeat=True)[0] - infusion.truth(t)[0] for t in range(0, VISIT_S, 10)]  # type: ignore[index]
    wrong = [abs(error) > 1 for error in errors]
    assert any(wrong)
    assert sum(a != b for a, b in pairwise(wrong)) < len(wrong) / 10


def test_repeats_fail_in_their_scenario_only_and_scheduled_cuffs_never() -> None:
    def failures(scenario: Scenario, *, repeat: bool) -> int:
        infusion = SimulatedInfusion(Setting(scenario=scenario), 1)
        return sum(infusion.cuff(t, repeat=repeat) is None for t in range(200))

    assert failures(Scenario.INVALID, repeat=True) > 30
    assert failures(Scenario.INVALID, repeat=False) == failures(Scenario.SURGE, repeat=True) == 0


# The trial


@pytest.mark.parametrize("rule", [Rule.DEFAULT, Rule.ALWAYS_AT_ONCE, Rule.SINGLE_THRESHOLD])
def test_with_a_perfect_cuff_nothing_sustained_is_missed(rule: Rule) -> None:
    setting = Setting(artifact=0, noise=(0, 0), scenario=Scenario.SURGE)
    outcomes = trial(setting, 400, rule).outcomes[rule]
    assert any(o.sustained for o in outcomes)
    assert not any(o.missed_sustained for o in outcomes)


def test_every_rule_meets_the_same_truth() -> None:
    outcomes = trial(Setting(scenario=Scenario.SURGE), 100).outcomes.values()
    truths = [[(o.truly_high, o.lasting_high, o.sustained) for o in found] for found in outcomes]
    assert truths[0] == truths[1] == truths[2]
    assert any(high for high, *_ in truths[0])


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["trial", *arguments, "--json"]) == 0
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


def test_the_seed_decides_everything(capsys: pytest.CaptureFixture[str]) -> None:
    first = said(capsys, "--infusions", "60", "--seed", "7")
    assert said(capsys, "--infusions", "60", "--seed", "7") == first
    assert said(capsys, "--infusions", "60", "--seed", "8")["compared"] != first["compared"]


def test_the_keys_of_the_json_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    report = said(capsys, "--infusions", "20", "--preset", "emory", "--artifact", "0.08", "--seed", "3")
    assert list(report) == KEYS
    assert [report[key] for key in KEYS[:4]] == [20, "emory", 0.08, 3]
    assert list(report["delay_s"]) == ["unconfirmed_p99", "high_p99", "spo2_p99", "technical_p99"]
    assert {name: list(found) for name, found in report["compared"].items()} == {
        "single_threshold": MEASURES,
        "relative_20": MEASURES,
    }


def test_continuous_alarms_come_within_their_times(capsys: pytest.CaptureFixture[str]) -> None:
    delays = said(capsys, "--infusions", "1")["delay_s"]
    assert 10 <= delays["spo2_p99"] <= 12
    assert 5 <= delays["technical_p99"] <= 10


def test_the_rule_on_trial_is_the_one_named(capsys: pytest.CaptureFixture[str]) -> None:
    report = said(capsys, "--infusions", "60", "--rule", "single-threshold")
    assert {key: report[key] for key in MEASURES} == report["compared"]["single_threshold"]
    assert report["extra_cuffs_per_infusion"] == 0


def test_people_read_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trial", "--infusions", "5", "--scenario", "motion"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("5 infusions, yale, artifacts 3.0%, motion, seed 1\n")
    assert "single-threshold" in printed


def test_the_filter_can_be_on_trial(capsys: pytest.CaptureFixture[str]) -> None:
    by_filter, by_rule = (said(capsys, "--infusions", "60", "--rule", rule) for rule in ("filter", "default"))
    assert by_filter["compared"] == by_rule["compared"]
    assert by_filter != by_rule


@pytest.mark.parametrize(
    "wrong", [["--infusions", "0"], ["--infusions", "5", "--artifact", "1"], ["--infusions", "many"]]
)
def test_an_option_out_of_range_is_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["trial", *wrong])
    assert left.value.code == 2
    assert "expected" in capsys.readouterr().err
