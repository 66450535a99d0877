"""One bad port harms no other: it floods, dribbles, freezes or is pulled; what is pulled heals by itself."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.adapter import Adapters
from devices.catalogue import DeviceSpec
from devices.model import Arrival, DeviceState, LinkChange, MetricCode, Observation
from monitor.clock import SystemClock
from tests.devices.support import CAPTURES, FarEnd, Sink

LINE = (CAPTURES / "masimo-rad8-valid.bin").read_bytes().splitlines(keepends=True)[0]
CLOCK = SystemClock()


class Bad:
    """The far end of a line that does not behave."""

    def __init__(self, far: FarEnd) -> None:
        self.far = far
        self._stop = threading.Event()

    def flood(self) -> None:
        """As many bytes as the line takes."""
        os.set_blocking(self.far._master, False)
        while not self._stop.is_set():
            with contextlib.suppress(BlockingIOError):
                os.write(self.far._master, b"\x81\x00junk\xff" * 512)

    def dribble(self) -> None:
        """A byte at a time, without an end."""
        while not self._stop.wait(0.002):
            self.far.send(b"x")

    def freeze(self) -> None:
        """Half a line, and then nothing."""
        self.far.send(LINE[:40])
        self._stop.wait()


@pytest.fixture
def good_and_bad() -> Iterator[tuple[FarEnd, FarEnd, Sink]]:
    sink = Sink()
    with FarEnd() as good, FarEnd() as bad:
        devices = [
            DeviceSpec("good", "masimo-ascii1", "Good", port=good.port),
            DeviceSpec("bad", "masimo-ascii1", "Bad", port=bad.port),
        ]
        adapters = Adapters(devices, None, sink, CLOCK, "boot")
        adapters.start()
        try:
            sink.wait_for(lambda a: _is(a, DeviceState.CONNECTED), 2)
            yield good, bad, sink
        finally:
            adapters.stop()


def _is(arrival: Arrival, state: DeviceState) -> bool:
    return isinstance(arrival.event, LinkChange) and arrival.event.state is state


def _good_spo2(arrival: Arrival) -> bool:
    event = arrival.event
    return arrival.device == "good" and isinstance(event, Observation) and event.metric is MetricCode.SPO2


@pytest.mark.parametrize("manner", ["flood", "dribble", "freeze"])
def test_a_bad_port_delays_no_other(manner: str, good_and_bad: tuple[FarEnd, FarEnd, Sink]) -> None:
    good, far, sink = good_and_bad
    bad = Bad(far)
    thread = threading.Thread(target=getattr(bad, manner))
    thread.start()
    try:
        delays_s = []
        for count in range(1, 6):
            threading.Event().wait(0.05)
            sent_s = CLOCK.real_mono_s()
            good.send(LINE)
            sink.wait_for(_good_spo2, count, timeout_s=2)
            delays_s.append(CLOCK.real_mono_s() - sent_s)
    finally:
        bad._stop.set()
        thread.join()
    assert sorted(delays_s)[2] < 0.5, delays_s


def test_a_pulled_cable_is_told_within_a_second_and_heals_when_it_is_back(tmp_path: Path) -> None:
    sink, port = Sink(), tmp_path / "ox-1"
    with FarEnd() as first, FarEnd() as second:
        port.symlink_to(first.port)
        device = DeviceSpec("ox-1", "masimo-ascii1", "Rad-8", port=str(port))
        adapters = Adapters([device], None, sink, CLOCK, "boot", backoff_s=(0.05, 0.2))
        adapters.start()
        try:
            sink.wait_for(lambda a: _is(a, DeviceState.CONNECTED))
            port.unlink()
            pulled_s = CLOCK.real_mono_s()
            first.unplug()
            sink.wait_for(lambda a: _is(a, DeviceState.DISCONNECTED))
            assert CLOCK.real_mono_s() - pulled_s < 1
            port.symlink_to(second.port)
            sink.wait_for(lambda a: _is(a, DeviceState.CONNECTED), 2)
            second.send(LINE)
            sink.wait_for(lambda a: isinstance(a.event, Observation), 2)
        finally:
            adapters.stop()
