"""What Nonin's formats 2 and 7 share: 75 frames a second, 25 to a packet, one byte of data in each.

STATUS, in every frame: b7 always 1 | b6 sensor disconnected (or reserved) | b5 artifact | b4 out of track |
b3 sensor alarm | b2 red perfusion | b1 green perfusion | b0 first frame of a packet.

The byte of data says in frames 1 and 2 the pulse rate, in frame 3 SpO₂, in frame 8 a second status. Those are
the recording values: missing as soon as the finger is out. The display values of later frames are held for
ten seconds after it, and are not used. A packet is as good as its worst frame.

Source: Nonin 9560 Bluetooth specification, data formats 2 and 7; OEM III specification.
"""

from __future__ import annotations

from collections.abc import Callable

from devices.codecs.framing import TRUNCATED
from devices.codecs.judging import judged_oximetry
from devices.codecs.pace import OncePerSecond
from devices.codecs.packets import Found, PacketCodec
from devices.codecs.status import Sign, judged, signs_of
from devices.model import DeviceEvent, Malformed, Observation, Validity

FRAMES = 25
"""Frames of a packet."""

PACKETS_PER_S = 3
FRAMES_LOST = "frames_lost"

SYNC = 0x01
STATUS: dict[int, Sign] = {
    0x40: Sign("probe_unplugged", Validity.INVALID),
    0x20: Sign("artifact", Validity.QUESTIONABLE),
    0x10: Sign("out_of_track", Validity.INVALID),
    0x08: Sign("probe_off", Validity.INVALID),
}
"""Bits of STATUS. Out of track is sustained artifact; that its numbers are none is this project's rule."""

LOW_PERFUSION = Sign("low_perfusion", Validity.QUESTIONABLE)
LOW_BATTERY = Sign("low_battery")

_RED, _GREEN = 0x04, 0x02
_RATE_HIGH, _RATE_LOW, _SPO2, _STATUS_2 = 0, 1, 2, 7
_MISSING_RATE, _MISSING_SPO2 = 511, 127


def rate_of(high: int, low: int) -> int | None:
    """Return the pulse rate of two data bytes; None for 511, missing."""
    rate = (high & 0x03) << 7 | low & 0x7F
    return None if rate == _MISSING_RATE else rate


def spo2_of(byte: int) -> int | None:
    """Return the SpO₂ of a data byte; None for 127, missing."""
    spo2 = byte & 0x7F
    return None if spo2 == _MISSING_SPO2 else spo2


class NoninPackets:
    """A codec of frames of `size` bytes: `find` finds them, `split` takes status and data out of one."""

    def __init__(
        self, find: Callable[[bytes], Found], split: Callable[[bytes], tuple[int, int]], size: int
    ) -> None:
        self._codec = PacketCodec(find, self._read_frame, size)
        self._split = split
        self._size = size
        self._frames: list[tuple[int, int]] = []
        self._lost = 0
        self._pace = OncePerSecond(PACKETS_PER_S)

    def feed(self, data: bytes) -> list[DeviceEvent]:
        """Return the events of the packets completed by these bytes; keep what is unfinished."""
        return self._codec.feed(data)

    def finish(self) -> list[DeviceEvent]:
        """Report unfinished bytes as malformed and forget them."""
        rest = sum(event.bytes for event in self._codec.finish() if isinstance(event, Malformed))
        rest += self._size * (len(self._frames) + self._lost)
        self._frames, self._lost = [], 0
        return [Malformed(rest, TRUNCATED)] if rest else []

    def _read_frame(self, frame: bytes) -> list[DeviceEvent]:
        """Collect from one SYNC to the next; a packet that lost frames is dropped."""
        status, data = self._split(frame)
        events: list[DeviceEvent] = []
        if status & SYNC:
            self._lost += len(self._frames)
            self._frames = []
            events += self._take_lost()
        elif not self._frames:
            self._lost += 1
            return self._take_lost() if self._lost == FRAMES else []
        self._frames.append((status, data))
        if len(self._frames) == FRAMES:
            packet, self._frames = self._frames, []
            events += self._pace.take(_observations(packet))
        return events

    def _take_lost(self) -> list[DeviceEvent]:
        lost, self._lost = self._lost, 0
        return [Malformed(self._size * lost, FRAMES_LOST)] if lost else []


def _observations(packet: list[tuple[int, int]]) -> list[Observation]:
    bits, data = 0, [byte for _, byte in packet]
    for status, _ in packet:
        bits |= status
    red = any(status & (_RED | _GREEN) == _RED for status, _ in packet)
    signs = [
        *signs_of(STATUS, bits),
        *([LOW_PERFUSION] if red else []),
        *([LOW_BATTERY] if data[_STATUS_2] & 0x01 else []),
    ]
    rate = rate_of(data[_RATE_HIGH], data[_RATE_LOW])
    return judged_oximetry(spo2_of(data[_SPO2]), rate, *judged(signs))
