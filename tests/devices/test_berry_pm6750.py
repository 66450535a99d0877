"""The module pushes its last pressure for ever: one that ended is told once, one that stood there never."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codecs.berry_pm6750 import CANCEL_CUFF, CUFF_FAILURES, START_CUFF, BerryPm6750, packet
from devices.model import CuffPhase, CuffResult, CuffState, Malformed, MetricCode, Observation, Validity
from tests.devices.support import decode

MEASURING, IDLE = CuffState(CuffPhase.MEASURING), CuffState(CuffPhase.IDLE)
NOTHING_YET = packet(3, 0, 0, 0, 0, 0)
INFLATING = packet(3, 4, 80, 0, 0, 0)


def done(systolic: int = 128, diastolic: int = 76, mean: int = 93) -> bytes:
    return packet(3, 0, 0, systolic, mean, diastolic)


def ended(code: int) -> bytes:
    return packet(3, code << 2, 0, 0, 0, 0)


def ok(systolic: float = 128, diastolic: float = 76, mean: float = 93) -> CuffResult:
    return CuffResult(systolic, diastolic, mean, None, Validity.VALID, status="ok")


@pytest.mark.parametrize(
    ("made", "worked"),
    [
        (START_CUFF, "55 AA 04 02 01 F8"),
        (CANCEL_CUFF, "55 AA 04 02 00 F9"),
        (done(), "55 AA 08 03 00 00 80 5D 4C CB"),
        (INFLATING, "55 AA 08 03 04 50 00 00 00 A0"),
        (ended(4), "55 AA 08 03 10 00 00 00 00 E4"),
        (packet(4, 0, 98, 72), "55 AA 06 04 00 62 48 4B"),
        (packet(4, 2, 0x7F, 0xFF), "55 AA 06 04 02 7F FF 75"),
        (packet(2, 0xD8, 72, 16, 0, 1), "55 AA 08 02 D8 48 10 00 01 C4"),
    ],
)
def test_the_worked_packets(made: bytes, worked: str) -> None:
    assert made == bytes.fromhex(worked)


def values(wire: bytes) -> dict[MetricCode, tuple[float | None, tuple[str, ...]]]:
    seen = [event for event in decode(BerryPm6750(), wire) if isinstance(event, Observation)]
    return {event.metric: (event.value, event.flags) for event in seen}


def test_mean_stands_before_diastolic_on_the_wire() -> None:
    assert decode(BerryPm6750(), INFLATING, done(150, 90, 110)) == [MEASURING, ok(150, 90, 110)]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=6))
def test_each_determination_is_told_once_however_often_it_is_repeated(repeats: list[int]) -> None:
    wire = b"".join(INFLATING * times + done() * times for times in repeats)
    assert decode(BerryPm6750(), wire) == [MEASURING, ok()] * len(repeats)


def test_a_pressure_that_stood_there_when_we_came_is_of_no_known_age_and_not_told() -> None:
    assert decode(BerryPm6750(), done() * 60) == []


def test_a_pressure_that_changes_without_a_cuff_seen_at_work_is_told() -> None:
    assert decode(BerryPm6750(), done() * 3, done(131, 79, 96) * 3) == [ok(131, 79, 96)]


def test_finished_with_zeros_is_nothing_yet() -> None:
    assert decode(BerryPm6750(), NOTHING_YET * 3, INFLATING, NOTHING_YET * 3) == [MEASURING, IDLE]


@pytest.mark.parametrize("code", CUFF_FAILURES)
def test_each_failure_is_told_once_and_never_has_a_number(code: int) -> None:
    wire = INFLATING + packet(3, code << 2, 0, 128, 93, 76) * 5
    word, flags = CUFF_FAILURES[code]
    failed = CuffResult(None, None, None, None, Validity.INVALID, flags, status=word)
    assert decode(BerryPm6750(), wire) == [MEASURING, failed]


def test_after_a_failure_the_old_pressure_is_not_told_again() -> None:
    events = decode(BerryPm6750(), INFLATING, done(), ended(4), done() * 3)
    assert [event for event in events if isinstance(event, CuffResult) and event.systolic] == [ok()]


@pytest.mark.parametrize("code", [9, 10])
def test_a_module_that_initialises_ends_the_determination_without_a_result(code: int) -> None:
    assert decode(BerryPm6750(), INFLATING, ended(code), ended(code)) == [MEASURING, IDLE]


def test_a_status_that_is_not_known_is_malformed() -> None:
    assert decode(BerryPm6750(), INFLATING, ended(12))[-1] == Malformed(
        10, "NIBP status: expected 0 to 10, got 12"
    )


@pytest.mark.parametrize("patient", [0, 1, 2])
def test_the_patient_bits_are_no_part_of_the_result(patient: int) -> None:
    wire = packet(3, 4 | patient, 0, 0, 0, 0) + packet(3, patient, 0, 128, 93, 76)
    assert decode(BerryPm6750(), wire) == [MEASURING, ok()]


@pytest.mark.parametrize(
    ("status", "flag"),
    [(1, "probe_off"), (2, "probe_off"), (3, "searching"), (4, "search_timeout")],
)
def test_each_saturation_status_hides_the_numbers(status: int, flag: str) -> None:
    assert values(packet(4, status, 98, 72)) == {
        MetricCode.SPO2: (None, (flag,)),
        MetricCode.PULSE_RATE: (None, (flag,)),
    }


@pytest.mark.parametrize(
    ("status", "value", "flags"),
    [
        (0, 72.0, ()),
        (1, 72.0, ("low_signal",)),
        (2, None, ("lead_off",)),
        (0xFC, 72.0, ()),
    ],
)
def test_each_bit_of_the_ecg_status(status: int, value: float | None, flags: tuple[str, ...]) -> None:
    assert values(packet(2, status, 72, 16, 0, 1))[MetricCode.HEART_RATE] == (value, flags)


@pytest.mark.parametrize(("code", "flags"), [(1, ()), (2, ("asystole",)), (5, ("arrhythmia",)), (0x0A, ())])
def test_the_rhythm_is_told_and_changes_no_number(code: int, flags: tuple[str, ...]) -> None:
    assert values(packet(2, 0, 72, 16, 0, code))[MetricCode.HEART_RATE] == (72.0, flags)


def test_zero_is_no_rate_and_seven_f_no_saturation() -> None:
    assert values(packet(2, 0, 0, 0, 0, 1))[MetricCode.HEART_RATE] == (None, ("no_data",))
    assert values(packet(4, 0, 0x7F, 0xFF))[MetricCode.SPO2] == (None, ("no_data",))


@pytest.mark.parametrize(
    ("data", "expected"),
    [((0, 36, 7), (36.7, ())), ((1, 36, 7), (None, ("probe_off",))), ((0, 0, 0), (None, ("out_of_range",)))],
)
def test_temperature(data: tuple[int, ...], expected: tuple[float | None, tuple[str, ...]]) -> None:
    assert values(packet(5, *data)) == {MetricCode.TEMPERATURE: expected}


def test_waves_versions_and_types_nobody_knows_say_nothing() -> None:
    assert (
        decode(BerryPm6750(), packet(0xFE, 40), packet(0xFC, *b"V2.1"), packet(0x30), packet(0x77, 1)) == []
    )
