"""Nonin data format 2: SpO₂ and pulse rate, 75 frames a second, nothing to send.

    01 STATUS PLETH DATA CHK            CHK: the sum of the four bytes before it, modulo 256

Source: Nonin 9560 Bluetooth specification, data format 2; nonin_packets.py has what the frames hold.
"""

from __future__ import annotations

from devices.codecs import Codec
from devices.codecs.nonin_packets import NoninPackets
from devices.codecs.packets import CHECKSUM_ERROR, Found, Packet, Skip

_SIZE = 5
_FRAME = Packet(_SIZE)


def nonin_2() -> Codec:
    """Return a codec for one oximeter."""
    return NoninPackets(_find, lambda frame: (frame[1], frame[3]), _SIZE)


def _find(front: bytes) -> Found:
    if front[0] != 0x01 or (len(front) > 1 and not front[1] & 0x80):
        return Skip()
    if len(front) < _SIZE:
        return None
    a, b, c, d, check = front
    return _FRAME if a + b + c + d & 0xFF == check else Skip(CHECKSUM_ERROR)
