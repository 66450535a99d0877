"""Extensions, overruns, checks after a high pressure, the expected response, the gate a second time."""

from __future__ import annotations

import msgspec
import pytest

from monitor.sessions.actions import (
    BeginBaseline,
    End,
    Extend,
    Finish,
    MarkReady,
    Pause,
    Resume,
    Seat,
    Start,
)
from monitor.sessions.session import Session
from monitor.terms import Role
from tests.monitor.turn.clinic import Clinic


def due_in_s(clinic: Clinic) -> float:
    cuff = clinic.chair().cuff
    assert cuff is not None
    assert cuff.due_ms is not None
    return (cuff.due_ms - clinic.now.utc_ms) / 1000


def measured(clinic: Clinic, systolic: float, diastolic: float) -> None:
    clinic.cuff(systolic, diastolic)
    clinic.turn()


def test_an_extension_is_bounded_named_and_kept(clinic: Clinic) -> None:
    session = clinic.infuse()
    clinic.must(Extend(10, "tolerates it well"))
    assert (clinic.session().planned_min, clinic.session().extended_min) == (50, 10)
    clinic.must(Pause())
    clinic.must(Extend(30, "line was slow"))
    refused = clinic.does(Extend(11, "longer"))
    assert not refused.accepted
    assert "expected 1 to 90, got 91" in refused.message
    assert not clinic.does(Extend(5, " ")).accepted
    clinic.crash()
    clinic.must(Resume())
    assert clinic.session().planned_min == 80
    history = clinic.reader.history(session)
    assert history is not None
    said = [(mark.by, mark.text) for mark in history.marks if mark.what == "extend"]
    assert said == [("nina", "40 + 10 min: tolerates it well"), ("nina", "40 + 40 min: line was slow")]


def test_an_overrun_is_an_alarm_after_ten_minutes_and_ends_with_an_extension(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.pass_time(50 * 60 - 2)
    clinic.run(1)
    assert "infusion_overrun" not in clinic.alarms()
    clinic.run(2)
    raised = clinic.alarms()["infusion_overrun"]
    assert (raised.priority, raised.kind, raised.text) == ("low", "technical", "infusion 10 min over")
    clinic.crash()
    clinic.run(1)
    assert clinic.alarms()["infusion_overrun"].id == raised.id
    clinic.must(Pause())
    clinic.run(5)
    assert "infusion_overrun" in clinic.alarms()
    clinic.must(Extend(20, "slower rate"))
    assert "infusion_overrun" not in clinic.alarms()


def test_a_paused_infusion_does_not_run_over(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.must(Pause())
    clinic.pass_time(2 * 3600)
    clinic.run(2)
    assert "infusion_overrun" not in clinic.alarms()


def test_after_a_nearly_high_pressure_the_next_is_due_sooner_until_two_lie_below(clinic: Clinic) -> None:
    clinic.infuse()
    measured(clinic, 165, 80)
    assert due_in_s(clinic) == 300
    clinic.run(60)
    measured(clinic, 175, 80)
    assert due_in_s(clinic) == 150
    clinic.run(60)
    measured(clinic, 140, 80)
    assert due_in_s(clinic) == 150
    clinic.crash()
    clinic.run(1)
    assert due_in_s(clinic) == 149
    clinic.run(60)
    measured(clinic, 141, 80)
    assert due_in_s(clinic) == 300


def test_a_nearly_high_diastolic_pressure_shortens_too(clinic: Clinic) -> None:
    clinic.infuse()
    measured(clinic, 130, 107)
    assert due_in_s(clinic) == 150


def test_it_is_late_as_ever_after_a_nearly_high_pressure(clinic: Clinic) -> None:
    clinic.infuse()
    measured(clinic, 176, 80)
    clinic.pass_time(4.5 * 60 - 1)
    clinic.run(2)
    assert "pressure_overdue" in clinic.alarms()


def test_the_expected_response_stands_still_while_the_infusion_runs(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(1)
    points = clinic.chair().response
    assert (points[-1].at_ms - points[0].at_ms) == 40 * 60_000
    clinic.run(120)
    measured(clinic, 128, 80)
    assert clinic.chair().response == points
    clinic.must(Pause())
    paused = clinic.chair().response
    clinic.run(60)
    assert clinic.chair().response == paused
    clinic.must(Resume())
    assert clinic.chair().response[-1].at_ms == points[-1].at_ms + 60_000
    clinic.must(End())
    assert clinic.chair().response[-1].at_ms == clinic.now.utc_ms + 90 * 60_000


def test_a_reading_stands_to_what_is_expected_of_its_minute(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(1)
    assert clinic.chair().cuff is not None
    assert clinic.chair().cuff.expected is None, "taken before the start"
    clinic.pass_time(20 * 60)
    clinic.run(1)
    for systolic, standing in ((112, "below"), (135, "within"), (158, "above")):
        measured(clinic, systolic, 80)
        cuff = clinic.chair().cuff
        assert cuff is not None
        assert cuff.expected is not None
        assert cuff.expected.standing == standing
        assert (cuff.expected.low, cuff.expected.high) == (pytest.approx(0, abs=1), pytest.approx(20, abs=1))
        clinic.run(61)


def test_without_a_baseline_nothing_is_expected(clinic: Clinic) -> None:
    clinic.seat()
    clinic.must(BeginBaseline())
    clinic.must(Start(without_baseline=True))
    measured(clinic, 150, 80)
    assert clinic.chair().response == []
    assert clinic.chair().cuff is not None
    assert clinic.chair().cuff.expected is None


def ready(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.must(End())
    clinic.must(MarkReady(assessed=True, escort=True, override_reason="seen"), role=Role.ANESTHESIA)


def test_who_is_ready_leaves_without_being_asked_again(clinic: Clinic) -> None:
    ready(clinic)
    clinic.run(60, spo2=None, pulse=None)
    assert clinic.session().leave_missing == ()
    clinic.must(Finish())


def test_a_pressure_that_rose_since_ready_keeps_the_patient(clinic: Clinic) -> None:
    ready(clinic)
    clinic.run(5)
    measured(clinic, 172, 90)
    assert "pressure 172/90 below 160/100" in clinic.session().leave_missing
    refused = clinic.does(Finish())
    assert not refused.accepted
    assert "changed since ready to leave: pressure 172/90 below 160/100" in refused.message
    assert not clinic.does(Finish(override_reason="fine")).accepted
    clinic.must(Finish(override_reason="cuff on the IV arm"), role=Role.ANESTHESIA)


@pytest.mark.parametrize("code", ["Jane Doe", "x" * 21, "R_17", "№7"])
def test_a_series_code_of_another_shape_is_refused(clinic: Clinic, code: str) -> None:
    refused = clinic.does(Seat("JD", identifiers_confirmed=True, series=code))
    assert not refused.accepted
    assert "series code has 1 to 20 characters" in refused.message
    assert code not in refused.message


def test_a_visit_stored_before_there_were_series_still_loads(clinic: Clinic) -> None:
    session = clinic.infuse()
    stored = msgspec.msgpack.decode(msgspec.msgpack.encode(clinic.maker._chairs["1"].session))
    assert stored["id"] == session
    for name in ("ran", "extended_min", "series"):
        stored.pop(name, None)
    assert msgspec.convert(stored, Session).series == ""
