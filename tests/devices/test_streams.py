"""Streams as real lines bring them: stale numbers, glued and torn messages, fill, banners, wrong clocks.

Each line of a table is a stream and all the numbers that may come of it, in order; `None` is a number that is
invalid. What is not in the table never becomes a number.
"""

from __future__ import annotations

import re

import pytest

from devices.catalogue import KINDS
from devices.codecs import dinamap
from devices.codecs.berry_pm6750 import packet as berry
from devices.model import CuffResult, Malformed, MetricCode, Observation, Validity
from tests.devices.support import CAPTURES, decode, one_byte_at_a_time

SPO2, PR, PI, NIBP = "spo2", "pulse_rate", "perfusion_index", "nibp"

Number = tuple[str, float | tuple[float, float] | None]


def numbers(kind: str, *pieces: bytes) -> list[Number]:
    shown: list[Number] = []
    for event in decode(KINDS[kind].codec(), *pieces):
        if isinstance(event, Observation):
            shown.append((str(event.metric), event.value))
        elif isinstance(event, CuffResult):
            pressures = event.systolic, event.diastolic
            shown.append((NIBP, None if None in pressures else pressures))  # type: ignore[arg-type]
    return shown


def of(kind: str, metric: MetricCode, wire: bytes) -> list[Observation]:
    events = decode(KINDS[kind].codec(), wire)
    return [event for event in events if isinstance(event, Observation) and event.metric is metric]


def masimo(spo2: str = "097", bpm: str = "072", pi: str = "03.25", exc: str = "000800", s: int = 15) -> bytes:
    return (
        f"02/03/26 14:30:{s} SN=0000000001 SPO2={spo2}% BPM={bpm} PI={pi}% SPCO=--.-% SPMET=--.-% "
        f"DESAT=-- PIDELTA=+-- ALARM=0000 EXC={exc}"
    ).encode()


def nellcor(spo2: str = "97", rate: str = "72", pa: str = "45", status: str = "", s: int = 15) -> bytes:
    return f"03-Feb-26 14:30:{s}   {spo2:>3}     {rate:>3}     {pa:>3}    {status:17}".encode()


def reply(text: str) -> bytes:
    return text.encode() + dinamap.checksum(text.encode())


def three(spo2: float | None, rate: float | None, pi: float | None) -> list[Number]:
    return [(SPO2, spo2), (PR, rate), (PI, pi)]


def two(spo2: float | None, rate: float | None) -> list[Number]:
    return [(SPO2, spo2), (PR, rate)]


LOST3, LOST2 = three(None, None, None), two(None, None)
CRLF = b"\r\n"
HEADER = CRLF.join(
    (
        b"N-560    VERSION 1.56.00    CRC:XXXX  SpO2 Limit: 90-100%    PR Limit: 60-170BPM",
        b"                             ADULT            0SAT-S ",
        b"TIME                 %SpO2   BPM     PA     Status",
    )
)
MENU = CRLF.join((b"NPB-595   Interactive Mode", b"    1) Dump Instrument Info", b"    Command?"))

DUMP = (
    b"6 14:30:13 SpO2=088 PR=060 PI=03.25 EXC=800:SET\r\0\0"
    b"02/03/26 14:30:15 SpO2=097 PR=072 PI=03.25 EXC=800:SET\0\r"
    b"02/03/26 14:30:17 SpO2=098 PR=101 PI=00.00 EXC=820:OffPat,SET\r"
)
PRINT_OUT = (
    b"\0NONIN MEDICAL 9600 V2\r\n\x0cSPO2=097 HR=072\0\r\nSPO2=088 HR=0SPO2=096 HR=073F\rSPO2=--- HR=---\n"
)

STREAMS: dict[str, tuple[str, bytes, list[Number]]] = {
    "masimo goes on printing with its sensor off": (
        "masimo-ascii1",
        CRLF.join(
            (masimo(), masimo("098", "101", "--.--", "000824"), masimo("098", "101", exc="000820"), b"")
        ),
        three(97, 72, 3.25) + LOST3 + LOST3,
    ),
    "masimo searches and prints what it had": (
        "masimo-ascii1",
        masimo(exc="000808") + b"\n" + masimo("096", "074", exc="000800") + b"\n",
        LOST3 + three(96, 74, 3.25),
    ),
    "masimo, any end of a line in one stream": (
        "masimo-ascii1",
        masimo(s=15) + b"\r" + masimo(s=16) + b"\n" + masimo(s=17) + b"\n\r" + masimo(s=18) + b"\r\r\n\n",
        three(97, 72, 3.25) * 4,
    ),
    "masimo, a line that lost its end glued to the next": (
        "masimo-ascii1",
        masimo("088")[:-4] + masimo("097") + CRLF,
        three(97, 72, 3.25),
    ),
    "masimo, a first line torn in its date": (
        "masimo-ascii1",
        masimo("088")[3:] + CRLF + masimo() + CRLF,
        three(97, 72, 3.25),
    ),
    "masimo, a digit of a number lost": (
        "masimo-ascii1",
        masimo("098").replace(b"=098", b"=08") + CRLF + masimo().replace(b"=072", b"=07") + CRLF + masimo(),
        [],
    ),
    "masimo, numbers of one second joined to the status of the next": (
        "masimo-ascii1",
        CRLF.join((masimo(), masimo("098", exc="000820")[:55] + masimo()[-22:], masimo("096"), b"")),
        three(97, 72, 3.25) + three(96, 72, 3.25),
    ),
    "masimo, another layout is believed the second time, its sensor off at once": (
        "masimo-ascii1",
        CRLF.join(
            (
                masimo(),
                b"02/03/26 14:30:16 SPO2=097% BPM=064 PI=11.82% ALARM=20 EXC=820",
                *[b"02/03/26 14:30:16 SPO2=096% BPM=064 PI=11.82% ALARM=20 EXC=800"] * 2,
                b"",
            )
        ),
        three(97, 72, 3.25) + LOST3 + three(96, 64, 11.82) * 2,
    ),
    "masimo, a banner, fill around the lines and noise at the speed of another": (
        "masimo-ascii1",
        b"\0\0Masimo Rad-8 V1.4.0\r\n\x11"
        + masimo()
        + b"\0\r\n\x13\x0c"
        + masimo()
        + b"\x13\r\n\x80\xe0\xff"
        + CRLF,
        three(97, 72, 3.25) * 2,
    ),
    "masimo, XOFF in a line condemns it, as a 3 that lost a bit looks the same": (
        "masimo-ascii1",
        masimo().replace(b"BPM=072", b"BPM=0\x1372")
        + CRLF
        + masimo("093").replace(b"=093", b"=09\x13")
        + CRLF,
        [],
    ),
    "masimo, a clock that no calendar has": (
        "masimo-ascii1",
        masimo().replace(b"02/03/26 14:30:15", b"00/00/00 99:99:99") + CRLF,
        three(97, 72, 3.25),
    ),
    "masimo trend, fill and a torn line": (
        "masimo-trend",
        DUMP,
        three(97, 72, 3.25) + LOST3,
    ),
    "nellcor, stale numbers of a search, then sensor disconnected and off": (
        "nellcor",
        CRLF.join(
            (
                nellcor(),
                nellcor("96", "63", "---", "PS"),
                nellcor("0", "0", "---", "PS"),
                nellcor("---", "---", "---", "SD          AS"),
                nellcor("96", "63", "12", "SO"),
                b"",
            )
        ),
        two(97, 72) + LOST2 * 4,
    ),
    "nellcor, a form feed, a printer's escape, XON and NULs before the lines": (
        "nellcor",
        b"\x0c"
        + HEADER
        + CRLF
        + b"\x1b@"
        + nellcor()
        + b"\r\0\0\n\x11"
        + nellcor("96")
        + b"\0\r\n\xff\xfe"
        + nellcor("95")
        + CRLF,
        two(97, 72) + two(96, 72) + two(95, 72),
    ),
    "nellcor, its menu between the lines": (
        "nellcor",
        CRLF.join((nellcor(), MENU, HEADER, nellcor("96"), b"")),
        two(97, 72) + two(96, 72),
    ),
    "nellcor, a line that lost its status is no number, one that says what is wrong is told": (
        "nellcor",
        CRLF.join(
            (
                nellcor(),
                nellcor("96", "63", "---")[:40],
                nellcor("96", status="SO")[:48],
                nellcor("94")[:50],
                b"",
            )
        ),
        two(97, 72) + LOST2,
    ),
    "nellcor, CR only, the second line torn and glued to the third": (
        "nellcor",
        nellcor() + b"\r" + nellcor("88")[:30] + nellcor("96") + b"\r",
        two(97, 72) + two(96, 72),
    ),
    "nellcor, a lost byte shifts the columns": (
        "nellcor",
        CRLF.join((nellcor()[:20] + nellcor()[21:], nellcor()[:22] + nellcor()[23:], nellcor("96"), b"")),
        two(96, 72),
    ),
    "nellcor, a clock that was never set": (
        "nellcor",
        nellcor().replace(b"03-Feb-26", b"00-Xyz-00") + CRLF,
        two(97, 72),
    ),
    "dinamap, a rate that stands when its sensor is off": (
        "dinamap",
        b"\r".join(
            (
                *(reply(" OA1097608"), reply(" RA2072")),
                *(reply(" OA3097008"), reply(" RA2072")),
                *(reply(" OA3097008"), reply(" RA2072")),
                *(reply(" OA6000008"), reply(" RA2072")),
                *(reply(" OA1096608"), reply(" RA2074"), b""),
            )
        ),
        two(97, 72) + two(None, 72) + LOST2 + LOST2 + two(96, 74),
    ),
    "dinamap, requests, line feeds, NULs and a reply cut by the next": (
        "dinamap",
        b"\r NA!2\r\n\0\0"
        + reply(" NA1100012128076093")
        + b"\0\r\n"
        + reply(" OA1098608")[:6]
        + reply(" OA1097608")
        + b"\x11\r",
        [(NIBP, (128, 76)), (SPO2, 97)],
    ),
    "dinamap, pressures of a determination that failed": (
        "dinamap",
        reply(" NA3100012128076093") + b"\r" + reply(" NA0100012128076093") + b"\r",
        [(NIBP, None)],
    ),
    "nonin tabletop, a banner, fill, and a line that lost its end": (
        "nonin-ascii",
        PRINT_OUT,
        two(97, 72) + two(96, 73) + LOST2,
    ),
    "nonin tabletop, digits lost": (
        "nonin-ascii",
        b"SPO2=97 HR=072\r\nSPO2=097 HR=72\r\nSPO2=097 HR=0\x1372\r\n",
        [],
    ),
    "nonin 8 holds its numbers when the finger is out": (
        "nonin-8",
        bytes.fromhex("80486120 80486128 80486128 80486128 80486120 80"),
        LOST2 * 3 + two(97, 72),
    ),
    "nonin 13, NULs and XON about the only packet, which is of a wrong clock": (
        "nonin-13",
        bytes(7)
        + b"\x11"
        + bytes.fromhex("00 02 00 0D 00 0E 99 99 99 99 99 99 99 00 02 00 00 48 00 62 DB 03")
        + bytes(3),
        two(98, 72),
    ),
    "contec, glued to short packets of other types": (
        "contec-v7",
        (bytes.fromhex("01 E0 84 93 92 BC E3 FF FF 0C 80") * 61)[2:] + bytes.fromhex("06 80 80 80"),
        three(99, 60, None),
    ),
    "contec, zeros with a probe error": (
        "contec-v7",
        bytes.fromhex("01 E1 84 C0 90 80 80 FF FF") * 60,
        LOST3,
    ),
    "contec, numbers with a probe error": (
        "contec-v7",
        bytes.fromhex("01 E1 84 93 92 BC E3 FF FF") * 60,
        LOST3,
    ),
    "berry prints 97 with the sensor off": (
        "berry-pm6750",
        berry(4, 0, 97, 72)
        + berry(4, 1, 97, 72)
        + b"\0\0\x55"
        + berry(4, 3, 97, 72)
        + berry(4, 2, 0x7F, 0xFF),
        two(97, 72) + LOST2 * 3,
    ),
    "berry, pressures beside a cuff that is loose, and one cut by the next": (
        "berry-pm6750",
        berry(3, 0, 0, 128, 93, 76)
        + berry(3, 4, 80, 128, 93, 76)[:6]
        + berry(3, 4, 80, 0, 0, 0)
        + berry(3, 16, 0, 128, 93, 76),
        [(NIBP, None)],
    ),
}


@pytest.mark.parametrize(("kind", "wire", "expected"), STREAMS.values(), ids=STREAMS)
def test_a_stream_gives_these_numbers_and_no_others(kind: str, wire: bytes, expected: list[Number]) -> None:
    assert numbers(kind, wire) == expected
    assert numbers(kind, *one_byte_at_a_time(wire)) == expected


def test_a_print_out_whose_blanks_were_cut_off_is_questionable_from_the_third_line_on() -> None:
    rows = [nellcor(str(spo2)).rstrip() for spo2 in (97, 96, 95, 94)]
    seen = of("nellcor", MetricCode.SPO2, CRLF.join((*rows, nellcor("96", status="SO").rstrip(), b"")))
    assert [(o.value, o.validity) for o in seen] == [
        (95, Validity.QUESTIONABLE),
        (94, Validity.QUESTIONABLE),
        (None, Validity.INVALID),
    ]
    assert [o.flags for o in seen] == [("no_sensor_status",)] * 2 + [("probe_off",)]


def test_one_padded_line_is_enough_to_know_that_a_short_one_lost_something() -> None:
    rows = [nellcor(), *(nellcor("96").rstrip() for _ in range(5))]
    assert numbers("nellcor", CRLF.join((*rows, b""))) == two(97, 72)


LINES = {
    "masimo-ascii1": (CAPTURES / "masimo-rad8-valid.bin").read_bytes(),
    "masimo-trend": (CAPTURES / "masimo-trend.bin").read_bytes(),
    "nellcor": (CAPTURES / "nellcor.bin").read_bytes(),
    "nonin-ascii": (CAPTURES / "nonin-ascii.bin").read_bytes(),
    "dinamap": (CAPTURES / "dinamap-replies.bin").read_bytes(),
}


@pytest.mark.parametrize(
    "end",
    [
        b"\r",
        b"\n",
        b"\n\r",
        b"\r\r\n",
        b"\r\0",
        b"\r\n\0\0",
        b"\0\r\n",
        b"\r\n\x11",
        b"\x13\r\n",
        b"\r\n\x0c",
    ],
)
@pytest.mark.parametrize("kind", LINES)
def test_whatever_ends_a_line_the_numbers_are_the_same(kind: str, end: bytes) -> None:
    lines = [line for line in re.split(rb"[\r\n]+", LINES[kind]) if line]
    events = decode(KINDS[kind].codec(), end.join((*lines, b"")))
    assert not [event for event in events if isinstance(event, Malformed)]
    assert events == decode(KINDS[kind].codec(), LINES[kind])


@pytest.mark.parametrize("lost", [1, 2, 3, 5, 20, 60])
@pytest.mark.parametrize("kind", LINES)
def test_bytes_lost_from_a_line_never_make_another_number(kind: str, lost: int) -> None:
    """An overrun of the host's buffer is the commonest damage, and these lines have no checksum."""
    wire = LINES[kind]
    allowed = {number for number in numbers(kind, wire) if number[1] is not None}
    starts = range(min(len(wire), 260)) if lost < 20 else range(0, min(len(wire), 260), 3)
    made = {
        (at, number)
        for at in starts
        for number in numbers(kind, wire[:at] + wire[at + lost :])
        if number[1] is not None and number not in allowed and not (number[0] == PI and at < 129)
    }
    assert not made


@pytest.mark.parametrize(
    "kind", ["contec-5byte", "bci-5byte", "contec-v7", "nonin-2", "nonin-7", "datex-dri"]
)
def test_a_byte_of_the_wrong_parity_that_came_as_nul_makes_no_other_number(kind: str) -> None:
    wire = (CAPTURES / f"{kind}.bin").read_bytes()
    allowed = set(numbers(kind, wire)) | {(metric, None) for metric in MetricCode}
    for at in range(0, len(wire), max(13, len(wire) // 60 | 1)):
        seen = set(numbers(kind, wire[:at] + b"\0" + wire[at + 1 :]))
        assert not seen - allowed, f"byte {at}"
