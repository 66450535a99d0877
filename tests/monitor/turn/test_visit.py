"""A visit from seating to leaving, told as stories."""

from __future__ import annotations

from monitor.sessions.actions import (
    Abort,
    Acknowledge,
    BeginBaseline,
    ConfirmBaseline,
    End,
    EndStandby,
    EnteredInError,
    Finish,
    ManualCuff,
    Mark,
    MarkReady,
    Pause,
    Resume,
    Seat,
    Standby,
    Start,
)
from monitor.terms import Role
from tests.monitor.turn.clinic import Clinic


def test_a_whole_visit(clinic: Clinic) -> None:
    session = clinic.infuse()
    assert clinic.session().baseline == (121, 75, 70)
    assert clinic.session().running
    clinic.run(60)
    assert clinic.session().elapsed_s == 60
    clinic.must(Pause("line check"))
    clinic.run(30)
    assert clinic.session().elapsed_s == 60
    assert not clinic.session().running
    clinic.must(Resume())
    clinic.run(40)
    assert clinic.session().elapsed_s == 100
    clinic.must(End())
    clinic.must(Mark("nausea", 3, "mild"))
    clinic.must(MarkReady(override_reason="going on at the ward"), role=Role.ANESTHESIA)
    clinic.must(Finish())
    assert clinic.chair().session is None
    history = clinic.reader.history(session)
    assert history is not None
    phases = ["seated", "baseline", "infusion", "paused", "infusion", "recovery", "ready"]
    assert [span.phase for span in history.phases] == phases
    assert history.summary.phase == "left"
    assert history.summary.left_ms == clinic.now.utc_ms
    assert [mark.what for mark in history.marks][-4:] == ["end", "nausea", "mark_ready", "finish"]
    assert history.phases[3].reason == "line check"


def test_a_taken_chair_is_not_seated_again(clinic: Clinic) -> None:
    clinic.seat(label="AB")
    outcome = clinic.does(Seat("CD", identifiers_confirmed=True), session=None)
    assert not outcome.accepted
    assert "AB" in outcome.message
    assert clinic.session().label == "AB"


def test_an_action_meant_for_a_patient_who_has_left_is_refused(clinic: Clinic) -> None:
    earlier = clinic.seat(label="AB")
    clinic.must(Abort("came on the wrong day"))
    clinic.seat(label="CD")
    outcome = clinic.does(Mark("nausea"), session=earlier)
    assert not outcome.accepted
    assert "another visit" in outcome.message


def test_only_nurse_and_anesthesia_act(clinic: Clinic) -> None:
    for role in (Role.ADMIN, Role.WALL):
        outcome = clinic.does(Seat("AB", identifiers_confirmed=True), role=role)
        assert not outcome.accepted
        assert role in outcome.message
    assert clinic.does(Seat("AB", identifiers_confirmed=True), role=Role.ANESTHESIA).accepted


def test_an_action_is_applied_once_even_if_read_twice(clinic: Clinic) -> None:
    clinic.seat()
    action = clinic.action(Mark("nausea"))
    clinic.turn(action)
    clinic.turn(action)
    history = clinic.reader.history(clinic.session().id)
    assert history is not None
    assert [mark.what for mark in history.marks] == ["seat", "nausea"]


def test_a_new_patient_never_sees_the_numbers_of_the_one_before(clinic: Clinic) -> None:
    clinic.seat()
    clinic.cuff(151, 92)
    clinic.run(3)
    clinic.must(Abort("felt unwell"))
    clinic.must(Seat("CD", identifiers_confirmed=True))
    chair = clinic.chair()
    assert chair.cuff is not None
    assert chair.cuff.last is None
    assert chair.trend == []
    assert chair.spo2 is not None
    assert (chair.spo2.value, chair.spo2.last) == (None, None)


def test_a_cuff_determined_before_the_patient_sat_down_is_not_theirs(clinic: Clinic) -> None:
    clinic.seat()
    clinic.cuff(188, 111, ago_s=40)
    clinic.run(1)
    assert clinic.chair().trend == []
    assert clinic.alarms() == {}


def test_baseline_needs_two_readings_a_minute_apart(clinic: Clinic) -> None:
    clinic.seat()
    clinic.must(BeginBaseline())
    clinic.run(1)
    clinic.cuff(120, 70)
    clinic.run(20)
    clinic.cuff(124, 74)
    clinic.run(20)
    assert clinic.session().baseline_readings == 1
    outcome = clinic.does(ConfirmBaseline())
    assert not outcome.accepted
    assert "there is 1 so far" in outcome.message
    clinic.run(30)
    clinic.cuff(130, 80)
    clinic.run(1)
    clinic.must(ConfirmBaseline())
    assert clinic.session().baseline == (125, 75, 70)


def test_start_without_baseline_has_to_be_said(clinic: Clinic) -> None:
    clinic.seat()
    clinic.must(BeginBaseline())
    assert not clinic.does(Start()).accepted
    assert clinic.does(Start(without_baseline=True)).accepted
    clinic.run(1)
    assert "no_baseline" in clinic.alarms()


def test_striking_a_reading_withdraws_a_baseline_not_yet_in_use(clinic: Clinic) -> None:
    clinic.seat()
    clinic.must(BeginBaseline())
    for pressure in ((120, 70), (122, 72)):
        clinic.run(61)
        clinic.cuff(*pressure)
        clinic.turn()
    clinic.must(ConfirmBaseline())
    clinic.must(EnteredInError(clinic.chair().trend[0].key, "wrong arm"))
    assert clinic.session().baseline is None
    assert clinic.session().baseline_readings == 1


def test_a_pressure_by_hand_is_judged_and_bears_its_author(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(30)
    clinic.must(ManualCuff(208, 112))
    cuff = clinic.chair().cuff
    assert cuff is not None
    assert (cuff.systolic, cuff.manual_by, cuff.source) == (208, "nina", "by hand")
    assert clinic.alarms()["sbp_high"].priority == "high"


def test_a_pressure_by_hand_older_than_the_current_one_is_kept_but_not_judged(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(120)
    clinic.cuff(130, 80)
    clinic.run(5)
    clinic.must(ManualCuff(188, 112, minutes_ago=1))
    assert "sbp_high" not in clinic.alarms()
    assert [point.systolic for point in clinic.chair().trend][-2:] == [188, 130]


def test_striking_ends_what_the_value_alone_had_raised(clinic: Clinic) -> None:
    session = clinic.infuse()
    clinic.run(60)
    clinic.must(ManualCuff(218, 112))
    assert clinic.alarms()["sbp_high"].priority == "high"
    key = clinic.chair().trend[-1].key
    clinic.must(EnteredInError(key, "typed 218 for 118"))
    assert not clinic.alarms(at_least="advisory")
    cuff = clinic.chair().cuff
    assert cuff is not None
    assert cuff.systolic == 121
    assert key not in [point.key for point in clinic.chair().trend]
    history = clinic.reader.history(session)
    assert history is not None
    assert [point.in_error for point in history.cuffs] == [False, False, True]
    assert not clinic.does(EnteredInError(key)).accepted


def test_acknowledge_names_the_occurrence_that_was_seen(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.cuff(158, 90)
    clinic.run(1)
    clinic.cuff(165, 90)
    clinic.run(1)
    seen = clinic.alarms()["sbp_high"]
    assert (seen.priority, seen.audible) == ("medium", True)
    clinic.cuff(205, 90)
    clinic.run(1)
    refused = clinic.does(Acknowledge(seen.id, "medium"))
    assert not refused.accepted
    assert "risen" in refused.message
    clinic.must(Acknowledge(seen.id, "high"))
    now = clinic.alarms()["sbp_high"]
    assert (now.acknowledged_by, now.calls) == ("nina", ("anesthesia",))
    assert not clinic.does(Acknowledge("no-such", "high")).accepted
    assert not clinic.does(Acknowledge(seen.id, "urgent")).accepted


def test_standby_quiets_equipment_until_the_patient_is_back(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(5)
    clinic.must(Standby("bathroom", 10))
    clinic.run(60, spo2=None, pulse=None)
    assert "no_data_spo2" not in clinic.alarms()
    assert clinic.session().standby_reason == "bathroom"
    clinic.run(9)
    assert clinic.session().standby_reason == "bathroom"
    clinic.run(3)
    assert clinic.session().standby_reason is None


def test_standby_holds_for_twenty_seconds_while_the_patient_gets_up(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(5)
    clinic.must(Standby("bathroom", 10))
    clinic.run(19)
    assert clinic.session().standby_reason == "bathroom"
    clinic.run(2)
    assert clinic.session().standby_reason is None


def test_standby_ends_by_itself_after_its_minutes(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.must(Standby("bathroom", 1))
    clinic.run(75, spo2=None, pulse=None)
    assert clinic.session().standby_reason is None
    assert "no_data_spo2" in clinic.alarms()
    assert not clinic.does(EndStandby()).accepted


def test_alarms_end_when_the_patient_leaves_and_none_is_carried_over(clinic: Clinic) -> None:
    session = clinic.infuse()
    clinic.cuff(205, 125)
    clinic.run(1)
    clinic.must(End())
    clinic.leaves()
    assert clinic.alarms() == {}
    history = clinic.reader.history(session)
    assert history is not None
    assert [a.change for a in history.alarms if a.condition == "sbp_high"] == ["raised", "cleared"]
    assert (history.summary.alarms_high, history.summary.alarms_medium) == (2, 0)
    clinic.seat(label="CD")
    assert clinic.alarms() == {}


def recovering(clinic: Clinic) -> None:
    """Half an hour after the end of an infusion, with two good pressures."""
    clinic.infuse()
    clinic.must(End())
    for _ in range(2):
        clinic.pass_time(15 * 60)
        clinic.cuff(126, 78)
        clinic.run(2)


def test_a_pressure_that_needs_anesthesia_holds_the_start(clinic: Clinic) -> None:
    clinic.seat()
    clinic.must(BeginBaseline())
    for pressure in ((164, 92), (166, 94)):
        clinic.run(61)
        clinic.cuff(*pressure)
        clinic.run(1)
    clinic.must(ConfirmBaseline())
    assert clinic.session().start_needs == ("baseline 165/93 ≥ 160/100", "pressure 166/94 ≥ 160/100")
    refused = clinic.does(Start(override_reason="she is always like this"))
    assert not refused.accepted
    assert "Only anesthesia starts now" in refused.message
    assert clinic.session().phase == "baseline"
    clinic.must(Start(override_reason="seen, treated hypertension"), user="Ruiz", role=Role.ANESTHESIA)
    history = clinic.reader.history(clinic.session().id)
    assert history is not None
    assert (history.marks[-1].by, history.marks[-1].text) == (
        "Ruiz",
        "override: seen, treated hypertension (baseline 165/93 ≥ 160/100, pressure 166/94 ≥ 160/100)",
    )
    assert clinic.session().start_needs == ()


def test_a_patient_leaves_when_nothing_is_missing(clinic: Clinic) -> None:
    recovering(clinic)
    assert clinic.session().leave_missing == ("assessment", "escort")
    refused = clinic.does(MarkReady(assessed=True))
    assert not refused.accepted
    assert refused.message.endswith("still missing: escort.")
    clinic.must(MarkReady(assessed=True, escort=True))
    clinic.must(Finish())


def test_what_is_missing_before_leaving_is_told_live(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.must(End())
    clinic.run(1)
    assert clinic.session().leave_missing[:2] == ("30 more min", "two pressures 10 min apart")
    clinic.cuff(205, 125)
    clinic.run(1, spo2=91)
    missing = clinic.session().leave_missing
    assert {"pressure 205/125 below 160/100", "SpO₂ ≥ 94 %", "end of 2 alarms"} <= set(missing)


def test_finishing_straight_from_recovery_passes_the_same_gate(clinic: Clinic) -> None:
    recovering(clinic)
    assert not clinic.does(Finish()).accepted
    clinic.must(Finish(assessed=True, escort=True))
    assert clinic.chair().session is None


def test_a_struck_pressure_opens_no_gate(clinic: Clinic) -> None:
    recovering(clinic)
    clinic.must(EnteredInError(clinic.chair().trend[-1].key))
    assert clinic.session().leave_missing[0] == "a pressure 10 min after 126/78"


def test_an_overdue_pressure_is_an_alarm_and_a_restart_does_not_hide_it(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(7 * 60 - 2)
    assert "pressure_overdue" not in clinic.alarms()
    clinic.run(4)
    raised = clinic.alarms()["pressure_overdue"]
    assert raised.priority == "low"
    clinic.crash()
    clinic.run(1)
    assert clinic.alarms()["pressure_overdue"].id == raised.id
    clinic.pass_time(3 * 60)
    clinic.run(1)
    assert clinic.alarms()["pressure_overdue"].priority == "medium"
    clinic.must(ManualCuff(124, 76))
    assert "pressure_overdue" not in clinic.alarms()


def test_a_cuff_that_is_measuring_is_not_overdue(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(7 * 60 - 30)
    clinic.measuring()
    clinic.run(60)
    assert "pressure_overdue" not in clinic.alarms()
