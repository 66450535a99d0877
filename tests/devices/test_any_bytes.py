"""Whatever the bytes: no exception, bounded memory, no byte counted twice, the same events however cut."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.catalogue import KINDS
from devices.codecs.framing import FILL, LineCodec
from devices.model import DeviceEvent, Malformed, MetricCode, Observation, Validity
from tests.devices.support import CAPTURES, decode

ALL_CAPTURES = b"".join(file.read_bytes() for file in sorted(CAPTURES.glob("*.[bj]*")))

PACKETS = (
    "nonin-1",
    "nonin-2",
    "nonin-7",
    "nonin-8",
    "contec-",
    "bci-",
    "berry-",
    "datex-",
    "suntech",
    "hl7-oru",
)
"""Kinds that send packets or framed messages; CR and LF are bytes like others there."""

wire = st.one_of(
    st.binary(max_size=2000),
    st.text(alphabet=' NAORT0123456789=-.%:/\r\n{}[]",', max_size=500).map(lambda text: text.encode()),
    st.lists(
        st.one_of(
            st.binary(max_size=6),
            st.integers(0, len(ALL_CAPTURES) - 1).flatmap(
                lambda start: st.integers(start, min(start + 900, len(ALL_CAPTURES))).map(
                    lambda end: ALL_CAPTURES[start:end]
                )
            ),
        ),
        max_size=8,
    ).map(b"".join),
)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=150, deadline=None)
@given(data=wire, cut=st.integers(1, 50))
def test_any_bytes(kind: str, data: bytes, cut: int) -> None:
    codec = KINDS[kind].codec()
    events = codec.feed(data) + codec.finish()

    assert all(event.bytes > 0 and event.reason for event in events if isinstance(event, Malformed))
    malformed = sum(event.bytes for event in events if isinstance(event, Malformed))
    assert malformed <= len(data if kind.startswith(PACKETS) else re.sub(rb"[\r\n]", b"", data))

    other = KINDS[kind].codec()
    pieces = [data[i : i + cut] for i in range(0, len(data), cut)]
    assert decode(other, *pieces) + other.finish() == events


@pytest.mark.parametrize("kind", KINDS)
def test_a_line_that_never_ends_is_malformed_and_forgotten(kind: str) -> None:
    codec = KINDS[kind].codec()
    reported = 0
    for _ in range(10):
        reported += sum(event.bytes for event in codec.feed(b"x" * 16_384) if isinstance(event, Malformed))
    rest = sum(event.bytes for event in codec.finish() if isinstance(event, Malformed))
    assert reported + rest == 10 * 16_384
    assert rest <= 2 * 65_536


@given(st.lists(st.binary(max_size=40), max_size=40))
def test_every_byte_is_a_line_a_line_end_fill_or_malformed(pieces: list[bytes]) -> None:
    lines: list[bytes] = []

    def keep(line: bytes) -> list[DeviceEvent]:
        lines.append(line)
        return [Observation(MetricCode.SPO2, None, Validity.INVALID)]

    codec = LineCodec(keep, limit=16)
    events = decode(codec, *pieces) + codec.finish()
    malformed = sum(event.bytes for event in events if isinstance(event, Malformed))
    data = b"".join(pieces)
    told = malformed + sum(map(len, lines))
    assert len(re.sub(rb"[\r\n\0\x11\x13\x0c]", b"", data)) <= told <= len(re.sub(rb"[\r\n]", b"", data))
    assert all(0 < len(line) < 32 and line == line.strip(FILL) for line in lines)
