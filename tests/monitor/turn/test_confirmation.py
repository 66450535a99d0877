"""High pressures in the running clinic: the repeat that is wanted, the cuff that is waited for, a restart."""

from __future__ import annotations

from monitor.sessions.actions import Acknowledge, End, ManualCuff
from monitor.terms import Now
from tests.monitor.turn.clinic import Clinic


def test_a_leap_asks_for_a_repeat_with_a_tone_and_a_countdown(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(60)
    assert clinic.chair().cuff.repeat_ms is None
    clinic.cuff(186, 92)
    clinic.turn()
    asked = clinic.now.utc_ms
    alarm = clinic.alarms()["sbp_high"]
    assert (alarm.priority, alarm.audible, alarm.text) == ("low", True, "SYS 186 ≥ 180, repeat cuff")
    assert clinic.chair().cuff.repeat_ms == asked + 60_000
    clinic.run(70)
    assert clinic.chair().cuff.repeat_ms == asked + 60_000
    clinic.must(Acknowledge(alarm.id, "low"))
    assert not clinic.alarms()["sbp_high"].audible
    clinic.cuff(174, 90)
    clinic.turn()
    confirmed = clinic.alarms()["sbp_high"]
    assert (confirmed.priority, confirmed.audible) == ("high", True)
    assert clinic.chair().cuff.repeat_ms is None


def test_a_high_pressure_sounds_unconfirmed_and_a_repeat_refutes_it(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.cuff(158, 92)
    clinic.run(60)
    clinic.cuff(182, 94)
    clinic.turn()
    alarm = clinic.alarms()["sbp_high"]
    assert (alarm.priority, alarm.audible, alarm.text) == ("medium", True, "SYS 182 ≥ 180, unconfirmed")
    clinic.run(60)
    clinic.must(ManualCuff(128, 80))
    assert clinic.alarms() == {}


def test_a_failed_repeat_is_no_repeat(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(60)
    clinic.cuff(186, 92)
    clinic.run(61)
    wanted = clinic.chair().cuff.repeat_ms
    assert clinic.chair().cuff.repeat_number == 1
    clinic.cuff(None)
    clinic.run(1)
    assert clinic.chair().cuff.repeat_ms == wanted + 60_000
    assert clinic.chair().cuff.repeat_number == 2
    clinic.run(57)
    assert clinic.alarms()["sbp_high"].priority == "low"
    clinic.run(2)
    assert clinic.alarms()["sbp_high"].priority == "high"


def test_the_cuff_that_is_measuring_is_waited_for(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.cuff(158, 92)
    clinic.run(60)
    clinic.cuff(182, 94)
    clinic.run(110)
    clinic.measuring()
    clinic.run(40)
    assert clinic.alarms()["sbp_high"].priority == "medium"
    clinic.cuff(130, 80)
    clinic.run(1)
    assert clinic.alarms() == {}


def test_a_cuff_that_never_ends_is_waited_for_three_minutes_at_most(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.cuff(158, 92)
    clinic.run(60)
    clinic.cuff(182, 94)
    clinic.run(110)
    clinic.measuring()
    clinic.run(68)
    assert clinic.alarms()["sbp_high"].priority == "medium"
    clinic.run(3)
    assert clinic.alarms()["sbp_high"].priority == "high"


def test_a_restart_forgets_neither_the_doubt_nor_the_cuff_that_runs(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.cuff(158, 92)
    clinic.run(60)
    clinic.cuff(182, 94)
    clinic.run(110)
    clinic.measuring()
    clinic.run(5)
    before = clinic.chair()
    clinic.crash(away_s=8)
    clinic.connected()
    clinic.turn()
    after = clinic.chair()
    assert [(a.id, a.priority, a.text) for a in after.alarms] == [
        (a.id, a.priority, a.text) for a in before.alarms
    ]
    assert after.cuff.repeat_ms == before.cuff.repeat_ms
    assert after.cuff.measuring
    clinic.cuff(176, 94)
    clinic.run(1)
    assert clinic.alarms()["sbp_high"].priority == "high"


def test_time_that_passes_while_the_monitor_is_away_decides_too(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(60)
    clinic.cuff(186, 92)
    clinic.run(1)
    clinic.crash(away_s=125)
    clinic.connected()
    clinic.turn()
    assert clinic.alarms()["sbp_high"].priority == "high"


def test_a_countdown_stands_still_when_the_clock_is_corrected_and_follows_when_it_is_set(
    clinic: Clinic,
) -> None:
    clinic.infuse()
    clinic.run(60)
    clinic.cuff(186, 92)
    clinic.turn()
    wanted = clinic.chair().cuff.repeat_ms
    clinic.now = Now(clinic.now.utc_ms + 300, clinic.now.mono_s)
    clinic.run(1)
    assert clinic.chair().cuff.repeat_ms == wanted
    clinic.now = Now(clinic.now.utc_ms + 3_600_000, clinic.now.mono_s)
    clinic.run(1)
    assert clinic.chair().cuff.repeat_ms == wanted + 3_600_300


def test_an_acknowledged_pressure_that_is_ten_worse_sounds_again(clinic: Clinic) -> None:
    session = clinic.infuse()
    clinic.cuff(205, 95)
    clinic.run(1)
    clinic.must(Acknowledge(clinic.alarms()["sbp_high"].id, "high"))
    clinic.run(60)
    clinic.cuff(216, 95)
    clinic.run(1)
    alarm = clinic.alarms()["sbp_high"]
    assert (alarm.audible, alarm.acknowledged_by, alarm.text) == (True, None, "SYS 216 ≥ 180")
    history = clinic.reader.history(session)
    told = [a.change for a in history.alarms if a.condition == "sbp_high"]
    assert told == ["raised", "acknowledged", "escalated", "acknowledgement_expired"]


def test_the_chair_shows_how_likely_the_pressure_is_true(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(60)
    clinic.cuff(186, 92)
    clinic.turn()
    once = clinic.chair().cuff
    assert 0 < once.p_high < once.p_medium < 50
    clinic.run(60)
    clinic.cuff(188, 93)
    clinic.turn()
    assert clinic.chair().cuff.p_high > once.p_high


def test_the_next_patient_inherits_no_doubt(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.cuff(186, 92)
    clinic.run(1)
    assert clinic.chair().cuff.repeat_ms is not None
    clinic.must(End())
    clinic.leaves()
    clinic.seat(label="CD")
    assert clinic.chair().cuff.repeat_ms is None
    clinic.run(200)
    assert clinic.alarms() == {}
