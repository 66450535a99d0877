"""SunTech OEM blood pressure modules: cuff pressure and the last determination, asked for each second.

    3A … CHK        host             the sum of all bytes of a packet is 0, modulo 256
    3E LEN … CHK    module           LEN: the whole packet

    LEN 05  cuff pressure, mm[Hg]
    LEN 18  systolic | diastolic | beats | status | 8 test codes | pulse rate | - | mean | error | - -
            pressures in two bytes, low byte first

The module gives a determination neither age nor number. One counts when it changed under our eyes; one that
already stood there when we came, or that is the same in every byte as the one before, is not told. An error
is told as a number: the maker's table was not at hand. Nothing starts or stops its cuff.

Source: a fielded third-party driver, with the maker's example packets in its comments.
"""

from __future__ import annotations

from collections.abc import Sequence

from devices.codecs.judging import judged_cuff
from devices.codecs.packets import CHECKSUM_ERROR, Found, Packet, PacketCodec, Skip
from devices.model import CuffPhase, CuffState, DeviceEvent, Validity

_MODULE = 0x3E
_SHORTEST, _LONGEST = 4, 32

INFLATED_MMHG = 20
"""A cuff with more than this is measuring. Ours, not the maker's."""

GIVE_UP_AFTER = 5
"""Readings of an empty cuff after which a determination without a result is over. Ours, not the maker's."""


def packet(*data: int) -> bytes:
    """Return the packet of the host with these bytes."""
    body = bytes((0x3A, *data))
    return body + bytes((-sum(body) & 0xFF,))


CUFF_PRESSURE = packet(0x79, 0x05, 0x00)
RESULT = packet(0x79, 0x03, 0x00)


class SunTech:
    """A codec for one module; it remembers the last result, so that each is told once."""

    def __init__(self) -> None:
        self._codec = PacketCodec(_find, self._read, _LONGEST)
        self._result: bytes | None = None
        self._measuring = False
        self._empty = 0
        self._replies = 0

    @property
    def replies(self) -> int:
        """Complete packets read so far."""
        return self._replies

    def requests(self) -> Sequence[bytes]:
        """Return one round: the cuff's pressure, the last result."""
        return (CUFF_PRESSURE, RESULT)

    def feed(self, data: bytes) -> list[DeviceEvent]:
        """Return the events completed by these bytes; keep what is unfinished."""
        return self._codec.feed(data)

    def finish(self) -> list[DeviceEvent]:
        """Report unfinished bytes as malformed and forget them."""
        return self._codec.finish()

    def _read(self, found: bytes) -> list[DeviceEvent]:
        self._replies += 1
        data = found[2:-1]
        match len(found):
            case 0x05:
                return self._cuff(int.from_bytes(data, "little"))
            case 0x18:
                return self._determination(data)
            case _:
                return []

    def _cuff(self, mmhg: int) -> list[DeviceEvent]:
        if mmhg > INFLATED_MMHG:
            was, self._measuring, self._empty = self._measuring, True, 0
            return [] if was else [CuffState(CuffPhase.MEASURING)]
        self._empty += 1
        if not self._measuring or self._empty < GIVE_UP_AFTER:
            return []
        self._measuring = False
        return [CuffState(CuffPhase.IDLE)]

    def _determination(self, data: bytes) -> list[DeviceEvent]:
        before, self._result = self._result, data
        if before is None or before == data:
            return []
        systolic, diastolic, mean = (int.from_bytes(data[i : i + 2], "little") for i in (0, 2, 16))
        error = data[18]
        if not error and not (systolic or diastolic):
            return []
        self._measuring = False
        if error:
            return [
                judged_cuff(
                    None, None, None, None, Validity.INVALID, ("nibp_failed",), status=f"error_{error}"
                )
            ]
        return [judged_cuff(systolic, diastolic, mean, data[14], status="ok")]


def _find(front: bytes) -> Found:
    if front[0] != _MODULE:
        return Skip()
    if len(front) < 2:
        return None
    size = front[1]
    if not _SHORTEST <= size <= _LONGEST:
        return Skip()
    if len(front) < size:
        return None
    return Skip(CHECKSUM_ERROR) if sum(front[:size]) & 0xFF else Packet(size)
