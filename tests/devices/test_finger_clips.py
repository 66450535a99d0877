"""CONTEC V7.0, CONTEC's older five bytes, and BCI's, which look the same and mean something else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codecs import Codec
from devices.codecs.bci_5byte import bci_5byte
from devices.codecs.contec_5byte import contec_5byte
from devices.codecs.contec_v7 import START, STAY, ContecV7
from devices.model import Malformed, MetricCode, Observation, Validity
from tests.devices.support import decode

LIVE = bytes.fromhex("01E0849392BCE3FFFF")
ERROR = bytes.fromhex("01E184C0908080FFFF")
FAST = bytes.fromhex("01E885B09896DFFFFF")
WITH_PI = bytes.fromhex("018085B088C8E19382")
FINGER_OUT = bytes.fromhex("01E980C090FFFFFFFF")
SPO2, RATE, PI = MetricCode.SPO2, MetricCode.PULSE_RATE, MetricCode.PERFUSION_INDEX


def live(d0: int = 4, d1: int = 0x13, d2: int = 2, rate: int = 72, spo2: int = 97, pi: int = 531) -> bytes:
    data = [d0, d1, d2, rate, spo2, pi & 0xFF, pi >> 8]
    high = sum((byte >> 7) << i for i, byte in enumerate(data))
    return bytes([1, 0x80 | high, *(byte | 0x80 for byte in data)])


def last(codec: Codec, wire: bytes) -> dict[MetricCode, Observation]:
    return {event.metric: event for event in decode(codec, wire) if isinstance(event, Observation)}


@pytest.mark.parametrize(
    ("packet", "values"),
    [
        (LIVE, (99, 60, None)),
        (FAST, (95, 150, None)),
        (WITH_PI, (97, 72, 5.31)),
        (ERROR, (None, None, None)),
        (FINGER_OUT, (None, None, None)),
    ],
)
def test_the_worked_packets(packet: bytes, values: tuple[float | None, ...]) -> None:
    seen = last(ContecV7(), packet * 2)
    assert tuple(seen[metric].value for metric in (SPO2, RATE, PI)) == values


def test_the_packets_that_the_tests_make_are_those_of_the_document() -> None:
    assert live(5, 0x30, 8, 72, 97, 531) == WITH_PI


def test_zeros_with_a_probe_error_are_a_probe_that_is_off() -> None:
    assert last(ContecV7(), ERROR * 2)[SPO2].flags == ("probe_off",)


@pytest.mark.parametrize(
    ("changes", "flags"),
    [
        ({"d0": 0x84}, ("probe_off",)),
        ({"d0": 0x14}, ("search_timeout",)),
        ({"d1": 0x93}, ("searching",)),
        ({"rate": 0xFF, "spo2": 0x7F}, ("no_data",)),
        ({"rate": 0, "spo2": 0}, ("out_of_range",)),
    ],
)
def test_what_makes_a_number_of_v7_none(changes: dict[str, int], flags: tuple[str, ...]) -> None:
    seen = last(ContecV7(), live(**changes) * 2)
    assert {(seen[metric].value, seen[metric].flags) for metric in (SPO2, RATE)} == {(None, flags)}


def test_low_spo2_is_the_devices_own_limit() -> None:
    seen = last(ContecV7(), live(d0=0x24, spo2=84) * 2)
    assert (seen[SPO2].value, seen[SPO2].flags, seen[RATE].flags) == (84, ("limit_violation",), ())


@pytest.mark.parametrize("changes", [{"d2": 0x12}, {"pi": 0xFFFF}])
def test_without_a_perfusion_index_the_rest_stands(changes: dict[str, int]) -> None:
    seen = last(ContecV7(), live(**changes) * 2)
    assert (seen[PI].value, seen[SPO2].value) == (None, 97)


def test_messages_of_two_and_of_nine_bytes_may_be_glued() -> None:
    assert decode(ContecV7(), b"\x0c\x80" + LIVE + b"\x0c\x80" + LIVE) == decode(ContecV7(), LIVE * 2)


def test_what_is_stored_on_the_device_is_not_read() -> None:
    assert decode(ContecV7(), bytes.fromhex("0FBFE1C8E1C8E1C8") * 3) == []


def test_what_is_sent_is_start_and_stay_and_nothing_else() -> None:
    assert (START.hex(), STAY.hex()) == ("7d81a1808080808080", "7d81af808080808080")


def test_one_damaged_packet_is_no_number() -> None:
    seen = decode(ContecV7(), LIVE * 30 + live(spo2=55) + LIVE * 100)
    assert {e.value for e in seen if isinstance(e, Observation) and e.metric is SPO2} == {99}


def test_sixty_packets_a_second_are_one_observation_a_second() -> None:
    seen = decode(ContecV7(), LIVE * (2 + 60 * 10))
    assert sum(isinstance(e, Observation) and e.metric is SPO2 for e in seen) == 11


@pytest.mark.parametrize("new_codec", [contec_5byte, bci_5byte])
def test_the_worked_five_bytes(new_codec: type[Codec]) -> None:
    seen = last(new_codec(), bytes.fromhex("853048165F") * 2)
    assert (seen[SPO2].value, seen[RATE].value) == (95, 150)


@pytest.mark.parametrize(
    ("byte", "bit", "contec", "bci"),
    [
        (0, 0x40, None, None),
        (0, 0x20, None, "probe_unplugged"),
        (0, 0x10, "search_timeout", "no_data"),
        (2, 0x20, "searching", "searching"),
        (2, 0x10, "probe_off", "probe_off"),
    ],
)
def test_every_flag_of_five_bytes(byte: int, bit: int, contec: str | None, bci: str | None) -> None:
    packet = bytearray.fromhex("8530034861")
    packet[byte] |= bit
    for codec, flag in ((contec_5byte(), contec), (bci_5byte(), bci)):
        seen = last(codec, bytes(packet) * 2)[SPO2]
        assert (seen.value, seen.flags) == ((97, ()) if flag is None else (None, (flag,)))


@pytest.mark.parametrize(
    ("packet", "flags"), [("8530437F7F", ("no_data",)), ("8530030000", ("out_of_range",))]
)
def test_missing_numbers_of_five_bytes(packet: str, flags: tuple[str, ...]) -> None:
    for codec in (contec_5byte(), bci_5byte()):
        seen = last(codec, bytes.fromhex(packet) * 2)
        assert {(o.value, o.validity, o.flags) for o in seen.values()} == {(None, Validity.INVALID, flags)}


def test_a_packet_that_lost_a_byte_is_reported_and_the_next_are_read() -> None:
    good = bytes.fromhex("8530034861")
    events = decode(contec_5byte(), good[:3] + good[4:] + good * 2)
    assert events[0] == Malformed(4, "packet_cut_short")
    assert len(events) == 3


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255), st.integers(0, 127))
def test_no_number_leaves_without_being_judged(d0: int, d1: int, rate: int, spo2: int) -> None:
    for event in last(ContecV7(), live(d0, d1, 2, rate, spo2) * 2).values():
        if d0 & 0x90 or d1 & 0x80:
            assert event.value is None
