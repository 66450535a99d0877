"""What the two protocols of five bytes share: the first has b7 set, the others have not.

    1 beep … strength | waveform | rate b7 in b6, … bar | rate b6…0 | SpO₂

There is no checksum: what two packets in a row do not agree on is no number. The flags differ between the
makers while the shape does not, so nothing but the configuration can tell them apart.

Source: CONTEC, Communication protocol of pulse oximeter V5.0A; Berry, BCI Protocol V1.2.
"""

from __future__ import annotations

from devices.codecs.judging import judged_oximetry
from devices.codecs.pace import OncePerSecond
from devices.codecs.packets import Found, Packet, PacketCodec, Skip
from devices.codecs.status import Sign, judged, signs_of
from devices.model import DeviceEvent

SIZE = 5

_RATE_HIGH = 0x40
_MISSING_RATE, _MISSING_SPO2 = 0xFF, 0x7F


class FiveBytes:
    """A codec for one oximeter; `first` and `third` are the flags of those bytes."""

    def __init__(self, first: dict[int, Sign], third: dict[int, Sign], packets_per_s: int) -> None:
        self._codec = PacketCodec(_find, self._read, SIZE)
        self._first = first
        self._third = third
        self._pace = OncePerSecond(packets_per_s, agree=2)

    def feed(self, data: bytes) -> list[DeviceEvent]:
        """Return the events completed by these bytes; keep what is unfinished."""
        return self._codec.feed(data)

    def finish(self) -> list[DeviceEvent]:
        """Report unfinished bytes as malformed and forget them."""
        return self._codec.finish()

    def _read(self, packet: bytes) -> list[DeviceEvent]:
        b1, _, b3, b4, spo2 = packet
        rate = b4 | (0x80 if b3 & _RATE_HIGH else 0)
        signs = (*signs_of(self._first, b1), *signs_of(self._third, b3))
        seen = judged_oximetry(
            None if spo2 == _MISSING_SPO2 else spo2, None if rate == _MISSING_RATE else rate, *judged(signs)
        )
        return [*self._pace.take(seen)]


def _find(front: bytes) -> Found:
    if not front[0] & 0x80:
        return Skip()
    if any(byte & 0x80 for byte in front[1:SIZE]):
        return Skip("packet_cut_short")
    return Packet(SIZE) if len(front) >= SIZE else None
