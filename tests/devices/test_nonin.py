from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codecs import Codec
from devices.codecs.nonin_1 import nonin_1
from devices.codecs.nonin_2 import nonin_2
from devices.codecs.nonin_7 import nonin_7
from devices.codecs.nonin_8 import nonin_8
from devices.codecs.nonin_13 import nonin_13
from devices.codecs.nonin_ascii import nonin_ascii
from devices.model import DeviceEvent, Malformed, Observation, Validity
from tests.devices.support import decode

Seen = tuple[float | None, Validity, tuple[str, ...]]


def packet(
    rate: int = 72, spo2: int = 97, status: int = 0x80, second: int = 0x20, odd: int = -1, form: int = 2
) -> bytes:
    """One packet; `odd` is the only frame that has `status`, -1 for all."""
    data = {0: rate >> 7, 1: rate & 0x7F, 2: spo2, 7: second, 8: 99, 19: 0, 20: 99}
    frames = b""
    for i in range(25):
        bits = (status if odd in (-1, i) else 0x80) | (i == 0)
        body = bytes([bits, 0x30, 0x55, data.get(i, i)] if form == 7 else [1, bits, 0x30, data.get(i, i)])
        frames += body + bytes([sum(body) & 0xFF])
    return frames


def seen(codec: Codec, wire: bytes) -> list[Seen]:
    """SpO2 and rate, one after the other."""
    return [(e.value, e.validity, e.flags) for e in decode(codec, wire) if isinstance(e, Observation)]


def both(spo2: float | None, rate: float | None, validity: Validity, *flags: str) -> list[Seen]:
    return [(spo2, validity, flags), (rate, validity, flags)]


def test_the_worked_frames_begin_a_packet_of_format_2() -> None:
    assert packet()[:3] == bytes.fromhex("018130")
    wire = bytes.fromhex("01813000B2 01803148FA 0180326114") + packet()[15:]
    assert seen(nonin_2(), wire) == both(97, 72, Validity.VALID)


@pytest.mark.parametrize(("form", "codec"), [(2, nonin_2()), (7, nonin_7())])
def test_nine_bits_of_rate(form: int, codec: Codec) -> None:
    assert seen(codec, packet(150, 95, form=form)) == both(95, 150, Validity.VALID)


def test_missing_values_and_the_missing_frames_of_the_document() -> None:
    wire = bytes.fromhex("0199630300 0198637F7B 0198637F7B") + packet(511, 127, 0x98)[15:]
    assert seen(nonin_2(), wire) == both(None, None, Validity.INVALID, "out_of_track", "probe_off")
    assert seen(nonin_2(), packet(511, 127)) == both(None, None, Validity.INVALID, "no_data")


@pytest.mark.parametrize(
    ("bit", "validity", "flags"),
    [
        (0x40, Validity.INVALID, ("probe_unplugged",)),
        (0x20, Validity.QUESTIONABLE, ("artifact",)),
        (0x10, Validity.INVALID, ("out_of_track",)),
        (0x08, Validity.INVALID, ("probe_off",)),
        (0x04, Validity.QUESTIONABLE, ("low_perfusion",)),
        (0x06, Validity.VALID, ()),
        (0x02, Validity.VALID, ()),
    ],
)
@pytest.mark.parametrize("form", [2, 7])
@pytest.mark.parametrize("frame", [0, 12, 24])
def test_every_status_bit_in_any_frame(
    bit: int, validity: Validity, flags: tuple[str, ...], form: int, frame: int
) -> None:
    codec = nonin_2() if form == 2 else nonin_7()
    value = None if validity is Validity.INVALID else 97
    assert seen(codec, packet(status=0x80 | bit, odd=frame, form=form))[0] == (value, validity, flags)


def test_a_low_battery_is_a_flag() -> None:
    assert seen(nonin_2(), packet(second=0x01)) == both(97, 72, Validity.VALID, "low_battery")


def test_the_display_values_that_are_held_after_the_finger_are_not_used() -> None:
    assert {value for value, *_ in seen(nonin_2(), packet(511, 127))} == {None}


def test_a_packet_that_lost_a_frame_is_dropped_and_the_next_is_read() -> None:
    torn = packet(150, 95)
    events = decode(nonin_2(), torn[:50] + torn[55:] + packet())
    assert events[0] == Malformed(24 * 5, "frames_lost")
    assert [e.value for e in events[1:] if isinstance(e, Observation)] == [97, 72]


def test_75_frames_a_second_are_one_observation_a_second() -> None:
    assert len(seen(nonin_2(), packet() * 31)) == 2 * 11


def test_worse_is_told_at_once_and_better_at_the_end_of_the_second() -> None:
    wire = packet() + packet(status=0x88) + packet() * 3
    assert [value for value, *_ in seen(nonin_2(), wire)[::2]] == [97, None, 97]
    assert len(seen(nonin_2(), packet() + packet(status=0x88) + packet())) == 4


GOOD, FAST, OUT = (bytes.fromhex(text) for text in ("80486120", "81165F00", "A37F7F08"))


def test_the_worked_records_of_format_8() -> None:
    wire = GOOD + GOOD + FAST + OUT + GOOD
    assert seen(nonin_8(), wire) == [
        *both(97, 72, Validity.VALID),
        *both(95, 150, Validity.VALID),
        *both(None, None, Validity.INVALID, "out_of_track", "probe_off"),
    ]


@pytest.mark.parametrize(
    ("byte", "bit", "validity", "flags"),
    [
        (0, 0x20, Validity.INVALID, ("out_of_track",)),
        (0, 0x10, Validity.QUESTIONABLE, ("low_perfusion",)),
        (0, 0x08, Validity.VALID, ()),
        (0, 0x04, Validity.QUESTIONABLE, ("artifact",)),
        (3, 0x40, Validity.VALID, ()),
        (3, 0x08, Validity.INVALID, ("probe_off",)),
        (3, 0x01, Validity.VALID, ("low_battery",)),
    ],
)
def test_every_status_bit_of_a_record(
    byte: int, bit: int, validity: Validity, flags: tuple[str, ...]
) -> None:
    record = bytearray(GOOD)
    record[byte] |= bit
    value = None if validity is Validity.INVALID else 97
    assert seen(nonin_8(), GOOD + bytes(record) + GOOD)[0] == (value, validity, flags)


def test_held_numbers_with_the_sensor_off_are_no_numbers() -> None:
    assert [v for v, *_ in seen(nonin_8(), GOOD + bytes.fromhex("80486108") + GOOD)] == [None, None]


def test_a_record_that_lost_a_byte_is_not_one_of_three() -> None:
    """Without its rate, SpO2 would be read as the rate and the status as an SpO2 of 32 %."""
    events = decode(nonin_8(), GOOD * 2 + GOOD[:1] + GOOD[2:] + GOOD * 3)
    assert Malformed(3, "length_changed") in events
    assert {e.value for e in events if isinstance(e, Observation)} == {97, 72}


@pytest.mark.parametrize("codec", [nonin_8(), nonin_1()])
def test_three_bytes_cannot_say_that_the_sensor_is_off(codec: Codec) -> None:
    assert seen(codec, GOOD[:3] * 3) == both(97, 72, Validity.QUESTIONABLE, "no_sensor_status")


def test_format_1_has_three_bytes_only() -> None:
    assert decode(nonin_1(), GOOD * 2) == [Malformed(4, "not_a_packet")]


SPOT = bytes.fromhex("0002000D000E20260203143015000200004800625003")


def spot(**changes: int) -> bytes:
    data = bytearray(SPOT[6:-2])
    for at, value in changes.items():
        data[int(at[1:])] = value
    return SPOT[:6] + data + bytes([sum(data) & 0xFF, 0x03])


def test_the_worked_spot_check() -> None:
    first, second = decode(nonin_13(), SPOT)
    assert isinstance(first, Observation)
    assert isinstance(second, Observation)
    assert (first.value, second.value, first.history) == (98, 72, False)
    assert first.device_time == datetime.fromisoformat("2026-02-03T14:30:15")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"_8": 0x01}, both(None, None, Validity.INVALID, "no_data")),
        ({"_8": 0x00}, both(98, 72, Validity.VALID)),
        ({"_9": 0x01}, both(98, 72, Validity.VALID, "low_battery")),
        ({"_10": 0x01, "_11": 0x06}, both(98, 262, Validity.VALID)),
        ({"_11": 0x96}, both(98, 150, Validity.VALID)),
        ({"_0": 0xAA}, both(98, 72, Validity.VALID)),
    ],
)
def test_fields_of_a_spot_check(changes: dict[str, int], expected: list[Seen]) -> None:
    assert seen(nonin_13(), spot(**changes)) == expected


def test_a_missing_spot_check_is_invalid() -> None:
    assert [v for v, *_ in seen(nonin_13(), spot(_10=0x01, _11=0xFF, _13=0x7F))] == [None, None]


def test_a_measurement_from_memory_is_history() -> None:
    assert [e.history for e in decode(nonin_13(), spot(_9=0x10)) if isinstance(e, Observation)] == [
        True,
        True,
    ]


def test_bytes_that_later_versions_add_are_skipped() -> None:
    data = SPOT[6:-2] + b"\x07\x09"
    longer = SPOT[:5] + bytes([len(data)]) + data + bytes([sum(data) & 0xFF, 3])
    assert seen(nonin_13(), longer) == both(98, 72, Validity.VALID)


def test_noise_that_claims_to_be_long_does_not_cover_a_measurement() -> None:
    events = decode(nonin_13(), bytes.fromhex("0002000D0080") + b"\x55" * 9 + SPOT)
    assert events[0] == Malformed(15, "checksum_error")
    assert [e.value for e in events[1:] if isinstance(e, Observation)] == [98, 72]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"SPO2=097 HR=072\r\n", both(97, 72, Validity.VALID)),
        (b"14:30:15 SPO2=097 HR=072*F\n\r", both(97, 72, Validity.VALID)),
        (b"SPO2=--- HR=---\r\n", both(None, None, Validity.INVALID, "no_data")),
        (b"SPO2=000 HR=000\r\n", both(None, None, Validity.INVALID, "out_of_range")),
    ],
)
def test_lines_of_the_tabletop_models(line: bytes, expected: list[Seen]) -> None:
    assert seen(nonin_ascii(), line) == expected


@pytest.mark.parametrize("line", [b"NONIN 9600", b"SPO2=97 HR=072", b"SPO2=097", b"SPO2=0\xb97 HR=072"])
def test_what_is_no_line_of_values(line: bytes) -> None:
    assert decode(nonin_ascii(), line + b"\r\n") == [Malformed(len(line), "not a line of values")]


@given(st.integers(0, 0x7F), st.integers(0, 0x7F), st.integers(0, 0x7F), st.integers(0, 0x7F))
def test_no_record_leaves_without_being_judged(first: int, rate: int, spo2: int, second: int) -> None:
    record = bytes([0x80 | first, rate, spo2, second])
    events: list[DeviceEvent] = decode(nonin_8(), record * 3)
    for event in events:
        assert isinstance(event, Observation)
        if first & 0x20 or second & 0x08:
            assert event.value is None
