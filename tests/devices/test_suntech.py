from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from devices.catalogue import KINDS
from devices.codecs.suntech import CUFF_PRESSURE, GIVE_UP_AFTER, RESULT, SunTech
from devices.model import CuffPhase, CuffResult, CuffState, Validity
from tests.devices.support import decode

MEASURING, IDLE = CuffState(CuffPhase.MEASURING), CuffState(CuffPhase.IDLE)
WORKED = bytes.fromhex("3E 18 73 00 4A 00 1E 01 00 00 00 00 00 00 31 07 55 00 58 00 00 00 00 E9")
OK = CuffResult(115, 74, 88, 85, Validity.VALID, status="ok")


def module(*data: int) -> bytes:
    body = bytes((0x3E, len(data) + 3, *data))
    return body + bytes((-sum(body) & 0xFF,))


def cuff(mmhg: int) -> bytes:
    return module(mmhg & 0xFF, mmhg >> 8)


def result(systolic: int, diastolic: int, error: int = 0) -> bytes:
    return module(systolic, 0, diastolic, 0, 30, 1, *[0] * 8, 70, 0, 90, 0, error, 0, 0)


def test_the_packets_of_the_source() -> None:
    assert bytes.fromhex("3A 79 05 00 48") == CUFF_PRESSURE
    assert bytes.fromhex("3A 79 03 00 4A") == RESULT
    assert cuff(258) == bytes.fromhex("3E 05 02 01 BA")
    assert decode(SunTech(), result(120, 80), WORKED) == [OK]


def test_it_only_reads() -> None:
    assert SunTech().requests() == (CUFF_PRESSURE, RESULT)
    assert not KINDS["suntech"].cuff
    assert KINDS["suntech"].doubt


@given(st.lists(st.integers(1, 30), min_size=1, max_size=8))
def test_each_determination_is_told_once_however_often_it_is_read(repeats: list[int]) -> None:
    wire, told = result(100, 60), []
    for number, times in enumerate(repeats):
        wire += cuff(150) * times + result(120 + number, 80) * times
        told += [MEASURING, CuffResult(120 + number, 80, 90, 70, Validity.VALID, status="ok")]
    assert decode(SunTech(), wire) == told


def test_a_result_that_stood_there_when_we_came_is_not_told() -> None:
    assert decode(SunTech(), (cuff(2) + WORKED) * 30) == []


def test_the_same_bytes_after_an_inflation_are_the_old_result() -> None:
    wire = WORKED + (cuff(150) + WORKED) * 3 + (cuff(2) + WORKED) * (GIVE_UP_AFTER + 3)
    assert decode(SunTech(), wire) == [MEASURING, IDLE]


def test_an_error_has_no_number_and_no_name() -> None:
    events = decode(SunTech(), WORKED, result(115, 74, error=87))
    assert events == [
        CuffResult(None, None, None, None, Validity.INVALID, ("nibp_failed",), status="error_87")
    ]


def test_a_result_of_zeros_is_nothing_yet() -> None:
    assert decode(SunTech(), WORKED, result(0, 0), WORKED) == [OK]


def test_every_packet_is_a_reply_so_that_the_next_request_may_go_out() -> None:
    codec = SunTech()
    codec.feed(cuff(2) + WORKED + module(1))
    assert codec.replies == 3
