"""What the tests of the devices room share: the four ways, a sink, a clock, the far end of a pty."""

from __future__ import annotations

import os
import re
import selectors
import threading
import tty
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from devices.codecs import Codec
from devices.model import Arrival, DeviceEvent, LinkChange, Malformed

CAPTURES = Path(__file__).parent.parent / "captures"


def decode(codec: Codec, *pieces: bytes) -> list[DeviceEvent]:
    """The events of the pieces fed one after the other, without `finish`."""
    return [event for piece in pieces for event in codec.feed(piece)]


def one_byte_at_a_time(data: bytes) -> list[bytes]:
    return [data[i : i + 1] for i in range(len(data))]


def assert_four_ways(
    new_codec: Callable[[], Codec],
    wire: bytes,
    events: list[DeviceEvent],
    junk: bytes = b"\xff\x00#~ 0",
    trailing: bytes = b" 0",
) -> None:
    """The events come out whole, dribbled, with unfinished bytes behind, and with junk in front."""
    assert decode(new_codec(), wire) == events
    assert decode(new_codec(), *one_byte_at_a_time(wire)) == events

    behind = new_codec()
    assert behind.feed(wire + trailing) == events
    assert behind.finish() == [Malformed(len(trailing), "truncated")]
    assert behind.finish() == []

    after_junk = decode(new_codec(), junk, wire)
    reported = sum(event.bytes for event in after_junk if isinstance(event, Malformed))
    expected = sum(event.bytes for event in events if isinstance(event, Malformed))
    assert reported == expected + len(re.sub(rb"[\r\n]", b"", junk))
    assert meanings(after_junk) == meanings(events)


def meanings(events: list[DeviceEvent]) -> list[DeviceEvent]:
    return [event for event in events if not isinstance(event, Malformed)]


class Sink:
    """Takes arrivals as the turn does, and lets a test wait for them."""

    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []
        self._changed = threading.Condition()

    def __call__(self, arrival: Arrival) -> None:
        with self._changed:
            self.arrivals.append(arrival)
            self._changed.notify_all()

    def wait_for(
        self, wanted: Callable[[Arrival], bool], count: int = 1, timeout_s: float = 15.0
    ) -> list[Arrival]:
        """The arrivals that are wanted, once there are `count` of them."""
        with self._changed:
            enough = self._changed.wait_for(lambda: len(self._matching(wanted)) >= count, timeout_s)
            assert enough, f"expected {count} in {timeout_s:g} s, got {[a.event for a in self.arrivals]}"
            return self._matching(wanted)

    def links(self, device: str) -> list[LinkChange]:
        with self._changed:
            return [a.event for a in self.arrivals if a.device == device and isinstance(a.event, LinkChange)]

    def events(self, device: str) -> list[DeviceEvent]:
        with self._changed:
            return [
                a.event for a in self.arrivals if a.device == device and not isinstance(a.event, LinkChange)
            ]

    def _matching(self, wanted: Callable[[Arrival], bool]) -> list[Arrival]:
        return [arrival for arrival in self.arrivals if wanted(arrival)]


class FakeClock:
    """A clock that stands still until it is told."""

    def __init__(self, utc_ms: int = 1_770_129_015_000) -> None:
        self.now_ms = utc_ms
        self.mono = 1000.0
        self.real = 1000.0

    def utc_ms(self) -> int:
        return self.now_ms

    def mono_s(self) -> float:
        return self.mono

    def real_mono_s(self) -> float:
        return self.real

    def advance(self, seconds: float, speed: float = 1.0) -> None:
        """Let real seconds pass."""
        self.now_ms += int(seconds * speed * 1000)
        self.mono += seconds * speed
        self.real += seconds


class FarEnd:
    """The device's end of a pseudo-terminal."""

    def __init__(self) -> None:
        self._master, slave = os.openpty()
        tty.setraw(slave)
        self.port = os.ttyname(slave)
        self._slave: int | None = slave  # held, so that the line does not hang up before it is opened

    def send(self, data: bytes) -> None:
        os.write(self._master, data)

    def expect(self, data: bytes, timeout_s: float = 10.0) -> None:
        """Read exactly these bytes."""
        got = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self._master, selectors.EVENT_READ)
            while len(got) < len(data):
                assert selector.select(timeout_s), f"expected {data!r}, got {got!r}"
                got += os.read(self._master, len(data) - len(got))
        assert got == data

    def is_quiet(self, for_s: float) -> bool:
        """Whether the host sends nothing for so long."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._master, selectors.EVENT_READ)
            return not selector.select(for_s)

    def unplug(self) -> None:
        for descriptor in (self._slave, self._master):
            if descriptor is not None:
                os.close(descriptor)
        self._slave = None
        self._master = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._master >= 0:
            self.unplug()
