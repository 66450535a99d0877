"""Every shipped scenario that states something, against the product, in virtual time."""

import logging
from pathlib import Path

import pytest

from monitor.cli import main
from monitor.cli.rehearsal import CONDITIONS, Verdict, check_statements, rehearse
from monitor.cli.staging import EPOCH_MS, played
from monitor.demo.acting import MEANT, Acting, Deed
from monitor.store.snapshot import AlarmView, ChairView, CuffView, NumberView
from simulators.acts import DOES
from simulators.scenario import load, shipped
from simulators.statements import Statement
from simulators.tables import ScenarioFault

STATING = [name for name in shipped() if load(name).statements or load(name).acts]
ALARMS = Path(__file__).parents[2] / "docs" / "alarms.md"

SMALL = """
title = "Small"
description = "For a test"
minutes = 1
[chair.1]
patient = { label = "A. B.", seed = 5 }
visit = { phase = "infusion", minute = 10 }
devices = [{ id = "ox", kind = "masimo-ascii1" }]
[[faults]]
device = "ox"
kind = "unplug"
at_min = 0.2
"""
MEASURED = """
title = "Measured"
description = "For a test"
minutes = 1
[chair.1]
patient = { label = "A. B.", seed = 17, preset = "hypertensive" }
visit = { phase = "infusion", minute = 10 }
devices = [{ id = "vs", kind = "chairside-json", topic = "vs" }]
"""
LOST = '[[expect]]\nsays = "told"\nchair = "1"\ncondition = "device_lost_ox"\n'


@pytest.mark.parametrize("name", STATING)
def test_the_product_does_what_the_scenario_states(name):
    wrong = [verdict for verdict in rehearse(load(name)) if not verdict.passed]
    assert not wrong, "\n".join(verdict.words() for verdict in wrong)


def alarm(condition, priority, **more):
    return AlarmView("a", condition, "physiological", priority, "on", 0, "", **more)


def chair(*alarms, **more):
    return ChairView("1", "1", alarms=list(alarms), **more)


def test_what_must_be_passes_only_in_its_time_and_with_its_priority():
    stated = Statement("1", "spo2_low", "high", 1, 2, never=False, says="")
    seen = Verdict(stated)
    for minute, priority in ((0.9, "high"), (1.5, "medium"), (2.1, "high")):
        seen.look(minute, chair(alarm("spo2_low", priority), alarm("hr_low", "high")))
        assert not seen.passed
    seen.look(1.8, chair(alarm("spo2_low", "high")))
    assert seen.passed
    assert seen.seen_min == 1.8


def test_what_must_never_be_fails_at_the_first_alarm_that_fits():
    quiet = Verdict(Statement("1", "any", None, 1, 2, never=True, says=""))
    quiet.look(0.5, chair(alarm("hr_low", "low")))
    assert quiet.passed
    quiet.look(1.5, chair(alarm("hr_low", "low")))
    assert not quiet.passed


def test_a_statement_may_ask_for_the_sound_and_for_whom_it_calls():
    called = Statement("1", "spo2_low", None, 0, 9, never=False, says="", sounds=True, calls="anesthesia")
    for quiet in (
        alarm("spo2_low", "high"),
        alarm("spo2_low", "high", audible=True, calls=("nurse",)),
        alarm("spo2_low", "high", audible=True, paused=True, calls=("anesthesia",)),
    ):
        seen = Verdict(called)
        seen.look(1, chair(quiet))
        assert not seen.passed
    seen.look(2, chair(alarm("spo2_low", "high", audible=True, calls=("nurse", "anesthesia"))))
    assert seen.passed


def test_a_statement_may_be_about_a_number_that_is_shown():
    for number, shown, hidden in (
        ("spo2", {"spo2": NumberView("%", "SpO2", 97)}, {"spo2": NumberView("%", "SpO2", None, last=97)}),
        ("hr", {"hr": NumberView("/min", "HR", 70)}, {}),
        ("pressure", {"cuff": CuffView(128, 76)}, {"cuff": CuffView(last=(128, 76))}),
    ):
        never = Verdict(Statement("1", "any", None, 0, 9, never=True, says="", number=number))
        never.look(1, chair(alarm("hr_low", "high"), **hidden))
        assert never.passed
        never.look(2, chair(**shown))
        assert not never.passed


def act(minute, does, refused=False, **said):
    words = "".join(f'{key} = "{value}"\n' for key, value in said.items())
    flag = "refused = true\n" if refused else ""
    return f'[[act]]\nat_min = {minute}\nchair = "1"\ndoes = "{does}"\n{words}{flag}'


def test_staff_are_obeyed_or_refused_as_the_scenario_states(tmp_path):
    text = MEASURED + "".join(
        (
            act(0.1, "pause"),
            act(0.2, "pause", refused=True),
            act(0.3, "start"),
            act(0.4, "resume", refused=True),
            act(0.5, "acknowledge", condition="hr_high"),
            act(0.6, "acknowledge", condition="hr_high", refused=True),
        )
    )
    deeds = rehearse(load(written(tmp_path, text)))
    assert all(isinstance(deed, Deed) for deed in deeds), [deed.words() for deed in deeds]
    assert [deed.passed for deed in deeds] == [True, True, False, False, False, False]
    assert "FAIL  chair 1  Ana at 0:30, acknowledge hr_high: not done" in deeds[4].words()


def test_the_patient_follows_what_staff_do(tmp_path):
    def pressure_after(*acts):
        scenario = load(written(tmp_path, MEASURED.replace("minutes = 1", "minutes = 25") + "".join(acts)))
        *_, last = played(scenario, Acting(scenario.acts, EPOCH_MS))
        return last.chairs[0].cuff.last[0]

    assert pressure_after(act(0.1, "end")) < pressure_after() - 15


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (act(0.1, "dance"), "act[0].does: expected one of seat, baseline"),
        (act(2, "pause"), "act[0].at_min: expected a number from 0 to 1, got 2"),
        (act(0.1, "alarm_off", condition="hr_high"), "act[0].reason: expected a text, got nothing"),
        (
            act(0.1, "pause", by="chef"),
            "act[0].by: expected one of nurse, anesthesia, admin, wall, got 'chef'",
        ),
        (act(0.1, "iv_arm", arm="third"), "act[0].arm: expected one of left, right, got 'third'"),
        (act(0.1, "pause", limit=3), "act[0].limit: expected one of"),
    ],
)
def test_an_act_that_nobody_can_do_is_exit_2(tmp_path, capsys, text, message):
    assert main(["simulate", written(tmp_path, SMALL + text), "--check"]) == 2
    assert message in capsys.readouterr().err


def test_every_act_that_a_scenario_may_name_means_something():
    assert MEANT.keys() == DOES.keys()


def written(tmp_path, text):
    path = tmp_path / "small.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_command_says_pass_with_the_time(tmp_path, capsys):
    assert main(["simulate", written(tmp_path, SMALL + LOST), "--check"]) == 0
    said = capsys.readouterr().out
    assert "pass  chair 1  device_lost_ox, from 0 by 1 min: at 0:1" in said
    assert "1 statements: 1 hold, 0 do not" in said


def test_with_a_speed_and_nobody_to_hear_it_is_checked_as_it_plays(tmp_path, capsys):
    late = LOST.replace("device_lost_ox", "spo2_low") + "never = true\n"
    assert main(["simulate", written(tmp_path, SMALL + late + LOST), "--speed", "60"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert "60 times as fast" in said[0]
    assert [line.split()[3].strip(",") for line in said[1:3]] == ["device_lost_ox", "spo2_low"]
    assert said[3] == "2 statements: 2 hold, 0 do not"


def test_the_command_keeps_warnings_quiet_only_while_it_plays(tmp_path, capsys, caplog):
    main(["simulate", written(tmp_path, SMALL + LOST), "--check"])
    assert not [record for record in caplog.records if record.levelno == logging.WARNING]
    logging.getLogger("devices").warning("heard again")
    assert "heard again" in caplog.text


def test_the_command_fails_where_a_statement_does_not_hold(tmp_path, capsys):
    assert main(["simulate", written(tmp_path, SMALL + LOST + "never = true\n"), "--check"]) == 1
    assert "FAIL  chair 1  device_lost_ox, never from 0 to 1 min: at 0:1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            LOST.replace("device_lost_ox", "spo2_lwo"),
            "expect[0].condition: expected one of clock_skew_ox",
        ),
        (LOST.replace("device_lost_ox", "device_lost_din"), "got 'device_lost_din'"),
        (LOST.replace("device_lost_ox", "any"), "got 'any'"),
        ("", "expected at least one statement to check, got nothing"),
        (LOST + 'priority = "loud"\n', "expect[0].priority: expected one of low, medium, high, got 'loud'"),
        (LOST + "never = 1\n", "expect[0].never: expected true or false, got 1"),
    ],
)
def test_a_statement_about_nothing_is_exit_2(tmp_path, capsys, text, message):
    assert main(["simulate", written(tmp_path, SMALL + text), "--check"]) == 2
    assert message in capsys.readouterr().err


def test_a_scenario_that_states_nothing_cannot_be_checked(tmp_path):
    with pytest.raises(ScenarioFault):
        check_statements(load(written(tmp_path, SMALL)))


def test_the_conditions_that_may_be_stated_are_those_of_the_manual():
    text = ALARMS.read_text(encoding="utf-8")
    assert all(f"`{condition}`" in text for condition in CONDITIONS)
