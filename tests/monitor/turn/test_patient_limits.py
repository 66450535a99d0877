"""A patient's own limits in the running clinic: judged at once, kept, shown, and gone with the patient."""

from __future__ import annotations

from typing import Any

from monitor.sessions.actions import ChangeLimit, End, ResetLimits
from monitor.terms import Priority, Role
from tests.monitor.turn.clinic import Clinic

LOW, MEDIUM, HIGH = Priority.LOW, Priority.MEDIUM, Priority.HIGH
RUIZ: dict[str, Any] = {"role": Role.ANESTHESIA, "user": "Ruiz"}


def limit(clinic: Clinic, condition: str, priority: Priority, chair: str = "1") -> float | None:
    lines = clinic.chair(chair).limits
    found = (line.limit for line in lines if (line.condition, line.priority) == (condition, priority))
    return next(found, None)


def change(clinic: Clinic, condition: str, priority: Priority, to: float | None) -> None:
    clinic.must(ChangeLimit(condition, priority, "cardiologist's letter", to), **RUIZ)


def test_a_changed_limit_is_shown_with_its_author_and_journalled(clinic: Clinic) -> None:
    session = clinic.infuse()
    assert clinic.chair().preset == "default"
    change(clinic, "sbp_high", HIGH, 170)
    assert limit(clinic, "sbp_high", HIGH) == 170
    (held,) = clinic.session().limit_changes
    assert (held.was, held.limit, held.by, held.reason) == (180, 170, "Ruiz", "cardiologist's letter")
    history = clinic.reader.history(session)
    assert history is not None
    mark = history.marks[-1]
    assert (mark.what, mark.by, mark.role) == ("change_limit", "Ruiz", "anesthesia")
    assert mark.text == "SYS high, high 180 → 170: cardiologist's letter"
    spans = [s for s in history.limits if (s.condition, s.priority) == ("sbp_high", "high")]
    assert [(s.limit, s.until_ms) for s in spans] == [(180, clinic.now.utc_ms), (170, None)]


def test_a_nurse_is_refused_and_nothing_moves(clinic: Clinic) -> None:
    clinic.infuse()
    outcome = clinic.does(ChangeLimit("sbp_high", HIGH, "please", 170))
    assert not outcome.accepted
    assert outcome.message == "Only anesthesia changes a patient's limits; nina is signed in as nurse."
    assert limit(clinic, "sbp_high", HIGH) == 180


def test_a_change_needs_its_reason(clinic: Clinic) -> None:
    clinic.infuse()
    assert clinic.does(ChangeLimit("sbp_high", HIGH, "  ", 170), **RUIZ).message == "A reason is needed."


def test_the_next_patient_has_the_limits_of_the_preset(clinic: Clinic) -> None:
    clinic.infuse()
    change(clinic, "sbp_high", HIGH, 170)
    change(clinic, "spo2_low", LOW, None)
    clinic.must(End())
    clinic.leaves()
    assert clinic.chair().limits == []
    clinic.infuse(pressure=(130, 80))
    assert clinic.session().limit_changes == ()
    assert limit(clinic, "sbp_high", HIGH) == 180
    assert limit(clinic, "spo2_low", LOW) == 94
    clinic.run(60)
    clinic.cuff(172, 88)
    clinic.turn()
    assert "unconfirmed" not in clinic.chair().alarms[0].text


def test_a_restart_keeps_a_changed_limit(clinic: Clinic) -> None:
    clinic.infuse()
    change(clinic, "spo2_low", HIGH, 88)
    clinic.crash(away_s=5)
    clinic.connected()
    clinic.run(30, spo2=87)
    assert limit(clinic, "spo2_low", HIGH) == 88
    assert clinic.alarms()["spo2_low"].text == "SpO₂ 87 < 88"
    assert len(clinic.session().limit_changes) == 1


def test_another_chair_keeps_its_own(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.infuse("2")
    change(clinic, "sbp_high", HIGH, 170)
    assert limit(clinic, "sbp_high", HIGH, "2") == 180
    assert clinic.session("2").limit_changes == ()


def test_a_moved_limit_is_held_against_the_last_value_at_once(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(40, spo2=91)
    assert clinic.alarms()["spo2_low"].priority == "low"
    change(clinic, "spo2_low", MEDIUM, 93)
    clinic.run(16, spo2=91)
    assert clinic.alarms()["spo2_low"].priority == "medium"
    change(clinic, "spo2_low", MEDIUM, 90)
    clinic.run(11, spo2=92)
    assert clinic.alarms()["spo2_low"].priority == "low"


def test_the_relative_limit_still_holds_where_it_is_reached_first(clinic: Clinic) -> None:
    clinic.infuse(pressure=(110, 72))
    assert limit(clinic, "sbp_high", MEDIUM) == 150
    change(clinic, "sbp_high", MEDIUM, 170)
    assert limit(clinic, "sbp_high", MEDIUM) == 150
    change(clinic, "sbp_high", MEDIUM, 145)
    assert limit(clinic, "sbp_high", MEDIUM) == 145


def test_a_confirmed_pressure_ends_when_its_limit_is_raised_past_it(clinic: Clinic) -> None:
    clinic.infuse(pressure=(140, 85))
    for systolic in (166, 168):
        clinic.run(60)
        clinic.cuff(systolic, 92)
        clinic.turn()
    assert clinic.alarms()["sbp_high"].priority == "medium"
    change(clinic, "sbp_high", MEDIUM, 175)
    assert "sbp_high" not in clinic.alarms()
    change(clinic, "sbp_high", MEDIUM, 160)
    assert clinic.chair().alarms[0].text == "SYS 168 ≥ 160, repeat cuff"


def test_a_pressure_over_a_lowered_limit_asks_for_a_repeat_and_time_decides(clinic: Clinic) -> None:
    clinic.infuse(pressure=(140, 85))
    clinic.run(60)
    clinic.cuff(158, 92)
    clinic.run(200)
    assert "sbp_high" not in clinic.alarms()
    change(clinic, "sbp_high", MEDIUM, 150)
    assert clinic.chair().alarms[0].text == "SYS 158 ≥ 150, repeat cuff"
    clinic.run(60)
    assert "sbp_high" not in clinic.alarms()
    clinic.run(61)
    assert clinic.alarms()["sbp_high"].priority == "medium"


def test_moving_a_limit_confirms_nothing_a_second_time(clinic: Clinic) -> None:
    clinic.infuse(pressure=(140, 85))
    clinic.run(60)
    clinic.cuff(164, 92)
    clinic.turn()
    for to in (158, 150, 155):
        change(clinic, "sbp_high", MEDIUM, to)
    assert clinic.alarms() == {}
    assert clinic.chair().cuff is not None
    assert clinic.chair().cuff.repeat_ms is not None


def test_a_leap_that_waits_for_its_second_repeat_outlives_a_moved_limit(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(60)
    clinic.cuff(186, 92)
    clinic.run(30)
    clinic.cuff(128, 80)
    clinic.turn()
    assert "repeat cuff" in clinic.alarms()["sbp_high"].text
    change(clinic, "sbp_high", MEDIUM, 165)
    assert "repeat cuff" in clinic.alarms()["sbp_high"].text


def test_a_moved_heart_rate_limit_leaves_a_doubted_pressure_alone(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(60)
    clinic.cuff(186, 92)
    clinic.run(30)
    before = clinic.chair().cuff
    change(clinic, "hr_high", HIGH, 150)
    after = clinic.chair().cuff
    assert before is not None
    assert after is not None
    assert after.repeat_ms == before.repeat_ms


def test_reset_brings_the_preset_back_and_says_so(clinic: Clinic) -> None:
    session = clinic.infuse()
    change(clinic, "hr_high", HIGH, 150)
    clinic.must(ResetLimits(), **RUIZ)
    assert clinic.session().limit_changes == ()
    assert limit(clinic, "hr_high", HIGH) == 140
    history = clinic.reader.history(session)
    assert history is not None
    assert history.marks[-1].text == "HR high, high 150 → 140"
