"""A GE / Datex-Ohmeda patient monitor on its Computer Interface: it sends records once it was asked to.

    7E content 7E           within: 7E as 7D 5E, 7D as 7D 5D; content: record | sum of the record, modulo 256

    record     length s16 | number | level | plug u16 | time u32 | … | main type s16 @14 | 8 × (offset, type)
    request    40-byte header, then type (1 on display, 4 auxiliary) | interval s s16 (-1 once, 0 stop) | …
    on display 278 bytes: groups ECG @4, NIBP @76, T1 @90, SpO2 @122; each status u32, label u16, values s16
    auxiliary  114 bytes: the time of the latest NIBP u32

Pressures are in 1/100 mm[Hg], SpO2 in 1/100 %. It sends at most each 5 s, and of two requests within 5 s it
obeys the first. A held number stands in a group that is no longer active. Nothing starts its cuff.

Source: M1017617 (Computer Interface) and 8005313 (DRI level records), both 12th edition.
"""

from __future__ import annotations

import struct

from simulators.bedside import Bedside, Probe
from simulators.cuff import Determination
from simulators.device_clock import DeviceClock

FLAG = 0x7E
SHORTEST_S = 5
"""From one record on display to the next, and from one request to the next that it obeys."""
OLD_MS = 60_000
"""A pressure older than this is marked so."""
ON_DISPLAY, AUXILIARY = 1, 4
INVALID, NOT_UPDATED = -32767, -32766

_HEADER_SIZE, _DISPLAY_SIZE, _AUXILIARY_SIZE = 40, 278, 114
_PHYSIOLOGICAL = 0
_EXISTS, _ACTIVE = 1, 2
_FROM_ECG, _ECG_OFF = 1 << 3, 0b111 << 11
_AUTO, _MEASURING, _OLD = 1 << 3, 1 << 5, 1 << 8
_DEGREES = 3670
_MOST_UNREAD = 1024
_STUFFING = {0x7D: b"\x7d\x5d", FLAG: b"\x7d\x5e"}


def frame(record: bytes) -> bytes:
    """Return a record as it goes over the line."""
    content = record + bytes((sum(record) % 256,))
    stuffed = b"".join(_STUFFING.get(byte, bytes((byte,))) for byte in content)
    return bytes((FLAG, *stuffed, FLAG))


def request(kind: int, interval_s: int, classes: int = 0) -> bytes:
    """Return a host's request as it goes over the line."""
    head = bytearray(_HEADER_SIZE)
    struct.pack_into("<h", head, 0, _HEADER_SIZE + 9)
    head[21] = 0xFF
    return frame(bytes(head) + struct.pack("<BhIh", kind, interval_s, classes, 0))


def reply(kind: int, number: int, time_s: int, subrecord: bytes) -> bytes:
    """Return a record with one subrecord as it goes over the line."""
    head = bytearray(_HEADER_SIZE)
    struct.pack_into("<hBBHI", head, 0, _HEADER_SIZE + len(subrecord), number % 256, 0, 0, time_s)
    struct.pack_into("<h", head, 14, _PHYSIOLOGICAL)
    struct.pack_into("<hBhB", head, 16, 0, kind, 0, 0xFF)
    return frame(bytes(head) + subrecord)


def _group(record: bytearray, at: int, status: int, label: int, *values: int) -> None:
    struct.pack_into(f"<IH{len(values)}h", record, at, status, label, *values)


class Datex:
    """One monitor."""

    def __init__(self, bedside: Bedside, device: str) -> None:
        self._bedside = bedside
        self._clock = DeviceClock(bedside, device)
        self._every_ms = 0
        self._due_ms: int | None = None
        self._asked_ms: int | None = None
        self._number = 0
        self._unread = b""

    def speak(self, now_ms: int) -> bytes:
        """Return the record that is due."""
        self._bedside.advance(now_ms)
        if self._due_ms is None or now_ms < self._due_ms:
            return b""
        self._due_ms = now_ms + self._every_ms if self._every_ms else None
        return self._reply(ON_DISPLAY, self._display(now_ms), now_ms)

    def receive(self, data: bytes, now_ms: int) -> bytes:
        """Obey the requests that these bytes complete; return what is answered at once."""
        *whole, self._unread = (self._unread + data).split(bytes((FLAG,)))
        self._unread = self._unread[-_MOST_UNREAD:]
        return b"".join(self._obey(content, now_ms) for content in whole if content)

    def _obey(self, content: bytes, now_ms: int) -> bytes:
        record = _unstuffed(content)
        if len(record) != _HEADER_SIZE + 10 or sum(record[:-1]) % 256 != record[-1]:
            return b""
        if self._asked_ms is not None and now_ms - self._asked_ms < SHORTEST_S * 1000:
            return b""
        self._asked_ms = now_ms
        kind, interval_s = struct.unpack_from("<Bh", record, _HEADER_SIZE)
        if kind == AUXILIARY and interval_s:
            self._bedside.advance(now_ms)
            return self._reply(AUXILIARY, self._auxiliary(now_ms), now_ms)
        if kind == ON_DISPLAY:
            self._due_ms = now_ms if interval_s else None
            self._every_ms = max(SHORTEST_S, interval_s) * 1000 if interval_s > 0 else 0
        return b""

    def _reply(self, kind: int, subrecord: bytes, now_ms: int) -> bytes:
        self._number += 1
        return reply(kind, self._number, self._shown_s(now_ms), subrecord)

    def _shown_s(self, at_ms: int) -> int:
        return int(self._clock.read(at_ms).timestamp())

    def _auxiliary(self, now_ms: int) -> bytes:
        last = self._bedside.cuff.last
        at_s = self._shown_s(now_ms) - (now_ms - last.ended_ms) // 1000 if last else 0
        return struct.pack("<I", at_s).ljust(_AUXILIARY_SIZE, b"\0")

    def _display(self, now_ms: int) -> bytes:
        record = bytearray(struct.pack(f"<{_DISPLAY_SIZE // 2}h", *[INVALID] * (_DISPLAY_SIZE // 2)))
        struct.pack_into("<I", record, 0, self._shown_s(now_ms))
        for at in (20, 34, 48, 62, 98, 106, 114):
            _group(record, at, 0, 0)
        self._ecg(record, now_ms)
        self._nibp(record, self._bedside.cuff.last, now_ms)
        _group(record, 90, _EXISTS | _ACTIVE, 0, _DEGREES if self._bedside.occupancy else INVALID)
        self._oximetry(record, now_ms)
        struct.pack_into("<BBH", record, 274, 0, 0, 0)
        return bytes(record)

    def _ecg(self, record: bytearray, now_ms: int) -> None:
        if self._bedside.occupancy is None:
            _group(record, 4, _EXISTS | _ECG_OFF, 0, *[INVALID] * 5)
            return
        truth = self._bedside.truth(now_ms)
        rate, breaths = round(truth.heart_rate), round(truth.respiratory_rate)
        _group(record, 4, _EXISTS | _ACTIVE | _FROM_ECG, 0, rate, *[INVALID] * 3, breaths)

    def _nibp(self, record: bytearray, last: Determination | None, now_ms: int) -> None:
        busy = self._bedside.cuff.busy(now_ms)
        found = last.pressure if last else None
        old = last is not None and now_ms - last.ended_ms > OLD_MS
        label = _AUTO | (_MEASURING if busy else 0) | (_OLD if old else 0)
        values = [INVALID] * 4
        if found:
            pressures = (found.systolic, found.diastolic, found.mean)
            values = [*(each * 100 for each in pressures), found.pulse_rate or INVALID]
        _group(record, 76, _EXISTS | _ACTIVE, label, *values)

    def _oximetry(self, record: bytearray, now_ms: int) -> None:
        shown = self._bedside.oximetry(now_ms)
        status = _EXISTS | (0 if shown.probe in {Probe.HOLDING, Probe.OFF} else _ACTIVE)
        values = [INVALID] * 3
        if shown.spo2 is not None and shown.pulse_rate is not None:
            values = [shown.spo2 * 100, shown.pulse_rate, round((shown.perfusion_index or 0) * 100)]
        _group(record, 122, status, 0, *values)


def _unstuffed(content: bytes) -> bytes:
    plain, stuffed = bytearray(), False
    for byte in content:
        if byte == 0x7D:
            stuffed = True
        else:
            plain.append(byte | 0x20 if stuffed else byte)
            stuffed = False
    return bytes(plain)
