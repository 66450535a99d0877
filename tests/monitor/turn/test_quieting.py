"""Pausing and switching off on a chair: what screens see, what the record keeps, what a crash forgets."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.limits import FloodRule
from monitor.sessions.actions import Acknowledge, AlarmOff, AlarmOn, PauseAudio, ResumeAudio
from monitor.store.snapshot import AudioPausedView, FloodView, SwitchedOffView
from monitor.terms import Role
from tests.monitor.turn.clinic import Clinic

ANA = {"user": "Ana", "role": Role.ANESTHESIA}


def low_saturation(clinic: Clinic, chair: str = "1") -> None:
    """79 % is high at once."""
    clinic.pass_time(1)
    clinic.spo2(79, chair)
    clinic.turn()


def test_a_pause_is_seen_counts_down_and_is_in_the_record(clinic: Clinic) -> None:
    visit = clinic.infuse()
    low_saturation(clinic)
    assert clinic.alarms()["spo2_low"].audible
    clinic.must(PauseAudio(), user="Leo")
    until_ms = clinic.now.utc_ms + 120_000
    assert clinic.chair().audio_paused == AudioPausedView("Leo", until_ms)
    alarm = clinic.alarms()["spo2_low"]
    assert (alarm.audible, alarm.paused) == (False, True)
    clinic.run(60, spo2=79)
    assert clinic.chair().audio_paused == AudioPausedView("Leo", until_ms)
    mark = clinic.reader.history(visit).marks[-1]
    assert (mark.what, mark.by, mark.text) == ("pause_audio", "Leo", "120 s for SpO₂ 79 < 85 (high)")
    clinic.run(60, spo2=79)
    assert clinic.chair().audio_paused is None
    assert clinic.alarms()["spo2_low"].audible


def test_a_pause_ends_by_hand(clinic: Clinic) -> None:
    clinic.infuse()
    low_saturation(clinic)
    clinic.must(PauseAudio())
    clinic.must(ResumeAudio())
    assert clinic.chair().audio_paused is None
    assert clinic.alarms()["spo2_low"].audible


def test_a_pause_of_one_chair_leaves_the_other_sounding(clinic: Clinic) -> None:
    for chair in ("1", "2"):
        clinic.seat(chair)
        low_saturation(clinic, chair)
    clinic.must(PauseAudio(), "1")
    assert not clinic.alarms("1")["spo2_low"].audible
    assert clinic.alarms("2")["spo2_low"].audible


def test_a_crash_neither_lengthens_nor_forgets_a_pause(clinic: Clinic) -> None:
    clinic.infuse()
    low_saturation(clinic)
    clinic.must(PauseAudio(), user="Leo")
    clinic.crash(away_s=60)
    clinic.spo2(79)
    clinic.turn()
    assert clinic.alarms()["spo2_low"].paused
    clinic.crash(away_s=60)
    clinic.turn()
    assert clinic.alarms()["spo2_low"].audible


@pytest.mark.parametrize("role", [Role.ADMIN, Role.WALL])
def test_who_only_looks_on_makes_nothing_quiet(clinic: Clinic, role: Role) -> None:
    clinic.infuse()
    low_saturation(clinic)
    for act in (PauseAudio(), AlarmOff("sbp_high", "seen")):
        assert not clinic.does(act, role=role).accepted
    assert clinic.alarms()["spo2_low"].audible


def test_an_alarm_that_is_off_stands_on_the_chair_with_author_time_and_reason(clinic: Clinic) -> None:
    visit = clinic.infuse()
    clinic.run(20, spo2=89)
    assert clinic.alarms()["spo2_low"].priority == "medium"
    outcome = clinic.does(AlarmOff("spo2_low", "probe is moved"), user="Leo")
    assert outcome.message == "SpO₂ low is of medium priority; only anesthesia may switch it off."
    clinic.must(AlarmOff("spo2_low", " probe is moved "), **ANA)
    since_ms = clinic.now.utc_ms
    clinic.run(1, spo2=89)
    off = SwitchedOffView("spo2_low", "Ana", since_ms, "probe is moved", "medium")
    assert clinic.chair().off == [off]
    assert "spo2_low" not in clinic.alarms()
    clinic.crash()
    clinic.run(1, spo2=89)
    assert clinic.chair().off == [off]
    assert "spo2_low" not in clinic.alarms()
    low_saturation(clinic)
    assert clinic.alarms()["spo2_low"].audible
    marks = [(m.what, m.by, m.text) for m in clinic.reader.history(visit).marks]
    assert marks[-1] == ("alarm_off", "Ana", "SpO₂ low; probe is moved")


def test_anybody_who_acts_switches_on_again(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(20, spo2=89)
    clinic.must(AlarmOff("spo2_low", "probe is moved"), **ANA)
    clinic.must(AlarmOn("spo2_low"), user="Leo")
    assert clinic.chair().off == []
    clinic.run(1, spo2=89)
    assert clinic.alarms()["spo2_low"].audible


def test_switching_off_needs_a_reason(clinic: Clinic) -> None:
    clinic.infuse()
    assert clinic.does(AlarmOff("spo2_low", "  ")).message == "A reason is needed."
    assert clinic.chair().off == []


def test_the_reminder_names_when_and_whose_stations(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(20, spo2=89)
    alarm = clinic.alarms()["spo2_low"]
    clinic.must(Acknowledge(alarm.id, alarm.priority), **ANA)
    clinic.run(149, spo2=89)
    assert clinic.chair().reminder_ms is None
    clinic.run(2, spo2=89)
    chair = clinic.chair()
    assert chair.reminder_ms is not None
    assert clinic.now.utc_ms - chair.reminder_ms <= 2000
    assert chair.reminder_roles == ("anesthesia",)


@pytest.fixture
def hall(tmp_path: Path) -> Clinic:
    return Clinic(tmp_path / "hall", chairs=12)


def test_more_alarms_than_anybody_can_take_one_by_one_are_a_flood(hall: Clinic) -> None:
    for n in range(1, 11):
        hall.seat(str(n))
    for n in range(1, 9):
        low_saturation(hall, str(n))
    assert hall.snapshot is not None
    assert hall.snapshot.flood is None
    hall.crash()
    low_saturation(hall, "9")
    assert hall.snapshot.flood == FloodView(high=9, medium=0, low=0)
    assert all(hall.alarms(str(n))["spo2_low"].audible for n in range(1, 10))
    hall.pass_time(FloodRule().seconds)
    hall.turn()
    assert hall.snapshot.flood is None
    hall.close()


def test_twelve_chairs_in_one_turn_are_each_told_heard_and_called_for(hall: Clinic) -> None:
    chairs = [chair.id for chair in hall.settings.chairs]
    assert len(chairs) >= 12
    for chair in chairs:
        hall.seat(chair)
        hall.spo2(75, chair)
    hall.turn()
    found = {chair: hall.alarms(chair, "high")["spo2_low"] for chair in chairs}
    assert len({alarm.id for alarm in found.values()}) == len(chairs)
    assert all(alarm.audible for alarm in found.values())
    assert hall.snapshot is not None
    assert hall.snapshot.flood == FloodView(high=len(chairs), medium=0, low=0)
    hall.pass_time(61)
    for chair in chairs:
        hall.spo2(75, chair)
    hall.turn()
    assert all(hall.alarms(chair)["spo2_low"].outside for chair in chairs)
    hall.close()
