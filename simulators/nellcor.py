"""A Nellcor oximeter that prints: a line every two seconds, unasked, under a header on each page.

    N-560    VERSION 1.56.00    CRC:XXXX  SpO2 Limit: 90-100%    PR Limit: 60-170BPM
                                 ADULT            0SAT-S
    TIME                 %SpO2   BPM     PA     Status
    03-Feb-26 14:30:15    97      72     45

Columns from 0: time 0-17, SpO2 21-23 and its `*` 24, BPM 29-31 and its `*` 32, pulse amplitude 37-39, status
codes from 44 on. `*` and SL, PL, PH are the limits of the device itself. When the probe comes off, the old
numbers stand for a while beside an amplitude of `---` and PS; only then dashes and SO. The search that
follows prints zeros.

Source: Nellcor NPB-290/295 manuals, pp. 69-85, and published print-outs of an N-560.
"""

from __future__ import annotations

from datetime import datetime

from simulators.bedside import Bedside, Oximetry, Probe
from simulators.device_clock import DeviceClock

EVERY_MS = 2_000
"""From one line to the next."""
PAGE = 22
"""Lines of values under one header."""
SPO2_LIMIT, RATE_LIMITS = 90, (60, 170)

HEADER = (
    b"N-560    VERSION 1.56.00    CRC:7A3C  SpO2 Limit: 90-100%    PR Limit: 60-170BPM\r\n"
    b"                             ADULT            0SAT-S \r\n"
    b"TIME                 %SpO2   BPM     PA     Status\r\n"
)
_STATUS, _WIDTH = 44, 64
_COLUMN = {"PS": 0, "SO": 0, "SL": 3, "PL": 6, "PH": 6}
"""Code → characters behind the beginning of the status field."""
_AMPLITUDE_PER_PI = 14
"""Pulse amplitude for a perfusion index of 1 %: this project's own."""


def line(shown: Oximetry, device_time: datetime) -> bytes:
    """Return the line for what the oximeter displays."""
    codes = _codes(shown)
    spo2, rate, amplitude = _numbers(shown)
    text = (
        f"{device_time:%d-%b-%y %H:%M:%S}   {spo2:>3}{'*' if 'SL' in codes else ' '}"
        f"    {rate:>3}{'*' if {'PL', 'PH'} & set(codes) else ' '}    {amplitude:>3}"
    ).ljust(_STATUS)
    for code in codes:
        text = text.ljust(_STATUS + _COLUMN[code]) + code
    return text.ljust(_WIDTH).encode("ascii") + b"\r\n"


def _numbers(shown: Oximetry) -> tuple[str, str, str]:
    if shown.probe is Probe.SEARCHING:
        return "0", "0", "---"
    if shown.spo2 is None or shown.pulse_rate is None:
        return "---", "---", "---"
    measured = shown.probe is Probe.READING and shown.perfusion_index is not None
    amplitude = min(254, round((shown.perfusion_index or 0) * _AMPLITUDE_PER_PI))
    return str(shown.spo2), str(shown.pulse_rate), str(amplitude) if measured else "---"


def _codes(shown: Oximetry) -> list[str]:
    if shown.probe is Probe.OFF:
        return ["SO"]
    codes = [] if shown.probe is Probe.READING else ["PS"]
    if shown.spo2 is not None and shown.spo2 < SPO2_LIMIT:
        codes.append("SL")
    if shown.pulse_rate is not None and shown.pulse_rate < RATE_LIMITS[0]:
        codes.append("PL")
    if shown.pulse_rate is not None and shown.pulse_rate > RATE_LIMITS[1]:
        codes.append("PH")
    return codes


class Nellcor:
    """One oximeter."""

    def __init__(self, bedside: Bedside, device: str) -> None:
        self._bedside = bedside
        self._clock = DeviceClock(bedside, device)
        self._told_ms: int | None = None
        self._lines = 0

    def speak(self, now_ms: int) -> bytes:
        """Return the line that is due, with the header before it where a page begins."""
        self._bedside.advance(now_ms)
        if self._told_ms is not None and now_ms // EVERY_MS == self._told_ms // EVERY_MS:
            return b""
        self._told_ms = now_ms
        header = HEADER if self._lines % PAGE == 0 else b""
        self._lines += 1
        return header + line(self._bedside.oximetry(now_ms), self._clock.read(now_ms))

    def receive(self, data: bytes, now_ms: int) -> bytes:  # noqa: ARG002
        """Ignore what is sent to it: its menus are for its owner."""
        return b""
