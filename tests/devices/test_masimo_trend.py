from __future__ import annotations

import pytest

from devices.codecs.masimo_trend import masimo_trend
from devices.model import Malformed, Observation, Validity
from tests.devices.support import CAPTURES, assert_four_ways, decode

LINE = b"02/03/26 14:30:15 SpO2=097 PR=072 PI=03.25 EXC=800:SET\r\n"


def read(wire: bytes) -> list[Observation]:
    return [event for event in decode(masimo_trend(), wire) if isinstance(event, Observation)]


def test_the_capture_four_ways_and_all_of_it_is_history() -> None:
    wire = (CAPTURES / "masimo-trend.bin").read_bytes()
    assert_four_ways(masimo_trend, wire, decode(masimo_trend(), wire), junk=b"\xff\x00#~ 0\r\n")
    assert all(event.history for event in read(wire))


@pytest.mark.parametrize(
    ("exc", "validity", "flags"),
    [
        (b"800:SET", Validity.VALID, ()),
        (b"c00:LowSigIQ,SET", Validity.QUESTIONABLE, ("low_signal",)),
        (b"820:OffPat,SET", Validity.INVALID, ("probe_off",)),
        (b"808:Search,SET", Validity.INVALID, ("searching",)),
        (b"800:OffPat", Validity.INVALID, ("probe_off",)),
        (b"820:", Validity.INVALID, ("probe_off",)),
    ],
)
def test_bits_and_names_of_exc(exc: bytes, validity: Validity, flags: tuple[str, ...]) -> None:
    seen = read(LINE.replace(b"800:SET", exc))
    assert {(event.validity, event.flags) for event in seen} == {(validity, flags)}


def test_000_is_missing() -> None:
    seen = read(LINE.replace(b"097", b"000").replace(b"03.25", b"00.00"))
    assert [(event.value, event.flags) for event in seen] == [
        (None, ("no_data",)),
        (72, ()),
        (None, ("no_data",)),
    ]


@pytest.mark.parametrize("line", [LINE[:-2].replace(b"097", b"0x7"), LINE[:-7], b"SPO2=097%"])
def test_a_damaged_line_is_malformed_and_the_next_is_read(line: bytes) -> None:
    first, *good = decode(masimo_trend(), line + b"\r\n" + LINE)
    assert first == Malformed(len(line), "not a line of a trend dump")
    assert len(good) == 3
