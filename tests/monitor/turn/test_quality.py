"""Signal quality in the running clinic: what staff see of a doubt, what it alarms, what a restart keeps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from devices.model import CuffPhase, CuffResult, CuffState, MetricCode, Observation
from monitor.sessions.actions import (
    Abort,
    Acknowledge,
    BeginBaseline,
    End,
    EnteredInError,
    ManualCuff,
    Seat,
    SetLimbs,
    Standby,
)
from tests.monitor.turn.clinic import VALID, Clinic


def cuff_of(
    clinic: Clinic, systolic: float, diastolic: float, mean: float | None = None, pulse: float = 71
) -> None:
    clinic.says("mon-1", CuffResult(systolic, diastolic, mean, pulse, VALID))
    clinic.turn()


def test_a_pressure_that_cannot_be_is_an_alarm_and_no_number(clinic: Clinic) -> None:
    session = clinic.infuse()
    cuff_of(clinic, 118, 107)
    shown, alarm = clinic.chair().cuff, clinic.alarms()["cuff_implausible"]
    assert (shown.systolic, shown.flags) == (121, ("implausible",))
    assert (alarm.priority, alarm.kind, alarm.audible) == ("low", "technical", False)
    assert any(row.status == "said 118/107" for row in clinic.reader.record(session).cuffs)
    clinic.run(30)
    assert "cuff_implausible" in clinic.alarms()
    cuff_of(clinic, 119, 74)
    assert clinic.alarms() == {}


def test_a_rejected_pressure_is_no_repeat(clinic: Clinic) -> None:
    clinic.infuse()
    cuff_of(clinic, 158, 92)
    clinic.run(60)
    cuff_of(clinic, 182, 94)
    clinic.run(60)
    cuff_of(clinic, 118, 107)
    assert clinic.alarms()["sbp_high"].text == "SYS 182 ≥ 180, unconfirmed"
    clinic.run(61)
    assert clinic.alarms()["sbp_high"].priority == "high"


@pytest.mark.parametrize(
    ("pair", "condition", "text"),
    [
        ((184, 96, 190), "sbp_high", "SYS 184 ≥ 180, unconfirmed"),
        ((119, 112), "dbp_high", "DIA 112 ≥ 110, unconfirmed"),
        ((76, 72), "sbp_low", "SYS 76 < 80"),
    ],
)
def test_an_odd_and_dangerous_pressure_sounds_at_once_with_its_doubt(
    clinic: Clinic, pair: tuple[float, ...], condition: str, text: str
) -> None:
    """Straight from a normal reading: a plausible one would be held as a leap."""
    clinic.infuse()
    cuff_of(clinic, *pair)
    alarm = clinic.alarms(at_least="medium")[condition]
    assert (alarm.audible, alarm.questionable, alarm.text) == (True, True, text)
    shown = clinic.chair().cuff
    assert (shown.systolic, shown.validity) == (pair[0], "questionable")
    assert "implausible" in shown.flags


def test_a_pressure_in_another_unit_alarms(clinic: Clinic) -> None:
    """120/75 in kilopascal: so low that it is shown, doubted, and high at once."""
    clinic.infuse()
    cuff_of(clinic, 16, 10)
    assert clinic.chair().cuff.validity == "questionable"
    assert clinic.alarms(at_least="high")["sbp_low"].text == "SYS 16 < 80"


def test_the_repeat_that_contradicts_an_artifact_still_refutes_it(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(60)
    cuff_of(clinic, 192, 104)
    assert clinic.chair().cuff.flags == ("unlike_last",)
    assert clinic.alarms()["sbp_high"].text == "SYS 192 ≥ 180, repeat cuff"
    for systolic in (124, 122):
        clinic.run(55)
        cuff_of(clinic, systolic, 77)
        assert clinic.chair().cuff.validity == "valid"
    assert clinic.alarms() == {}


def test_a_repeat_far_below_a_high_pressure_refutes_it_although_it_is_a_jump(clinic: Clinic) -> None:
    clinic.infuse(pressure=(110, 70))
    cuff_of(clinic, 139, 86)
    clinic.run(60)
    cuff_of(clinic, 158, 92)
    clinic.run(60)
    cuff_of(clinic, 183, 96)
    assert clinic.alarms()["sbp_high"].priority == "medium"
    clinic.run(60)
    cuff_of(clinic, 146, 84)
    assert clinic.chair().cuff.validity == "valid"
    assert clinic.chair().cuff.repeat_ms is None


def test_a_surge_that_is_over_clears_as_soon_as_it_ever_did(clinic: Clinic) -> None:
    clinic.infuse()
    for pair in ((150, 90), (172, 102), (170, 101)):
        clinic.run(120)
        cuff_of(clinic, *pair)
    assert clinic.alarms()["sbp_high"].priority == "medium"
    for _ in range(2):
        clinic.run(120)
        cuff_of(clinic, 123, 76)
    assert clinic.alarms() == {}


def test_a_pressure_that_was_struck_is_compared_with_nothing(clinic: Clinic) -> None:
    clinic.seat()
    clinic.run(2)
    clinic.must(ManualCuff(165, 95))
    clinic.must(EnteredInError(clinic.chair().trend[-1].key, "read aloud wrongly"))
    cuff_of(clinic, 122, 76)
    assert clinic.chair().cuff.validity == "valid"


def test_a_cuff_that_took_very_long_is_doubted(clinic: Clinic) -> None:
    clinic.seat()
    clinic.measuring()
    clinic.run(95)
    cuff_of(clinic, 122, 76)
    assert clinic.chair().cuff.flags == ("long_cycle",)


def test_a_saturation_is_doubted_for_a_minute_of_a_cuff_that_does_not_end(clinic: Clinic) -> None:
    clinic.seat()
    clinic.measuring()
    clinic.run(58)
    assert clinic.chair().spo2.flags == ("cuff_running",)
    clinic.run(5)
    assert clinic.chair().spo2.validity == "valid"


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[Clinic]:
    """The cuff on the left arm, the oximeter on the right."""
    made = Clinic(tmp_path / "limbs")
    limbs = {"mon-1": "left arm", "oxi-1": "right arm"}
    devices = tuple(replace(device, limb=limbs.get(device.id)) for device in made.settings.devices)
    made.settings = replace(made.settings, devices=devices)
    made.crash()
    yield made
    made.close()


def test_a_cuff_on_the_other_arm_disturbs_no_saturation(apart: Clinic) -> None:
    apart.seat()
    apart.measuring()
    apart.run(5)
    assert apart.chair().spo2.validity == "valid"


def test_a_sudden_drop_alarms_all_the_same_when_it_stays(clinic: Clinic) -> None:
    clinic.seat()
    clinic.run(5, spo2=98)
    clinic.run(5, spo2=84)
    assert clinic.chair().spo2.flags == ("sudden_drop",)
    assert clinic.alarms(at_least="high") == {}
    clinic.run(7, spo2=84)
    assert clinic.chair().spo2.validity == "valid"
    assert clinic.alarms()["spo2_low"].priority == "high"


def test_two_heart_rates_are_both_shown_and_the_dangerous_one_alarms(clinic: Clinic) -> None:
    clinic.seat()
    for _ in range(45):
        clinic.ecg(75)
        clinic.run(1, pulse=150)
    view, alarms = clinic.chair().hr, clinic.alarms()
    assert (view.value, view.other, view.validity) == (75, 150, "questionable")
    assert (alarms["hr_high"].text, alarms["hr_high"].questionable) == ("HR 150 > 140", True)
    assert alarms["hr_sources_differ"].priority == "low"
    for _ in range(15):
        clinic.ecg(75)
        clinic.run(1, pulse=76)
    assert clinic.chair().hr.other is None
    assert clinic.alarms() == {}


def test_poor_perfusion_makes_the_saturation_doubtful(clinic: Clinic) -> None:
    clinic.seat()
    clinic.says("oxi-1", Observation(MetricCode.PERFUSION_INDEX, 0.2, VALID))
    clinic.run(1, spo2=96)
    assert (clinic.chair().spo2.validity, clinic.chair().spo2.flags) == ("questionable", ("low_perfusion",))


def test_a_restart_forgets_no_doubt(clinic: Clinic) -> None:
    clinic.infuse()
    cuff_of(clinic, 118, 107)
    clinic.run(590, pulse=70)
    alarms = set(clinic.alarms())
    clinic.crash(away_s=5)
    clinic.connected()
    clinic.run(30, pulse=70)
    assert set(clinic.alarms()) == alarms | {"flat_line_hr", "flat_line_spo2", "pressure_overdue"}
    clinic.says("mon-1", CuffState(CuffPhase.IDLE))
    cuff_of(clinic, 160, 76)
    assert clinic.chair().cuff.validity == "valid", "the last accepted one is more than ten minutes old"


def test_the_next_patient_inherits_no_doubt(clinic: Clinic) -> None:
    clinic.infuse()
    cuff_of(clinic, 118, 107)
    clinic.must(End())
    clinic.leaves()
    clinic.seat(label="CD")
    clinic.run(2)
    assert clinic.alarms() == {}


def both(clinic: Clinic, seconds: int, first: float, second: float) -> None:
    """Two chairs' heart rates for a while; the saturations are alike."""
    for n in range(seconds):
        for chair, rate in (("1", first), ("2", second)):
            clinic.spo2(97, chair)
            clinic.pulse(rate + n % 2, chair)
        clinic.pass_time(1)
        clinic.turn()


@pytest.fixture
def swapped(clinic: Clinic) -> Clinic:
    clinic.seat("1")
    clinic.seat("2", label="AB")
    both(clinic, 90, 62, 88)
    assert clinic.alarms("1") == {}
    both(clinic, 20, 88, 62)
    return clinic


def test_two_chairs_whose_numbers_were_exchanged_both_alarm(swapped: Clinic) -> None:
    for chair in ("1", "2"):
        alarm = swapped.alarms(chair)["possible_swap"]
        assert (alarm.priority, alarm.audible) == ("medium", True)
        assert alarm.text == "numbers of chairs 1 and 2 may be swapped: check"


def test_who_acknowledges_a_swap_on_one_chair_settles_it_on_both(swapped: Clinic) -> None:
    swapped.must(Acknowledge(swapped.alarms("2")["possible_swap"].id, "medium"), "2")
    both(swapped, 2, 88, 62)
    assert "possible_swap" not in swapped.alarms("1") | swapped.alarms("2")
    both(swapped, 60, 88, 62)
    assert "possible_swap" not in swapped.alarms("1") | swapped.alarms("2")


def test_a_restart_and_a_standby_keep_the_suspicion(swapped: Clinic) -> None:
    swapped.crash(away_s=3)
    for chair in ("1", "2"):
        swapped.connected(chair)
    swapped.must(Standby("bathroom"), "1")
    both(swapped, 2, 88, 62)
    assert {"possible_swap"} <= swapped.alarms("1").keys() & swapped.alarms("2").keys()


def test_a_swap_is_over_when_a_patient_leaves(swapped: Clinic) -> None:
    swapped.must(Abort("went home"), "1")
    both(swapped, 2, 88, 62)
    assert "possible_swap" not in swapped.alarms("2")


def test_a_cuff_on_the_iv_arm_alarms_and_cautions_until_it_is_moved(apart: Clinic) -> None:
    apart.connected()
    apart.must(Seat("JD", identifiers_confirmed=True, iv_arm="left"))
    apart.run(1)
    assert apart.alarms()["cuff_on_iv_arm"].text == "cuff on the IV arm (left)"
    apart.must(BeginBaseline())
    assert "cuff on the IV arm" in apart.session().start_caution
    apart.must(SetLimbs(cuff="right arm"))
    apart.run(1)
    assert apart.alarms() == {}
    assert "cuff on the IV arm" not in apart.session().start_caution
    apart.measuring()
    apart.run(1)
    assert apart.chair().spo2.flags == ("cuff_running",)


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (SetLimbs(), "Say where"),
        (SetLimbs(iv_arm="up"), "IV arm: expected one of left, right, none"),
        (SetLimbs(cuff="arm"), "Cuff: expected one of left arm"),
        (SetLimbs(oximeter="ear"), "Oximeter: expected"),
    ],
)
def test_limbs_that_nobody_has_are_refused(clinic: Clinic, act: SetLimbs, said: str) -> None:
    clinic.seat()
    answer = clinic.does(act)
    assert not answer.accepted
    assert answer.message.startswith(said)
