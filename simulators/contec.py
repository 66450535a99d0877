"""A CONTEC finger oximeter with protocol V7.0: it says nothing until asked, then 60 packets a second.

    TYPE HIGH d0 … d6       all but TYPE have b7 set; b7 of d[i] is bit i of HIGH

    01 live   d0 probe error, beep, low SpO2, searching too long, strength | d1 searching, wave
              d2 PI invalid, bar | d3 pulse rate | d4 SpO2 | d5 d6 PI × 100, low byte first

    commands  7D HIGH c and six bytes: A1 start, A2 stop, A7 stop the stored, AF stay awake, AA who are you

It stops half a minute after the last word. With the finger out it sends a pulse rate and an SpO2 of 0 beside
the probe error, as real ones were seen to do, and not the values that its manual names as invalid.

Source: CONTEC, Communication protocol of pulse oximeter V7.0; published captures.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulators.bedside import Bedside, Oximetry, Probe
from simulators.pulse import Sample, Stream

PACKETS_PER_S = 60
AWAKE_MS = 30_000
"""Without a word for so long it stops."""
SEARCHING_TOO_LONG_MS = 15_000
LOW_SPO2 = 90
_LENGTH = 9
_UNSUPPORTED = 0x05
_QUIET = Sample(0, 0.0, beep=False)


def packet(type_: int, data: Iterable[int]) -> bytes:
    """Return a packet of a type with these data bytes, their high bits gathered in HIGH."""
    values = list(data)
    high = sum(1 << i for i, value in enumerate(values) if value & 0x80)
    return bytes((type_, 0x80 | high, *(value & 0x7F | 0x80 for value in values)))


def live(shown: Oximetry, sample: Sample = _QUIET, *, too_long: bool = False) -> bytes:
    """Return the live packet for what the oximeter displays."""
    if shown.probe in {Probe.HOLDING, Probe.OFF}:
        return packet(0x01, (0x84, 0x40, 0x10, 0, 0, 0xFF, 0xFF))
    if shown.spo2 is None or shown.pulse_rate is None or shown.perfusion_index is None:
        return packet(0x01, (0x10 if too_long else 0x00, 0x80, 0x10, 0xFF, 0x7F, 0xFF, 0xFF))
    low = 0x20 if shown.spo2 < LOW_SPO2 else 0
    strength = min(8, max(1, round(shown.perfusion_index)))
    perfusion = min(2200, round(shown.perfusion_index * 100))
    wave, bar = round(sample.level * 0x7F), round(sample.level * 15)
    first = strength | low | (0x40 if sample.beep else 0)
    return packet(
        0x01,
        (
            first,
            wave,
            bar,
            shown.pulse_rate,
            shown.spo2,
            perfusion & 0xFF,
            perfusion >> 8,
        ),
    )


class Contec:
    """One oximeter on its cable."""

    def __init__(self, bedside: Bedside, device: str) -> None:
        self._bedside = bedside
        self._id = device[:7].ljust(7).encode("ascii", "replace")
        self._stream = Stream(PACKETS_PER_S)
        self._awake_until_ms: int | None = None
        self._searching_since_ms: int | None = None
        self._unread = b""

    def speak(self, now_ms: int) -> bytes:
        """Return the packets since the last call, while it is asked to send them."""
        self._bedside.advance(now_ms)
        if self._awake_until_ms is None or now_ms >= self._awake_until_ms:
            self._awake_until_ms = None
            return b""
        shown = self._bedside.oximetry(now_ms)
        rate = shown.pulse_rate if shown.probe is Probe.READING else None
        too_long = self._searches_too_long(shown, now_ms)
        samples = self._stream.due(now_ms, rate)
        return b"".join(live(shown, sample, too_long=too_long) for sample in samples)

    def receive(self, data: bytes, now_ms: int) -> bytes:
        """Obey the commands that these bytes complete."""
        self._unread = (self._unread + data)[-10 * _LENGTH :]
        answers = b""
        while (at := self._unread.find(b"\x7d")) >= 0 and len(self._unread) >= at + _LENGTH:
            command = self._unread[at : at + _LENGTH]
            self._unread = self._unread[at + _LENGTH :]
            answers += self._obey(command[2], now_ms)
        return answers

    def _obey(self, command: int, now_ms: int) -> bytes:
        if command == 0xA1 or (command == 0xAF and self._awake_until_ms is not None):
            self._awake_until_ms = now_ms + AWAKE_MS
        elif command == 0xA2:
            self._awake_until_ms = None
            return packet(0x0C, ())
        elif command == 0xA7:
            return packet(0x0C, ())
        elif command == 0xAA:
            return packet(0x04, self._id)
        elif command != 0xAF:
            return packet(0x0B, (command, _UNSUPPORTED))
        return b""

    def _searches_too_long(self, shown: Oximetry, now_ms: int) -> bool:
        if shown.probe is not Probe.SEARCHING:
            self._searching_since_ms = None
            return False
        self._searching_since_ms = self._searching_since_ms or now_ms
        return now_ms - self._searching_since_ms >= SEARCHING_TOO_LONG_MS
