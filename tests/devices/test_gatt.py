"""Values of Bluetooth characteristics: every flag, every special number, every length."""

from __future__ import annotations

import struct
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codecs.gatt import Fields
from devices.codecs.gatt_2a5e import read_message as spot_check
from devices.codecs.gatt_2a5f import read_message as continuous
from devices.codecs.gatt_2a35 import gatt_2a35
from devices.codecs.gatt_2a35 import read_message as blood_pressure
from devices.codecs.gatt_plx import DEVICE, MEASUREMENT
from devices.model import CuffResult, Malformed, MetricCode, Observation, Validity
from tests.devices.support import decode

VENDOR = bytes.fromhex("1E 70 00 4D 00 00 00 DF 07 01 0E 0A 37 00 48 00 01 00 00")
SATURATION = bytes.fromhex("61 00 48 00")


@pytest.mark.parametrize(
    ("wire", "value"),
    [
        ("4800", 72.0),
        ("48F0", 7.2),
        ("48E0", 0.72),
        ("4810", 720.0),
        ("FEFF", -0.2),
        ("FF07", None),
        ("0008", None),
        ("FE07", None),
        ("0208", None),
        ("0108", None),
    ],
)
def test_a_short_float(wire: str, value: float | None) -> None:
    assert Fields(bytes.fromhex(wire)).number() == value


def cuff(value: bytes) -> CuffResult:
    (event,) = blood_pressure(value)
    assert isinstance(event, CuffResult)
    return event


class TestBloodPressure:
    def test_the_makers_example(self) -> None:
        told = cuff(VENDOR)
        assert (told.systolic, told.diastolic, told.mean, told.pulse_rate) == (112, 77, None, 72)
        assert told.device_time == datetime.fromisoformat("2015-01-14T10:55:00")
        assert told.result_id == "2015-01-14T10:55:00"

    def test_the_same_result_that_comes_again_has_the_same_name(self) -> None:
        again = [cuff(VENDOR).result_id for _ in range(3)]
        assert again == ["2015-01-14T10:55:00"] * 3

    def test_kilopascal_is_converted(self) -> None:
        told = cuff(struct.pack("<BHHH", 1, 0xF0A0, 0xF064, 0xF078))
        assert (told.systolic, told.diastolic, told.mean) == (120.0, 75.0, 90.0)

    @pytest.mark.parametrize("special", [0x07FF, 0x0800, 0x07FE, 0x0802, 0x0801, 0])
    def test_a_number_that_is_none_is_no_pressure(self, special: int) -> None:
        assert cuff(struct.pack("<BHHH", 0, special, 80, 90)).validity is Validity.INVALID

    def test_a_cheap_cuff_with_another_layout_is_out_of_range(self) -> None:
        assert cuff(struct.pack("<BHHH", 0, 0x0FF0, 0x0700, 0)).validity is Validity.INVALID

    @pytest.mark.parametrize(
        ("bit", "flag", "validity"),
        [
            (0, "artifact", Validity.QUESTIONABLE),
            (1, "cuff_loose", Validity.QUESTIONABLE),
            (2, "irregular_pulse", Validity.VALID),
            (5, "wrong_position", Validity.QUESTIONABLE),
        ],
    )
    def test_each_bit_of_the_status(self, bit: int, flag: str, validity: Validity) -> None:
        told = cuff(struct.pack("<BHHHH", 0x10, 120, 80, 93, 1 << bit))
        assert (told.flags, told.validity, told.systolic) == ((flag,), validity, 120)

    def test_a_clock_that_was_never_set_names_nothing(self) -> None:
        told = cuff(struct.pack("<BHHHHBBBBB", 2, 120, 80, 93, 0, 0, 0, 0, 0, 0))
        assert (told.result_id, told.device_time, told.systolic) == (None, None, 120)


def only(events: list[object], metric: MetricCode) -> Observation:
    (event,) = (e for e in events if isinstance(e, Observation) and e.metric is metric)
    return event


class TestOximeter:
    def test_fast_and_slow_numbers_are_passed_over(self) -> None:
        other = bytes.fromhex("60 00 47 00")
        (spo2, rate, index) = continuous(b"\x13" + SATURATION + other + other + bytes.fromhex("35 F0"))
        assert isinstance(spo2, Observation)
        assert isinstance(rate, Observation)
        assert isinstance(index, Observation)
        assert (spo2.value, rate.value, index.value) == (97, 72, 5.3)

    @pytest.mark.parametrize("bit", MEASUREMENT)
    def test_each_bit_of_the_measurement_status(self, bit: int) -> None:
        spo2 = continuous(b"\x04" + SATURATION + struct.pack("<H", bit))[0]
        assert isinstance(spo2, Observation)
        assert (spo2.flags, spo2.validity) == ((MEASUREMENT[bit].flag,), MEASUREMENT[bit].validity)

    @pytest.mark.parametrize("bit", DEVICE)
    def test_each_bit_of_the_device_status(self, bit: int) -> None:
        spo2 = continuous(b"\x08" + SATURATION + bit.to_bytes(3, "little"))[0]
        assert isinstance(spo2, Observation)
        assert (spo2.flags, spo2.validity) == ((DEVICE[bit].flag,), DEVICE[bit].validity)

    def test_what_comes_from_storage_is_history(self) -> None:
        events = spot_check(b"\x02" + SATURATION + struct.pack("<H", 1 << 9))
        assert [e.history for e in events if isinstance(e, Observation)] == [True, True]

    def test_a_clock_that_was_never_set_is_not_told(self) -> None:
        moment = bytes.fromhex("EA 07 02 03 0E 1E 0F")
        for flags, expected in ((0x01, datetime.fromisoformat("2026-02-03T14:30:15")), (0x11, None)):
            spo2 = spot_check(bytes((flags,)) + SATURATION + moment)[0]
            assert isinstance(spo2, Observation)
            assert spo2.device_time == expected


@pytest.mark.parametrize("read", [blood_pressure, continuous, spot_check])
class TestLayout:
    def test_reserved_flags_are_another_layout(self, read: object) -> None:
        assert callable(read)
        (event,) = read(b"\x80" + bytes(6))
        assert isinstance(event, Malformed)

    def test_a_value_that_is_shorter_or_longer_than_its_flags_say_is_malformed(self, read: object) -> None:
        assert callable(read)
        size = 7 if read is blood_pressure else 5
        for other in (size - 1, size + 1):
            assert read(bytes(other)) == [Malformed(other, read(bytes(other))[0].reason)]


@given(st.binary(max_size=64))
def test_no_value_is_more_than_it_can_be(value: bytes) -> None:
    for read in (blood_pressure, continuous, spot_check):
        for event in read(value):
            if isinstance(event, CuffResult) and event.systolic is not None:
                assert 1 <= event.systolic <= 300


@pytest.mark.parametrize("text", ["1E:70:00:4D", "1e70004d", "0x1E 0x70 0x00 0x4D", "1E-70-00-4D"])
def test_a_file_is_hexadecimal_in_any_usual_spelling(text: str) -> None:
    line = text + " 00 00 00 DF 07 01 0E 0A 37 00 48 00 01 00 00\r\n"
    assert decode(gatt_2a35(), line.encode()) == blood_pressure(VENDOR)


def test_a_line_that_is_not_hexadecimal_is_malformed() -> None:
    assert decode(gatt_2a35(), b"hello\n1\n") == [
        Malformed(5, "not a value in hexadecimal"),
        Malformed(1, "not a value in hexadecimal"),
    ]
