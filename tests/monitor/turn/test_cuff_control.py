"""A cuff that is started from here: who may, when not, what the record says, and what if no result comes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.model import CuffCommand, DeviceState, LinkChange
from monitor.cli.monitor import LATEST_START_S, obey
from monitor.sessions.actions import CancelCuff, End, Finish, SetLimbs, StartCuff
from monitor.store.rows import CuffOrder
from monitor.terms import Now, Role
from tests.monitor.turn.clinic import Clinic

START = CuffOrder("mon-1", CuffCommand.START)
CANCEL = CuffOrder("mon-1", CuffCommand.CANCEL)


@pytest.fixture
def allowed(clinic: Clinic) -> Clinic:
    """Every monitor's cuff may be started from here, and a patient sits on chair 1."""
    may(clinic)
    clinic.infuse()
    return clinic


def may(clinic: Clinic, **rule: bool) -> None:
    devices = tuple(replace(d, allow_cuff=d.kind == "dinamap") for d in clinic.settings.devices)
    preset = clinic.settings.presets["default"]
    presets = {"default": replace(preset, pressure_rule=replace(preset.pressure_rule, **rule))}
    clinic.settings = replace(clinic.settings, devices=devices, presets=presets)
    clinic.crash()


def test_a_clinic_as_shipped_starts_no_cuff(clinic: Clinic) -> None:
    clinic.infuse()
    for act in (StartCuff(), CancelCuff()):
        outcome = clinic.does(act)
        assert (outcome.accepted, outcome.message) == (False, "No cuff of chair 1 may be started from here.")
    assert clinic.orders == []
    assert clinic.chair().cuff_control is None


def test_a_nurse_starts_it_and_the_record_says_so(allowed: Clinic) -> None:
    at_ms = allowed.now.utc_ms
    allowed.must(StartCuff())
    assert allowed.orders == [START]
    control = allowed.chair().cuff_control
    assert control is not None
    assert (control.device, control.started_ms, control.by) == ("Monitor 1", at_ms, "nina")
    history = allowed.reader.history(allowed.session().id)
    assert history is not None
    (mark,) = [mark for mark in history.marks if mark.what == "start_cuff"]
    assert (mark.by, mark.text) == ("nina", "Monitor 1")


def test_only_staff_start_it(allowed: Clinic) -> None:
    assert not allowed.does(StartCuff(), role=Role.WALL, user="wall").accepted
    assert allowed.orders == []


@pytest.mark.parametrize("systolic", [128, None])
def test_a_result_good_or_failed_ends_the_waiting(allowed: Clinic, systolic: float | None) -> None:
    allowed.must(StartCuff())
    allowed.run(30)
    allowed.cuff(systolic, 80)
    allowed.run(200)
    control = allowed.chair().cuff_control
    assert control is not None
    assert control.started_ms is None
    assert "cuff_without_result" not in allowed.alarms()
    assert allowed.orders == [START]


def test_a_result_from_before_the_start_does_not_end_it(allowed: Clinic) -> None:
    allowed.run(60)
    allowed.must(StartCuff())
    allowed.run(1)
    allowed.cuff(128, 80, ago_s=40)
    allowed.run(1)
    control = allowed.chair().cuff_control
    assert control is not None
    assert control.started_ms is not None


@pytest.mark.parametrize("by_s", [-600, 600])
@pytest.mark.parametrize(("age_s", "ends"), [(0, True), (20, True), (40, False)])
def test_what_was_measured_since_the_start_is_known_although_the_clock_was_set(
    allowed: Clinic, by_s: int, age_s: int, ends: bool
) -> None:
    allowed.must(StartCuff())
    allowed.run(30)
    allowed.set_clock(by_s)
    allowed.cuff(128, 80, ago_s=age_s)
    allowed.run(1)
    control = allowed.chair().cuff_control
    assert control is not None
    assert (control.started_ms is None) is ends


@pytest.mark.parametrize("by_s", [-600, 600])
def test_a_result_that_waits_for_its_turn_while_the_clock_is_set_ends_it(allowed: Clinic, by_s: int) -> None:
    allowed.must(StartCuff())
    allowed.run(30)
    allowed.cuff(128, 80)
    allowed.set_clock(by_s)
    allowed.run(1)
    control = allowed.chair().cuff_control
    assert control is not None
    assert control.started_ms is None


def test_without_a_result_it_is_cancelled_after_three_minutes_with_an_alarm(allowed: Clinic) -> None:
    allowed.must(StartCuff())
    allowed.run(178)
    assert allowed.orders == [START]
    allowed.run(4)
    assert allowed.orders == [START, CANCEL]
    alarm = allowed.alarms()["cuff_without_result"]
    assert (alarm.kind, alarm.priority) == ("technical", "medium")
    assert alarm.text == "cuff started by nina: no result in 180 s, cancelled"
    allowed.run(60)
    assert allowed.orders == [START, CANCEL]


def test_a_restart_forgets_neither_the_start_nor_sends_it_again(allowed: Clinic) -> None:
    allowed.must(StartCuff())
    allowed.crash(away_s=5)
    allowed.run(100)
    assert allowed.orders == [START]
    allowed.run(90)
    assert allowed.orders == [START, CANCEL]


def test_it_is_not_started_twice_nor_while_it_measures(allowed: Clinic) -> None:
    allowed.must(StartCuff())
    assert allowed.does(StartCuff()).message == "The cuff of Monitor 1 is at work already."
    allowed.must(CancelCuff())
    assert allowed.orders == [START, CANCEL]
    allowed.measuring()
    assert not allowed.does(StartCuff()).accepted


def test_it_is_cancelled_although_it_was_started_at_the_device(allowed: Clinic) -> None:
    allowed.measuring()
    allowed.must(CancelCuff())
    assert allowed.orders == [CANCEL]


def test_never_on_the_arm_of_the_iv_line(allowed: Clinic) -> None:
    allowed.must(SetLimbs(iv_arm="left", cuff="left arm"))
    assert "arm of the IV line" in allowed.does(StartCuff()).message
    assert allowed.orders == []


def test_a_device_that_is_away_is_not_told(allowed: Clinic) -> None:
    allowed.says("mon-1", LinkChange(DeviceState.DISCONNECTED))
    assert "not connected" in allowed.does(StartCuff()).message


def test_a_tap_that_waited_too_long_starts_nothing(allowed: Clinic) -> None:
    tap = allowed.action(StartCuff())
    allowed.pass_time(11)
    allowed.turn(tap)
    (outcome,) = allowed.reader.outcomes(tap.seq - 1)
    assert "too late" in outcome.message
    assert allowed.orders == []


def test_a_patient_who_leaves_takes_no_inflating_cuff_along(allowed: Clinic) -> None:
    allowed.must(End())
    allowed.must(StartCuff())
    allowed.must(Finish(override_reason="transferred"), role=Role.ANESTHESIA)
    assert allowed.orders == [START, CANCEL]


class TestRepeats:
    def test_the_rule_starts_none_as_shipped(self, allowed: Clinic) -> None:
        allowed.cuff(190, 95)
        allowed.run(100)
        assert allowed.orders == []

    def test_each_repeat_that_is_wanted_is_started_once_where_the_preset_says_so(
        self, clinic: Clinic
    ) -> None:
        may(clinic, start_repeats=True)
        clinic.infuse()
        clinic.run(60)
        clinic.cuff(186, 92)
        clinic.run(58)
        assert clinic.orders == []
        clinic.run(4)
        assert clinic.orders == [START]
        clinic.run(20)
        clinic.cuff(128, 80)
        clinic.run(3)
        history = clinic.reader.history(clinic.session().id)
        assert history is not None
        assert [(m.by, m.text) for m in history.marks if m.what == "start_cuff"] == [
            ("Chairside", "Monitor 1, repeat")
        ]

    @pytest.mark.parametrize("ended_by", ["nurse", "failure"])
    @pytest.mark.parametrize("restarts", [False, True])
    def test_a_repeat_that_ended_at_once_is_not_started_again_by_a_restart(
        self, clinic: Clinic, ended_by: str, restarts: bool
    ) -> None:
        may(clinic, start_repeats=True)
        clinic.infuse()
        clinic.run(60)
        clinic.cuff(186, 92)
        clinic.run(62)
        assert clinic.orders == [START]
        if ended_by == "nurse":
            clinic.must(CancelCuff())
        else:
            clinic.cuff(None)
        clinic.run(1)
        if restarts:
            clinic.crash(away_s=1)
            clinic.connected()
        clinic.run(30)
        assert clinic.orders.count(START) == 1

    def test_a_repeat_waits_until_the_cuff_is_free(self, clinic: Clinic) -> None:
        may(clinic, start_repeats=True)
        clinic.infuse()
        clinic.run(60)
        clinic.cuff(186, 92)
        clinic.run(50)
        clinic.measuring()
        clinic.run(30)
        assert clinic.orders == []


@pytest.mark.parametrize(("late_s", "told"), [(0.1, ["start", "cancel"]), (LATEST_START_S + 1, ["cancel"])])
def test_a_turn_that_the_disk_kept_waiting_cancels_and_does_not_start(
    allowed: Clinic, late_s: float, told: list[str]
) -> None:
    record = allowed.maker.step([], [allowed.action(StartCuff())], allowed.now)
    record.rows.orders.append(CANCEL)
    said: list[CuffCommand] = []
    later = Now(record.now.utc_ms, record.now.mono_s + late_s)
    obey(record, lambda _device, command: said.append(command), later)
    assert said == told
