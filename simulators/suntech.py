"""A SunTech blood pressure module: it says nothing unasked.

    host     3A … CHK        20 start | 79 05 00 pressure in the cuff | 79 03 00 result | 79 01 00 abort
    module   3E LEN … CHK    LEN: the whole packet; the sum of all bytes of a packet is 0, modulo 256

    LEN 05   pressure in the cuff u16, mm[Hg]
    LEN 18   systolic u16 | diastolic u16 | beats | status | 8 test codes | rate | - | mean u16 | error | - -

Until the next determination is over it repeats the last result, byte by byte the same. A determination that
fails has an error and no pressure. An order is answered with an empty packet: ours, what a real one answers
was not at hand.

Source: a fielded driver with the maker's example packets; the abort and the error codes from memory.
"""

from __future__ import annotations

import struct

from simulators.bedside import Bedside
from simulators.cuff import Determination

WEAK, ABORTED, LEAK = 1, 86, 87
"""Error codes: a signal that is too weak, aborted, a leak. From memory."""
_START, _ABORT = b"\x3a\x20\xa6", b"\x3a\x79\x01\x00\x4c"
_CUFF, _RESULT = b"\x3a\x79\x05\x00\x48", b"\x3a\x79\x03\x00\x4a"
_COMMANDS = (_START, _ABORT, _CUFF, _RESULT)
_BEATS = 30
_STATUS = bytes.fromhex("01 00 00 00 00 00 00 31 07")
"""Status and test codes as in the maker's example."""
_MOST_UNREAD = 64


def packet(*data: int) -> bytes:
    """Return a packet of the module with these bytes."""
    body = bytes((0x3E, len(data) + 3, *data))
    return body + bytes((-sum(body) % 256,))


def cuff_reply(mmhg: int) -> bytes:
    """Return the answer to what the pressure in the cuff is."""
    return packet(*mmhg.to_bytes(2, "little"))


def result_reply(values: tuple[int, int, int, int], error: int = 0) -> bytes:
    """Return a result: systolic, diastolic, mean mm[Hg] and rate /min; zeros with an error."""
    systolic, diastolic, mean, rate = values
    beats = _BEATS if systolic else 0
    return packet(*struct.pack("<HHB9sBxHB2x", systolic, diastolic, beats, _STATUS, rate, mean, error))


class SunTech:
    """One module."""

    def __init__(self, bedside: Bedside) -> None:
        self._bedside = bedside
        self._aborted = False
        self._unread = b""

    def speak(self, now_ms: int) -> bytes:
        """Say nothing: it only answers."""
        self._bedside.advance(now_ms)
        return b""

    def receive(self, data: bytes, now_ms: int) -> bytes:
        """Return the answers to the commands that these bytes complete."""
        self._unread = (self._unread + data)[-_MOST_UNREAD:]
        self._bedside.advance(now_ms)
        answers = b""
        while found := self._next():
            answers += self._answer(found, now_ms)
        return answers

    def _next(self) -> bytes:
        """Take out the first command that is complete."""
        places = {self._unread.find(command): command for command in _COMMANDS}
        at = min((place for place in places if place >= 0), default=-1)
        if at < 0:
            return b""
        self._unread = self._unread[at + len(places[at]) :]
        return places[at]

    def _answer(self, command: bytes, now_ms: int) -> bytes:
        cuff = self._bedside.cuff
        if command == _CUFF:
            return cuff_reply(cuff.mmhg(now_ms))
        if command == _RESULT:
            self._aborted = self._aborted and not cuff.busy(now_ms)
            return _result(cuff.last, self._aborted)
        if command == _START:
            cuff.start(now_ms)
        elif cuff.busy(now_ms):
            self._aborted = True
            cuff.cancel(now_ms)
        return packet()


def _result(last: Determination | None, aborted: bool) -> bytes:
    if aborted:
        return result_reply((0, 0, 0, 0), ABORTED)
    if last is None:
        return result_reply((0, 0, 0, 0))
    if last.pressure is None:
        return result_reply((0, 0, 0, 0), LEAK if last.leak else WEAK)
    found = last.pressure
    return result_reply((found.systolic, found.diastolic, found.mean, found.pulse_rate or 0))
