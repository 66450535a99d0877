"""What is old and what is new in an alarm: since when its words are true, and when its value was measured.

A cuff's results differ from one another: the same one a second time is taken for the same.
"""

from __future__ import annotations

from monitor.sessions.actions import Acknowledge, EnteredInError
from tests.monitor.turn.clinic import Clinic


def test_an_alarm_that_goes_on_says_when_its_newest_value_was_measured(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.cuff(164, 88)
    clinic.run(60)
    clinic.cuff(166, 88)
    clinic.turn()
    began = clinic.now.utc_ms
    clinic.run(240)
    clinic.cuff(174, 90, ago_s=20)
    clinic.turn()
    alarm = clinic.alarms()["sbp_high"]
    assert (alarm.text, alarm.since_ms, alarm.value_ms) == ("SYS 174 ≥ 160", began, began + 220_000)
    assert alarm.priority_ms is None


def test_a_value_within_the_deadband_leaves_the_time_of_the_one_that_is_shown(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(20, spo2=88)
    last = clinic.now.utc_ms
    clinic.run(10, spo2=90)
    alarm = clinic.alarms()["spo2_low"]
    assert (alarm.text, alarm.value_ms) == ("SpO₂ 88 < 90", last)


def test_a_pressure_within_the_deadband_is_the_one_that_is_shown(clinic: Clinic) -> None:
    clinic.infuse()
    for value in (164, 166):
        clinic.cuff(value, 88)
        clinic.run(60)
    clinic.cuff(158, 84)
    clinic.turn()
    alarm = clinic.alarms()["sbp_high"]
    assert (alarm.text, alarm.value_ms) == ("SYS 158, limit 160", clinic.chair().cuff.at_ms)


def test_what_became_graver_says_since_when_it_is_so_grave(clinic: Clinic) -> None:
    clinic.infuse()
    for value in (164, 166):
        clinic.cuff(value, 88)
        clinic.run(60)
    medium = clinic.alarms()["sbp_high"].since_ms
    clinic.run(60)
    clinic.cuff(204, 92)
    clinic.turn()
    high = clinic.now.utc_ms
    clinic.run(30)
    alarm = clinic.alarms()["sbp_high"]
    assert (alarm.priority, alarm.since_ms, alarm.priority_ms) == ("high", medium, high)
    clinic.crash(away_s=5)
    clinic.turn()
    assert clinic.alarms()["sbp_high"] == alarm
    for value in (165, 167):
        clinic.cuff(value, 88)
        clinic.run(60)
    stepped = clinic.alarms()["sbp_high"]
    assert (stepped.priority, stepped.since_ms, stepped.priority_ms) == ("medium", medium, None)


def test_what_time_made_an_alarm_is_older_than_the_alarm(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.cuff(166, 88)
    clinic.turn()
    measured = clinic.now.utc_ms
    clinic.run(121)
    alarm = clinic.alarms()["sbp_high"]
    assert (alarm.priority, alarm.value_ms) == ("medium", measured)
    assert alarm.since_ms == measured + 120_000


def test_a_live_number_needs_no_time_and_one_that_stayed_away_does(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(20, spo2=84)
    assert clinic.alarms()["spo2_low"].value_ms is None
    last = clinic.now.utc_ms
    clinic.run(30, spo2=None)
    alarm = clinic.alarms()["spo2_low"]
    assert (alarm.value, alarm.value_ms) == (84, last)


def test_a_fault_of_the_equipment_is_as_old_as_it_is_at_any_priority(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(90, spo2=None)
    alarm = clinic.alarms()["no_data_spo2"]
    assert (alarm.priority, alarm.priority_ms, alarm.value_ms) == ("medium", None, None)


def test_the_record_keeps_when_the_value_of_each_change_was_measured(clinic: Clinic) -> None:
    session = clinic.infuse()
    clinic.cuff(166, 88)
    clinic.turn()
    measured = clinic.now.utc_ms
    clinic.run(130)
    clinic.must(Acknowledge(clinic.alarms()["sbp_high"].id, "medium"))
    history = clinic.reader.history(session)
    assert history is not None
    of = {alarm.change: alarm for alarm in history.alarms if alarm.condition == "sbp_high"}
    assert {of[name].value_ms for name in ("raised", "priority", "acknowledged")} == {measured}
    assert of["acknowledged"].at_ms > measured + 120_000


def test_a_value_that_was_struck_takes_its_time_with_it(clinic: Clinic) -> None:
    clinic.infuse()
    for value in (164, 166):
        clinic.cuff(value, 88)
        clinic.run(60)
    before = clinic.alarms()["sbp_high"]
    clinic.cuff(190, 92)
    clinic.turn()
    clinic.must(EnteredInError(clinic.chair().trend[-1].key, "moved"))
    alarm = clinic.alarms()["sbp_high"]
    assert (alarm.value, alarm.value_ms) == (before.value, before.value_ms)
