"""The process dies at any moment and another goes on: what must stand as it stood."""

from __future__ import annotations

import pytest

from monitor.sessions.actions import Acknowledge, ConfirmBaseline, EnteredInError, ManualCuff, Pause, Standby
from monitor.store.journal import Recovery
from monitor.terms import Now
from monitor.turn.moments import Moments
from tests.monitor.turn.clinic import BEGIN_MS, Clinic


class SetClock:
    def __init__(self, utc_ms: int, mono_s: float) -> None:
        self.utc, self.mono = utc_ms, mono_s

    def utc_ms(self) -> int:
        return self.utc

    def mono_s(self) -> float:
        return self.mono


def test_an_open_visit_and_its_alarms_stand_as_they_stood(clinic: Clinic) -> None:
    session = clinic.infuse()
    clinic.cuff(185, 95)
    clinic.run(30)
    clinic.must(Acknowledge(clinic.alarms()["sbp_high"].id, "high"))
    before = clinic.chair()
    clinic.crash(away_s=4)
    clinic.connected()
    clinic.turn()
    after = clinic.chair()
    assert after.session is not None
    assert (after.session.id, after.session.phase, after.session.baseline) == (
        session,
        "infusion",
        (121, 75, 70),
    )
    assert after.session.elapsed_s == before.session.elapsed_s + 4
    assert after.alarms == before.alarms
    assert after.trend == before.trend
    assert after.limits == before.limits
    assert after.cuff.systolic == 185


def test_turn_numbers_go_on(clinic: Clinic) -> None:
    clinic.seat()
    before = clinic.snapshot
    clinic.crash()
    after = clinic.turn()
    assert after.turn == before.turn + 1
    assert after.boot != before.boot


def test_no_limit_and_no_alarm_is_journalled_twice(clinic: Clinic) -> None:
    session = clinic.infuse()
    clinic.cuff(185, 95)
    clinic.run(2)
    once = clinic.reader.history(session)
    for _ in range(3):
        clinic.crash()
        clinic.connected()
        clinic.run(1)
    again = clinic.reader.history(session)
    assert again.limits == once.limits
    assert again.alarms == once.alarms
    assert again.phases == once.phases


def test_an_acknowledgement_runs_out_over_a_restart(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.cuff(205, 95)
    clinic.run(1)
    clinic.must(Acknowledge(clinic.alarms()["sbp_high"].id, "high"))
    clinic.run(100)
    clinic.crash(away_s=60)
    clinic.connected()
    clinic.run(10)
    assert clinic.alarms()["sbp_high"].presence == "acknowledged"
    clinic.run(15)
    assert clinic.alarms()["sbp_high"].presence == "on"


def test_a_pause_stays_a_pause(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(20)
    clinic.must(Pause())
    clinic.crash(away_s=600)
    clinic.turn()
    assert (clinic.session().elapsed_s, clinic.session().running) == (20, False)


@pytest.mark.parametrize("set_ms", [-600_000, 600_000])
def test_a_clock_that_was_set_makes_no_pressure_younger_or_older_over_a_restart(
    clinic: Clinic, set_ms: int
) -> None:
    clinic.infuse()
    clinic.run(100)
    clinic.now = Now(clinic.now.utc_ms + set_ms, clinic.now.mono_s)
    clinic.run(1)
    alarms, due_ms = clinic.alarms(), clinic.chair().cuff.due_ms
    clinic.crash()
    clinic.connected()
    clinic.turn()
    assert clinic.chair().cuff.due_ms == due_ms
    assert clinic.alarms() == alarms
    clinic.run(5 * 60 - 102 + 120)
    assert "pressure_overdue" not in clinic.alarms()
    clinic.run(2)
    assert "pressure_overdue" in clinic.alarms()


def test_a_cuff_that_runs_is_not_waited_for_anew_after_a_restart(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.measuring()
    clinic.run(170)
    assert clinic.chair().cuff.measuring
    clinic.crash()
    clinic.connected()
    clinic.run(11)
    assert clinic.chair().cuff.measuring
    clinic.run(1)
    assert not clinic.chair().cuff.measuring


def test_of_two_pressures_of_one_moment_the_later_one_stays_so_over_two_restarts(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.cuff(None)
    clinic.turn()
    clinic.must(ManualCuff(131, 82))
    for _ in range(2):
        clinic.crash()
        clinic.connected()
        clinic.turn()
    assert clinic.chair().cuff.flags == ()


def test_the_first_turn_after_a_restart_judges_what_time_has_done(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.cuff(184, 92)
    clinic.run(1)
    clinic.crash(away_s=120)
    clinic.turn()
    assert clinic.alarms()["sbp_high"].priority == "high"


def test_standby_and_struck_values_survive(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(60)
    clinic.must(ManualCuff(230, 140))
    clinic.must(EnteredInError(clinic.chair().trend[-1].key, "typo"))
    clinic.must(Standby("bathroom", 5))
    clinic.crash(away_s=2)
    clinic.turn()
    assert [point.systolic for point in clinic.chair().trend] == [121, 121]
    assert clinic.session().standby_reason == "bathroom"
    assert clinic.alarms() == {}


def test_a_number_from_before_the_restart_is_remembered_but_never_shown(clinic: Clinic) -> None:
    clinic.seat()
    clinic.run(2, spo2=97)
    measured = clinic.now.utc_ms
    clinic.crash(away_s=1)
    clinic.turn()
    view = clinic.chair().spo2
    assert (view.value, view.freshness, view.last, view.at_ms) == (None, "gone", 97, measured)


def test_what_was_not_committed_is_taken_in_when_it_is_delivered_again(clinic: Clinic) -> None:
    session = clinic.infuse()
    clinic.cuff(190, 95)
    lost = clinic._waiting[-1]
    clinic.crash()
    for _ in range(2):
        clinic._waiting.append(lost)
        clinic.pass_time(1)
        clinic.turn()
    history = clinic.reader.history(session)
    assert [point.systolic for point in history.cuffs] == [121, 121, 190]
    assert [a.change for a in history.alarms if a.condition == "sbp_high"] == ["raised"]


def test_an_action_of_the_desk_is_applied_once_over_a_restart(clinic: Clinic) -> None:
    clinic.seat()
    action = clinic.action(ConfirmBaseline())
    clinic.turn(action)
    clinic.crash()
    clinic.turn(action)
    assert len(clinic.reader.outcomes(action.seq - 1)) == 1


@pytest.mark.parametrize(
    ("utc_ms", "expected_s"),
    [(BEGIN_MS + 30_000, 1030.0), (BEGIN_MS, 1000.0), (BEGIN_MS - 3_600_000, 1000.0)],
)
def test_seconds_go_on_over_a_restart_and_never_run_backwards(utc_ms: int, expected_s: float) -> None:
    recovery = Recovery(turn=7, at_ms=BEGIN_MS, mono_s=1000.0)
    clock = SetClock(utc_ms, 5.0)
    moments = Moments(clock, recovery)
    assert moments.now() == Now(utc_ms, expected_s)
    clock.utc, clock.mono = utc_ms + 2000, 7.0
    assert moments.now() == Now(utc_ms + 2000, expected_s + 2)


def test_a_small_correction_backwards_is_not_passed_on() -> None:
    clock = SetClock(BEGIN_MS, 5.0)
    moments = Moments(clock, Recovery())
    clock.utc -= 40
    assert moments.now().utc_ms == BEGIN_MS
    clock.utc -= 10_000
    assert moments.now().utc_ms == BEGIN_MS - 10_040
