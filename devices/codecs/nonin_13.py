"""Nonin data format 13: one packet a spot check, as a 9560 sends it by default.

    00 02 00 0D Lh Ll | data, L ≥ 14 | CHK 03          CHK: the sum of the data, modulo 256

    data   century YY MM DD hh mm ss (BCD) | 00 | STATUS: b9 SmartPoint, b8 no measurement, b4 from memory,
           b0 low battery | pulse rate, 9 of 16 bits | 00 | SpO₂ | whatever later versions add

A measurement from memory is history: it is decoded, and never shown as live.

Source: Nonin 9560 Bluetooth specification, data format 13.
"""

from __future__ import annotations

from datetime import datetime

from devices.codecs import Codec
from devices.codecs.judging import device_clock, judged_oximetry
from devices.codecs.nonin_packets import spo2_of
from devices.codecs.packets import CHECKSUM_ERROR, Found, Packet, PacketCodec, Skip
from devices.codecs.status import Sign, judged, signs_of
from devices.model import DeviceEvent, Validity

STATUS: dict[int, Sign] = {
    0x0100: Sign("no_data", Validity.INVALID),
    0x0001: Sign("low_battery"),
}
"""Bits of STATUS that concern the numbers; SmartPoint (0x0200) says that the value is good."""

FROM_MEMORY = 0x0010

_HEAD = b"\x00\x02\x00\x0d"
_FRONT = len(_HEAD) + 2
_SHORTEST, _LONGEST = 14, 128
"""Bytes of data; what is longer than any version known is noise."""
_TAIL = 2
_END = 0x03
_MISSING_RATE = 511


def nonin_13() -> Codec:
    """Return a codec for one oximeter."""
    return PacketCodec(_find, _read, _FRONT + _LONGEST + _TAIL)


def _find(front: bytes) -> Found:
    found = _at_front(front)
    # Noise may claim to be a long packet and cover a good one, which may be the only one for hours.
    at = front.find(_HEAD, 1)
    while at > 0 and not isinstance(found, Skip):
        if isinstance(found, Packet) and at >= found.size:
            break
        if isinstance(_at_front(front[at:]), Packet):
            return Skip(CHECKSUM_ERROR)
        at = front.find(_HEAD, at + 1)
    return found


def _at_front(front: bytes) -> Found:
    if not _HEAD.startswith(front[: len(_HEAD)]):
        return Skip()
    if len(front) < _FRONT:
        return None
    length = front[4] << 8 | front[5]
    if not _SHORTEST <= length <= _LONGEST:
        return Skip()
    size = _FRONT + length + _TAIL
    if len(front) < size:
        return None
    if sum(front[_FRONT : size - _TAIL]) & 0xFF != front[size - 2] or front[size - 1] != _END:
        return Skip(CHECKSUM_ERROR)
    return Packet(size)


def _read(packet: bytes) -> list[DeviceEvent]:
    data = packet[_FRONT:-_TAIL]
    status = data[8] << 8 | data[9]
    rate = (data[10] & 0x01) << 8 | data[11]
    return [
        *judged_oximetry(
            spo2_of(data[13]),
            None if rate == _MISSING_RATE else rate,
            *judged(signs_of(STATUS, status)),
            device_time=_device_time(data),
            history=bool(status & FROM_MEMORY),
        )
    ]


def _device_time(data: bytes) -> datetime | None:
    digits = data[:7].hex()
    if not digits.isdigit():
        return None
    century, year, month, day, hour, minute, second = (int(digits[i : i + 2]) for i in range(0, 14, 2))
    return device_clock(century * 100 + year, month, day, hour, minute, second)
