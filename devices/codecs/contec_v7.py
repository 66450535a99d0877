"""CONTEC CMS50D+, CMS50E, CMS50F and CMS60C since firmware 4.6, protocol V7.0: 60 packets a second.

    TYPE HIGH d0 … dn       TYPE has b7 clear; all others have it set; b7 of d[i] is bit i of HIGH

    01 live   d0 probe error, low SpO₂, searching too long, strength | d1 searching, waveform | d2 PI invalid,
              bar | d3 pulse rate, FF missing | d4 SpO₂, 7F missing | d5 d6 PI × 100, low byte first

The type gives the length. There is no checksum: what two packets in a row do not agree on is no number. Real
ones send 0 and 0 with a probe error, not the values for missing. The device sends only while it is asked to:
`START` once, `STAY` every five seconds. Neither changes a setting or touches what it has stored.

Source: CONTEC, Communication protocol of pulse oximeter V7.0; lengths of types 06, 13 and 14 from captures.
"""

from __future__ import annotations

from dataclasses import replace

from devices.codecs.judging import judged_observation, judged_oximetry
from devices.codecs.pace import OncePerSecond
from devices.codecs.packets import Found, Packet, PacketCodec, Skip
from devices.codecs.status import Sign, judged, signs_of
from devices.model import DeviceEvent, MetricCode, Validity

LENGTHS = {
    0x01: 9, 0x02: 9, 0x03: 9, 0x04: 9, 0x05: 9, 0x06: 4, 0x07: 8, 0x08: 8, 0x09: 6, 0x0A: 4, 0x0B: 4,
    0x0C: 2, 0x0D: 3, 0x0E: 3, 0x0F: 8, 0x10: 3, 0x11: 9, 0x12: 8, 0x13: 9, 0x14: 9, 0x15: 9,
}  # fmt: skip
"""Type → bytes of the packet, type included. Source: V7.0, uplink."""

PACKETS_PER_S = 60
LIVE = 0x01

START = bytes.fromhex("7D 81 A1 80 80 80 80 80 80")
"""Send live packets. Source: V7.0, downlink A1."""

STAY = bytes.fromhex("7D 81 AF 80 80 80 80 80 80")
"""Go on sending; without it the device stops after half a minute. Source: V7.0, downlink AF."""

STATUS_0: dict[int, Sign] = {
    0x80: Sign("probe_off", Validity.INVALID),
    0x10: Sign("search_timeout", Validity.INVALID),
}
STATUS_1: dict[int, Sign] = {0x80: Sign("searching", Validity.INVALID)}

_LOW_SPO2 = 0x20
_NO_PI = 0x10
_MISSING_RATE, _MISSING_SPO2, _MISSING_PI = 0xFF, 0x7F, 0xFFFF
_LONGEST = max(LENGTHS.values())


class ContecV7:
    """A codec for one oximeter."""

    def __init__(self) -> None:
        self._codec = PacketCodec(_find, self._read, _LONGEST + 1)
        self._pace = OncePerSecond(PACKETS_PER_S, agree=2)

    def feed(self, data: bytes) -> list[DeviceEvent]:
        """Return the events completed by these bytes; keep what is unfinished."""
        return self._codec.feed(data)

    def finish(self) -> list[DeviceEvent]:
        """Report unfinished bytes as malformed and forget them."""
        return self._codec.finish()

    def _read(self, packet: bytes) -> list[DeviceEvent]:
        if packet[0] != LIVE:
            return []
        high = packet[1]
        d = [byte & 0x7F | (high >> i & 1) << 7 for i, byte in enumerate(packet[2:])]
        validity, flags = judged((*signs_of(STATUS_0, d[0]), *signs_of(STATUS_1, d[1])))
        spo2, rate = judged_oximetry(
            None if d[4] == _MISSING_SPO2 else d[4], None if d[3] == _MISSING_RATE else d[3], validity, flags
        )
        if d[0] & _LOW_SPO2:
            spo2 = replace(spo2, flags=(*spo2.flags, "limit_violation"))
        index = d[5] | d[6] << 8
        missing = d[2] & _NO_PI or index == _MISSING_PI
        perfusion = judged_observation(
            MetricCode.PERFUSION_INDEX, None if missing else index / 100, validity, flags
        )
        return [*self._pace.take([spo2, rate, perfusion])]


def _find(front: bytes) -> Found:
    size = LENGTHS.get(front[0])
    if size is None:
        return Skip()
    if any(not byte & 0x80 for byte in front[1:size]):
        return Skip("packet_cut_short")
    return Packet(size) if len(front) >= size else None
