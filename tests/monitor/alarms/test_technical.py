"""Technical alarms: what is silent, off, lost, or out of time."""

from __future__ import annotations

import pytest

from devices.model import DeviceState, Validity
from monitor.alarms.model import LinkFact
from monitor.limits import default_preset
from monitor.terms import Baseline, Kind, Now, Phase, Priority, Vital
from tests.monitor.alarms.bench import MISSING, START_MS, Bench, brief, plain_preset

SPO2 = frozenset({Vital.SPO2})


@pytest.fixture
def watching() -> Bench:
    return Bench(plain_preset(), phase=Phase.RECOVERY, watched=SPO2)


def test_a_value_that_never_came_is_missed_from_when_it_was_expected(watching: Bench) -> None:
    watching.give()
    assert watching.each_second(9) == []
    assert watching.each_second(1) == ["1 no_data_spo2 raised low"]
    assert watching.said[-1].kind is Kind.TECHNICAL
    assert watching.said[-1].text == "SpO₂ no data 10 s"


def test_no_data_counts_from_the_last_value(watching: Bench) -> None:
    watching.each_second(100, spo2=97)
    assert watching.each_second(9, spo2=MISSING) == []
    assert watching.each_second(1, spo2=MISSING) == ["1 no_data_spo2 raised low"]
    watching.each_second(5)
    assert watching.alarms.open()[0].text == "SpO₂ no data 15 s"
    assert watching.give(after=1, spo2=97) == ["no_data_spo2 cleared low"]


def test_a_questionable_value_is_data(watching: Bench) -> None:
    assert watching.each_second(60, spo2=97, validity=Validity.QUESTIONABLE) == []


def test_a_vital_that_nobody_watches_is_not_missed() -> None:
    bench = Bench(plain_preset())
    bench.give(hr=70)
    assert bench.each_second(60) == []


def test_a_desaturation_and_its_silence_stand_side_by_side(watching: Bench) -> None:
    watching.give(spo2=79)
    watching.each_second(10)
    assert watching.open() == ["spo2_low high", "no_data_spo2 low"]


def test_no_data_grows_more_urgent_during_the_infusion(watching: Bench) -> None:
    watching.phase = Phase.INFUSION
    watching.give(spo2=97)
    assert watching.each_second(80) == ["10 no_data_spo2 raised low", "70 no_data_spo2 priority medium"]
    watching.phase = Phase.RECOVERY
    assert watching.each_second(1) == ["1 no_data_spo2 priority low"]


def test_a_probe_that_is_off(watching: Bench) -> None:
    watching.give(spo2=97)
    off = {"spo2": MISSING, "flags": ("probe_off",)}
    assert watching.each_second(5, **off) == []
    assert watching.each_second(1, **off) == ["1 probe_off raised low"]
    assert watching.said[-1].text == "SpO₂ probe off"
    assert watching.give(after=1, spo2=97) == ["probe_off cleared low"]


def test_a_probe_alarm_does_not_end_because_nothing_more_is_said(watching: Bench) -> None:
    watching.give(spo2=MISSING, flags=("probe_unplugged",))
    watching.each_second(20)
    assert "probe_off low" in watching.open()


@pytest.mark.parametrize("state", [DeviceState.DISCONNECTED, DeviceState.SILENT, DeviceState.CONNECTING])
def test_a_device_that_is_away(state: DeviceState) -> None:
    bench = Bench(plain_preset(), phase=Phase.RECOVERY)
    bench.link(state)
    assert bench.each_second(5) == []
    assert bench.each_second(1) == ["1 device_lost_ox1 raised low"]
    assert bench.said[-1].text == "Oximeter lost"
    bench.link(DeviceState.CONNECTED)
    assert bench.each_second(1) == ["1 device_lost_ox1 cleared low"]


def test_a_probe_that_is_off_explains_the_missing_values(watching: Bench) -> None:
    watching.give(spo2=97, hr=70)
    watching.each_second(30, spo2=MISSING, hr=MISSING, flags=("probe_off",))
    assert watching.open() == ["probe_off low"]


def test_a_probe_that_is_put_on_again_has_ten_seconds_to_find_a_pulse(watching: Bench) -> None:
    watching.each_second(30, spo2=MISSING, flags=("probe_off",))
    assert watching.each_second(9, spo2=MISSING, flags=("searching",)) == ["1 probe_off cleared low"]
    assert watching.each_second(1, spo2=MISSING, flags=("searching",)) == ["1 no_data_spo2 raised low"]


def test_a_lost_device_explains_the_values_that_come_from_it() -> None:
    bench = Bench(plain_preset(), phase=Phase.RECOVERY, watched=frozenset({Vital.HR, Vital.SPO2}))
    bench.links = (LinkFact("ox1", "Oximeter", DeviceState.SILENT, gives=frozenset({Vital.SPO2})),)
    bench.each_second(30)
    assert sorted(bench.open()) == ["device_lost_ox1 low", "no_data_hr low"]


def test_attempts_to_reconnect_do_not_start_the_wait_anew() -> None:
    bench = Bench(plain_preset(), phase=Phase.RECOVERY)
    said = []
    for second in range(12):
        bench.link(DeviceState.CONNECTING if second % 2 else DeviceState.DISCONNECTED)
        said += bench.each_second(1)
    assert said == ["1 device_lost_ox1 raised low"]


def test_a_device_that_is_no_longer_assigned_is_not_lost() -> None:
    bench = Bench(plain_preset(), phase=Phase.RECOVERY)
    bench.link(DeviceState.SILENT)
    bench.each_second(12)
    bench.links = ()
    assert bench.each_second(1) == ["1 device_lost_ox1 cleared low"]


def test_an_infusion_without_a_baseline_says_so() -> None:
    bench = Bench(default_preset(), phase=Phase.BASELINE)
    assert bench.give() == []
    bench.phase = Phase.INFUSION
    assert bench.give(after=1) == ["no_baseline raised low"]
    bench.baseline = Baseline(121, 75)
    assert bench.give(after=1) == ["no_baseline cleared low"]


def test_standby_ends_technical_alarms_and_judges_the_patient_as_ever(watching: Bench) -> None:
    watching.give(spo2=97)
    watching.each_second(30)
    watching.standby = True
    assert watching.each_second(60) == ["1 no_data_spo2 cleared low"]
    assert watching.give(after=1, spo2=79) == ["spo2_low raised high"]
    watching.standby = False
    assert watching.each_second(11) == ["11 no_data_spo2 raised low"]


def test_a_clock_that_steps_back(watching: Bench) -> None:
    watching.give(spo2=97)
    watching.at_s += 0.1
    stepped = Now(START_MS + round((watching.at_s - 30) * 1000), watching.at_s)
    (transition,) = watching.alarms.advance(watching.facts(), stepped)
    assert brief(transition) == "clock_step raised low"
    assert (transition.value, transition.limit, transition.text) == (-30, None, "clock stepped back 30 s")


def test_a_step_back_that_a_long_turn_hides_is_seen(watching: Bench) -> None:
    watching.give(after=1, hr=70, spo2=98)
    watching.at_s += 30
    late = Now(watching.now.utc_ms - 20_000, watching.at_s)
    (step,) = [t for t in watching.alarms.advance(watching.facts(), late) if t.condition == "clock_step"]
    assert (step.change, step.value) == ("raised", -20.0)


def test_a_clock_step_is_shown_for_a_minute_and_no_delay_is_lost(watching: Bench) -> None:
    watching.each_second(6, spo2=84)
    back_ms = 3_600_000
    said = []
    for _ in range(70):
        watching.at_s += 1
        now = Now(watching.now.utc_ms - back_ms, watching.at_s)
        said += [(watching.at_s, brief(t)) for t in watching.alarms.advance(watching.facts(), now)]
    began = 1007
    assert (began, "clock_step raised low") in said
    assert (began + 4, "spo2_low raised high") in said
    assert (began + 61, "clock_step cleared low") in said


def test_each_step_back_is_an_occurrence_of_its_own(watching: Bench) -> None:
    said = []
    for utc_ms in (10_000, 5_000, 1_000):
        said += [brief(t) for t in watching.alarms.advance(watching.facts(), Now(utc_ms, watching.at_s))]
    assert said == ["clock_step raised low", "clock_step cleared low", "clock_step raised low"]


def test_a_free_chair_has_no_alarms(watching: Bench) -> None:
    watching.phase = None
    watching.link(DeviceState.DISCONNECTED)
    assert watching.each_second(60, spo2=79) == []


def test_technical_alarms_never_latch() -> None:
    bench = Bench(plain_preset(latching=True), phase=Phase.RECOVERY, watched=SPO2)
    bench.each_second(20)
    assert bench.give(spo2=97) == ["no_data_spo2 cleared low"]
    assert bench.open() == []


def test_technical_priorities_can_stay_low() -> None:
    bench = Bench(plain_preset(technical_medium_s=None), watched=SPO2)
    bench.give()
    assert bench.each_second(600) == ["10 no_data_spo2 raised low"]
    assert bench.alarms.open()[0].priority is Priority.LOW


@pytest.fixture
def expecting() -> Bench:
    """An infusion in which a pressure is due now."""
    bench = Bench(plain_preset(), due_s=1000.0)
    bench.give()
    return bench


def test_an_overdue_pressure_is_said_and_grows_more_urgent_in_the_infusion(expecting: Bench) -> None:
    assert expecting.each_second(600) == [
        "120 pressure_overdue raised low",
        "300 pressure_overdue priority medium",
    ]
    assert expecting.said[0].kind is Kind.TECHNICAL
    assert expecting.alarms.open()[0].text == "pressure overdue 10 min"


def test_outside_the_infusion_an_overdue_pressure_stays_low(expecting: Bench) -> None:
    expecting.phase = Phase.RECOVERY
    assert expecting.each_second(600) == ["120 pressure_overdue raised low"]


def test_a_pressure_ends_what_was_overdue(expecting: Bench) -> None:
    expecting.each_second(130)
    expecting.due_s = expecting.at_s + 300
    assert expecting.give(after=1) == ["pressure_overdue cleared low"]


def test_while_a_cuff_measures_its_pressure_is_not_called_overdue(expecting: Bench) -> None:
    expecting.cuff_running = True
    assert expecting.each_second(170) == []
    expecting.cuff_running = False
    assert expecting.each_second(1) == ["1 pressure_overdue raised low"]


def test_an_attempt_that_fails_neither_ends_nor_repeats_what_was_overdue(expecting: Bench) -> None:
    expecting.each_second(290)
    expecting.cuff_running = True
    assert expecting.each_second(40) == []
    assert expecting.open() == ["pressure_overdue low"]
    expecting.cuff_running = False
    assert expecting.each_second(1) == ["1 pressure_overdue priority medium"]


def test_no_pressure_is_expected_on_standby(expecting: Bench) -> None:
    expecting.standby = True
    assert expecting.each_second(200) == []
    expecting.standby = False
    assert expecting.each_second(1) == ["1 pressure_overdue raised low"]


def test_overdue_pressures_can_be_switched_off() -> None:
    bench = Bench(plain_preset(overdue_low_s=None, overdue_medium_s=None), due_s=1000.0)
    bench.give()
    assert bench.each_second(900) == []


def test_the_next_look_is_when_an_overdue_pressure_is_said(expecting: Bench) -> None:
    assert expecting.alarms.next_due_s(expecting.now) == 1120


@pytest.mark.parametrize(
    ("device_s", "gateway_s", "text"),
    [
        (61.0, None, "Oximeter: its clock 61 s fast"),
        (-3600.0, 0.2, "Oximeter: its clock 3600 s slow"),
        (None, 5.5, "Oximeter: its gateway's clock 6 s fast"),
        (61.0, -40.0, "Oximeter: its gateway's clock 40 s slow"),
        (60.0, -5.0, None),
        (None, None, None),
    ],
)
def test_a_clock_that_is_wrong_is_told_in_the_infusion(
    device_s: float | None, gateway_s: float | None, text: str | None
) -> None:
    bench = Bench(plain_preset(), phase=Phase.INFUSION)
    bench.links = (
        LinkFact("ox1", "Oximeter", DeviceState.CONNECTED, skew_s=device_s, gateway_skew_s=gateway_s),
    )
    bench.each_second(1)
    assert bench.open() == (["clock_skew_ox1 low"] if text else [])
    assert [t.text for t in bench.said] == ([text] if text else [])


def test_a_wrong_clock_is_no_matter_before_the_infusion_nor_where_it_is_switched_off() -> None:
    for phase, changes in ((Phase.BASELINE, {}), (Phase.INFUSION, {"device_skew_s": None})):
        bench = Bench(plain_preset(**changes), phase=phase)
        bench.links = (LinkFact("ox1", "Oximeter", DeviceState.CONNECTED, skew_s=500.0),)
        bench.each_second(2)
        assert bench.open() == []
