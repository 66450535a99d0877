"""Who is called, who answers, and whose patient it is: stories through the whole turn."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.sessions.actions import (
    Accept,
    Acknowledge,
    AssignNurse,
    HandOver,
    Mark,
    PauseAudio,
    Reject,
    TakeOver,
)
from monitor.store.snapshot import AlarmView
from monitor.terms import Role
from tests.monitor.turn.clinic import Clinic

RUIZ: dict[str, Any] = {"role": Role.ANESTHESIA, "user": "ruiz"}
LEO: dict[str, Any] = {"user": "leo"}
EVERYONE = tuple(role.value for role in Role)


def high_pressure(clinic: Clinic) -> AlarmView:
    clinic.infuse()
    clinic.cuff(205, 95)
    clinic.run(1)
    return now(clinic)


def medium(clinic: Clinic) -> AlarmView:
    clinic.infuse()
    clinic.run(20, pulse=130)
    return clinic.alarms()["hr_high"]


def now(clinic: Clinic, condition: str = "sbp_high") -> AlarmView:
    return clinic.alarms()[condition]


def journal(clinic: Clinic, condition: str) -> list[tuple[str, str | None, str]]:
    history = clinic.reader.history(clinic.session().id)
    assert history is not None
    return [(a.change, a.by, a.text) for a in history.alarms if a.condition == condition]


def refusal(clinic: Clinic, act: Any, **who: Any) -> str:
    outcome = clinic.does(act, **who)
    assert not outcome.accepted
    return outcome.message


def test_an_unanswered_high_alarm_calls_everyone_and_the_outside(clinic: Clinic) -> None:
    alarm = high_pressure(clinic)
    assert (alarm.calls, alarm.outside) == (("nurse", "anesthesia"), False)
    assert alarm.escalates_ms == alarm.since_ms + 60_000
    clinic.run(60)
    alarm = now(clinic)
    assert (alarm.calls, alarm.outside, alarm.escalates_ms) == (EVERYONE, True, None)
    assert journal(clinic, "sbp_high")[-1] == (
        "escalated",
        None,
        "SYS 205 ≥ 180 → everyone and outside",
    )


def test_a_restart_neither_forgets_nor_repeats_a_call(clinic: Clinic) -> None:
    high_pressure(clinic)
    clinic.run(40)
    clinic.must(Acknowledge(now(clinic).id, "high"))
    before = now(clinic)
    clinic.crash(away_s=2)
    clinic.connected()
    clinic.turn()
    assert now(clinic) == before
    clinic.run(20)
    assert now(clinic).outside
    clinic.crash(away_s=2)
    clinic.connected()
    clinic.run(2)
    assert [change for change, _, _ in journal(clinic, "sbp_high")].count("escalated") == 1


def test_time_that_passes_while_the_monitor_is_away_calls_too(clinic: Clinic) -> None:
    high_pressure(clinic)
    clinic.crash(away_s=70)
    clinic.connected()
    clinic.turn()
    assert now(clinic).outside


def test_a_nurse_quiets_the_room_and_anesthesia_accepts(clinic: Clinic) -> None:
    alarm = high_pressure(clinic)
    clinic.must(Acknowledge(alarm.id, "high"))
    assert (now(clinic).calls, now(clinic).accepted_by) == (("anesthesia",), None)
    clinic.run(30)
    clinic.must(Acknowledge(alarm.id, "high"), **RUIZ)
    after = now(clinic)
    assert (after.calls, after.audible, after.escalates_ms) == ((), False, None)
    assert (after.accepted_by, after.accepted_ms) == ("ruiz", clinic.now.utc_ms)
    assert [(change, by) for change, by, _ in journal(clinic, "sbp_high")] == [
        ("raised", None),
        ("acknowledged", "nina"),
        ("accepted", "ruiz"),
    ]


def test_what_anesthesia_accepts_lasts_as_long_as_an_acknowledgement(clinic: Clinic) -> None:
    alarm = high_pressure(clinic)
    clinic.must(Acknowledge(alarm.id, "high"))
    clinic.run(50)
    clinic.must(Accept(alarm.id, "high"), **RUIZ)
    clinic.run(179)
    assert now(clinic).calls == ()
    clinic.run(1)
    again = now(clinic)
    assert (again.calls, again.accepted_by) == (("nurse", "anesthesia"), None)


def test_a_nurse_does_not_accept_a_high_pressure(clinic: Clinic) -> None:
    alarm = high_pressure(clinic)
    assert "Anesthesia accepts" in refusal(clinic, Accept(alarm.id, "high"))
    assert now(clinic).calls == ("nurse", "anesthesia")


def test_who_accepts_has_acknowledged(clinic: Clinic) -> None:
    alarm = medium(clinic)
    clinic.must(Accept(alarm.id, "medium"))
    after = now(clinic, "hr_high")
    assert (after.presence, after.acknowledged_by, after.accepted_by) == ("acknowledged", "nina", "nina")
    changes = [(change, by) for change, by, _ in journal(clinic, "hr_high")]
    assert changes[-2:] == [("acknowledged", "nina"), ("accepted", "nina")]


def test_the_second_to_accept_is_told_who_was_first_and_when(clinic: Clinic) -> None:
    alarm = medium(clinic)
    clinic.must(Accept(alarm.id, "medium"))
    clinic.run(7, pulse=130)
    assert "Already acknowledged by nina 7 s ago" in refusal(clinic, Accept(alarm.id, "medium"), **LEO)
    assert "Already acknowledged by nina 7 s ago" in refusal(clinic, Acknowledge(alarm.id, "medium"), **LEO)


def test_not_me_calls_the_next_at_once_and_says_why(clinic: Clinic) -> None:
    alarm = medium(clinic)
    clinic.must(Reject(alarm.id, "medium", "with another patient"), **LEO)
    after = now(clinic, "hr_high")
    assert after.calls == ("nurse", "anesthesia")
    assert after.rejected == (("leo", clinic.now.utc_ms, "with another patient"),)
    assert journal(clinic, "hr_high")[-2:] == [
        ("rejected", "leo", f"{alarm.text} with another patient"),
        ("escalated", None, f"{alarm.text} → anesthesia"),
    ]
    assert "already" in refusal(clinic, Reject(alarm.id, "medium", "still busy"), **LEO)


@pytest.mark.parametrize(
    ("act", "who", "said"),
    [
        (lambda alarm: Reject(alarm.id, "medium", "  "), LEO, "A reason is needed"),
        (lambda alarm: Reject(alarm.id, "medium", "asleep"), RUIZ, "No anesthesia is called"),
        (lambda alarm: Reject(alarm.id, "low", "busy"), LEO, "risen from low to medium"),
        (lambda alarm: Reject("gone", "medium", "busy"), LEO, "This alarm has ended."),
        (lambda alarm: Accept(alarm.id, "low"), LEO, "risen from low to medium"),
        (lambda alarm: Accept(alarm.id, "huge"), LEO, "Unknown priority 'huge'"),
        (lambda alarm: TakeOver(alarm.id), LEO, "Nobody has this alarm yet"),
        (lambda alarm: Accept(alarm.id, "medium"), {"role": Role.ADMIN, "user": "boss"}, "Only a nurse"),
    ],
)
def test_what_is_refused_says_why(clinic: Clinic, act: Any, who: dict[str, Any], said: str) -> None:
    alarm = medium(clinic)
    assert said in refusal(clinic, act(alarm), **who)
    assert now(clinic, "hr_high") == alarm


def test_a_colleague_takes_over(clinic: Clinic) -> None:
    alarm = medium(clinic)
    clinic.must(Accept(alarm.id, "medium"))
    assert "already" in refusal(clinic, TakeOver(alarm.id))
    clinic.must(TakeOver(alarm.id), **LEO)
    after = now(clinic, "hr_high")
    assert (after.accepted_by, after.acknowledged_by, after.calls) == ("leo", "leo", ())
    assert journal(clinic, "hr_high")[-1][:2] == ("taken_over", "leo")


def test_what_anesthesia_accepted_only_anesthesia_takes_over(clinic: Clinic) -> None:
    alarm = high_pressure(clinic)
    clinic.must(Accept(alarm.id, "high"), **RUIZ)
    assert "only anesthesia takes it over" in refusal(clinic, TakeOver(alarm.id))
    clinic.must(TakeOver(alarm.id), role=Role.ANESTHESIA, user="okafor")
    assert now(clinic).accepted_by == "okafor"


def test_a_nurse_who_takes_over_a_high_pressure_still_needs_anesthesia(clinic: Clinic) -> None:
    alarm = high_pressure(clinic)
    clinic.must(Acknowledge(alarm.id, "high"))
    clinic.must(TakeOver(alarm.id), **LEO)
    after = now(clinic)
    assert (after.acknowledged_by, after.accepted_by, after.calls) == ("leo", None, ("anesthesia",))


def test_a_rise_clears_who_was_responsible(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(20, pulse=130)
    clinic.must(Accept(now(clinic, "hr_high").id, "medium"))
    clinic.run(12, pulse=150)
    risen = now(clinic, "hr_high")
    assert (risen.priority, risen.accepted_by, risen.calls) == ("high", None, ("nurse", "anesthesia"))


def test_the_houses_own_alarm_is_acknowledged_once(clinic: Clinic) -> None:
    clinic.seat()
    clinic.now = clinic.now._replace(utc_ms=clinic.now.utc_ms + 3_600_000)
    clinic.run(1)
    alarm = now(clinic, "clock_step")
    assert (alarm.calls, alarm.escalates_ms) == ((), None)
    clinic.must(Acknowledge(alarm.id, "low"))
    assert "Already acknowledged by nina" in refusal(clinic, Acknowledge(alarm.id, "low"), **LEO)


def test_a_pause_of_the_sound_leaves_the_call_as_it_was(clinic: Clinic) -> None:
    alarm = high_pressure(clinic)
    clinic.must(PauseAudio())
    paused = now(clinic)
    assert (paused.calls, paused.called, paused.audible) == ((), ("nurse", "anesthesia"), False)
    clinic.must(Acknowledge(alarm.id, "high"))
    assert now(clinic).called == ("anesthesia",)
    clinic.run(60)
    assert now(clinic).outside
    clinic.must(Accept(alarm.id, "high"), **RUIZ)
    assert (now(clinic).called, now(clinic).outside) == ((), False)


def test_whoever_seats_a_patient_is_their_nurse_until_a_colleague_is(clinic: Clinic) -> None:
    clinic.seat()
    assert clinic.session().nurse == "nina"
    clinic.must(AssignNurse("leo"), **RUIZ)
    assert (clinic.session().nurse, clinic.session().seated_by) == ("leo", "nina")
    clinic.crash()
    clinic.turn()
    assert clinic.session().nurse == "leo"
    history = clinic.reader.history(clinic.session().id)
    assert [(m.what, m.by, m.text) for m in history.marks][-1] == ("assign_nurse", "ruiz", "nina → leo")


def test_only_the_patients_nurse_hands_over(clinic: Clinic) -> None:
    clinic.seat()
    assert "nina is the nurse" in refusal(clinic, HandOver("leo"), **LEO)
    clinic.must(HandOver("leo", "wants the light low"))
    assert clinic.session().nurse == "leo"
    history = clinic.reader.history(clinic.session().id)
    assert history.marks[-1].text == "nina → leo; wants the light low"
    assert "leo is the nurse of chair 1 already" in refusal(clinic, HandOver("leo"), **LEO)


@pytest.mark.parametrize("act", [AssignNurse("ruiz"), AssignNurse("nobody"), HandOver("")])
def test_a_patient_goes_to_a_nurse_of_this_clinic(clinic: Clinic, act: Any) -> None:
    clinic.seat()
    assert "expected one of nina, leo" in refusal(clinic, act)
    clinic.must(Mark("note", None, "still here"))
    assert clinic.session().nurse == "nina"


def test_a_call_that_falls_due_with_an_answer_that_is_refused_is_in_the_record(clinic: Clinic) -> None:
    alarm = high_pressure(clinic)
    clinic.pass_time(61)
    refusal(clinic, Accept(alarm.id, "high"))
    assert now(clinic).outside
    assert [change for change, _, _ in journal(clinic, "sbp_high")] == ["raised", "escalated"]
