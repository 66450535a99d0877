"""The label that a simulated line carries: read however it is cut, and refused where the patient is real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.adapter import Adapters
from devices.catalogue import DeviceSpec
from devices.model import Arrival, DeviceState, LinkChange, Observation, Origin
from devices.origin_label import CAUTION_S, ForeignData, OriginLabel, origin_said, unlabelled
from monitor.clock import SystemClock
from tests.devices.support import FarEnd, Sink

DEMO, REPLAY = b"<chairside:demo>", b"<chairside:replay>"
LINE = b"02/03/26 14:30:15 SN=0000000001 SPO2=097% BPM=072 PI=03.25% ALARM=0000 EXC=000800\r\n"

MESSAGES = st.lists(st.binary(max_size=12).filter(lambda data: b"<" not in data), min_size=1, max_size=8)


def cut(data: bytes, at: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in at), len(data)]
    return [data[begin:end] for begin, end in pairwise(edges)]


@settings(max_examples=60, deadline=None)
@given(MESSAGES, st.lists(st.integers(0, 300), max_size=12))
def test_what_a_labelled_line_says_comes_out_however_it_is_cut(messages: list[bytes], at: list[int]) -> None:
    label = OriginLabel(Origin.DEMO)
    assert label.read(DEMO, 0) == b""
    pieces = cut(b"".join(DEMO + message for message in messages), at)
    said = b"".join(label.read(piece, 0) for piece in pieces)
    assert said == b"".join(messages)


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=1, max_size=60), st.lists(st.integers(0, 300), max_size=8))
def test_a_real_line_waits_for_nothing(said: bytes, at: list[int]) -> None:
    label = OriginLabel(Origin.REAL)
    assert label.read(b"\n", 0) == b"\n"
    for piece in cut(said + b"<chairside:", at):
        assert label.read(piece, 0) == piece


def test_a_label_that_comes_byte_by_byte_from_the_first_one_on_is_no_noise() -> None:
    label = OriginLabel(Origin.DEMO)
    assert b"".join(label.read(bytes([byte]), 0) for byte in DEMO + LINE) == LINE
    other = OriginLabel(Origin.REAL)
    assert [other.read(b"<", 0), other.read(b"x", 0), other.read(b"<", 0)] == [b"", b"<x", b"<"]


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=20).filter(lambda noise: b"SPO2" not in noise),
    st.lists(st.integers(0, 60), max_size=12),
    st.sampled_from([DEMO, REPLAY]),
)
def test_a_real_device_never_hands_on_what_follows_a_label(before: bytes, at: list[int], mark: bytes) -> None:
    label, handed_on = OriginLabel(Origin.REAL), b""

    def read(piece: bytes) -> bool:
        nonlocal handed_on
        handed_on += label.read(piece, 0)
        return True

    with pytest.raises(ForeignData, match="expected real data"):
        all(map(read, cut(before + mark + LINE, at)))
    assert b"SPO2" not in handed_on


@pytest.mark.parametrize(("expected", "said"), [(Origin.DEMO, REPLAY), (Origin.REPLAY, DEMO)])
def test_demo_and_replay_are_not_the_same(expected: Origin, said: bytes) -> None:
    with pytest.raises(ForeignData, match=f"expected {expected} data"):
        OriginLabel(expected).read(said + LINE, 0)


def test_after_a_refusal_a_line_is_listened_to_before_it_is_believed() -> None:
    label = OriginLabel(Origin.REAL)
    label.opened(0)
    assert label.read(LINE, 0) == LINE, "a line never refused is believed at once"
    with pytest.raises(ForeignData):
        label.read(DEMO, 1)
    label.opened(2)
    assert label.read(LINE, 2.5) == b"", "the rest of a simulated message, cut before its label"
    assert label.read(LINE, 2 + CAUTION_S) == LINE


def test_who_looks_at_a_port_is_told_and_sees_the_device_alone() -> None:
    assert origin_said(b"?" + REPLAY + LINE) is Origin.REPLAY
    assert origin_said(LINE) is None
    assert unlabelled(DEMO + LINE + DEMO + LINE) == LINE * 2


@pytest.fixture
def far_end() -> Iterator[FarEnd]:
    with FarEnd() as end:
        yield end


@pytest.fixture
def run() -> Iterator[Callable[..., Sink]]:
    started: list[Adapters] = []

    def start(far_end: FarEnd, origin: Origin) -> Sink:
        sink = Sink()
        spec = DeviceSpec("ox-1", "masimo-ascii1", "Rad-8", port=far_end.port, origin=origin)
        started.append(Adapters([spec], None, sink, SystemClock(), "boot-1", backoff_s=(0.02, 0.2)))
        started[-1].start()
        sink.wait_for(link(DeviceState.CONNECTED))
        return sink

    yield start
    for adapters in started:
        adapters.stop()


def link(state: DeviceState) -> Callable[[Arrival], bool]:
    return lambda arrival: isinstance(arrival.event, LinkChange) and arrival.event.state is state


def value(arrival: Arrival) -> bool:
    return isinstance(arrival.event, Observation)


def test_a_simulated_line_on_a_real_chair_is_a_lost_device_and_says_why(run: Any, far_end: FarEnd) -> None:
    sink = run(far_end, Origin.REAL)
    far_end.send(DEMO + LINE)
    (lost,) = sink.wait_for(link(DeviceState.DISCONNECTED))
    assert "expected real data, as the device is configured; the line says demo" in lost.event.detail
    assert not any(map(value, sink.arrivals))


@pytest.mark.parametrize(("origin", "mark"), [(Origin.DEMO, DEMO), (Origin.REPLAY, REPLAY)])
def test_on_a_chair_that_is_configured_for_it_it_is_a_device(
    run: Any, far_end: FarEnd, origin: Origin, mark: bytes
) -> None:
    sink = run(far_end, origin)
    far_end.send(mark + LINE)
    assert {arrival.origin for arrival in sink.wait_for(value, 2)} == {origin}
