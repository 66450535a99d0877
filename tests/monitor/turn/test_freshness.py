"""What is shown of a number, and for how long."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.model import (
    CuffPhase,
    CuffState,
    DeviceState,
    LinkChange,
    MetricCode,
    Observation,
    Origin,
    RateMethod,
)
from monitor.sessions.actions import Abort, BeginBaseline, End
from tests.monitor.turn.clinic import VALID, Clinic


def test_a_frozen_source_dims_and_is_gone_at_ten_seconds(clinic: Clinic) -> None:
    clinic.seat()
    clinic.run(1, spo2=97)
    shown = {}
    for second in range(1, 13):
        clinic.pass_time(1)
        clinic.turn()
        view = clinic.chair().spo2
        assert view is not None
        shown[second] = (view.freshness, view.value)
    assert shown[2] == ("live", 97)
    assert shown[3] == shown[4] == ("recent", 97)
    assert shown[5] == ("dim", 97)
    assert shown[9] == ("dim", 97)
    assert shown[10] == ("gone", None)
    view = clinic.chair().spo2
    assert view is not None
    assert view.last == 97
    assert view.at_ms == clinic.now.utc_ms - 12_000
    assert "no_data_spo2" in clinic.alarms()


def test_an_invalid_value_takes_the_number_away_at_once(clinic: Clinic) -> None:
    clinic.seat()
    clinic.run(2, spo2=97)
    clinic.pass_time(1)
    clinic.spo2(None, flags=("probe_off",))
    clinic.turn()
    view = clinic.chair().spo2
    assert view is not None
    assert (view.value, view.validity, view.flags, view.freshness, view.last) == (
        None,
        "invalid",
        ("probe_off",),
        "gone",
        97,
    )


def test_a_metric_that_was_never_measured_says_so(clinic: Clinic) -> None:
    clinic.seat()
    view = clinic.chair().spo2
    assert view is not None
    assert (view.value, view.freshness, view.at_ms) == (None, "none", None)


def test_an_ecg_rate_goes_before_a_pulse_rate(clinic: Clinic) -> None:
    clinic.seat()
    clinic.run(3, pulse=70)
    assert clinic.chair().hr.value == 70
    for _ in range(3):
        clinic.pass_time(1)
        clinic.ecg(75)
        clinic.pulse(70)
        clinic.turn()
        assert clinic.chair().hr.value == 75
    clinic.run(9, pulse=70)
    assert clinic.chair().hr.freshness == "dim"
    clinic.run(2, pulse=70)
    assert (clinic.chair().hr.value, clinic.chair().hr.freshness) == (70, "live")
    assert clinic.chair().hr.source == "Oximeter 1"


def test_a_rate_counted_from_the_cuff_is_never_continuous(clinic: Clinic) -> None:
    clinic.seat()
    clinic.says("oxi-1", Observation(MetricCode.PULSE_RATE, 66, VALID, method=RateMethod.NIBP))
    clinic.turn()
    assert clinic.chair().hr.freshness == "none"


def test_late_data_is_kept_but_neither_shown_nor_judged(clinic: Clinic) -> None:
    session = clinic.infuse()
    clinic.run(60)
    clinic.spo2(70, ago_s=45, live=False)
    clinic.cuff(230, 130, ago_s=45, live=False)
    clinic.run(1, spo2=98)
    assert clinic.alarms(at_least="advisory") == {}
    assert clinic.chair().spo2.value == 98
    assert 230 not in [point.systolic for point in clinic.chair().trend]
    history = clinic.reader.history(session, samples=None)
    assert history is not None
    assert 70 in [sample.value for sample in history.continuous["spo2"]]
    assert 230 in [point.systolic for point in history.cuffs]


def test_a_value_delivered_again_is_not_judged_again(clinic: Clinic) -> None:
    clinic.seat()
    clinic.run(2, spo2=97)
    clinic.spo2(60, seq=1, run="run")
    clinic.turn()
    assert clinic.chair().spo2.value == 97


def test_doubled_and_disordered_over_a_restart_the_newest_stands_and_each_is_kept_once(
    clinic: Clinic,
) -> None:
    session = clinic.seat()
    clinic.pass_time(10)
    clinic.spo2(97, ago_s=1, seq=103)
    clinic.spo2(60, ago_s=3, seq=101)
    clinic.turn()
    clinic.crash(away_s=1)
    for value, ago_s, seq in ((60, 4, 101), (97, 2, 103), (96, 3, 102)):
        clinic.spo2(value, ago_s=ago_s, seq=seq)
    clinic.turn()
    assert clinic.chair().spo2.value == 97
    history = clinic.reader.history(session, samples=None)
    assert history is not None
    assert [sample.value for sample in history.continuous["spo2"]] == [60, 96, 97]


def test_simulated_data_on_a_real_chair_is_refused(clinic: Clinic) -> None:
    clinic.seat()
    clinic.run(2, spo2=97)
    clinic.spo2(60, origin=Origin.DEMO)
    clinic.cuff(230, 130, origin=Origin.DEMO)
    clinic.turn()
    chair = clinic.chair()
    assert not chair.demo
    assert chair.spo2.value == 97
    assert chair.trend == []
    assert "not simulated" in chair.devices[0].detail


@pytest.mark.parametrize("foreign", [Origin.DEMO, Origin.REAL])
def test_a_chair_for_recordings_is_marked_and_takes_no_demo(tmp_path: Path, foreign: Origin) -> None:
    clinic = Clinic(tmp_path / "replay", replay=True)
    session = clinic.seat()
    clinic.run(2, spo2=97)
    clinic.spo2(91, origin=Origin.REPLAY)
    clinic.turn()
    chair = clinic.chair()
    assert (chair.demo, chair.replay) == (True, True)
    assert chair.spo2.value == 91
    clinic.spo2(60, origin=foreign)
    clinic.turn()
    assert clinic.chair().spo2.value == (91 if foreign is Origin.DEMO else 60)
    history = clinic.reader.history(session, samples=None)
    assert history is not None
    assert (history.summary.demo, history.summary.replay) == (True, True)
    clinic.close()


@pytest.mark.parametrize(("age_s", "expected"), [(359, "live"), (361, "dim"), (599, "dim"), (601, "gone")])
def test_a_pressure_dims_and_goes_by_the_interval_of_its_phase(
    clinic: Clinic, age_s: int, expected: str
) -> None:
    clinic.infuse()
    clinic.pass_time(age_s)
    clinic.turn()
    cuff = clinic.chair().cuff
    assert cuff is not None
    assert cuff.freshness == expected
    assert (cuff.systolic is None) == (expected == "gone")
    assert cuff.last == (121, 75)


def test_the_next_pressure_is_due_by_phase(clinic: Clinic) -> None:
    clinic.seat()
    assert clinic.chair().cuff.due_ms is None
    clinic.must(BeginBaseline())
    assert clinic.chair().cuff.due_ms == clinic.now.utc_ms + 120_000
    clinic.must(Abort("wrong chair"))
    clinic.infuse()
    taken = clinic.chair().cuff.at_ms
    assert clinic.chair().cuff.due_ms == taken + 300_000
    clinic.must(End())
    assert clinic.chair().cuff.due_ms == taken + 900_000


def test_a_failed_cuff_leaves_the_last_pressure_with_its_age(clinic: Clinic) -> None:
    clinic.infuse()
    taken = clinic.chair().cuff.at_ms
    clinic.run(60)
    clinic.measuring()
    clinic.run(1)
    assert clinic.chair().cuff.measuring
    clinic.cuff(None)
    clinic.run(1)
    cuff = clinic.chair().cuff
    assert (cuff.systolic, cuff.at_ms, cuff.flags, cuff.measuring) == (121, taken, ("nibp_failed",), False)


def test_spo2_is_questionable_while_a_cuff_inflates_on_the_same_chair(clinic: Clinic) -> None:
    clinic.seat()
    clinic.measuring()
    clinic.run(2, spo2=97)
    view = clinic.chair().spo2
    assert (view.value, view.validity, view.flags) == (97, "questionable", ("cuff_running",))
    clinic.says("mon-1", CuffState(CuffPhase.IDLE))
    clinic.run(1, spo2=97)
    assert clinic.chair().spo2.validity == "valid"


def test_a_determination_read_twice_is_one(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(30)
    clinic.cuff(140, 85)
    clinic.run(10)
    clinic.cuff(140, 85, ago_s=11, run="after a restart")
    clinic.run(1)
    assert [point.systolic for point in clinic.chair().trend] == [121, 121, 140]
    clinic.run(60)
    clinic.cuff(140, 85)
    clinic.run(1)
    assert [point.systolic for point in clinic.chair().trend] == [121, 121, 140, 140]


def test_a_device_that_is_lost_is_an_alarm_and_says_since_when(clinic: Clinic) -> None:
    clinic.seat()
    clinic.run(5)
    clinic.says("oxi-1", LinkChange(DeviceState.DISCONNECTED, "/dev/ttyUSB0: no such device"))
    since = clinic.now.utc_ms
    clinic.run(12, spo2=None, pulse=None)
    device = clinic.chair().devices[0]
    assert (device.state, device.since_ms, device.detail) == (
        "disconnected",
        since,
        "/dev/ttyUSB0: no such device",
    )
    assert "device_lost_oxi-1" in clinic.alarms()
