"""A Masimo oximeter in ASCII-1 mode: one line a second, unasked.

    MM/DD/YY HH:MM:SS SN=nnnnnnnnnn SPO2=nnn% BPM=nnn PI=nn.nn% SPCO=--.-% SPMET=--.-% DESAT=-- PIDELTA=+--
    ALARM=hhhh EXC=hhhhhh CR LF        (one line)

When the probe comes off, the numbers stand for a while and only EXC tells; then dashes; then, with the probe
back on, pulse search. A real one does this too.

Its trend dump prints what it has stored, a line every two seconds; 000 is missing:

    MM/DD/YY HH:MM:SS SpO2=nnn PR=nnn PI=nn.nn EXC=hhh:Name,Name

Source: Masimo Rad-8 Operator's Manual, p. 4-24 (line) and p. 7-3 (ALARM and EXC bits); published dumps.
"""

from __future__ import annotations

from datetime import datetime

from simulators.bedside import Bedside, Oximetry, Probe
from simulators.chance import chance
from simulators.device_clock import DeviceClock

ALARM_SPO2_LOW, ALARM_RATE_HIGH, ALARM_RATE_LOW, ALARM_ACTIVE = 0x0002, 0x0004, 0x0008, 0x0010
EXC_LOW_PERFUSION, EXC_SEARCH, EXC_SENSOR_OFF, EXC_SET_RUNNING = 0x000004, 0x000008, 0x000020, 0x000800

SPO2_LIMIT, RATE_LIMITS = 90, (50, 140)
"""The alarm limits of the device itself, as shipped."""

_EXCEPTIONS = {
    Probe.READING: EXC_SET_RUNNING,
    Probe.SEARCHING: EXC_SET_RUNNING | EXC_SEARCH,
    Probe.HOLDING: EXC_SET_RUNNING | EXC_SENSOR_OFF | EXC_LOW_PERFUSION,
    Probe.OFF: EXC_SET_RUNNING | EXC_SENSOR_OFF,
}
_TREND_NAMES = {EXC_SENSOR_OFF: "OffPat", EXC_SEARCH: "Search", EXC_SET_RUNNING: "SET"}
TREND_EVERY_MS = 2_000


def line(shown: Oximetry, device_time: datetime, serial: int) -> bytes:
    """Return the line for what the oximeter displays."""
    spo2 = "---" if shown.spo2 is None else f"{shown.spo2:03d}"
    rate = "---" if shown.pulse_rate is None else f"{shown.pulse_rate:03d}"
    measured = shown.probe is Probe.READING and shown.perfusion_index is not None
    perfusion = f"{shown.perfusion_index:05.2f}" if measured else "--.--"
    return (
        f"{device_time:%m/%d/%y %H:%M:%S} SN={serial:010d} SPO2={spo2}% BPM={rate} PI={perfusion}%"
        f" SPCO=--.-% SPMET=--.-% DESAT=-- PIDELTA=+--"
        f" ALARM={_alarm(shown):04X} EXC={_EXCEPTIONS[shown.probe]:06X}\r\n"
    ).encode("ascii")


def trend_line(shown: Oximetry, device_time: datetime) -> bytes:
    """Return the line of a trend dump for what the oximeter displayed."""
    measured = shown.probe is Probe.READING
    spo2, rate, perfusion = (
        (value or 0) if measured else 0 for value in (shown.spo2, shown.pulse_rate, shown.perfusion_index)
    )
    exceptions = _EXCEPTIONS[shown.probe]
    names = ",".join(name for bit, name in _TREND_NAMES.items() if exceptions & bit)
    return (
        f"{device_time:%m/%d/%y %H:%M:%S} SpO2={spo2:03d} PR={rate:03d} PI={perfusion:05.2f}"
        f" EXC={exceptions:03X}:{names}\r\n"
    ).encode("ascii")


def _alarm(shown: Oximetry) -> int:
    bits = 0
    if shown.spo2 is not None and shown.spo2 < SPO2_LIMIT:
        bits |= ALARM_SPO2_LOW
    if shown.pulse_rate is not None and shown.pulse_rate > RATE_LIMITS[1]:
        bits |= ALARM_RATE_HIGH
    if shown.pulse_rate is not None and shown.pulse_rate < RATE_LIMITS[0]:
        bits |= ALARM_RATE_LOW
    if bits or shown.probe in {Probe.HOLDING, Probe.OFF}:
        bits |= ALARM_ACTIVE
    return bits


class Masimo:
    """One oximeter. Its clock is a little wrong, as device clocks are."""

    def __init__(self, bedside: Bedside, device: str) -> None:
        self._bedside = bedside
        self._serial = chance("masimo", device).randrange(10**10)
        self._clock = DeviceClock(bedside, device)

    def speak(self, now_ms: int) -> bytes:
        """Return the line of this second."""
        self._bedside.advance(now_ms)
        return line(self._bedside.oximetry(now_ms), self._clock.read(now_ms), self._serial)

    def receive(self, data: bytes, now_ms: int) -> bytes:  # noqa: ARG002
        """Ignore what is sent to it: this mode takes no commands."""
        return b""


class MasimoTrend:
    """One oximeter that prints its trend: all it says is history."""

    def __init__(self, bedside: Bedside, device: str) -> None:
        self._bedside = bedside
        self._clock = DeviceClock(bedside, device)
        self._told_ms = 0

    def speak(self, now_ms: int) -> bytes:
        """Return the line of these two seconds."""
        self._bedside.advance(now_ms)
        if now_ms // TREND_EVERY_MS == self._told_ms // TREND_EVERY_MS:
            return b""
        self._told_ms = now_ms
        return trend_line(self._bedside.oximetry(now_ms), self._clock.read(now_ms))

    def receive(self, data: bytes, now_ms: int) -> bytes:  # noqa: ARG002
        """Ignore what is sent to it."""
        return b""
