"""Nonin data format 7: as format 2, with a finer waveform; nothing to send.

    STATUS PLETH_MSB PLETH_LSB DATA CHK     CHK: the sum of the four bytes before it, modulo 256

Source: Nonin 9560 Bluetooth specification, data format 7; nonin_packets.py has what the frames hold.
"""

from __future__ import annotations

from devices.codecs import Codec
from devices.codecs.nonin_packets import NoninPackets
from devices.codecs.packets import CHECKSUM_ERROR, Found, Packet, Skip

_SIZE = 5
_FRAME = Packet(_SIZE)


def nonin_7() -> Codec:
    """Return a codec for one oximeter."""
    return NoninPackets(_find, lambda frame: (frame[0], frame[3]), _SIZE)


def _find(front: bytes) -> Found:
    if not front[0] & 0x80:
        return Skip()
    if len(front) < _SIZE:
        return None
    a, b, c, d, check = front
    return _FRAME if a + b + c + d & 0xFF == check else Skip(CHECKSUM_ERROR)
