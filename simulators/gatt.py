"""Bluetooth devices whose gateway passes on the values of their characteristics, byte by byte.

    2A35 cuff        flags | systolic | diastolic | mean | [time] | [rate] | [user] | [status u16]
    2A5F continuous  flags | SpO2 | rate | [fast] | [slow] | [status u16] | [device status u24] | [index]
    2A5E spot check  flags | SpO2 | rate | [time] | [status u16] | [device status u24] | [index]

    numbers    SFLOAT, low byte first: exponent of ten b15-b12 | mantissa b11-b0; 07FF is no number

A cuff sends a value for each determination and nothing between; one that fails has no numbers. An oximeter
whose probe has just come off sends its last numbers on, and only the device status tells.

Source: Bluetooth SIG, GATT Specification Supplement; the bits of the device status from memory.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from datetime import datetime

from simulators.bedside import Bedside, Oximetry, Probe
from simulators.device_clock import DeviceClock
from simulators.messages import NewResults, Said, Unannounced

NAN = 0x07FF
SPOT_MS = 60_000
"""From one spot check to the next."""
_TIMED, _RATED, _USER, _STATUS = 1 << 1, 1 << 2, 1 << 3, 1 << 4
_LOOSE = 1 << 1
_FIRST_USER = 1
_DEVICE_STATUS, _INDEX, _SPOT_TIMED, _SPOT_DEVICE = 1 << 3, 1 << 4, 1 << 0, 1 << 2
_ANALYSING, _NOT_ON_USER = 1 << 9, 1 << 11
_DEVICE = {
    Probe.READING: 0,
    Probe.SEARCHING: _ANALYSING,
    Probe.HOLDING: _NOT_ON_USER,
    Probe.OFF: _NOT_ON_USER,
}


def sfloat(value: float | None, decimals: int = 0) -> bytes:
    """Return a number of so many decimals; None is no number."""
    raw = NAN if value is None else (-decimals & 0xF) << 12 | round(value * 10**decimals) & 0xFFF
    return struct.pack("<H", raw)


def date_time(at: datetime) -> bytes:
    """Return a date and time, as a device shows them."""
    return struct.pack("<HBBBBB", at.year, at.month, at.day, at.hour, at.minute, at.second)


def blood_pressure(
    numbers: Iterable[float | None], rate: float | None, at: datetime, status: int = 0
) -> bytes:
    """Return a value of 2A35: systolic, diastolic, mean, mm[Hg]; a rate /min."""
    head = bytes((_TIMED | _RATED | _USER | _STATUS,))
    tail = sfloat(rate) + bytes((_FIRST_USER,)) + struct.pack("<H", status)
    return head + b"".join(map(sfloat, numbers)) + date_time(at) + tail


def continuous(shown: Oximetry) -> bytes:
    """Return a value of 2A5F."""
    head = bytes((_DEVICE_STATUS | _INDEX,))
    return head + _numbers(shown) + _DEVICE[shown.probe].to_bytes(3, "little") + _index(shown)


def spot_check(shown: Oximetry, at: datetime) -> bytes:
    """Return a value of 2A5E."""
    head = bytes((_SPOT_TIMED | _SPOT_DEVICE,))
    return head + _numbers(shown) + date_time(at) + _DEVICE[shown.probe].to_bytes(3, "little")


def _numbers(shown: Oximetry) -> bytes:
    return sfloat(shown.spo2) + sfloat(shown.pulse_rate)


def _index(shown: Oximetry) -> bytes:
    return sfloat(shown.perfusion_index, decimals=2)


class GattCuff(Unannounced):
    """A cuff."""

    def __init__(self, bedside: Bedside, device: str, since_ms: int) -> None:
        self._bedside = bedside
        self._clock = DeviceClock(bedside, device)
        self._results = NewResults(bedside, since_ms)

    def messages(self, now_ms: int) -> list[Said]:
        """Return the value of a determination that has just ended."""
        self._bedside.advance(now_ms)
        done = self._results.take()
        if done is None:
            return []
        rate = done.pressure.pulse_rate if done.pressure else None
        status = _LOOSE if done.leak else 0
        return [Said("", blood_pressure(done.numbers, rate, self._clock.read(done.ended_ms), status))]


class GattOximeter(Unannounced):
    """An oximeter: a value a second, or a spot check each minute."""

    def __init__(self, bedside: Bedside, device: str, *, spot: bool = False) -> None:
        self._bedside = bedside
        self._clock = DeviceClock(bedside, device)
        self._spot = spot
        self._told_ms: int | None = None

    def messages(self, now_ms: int) -> list[Said]:
        """Return the value that is due."""
        self._bedside.advance(now_ms)
        shown = self._bedside.oximetry(now_ms)
        if not self._spot:
            return [Said("", continuous(shown))]
        due = self._told_ms is None or now_ms - self._told_ms >= SPOT_MS
        if not due or shown.probe is not Probe.READING:
            return []
        self._told_ms = now_ms
        return [Said("", spot_check(shown, self._clock.read(now_ms)))]
