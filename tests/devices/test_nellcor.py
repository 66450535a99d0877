from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codecs.nellcor import STATUS, Nellcor
from devices.model import DeviceInfo, DeviceLimit, Malformed, MetricCode, Observation, Validity
from tests.devices.support import CAPTURES, assert_four_ways, decode

HEADER = (
    b"N-560    VERSION 1.56.00    CRC:XXXX  SpO2 Limit: 90-100%    PR Limit: 60-170BPM\r\n"
    b"                             ADULT            0SAT-S \r\n"
    b"TIME                 %SpO2   BPM     PA     Status\r\n"
)


def row(
    spo2: str = " 97", rate: str = " 72", pa: str = " 45", status: str = "", clock: str = "03-Feb-26 14:30:15"
) -> bytes:
    return f"{clock}   {spo2:4}    {rate:4}    {pa}    {status:17}\r\n".encode()


def read(wire: bytes) -> dict[MetricCode, Observation]:
    return {event.metric: event for event in decode(Nellcor(), wire) if isinstance(event, Observation)}


def test_a_line_exactly() -> None:
    at = datetime.fromisoformat("2026-02-03T14:30:15")
    seen = read(row())
    assert [(o.value, o.validity, o.flags, o.device_time) for o in seen.values()] == [
        (97, Validity.VALID, (), at),
        (72, Validity.VALID, (), at),
    ]


def test_the_capture_four_ways() -> None:
    wire = (CAPTURES / "nellcor.bin").read_bytes()
    assert_four_ways(Nellcor, wire, decode(Nellcor(), wire), junk=b"\xff\x00#~ 0\r\n")


@pytest.mark.parametrize("code", STATUS)
def test_every_status_code_alone(code: str) -> None:
    seen = read(row(status=code))
    lost = code in {"SD", "SO", "PS", "LP", "LM"}
    of_one = {
        "PH": MetricCode.PULSE_RATE,
        "PL": MetricCode.PULSE_RATE,
        "SH": MetricCode.SPO2,
        "SL": MetricCode.SPO2,
    }
    for metric, event in seen.items():
        expected = Validity.INVALID if lost else Validity.QUESTIONABLE if code == "MO" else Validity.VALID
        assert event.validity is expected
        assert (event.value is None) == lost
        assert event.flags == ((STATUS[code].flag,) if of_one.get(code, metric) is metric else ())


def test_stale_numbers_of_a_short_search_are_no_numbers() -> None:
    assert [o.value for o in read(row(" 96", " 63", "---", "PS")).values()] == [None, None]


def test_no_amplitude_is_no_pulse_whatever_the_status() -> None:
    assert {(o.value, o.flags) for o in read(row(pa="---")).values()} == {(None, ("no_data",))}


def test_zero_and_dashes_are_missing() -> None:
    assert {o.flags for o in read(row("  0", "---")).values()} == {("no_data",)}


def test_an_asterisk_belongs_to_its_own_number() -> None:
    seen = read(row(rate=" 72*"))
    assert seen[MetricCode.SPO2].flags == ()
    assert seen[MetricCode.PULSE_RATE].flags == ("limit_violation",)


def test_the_header_is_told_once_and_again_when_a_limit_changes() -> None:
    codec = Nellcor()
    changed = HEADER.replace(b"90-100", b"85-100")
    told = [e for e in decode(codec, HEADER, row(), HEADER, changed) if isinstance(e, DeviceInfo)]
    assert [info.limits[0] for info in told] == [
        DeviceLimit(MetricCode.SPO2, 90, 100),
        DeviceLimit(MetricCode.SPO2, 85, 100),
    ]
    assert (told[0].model, told[0].firmware) == ("N-560", "1.56.00")
    assert told[0].settings == (("patient", "ADULT"), ("sat", "0"))


def test_a_header_of_two_lines_and_one_with_the_response_mode() -> None:
    first, second, third = HEADER.splitlines(keepends=True)
    (two,) = decode(Nellcor(), first.replace(b"N-560 ", b"NPB-295 "), third)
    assert isinstance(two, DeviceInfo)
    assert (two.model, two.settings) == ("NPB-295", ())
    (fast,) = decode(Nellcor(), first, second.rstrip() + b"  SPO2 RESP MODE: FAST\r\n", third)
    assert isinstance(fast, DeviceInfo)
    assert ("response", "FAST") in fast.settings


def test_a_handhelds_memory_is_history() -> None:
    events = decode(Nellcor(), (CAPTURES / "nellcor-handheld.bin").read_bytes())
    assert [e.history for e in events if isinstance(e, Observation)] == [True] * 4


@pytest.mark.parametrize(
    ("wire", "reason"),
    [
        (row().rstrip() + b"\r\n", "a line of 40 characters: expected 61, it may have lost its status"),
        (row(status="QQ"), "status 'QQ': expected known codes"),
        (row(spo2="9 7"), "expected numbers in their columns"),
        (b"hello\r\n", "no date and time: not a line of values"),
        (b"\xb97\r\n", "a byte that is not printable ASCII"),
    ],
)
def test_a_damaged_line_is_malformed_and_the_next_is_read(wire: bytes, reason: str) -> None:
    first, *good = decode(Nellcor(), wire + row())
    assert first == Malformed(len(wire) - 2, reason)
    assert len(good) == 2


def test_a_line_glued_to_one_that_lost_its_end_is_read() -> None:
    first, *good = decode(Nellcor(), row()[:40] + row())
    assert first == Malformed(40, "junk before a line")
    assert len(good) == 2


@given(st.lists(st.sampled_from(sorted(STATUS)), max_size=6), st.integers(0, 255), st.integers(0, 999))
def test_no_number_leaves_without_being_judged(codes: list[str], spo2: int, rate: int) -> None:
    for event in read(row(f"{spo2:3}", f"{rate:3}", status=" ".join(codes))).values():
        if {"SD", "SO", "PS", "LP", "LM"} & set(codes):
            assert event.value is None
        if event.value is not None:
            assert 1 <= event.value <= (100 if event.metric is MetricCode.SPO2 else 300)
