"""Finger clips of the five-byte family, unasked: older CONTEC ones (60 a second), Berry and BCI ones (100).

    1 beep b5 b4 strength | wave | rate b7 in b6, searching b5, b4, bar b3-0 | rate b6-0 | SpO2

    b5, b4 of the first byte and b4 of the third:
      CONTEC   SpO2 falling, searching too long; probe error
      BCI      probe unplugged, no signal; no finger

The shape is the same and the flags are not, so neither can be told from the other by listening.

Source: CONTEC, Communication protocol of pulse oximeter V5.0A; Berry, BCI Protocol V1.2.
"""

from __future__ import annotations

from simulators.bedside import Bedside, Oximetry, Probe
from simulators.pulse import Sample, Stream

CONTEC_PER_S, BCI_PER_S = 60, 100
_SEARCHING, _NO_FINGER, _NO_SIGNAL = 0x20, 0x10, 0x10
_QUIET = Sample(0, 0.0, beep=False)


def contec(shown: Oximetry, sample: Sample = _QUIET) -> bytes:
    """Return a packet of an older CONTEC; with the finger out its numbers are 0."""
    if shown.probe in {Probe.HOLDING, Probe.OFF}:
        return _packet(0, 0, _NO_FINGER, 0, 0)
    if shown.spo2 is None or shown.pulse_rate is None:
        return _packet(0, 0, _SEARCHING, 0, 0)
    return _measured(shown.spo2, shown.pulse_rate, shown.perfusion_index or 0, sample, tallest=0x7F)


def bci(shown: Oximetry, sample: Sample = _QUIET) -> bytes:
    """Return a packet of a Berry or BCI clip; with the finger out its numbers are 255 and 127."""
    if shown.probe in {Probe.HOLDING, Probe.OFF}:
        return _packet(_NO_SIGNAL, 0, _NO_FINGER, 0xFF, 0x7F)
    if shown.spo2 is None or shown.pulse_rate is None:
        return _packet(0, 0, _SEARCHING, 0xFF, 0x7F)
    return _measured(shown.spo2, shown.pulse_rate, shown.perfusion_index or 0, sample, tallest=100)


def _measured(spo2: int, rate: int, perfusion_index: float, sample: Sample, tallest: int) -> bytes:
    strength = min(8, max(1, round(perfusion_index)))
    first = strength | (0x40 if sample.beep else 0)
    return _packet(first, max(1, round(sample.level * tallest)), round(sample.level * 15), rate, spo2)


def _packet(first: int, wave: int, third: int, rate: int, spo2: int) -> bytes:
    return bytes((0x80 | first, wave, third | (0x40 if rate & 0x80 else 0), rate & 0x7F, spo2))


class FiveBytes:
    """One finger clip."""

    def __init__(self, bedside: Bedside, *, is_contec: bool) -> None:
        self._bedside = bedside
        self._packet = contec if is_contec else bci
        self._stream = Stream(CONTEC_PER_S if is_contec else BCI_PER_S)

    def speak(self, now_ms: int) -> bytes:
        """Return the packets since the last call."""
        self._bedside.advance(now_ms)
        shown = self._bedside.oximetry(now_ms)
        rate = shown.pulse_rate if shown.probe is Probe.READING else None
        return b"".join(self._packet(shown, sample) for sample in self._stream.due(now_ms, rate))

    def receive(self, data: bytes, now_ms: int) -> bytes:  # noqa: ARG002
        """Ignore what is sent to it."""
        return b""
