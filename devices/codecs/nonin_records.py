"""What Nonin's formats 1 and 8 share: a record a second that begins with the only byte above 127.

    1 R OOT LPRF MPRF ARTF HR8 HR7 | 0 HR6…0 | 0 SpO₂ | 0 R SPA R SNSA R R LOWBAT

The fourth byte is left out by format 1 and by older boards. There is no checksum: a record of the wrong
length is dropped, and so is one that differs in length from the record before, because four bytes that lost
one look like three. So the first record after a gap is only a witness, and each is told when the next
begins, a second late. The numbers are held for ten seconds after the finger is out, which only the fourth
byte tells: numbers without it are questionable.

Source: Nonin 9560 Bluetooth specification, data format 8; Nonin OEM III specification, serial format 1.
"""

from __future__ import annotations

from devices.codecs.framing import TRUNCATED
from devices.codecs.judging import judged_oximetry
from devices.codecs.nonin_packets import LOW_BATTERY, LOW_PERFUSION, rate_of, spo2_of
from devices.codecs.packets import LONGEST_RUN, NOT_A_PACKET
from devices.codecs.status import Sign, judged, signs_of
from devices.model import DeviceEvent, Malformed, Observation, Validity

LENGTH_CHANGED = "length_changed"

STATUS: dict[int, Sign] = {
    0x20: Sign("out_of_track", Validity.INVALID),
    0x10: LOW_PERFUSION,
    0x04: Sign("artifact", Validity.QUESTIONABLE),
}
"""Bits of the first byte; marginal perfusion (0x08) changes nothing."""

STATUS_2: dict[int, Sign] = {0x08: Sign("probe_off", Validity.INVALID), 0x01: LOW_BATTERY}
"""Bits of the fourth byte; 0x20, SmartPoint, says that the value is good."""

NO_SENSOR_STATUS = Sign("no_sensor_status", Validity.QUESTIONABLE)

_SHORT, _LONG = 3, 4


class NoninRecords:
    """A codec of records of these lengths. A record of three bytes ends where the next begins."""

    def __init__(self, lengths: frozenset[int]) -> None:
        self._lengths = lengths
        self._record = bytearray()
        self._before = 0
        """Length of the record before; 0 when there was none, or a bad one."""
        self._junk = 0

    def feed(self, data: bytes) -> list[DeviceEvent]:
        """Return the events of the records completed by these bytes; keep what is unfinished."""
        return [event for byte in data for event in self._take(byte)]

    def finish(self) -> list[DeviceEvent]:
        """Report unfinished bytes as malformed and forget them."""
        rest = len(self._record) + self._junk
        self._record.clear()
        self._junk = self._before = 0
        return [Malformed(rest, TRUNCATED)] if rest else []

    def _take(self, byte: int) -> list[DeviceEvent]:
        if byte & 0x80:
            events = self._end_record()
            self._record.append(byte)
            return events
        if not self._record or len(self._record) == _LONG:
            self._junk += len(self._record) + 1
            self._record.clear()
            self._before = 0
            return self._take_junk() if self._junk >= LONGEST_RUN else []
        self._record.append(byte)
        return []

    def _end_record(self) -> list[DeviceEvent]:
        """Read the record that the next one ends."""
        events = self._take_junk()
        record = bytes(self._record)
        self._record.clear()
        if not record:
            return events
        before, self._before = self._before, len(record) if len(record) in self._lengths else 0
        if not self._before:
            return [*events, Malformed(len(record), NOT_A_PACKET)]
        if before == len(record):
            events += _observations(record)
        elif before:
            events.append(Malformed(len(record), LENGTH_CHANGED))
        return events

    def _take_junk(self) -> list[DeviceEvent]:
        junk, self._junk = self._junk, 0
        return [Malformed(junk, NOT_A_PACKET)] if junk else []


def _observations(record: bytes) -> list[Observation]:
    signs = [*signs_of(STATUS, record[0])]
    signs += signs_of(STATUS_2, record[3]) if len(record) == _LONG else [NO_SENSOR_STATUS]
    return judged_oximetry(spo2_of(record[2]), rate_of(record[0], record[1]), *judged(signs))
