"""Berry PM6750 and monitors built on it: heart rate, respiration, cuff, SpO₂, temperature.

    55 AA LEN TYPE D… CKS       LEN: from LEN to CKS; CKS: complement of LEN + TYPE + ΣD, modulo 256

    02  ECG    status | heart rate | respiration | ST 1/100 mV | arrhythmia
    03  NIBP   status | cuff / 2 | systolic | mean | diastolic, mm[Hg]
    04  SpO₂   status | SpO₂, 7F missing | pulse rate, FF missing
    05  temp   status | whole degrees | tenths, Cel

The module sends by itself, repeats its last pressure for ever and gives it no age. So a pressure counts only
when its cuff was seen to finish, or when it changed under our eyes; one that already stood there when we came
is never told.

Source: telsy-cab (fielded) and the maker's bm-monitor-web-dev, which agree.
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.codecs.judging import judged_cuff, judged_observation, judged_oximetry
from devices.codecs.packets import CHECKSUM_ERROR, Found, Packet, PacketCodec, Skip
from devices.codecs.status import Sign, judged, signs_of
from devices.model import (
    CuffPhase,
    CuffState,
    DeviceEvent,
    Malformed,
    MetricCode,
    RateMethod,
    Validity,
)

HEAD = b"\x55\xaa"
ECG, NIBP, SPO2, TEMPERATURE = 0x02, 0x03, 0x04, 0x05
_LENGTHS = {0x01: 10, ECG: 8, NIBP: 8, SPO2: 6, TEMPERATURE: 6, 0xFE: 4, 0xFF: 4}
"""Type → its LEN. Types that are not listed, such as names of versions, have any LEN up to `_LONGEST`."""

_SHORTEST, _LONGEST = 3, 64

ECG_STATUS: dict[int, Sign] = {
    0x02: Sign("lead_off", Validity.INVALID),
    0x01: Sign("low_signal", Validity.QUESTIONABLE),
}
ARRHYTHMIA = {0x02: Sign("asystole")} | {code: Sign("arrhythmia") for code in (*range(0x03, 0x0A), 0x0C)}
"""The module's own opinion of the rhythm; it changes no number. Source: type 02, byte 5."""

SPO2_STATUS = {1: "probe_off", 2: "probe_off", 3: "searching", 4: "search_timeout"}
"""Type 04, status: 1 sensor off, 2 no finger, 3 searching, 4 gave up."""

_FINISHED, _MEASURING = 0, 1
CUFF_FAILURES: dict[int, tuple[str, tuple[str, ...]]] = {
    2: ("stopped", ("cuff_aborted",)),
    3: ("overpressure", ("cuff_overpressure",)),
    4: ("cuff_loose", ("cuff_loose",)),
    5: ("timeout", ("cuff_timeout",)),
    6: ("error", ("nibp_failed",)),
    7: ("disturbance", ("nibp_failed", "artifact")),
    8: ("out_of_range", ("nibp_failed", "out_of_range")),
}
"""Type 03, bits 5-2 of the status → the word for it, and its flags."""

_NOT_A_DETERMINATION = (9, 10)
"""Initialising, initialised."""


def packet(kind: int, *data: int) -> bytes:
    """Return the packet of a type and its data; commands and answers are built alike."""
    body = bytes((len(data) + 3, kind, *data))
    return HEAD + body + bytes((~sum(body) & 0xFF,))


WAKE = packet(0x01, 1) + packet(0x03, 1) + packet(0x04, 1)
"""Send rates of the ECG, SpO₂ and temperature. The module sends its cuff by itself."""

START_CUFF = packet(0x02, 1)
CANCEL_CUFF = packet(0x02, 0)


class BerryPm6750:
    """A codec for one module; it remembers how its cuff stood, so that each determination is told once."""

    def __init__(self) -> None:
        self._codec = PacketCodec(_find, self._read, len(HEAD) + _LONGEST)
        self._cuff = _Cuff()

    def feed(self, data: bytes) -> list[DeviceEvent]:
        """Return the events completed by these bytes; keep what is unfinished."""
        return self._codec.feed(data)

    def finish(self) -> list[DeviceEvent]:
        """Report unfinished bytes as malformed and forget them."""
        return self._codec.finish()

    def _read(self, found: bytes) -> list[DeviceEvent]:
        data = found[4:-1]
        match found[3]:
            case 0x02:
                return _ecg(data)
            case 0x03:
                return self._cuff.read(data)
            case 0x04:
                return _oximetry(data)
            case 0x05:
                return _temperature(data)
            case _:
                return []


@dataclass
class _Cuff:
    """Tells a determination that ended from one that is only repeated."""

    code: int | None = None
    """Of the packet before; None before the first."""
    pressures: bytes | None = None
    """That stood there last, finished."""

    def read(self, data: bytes) -> list[DeviceEvent]:
        """Return what a packet has to tell that was not told before."""
        before, self.code = self.code, data[0] >> 2 & 0xF
        if self.code == _MEASURING:
            return [] if before == _MEASURING else [CuffState(CuffPhase.MEASURING)]
        if self.code == _FINISHED:
            return self._finished(before, data)
        if self.code in CUFF_FAILURES:
            return [] if before in (None, self.code) else [_failed(self.code)]
        idle: list[DeviceEvent] = [CuffState(CuffPhase.IDLE)] if before == _MEASURING else []
        if self.code in _NOT_A_DETERMINATION:
            return idle
        return [*idle, Malformed(len(data) + 5, f"NIBP status: expected 0 to 10, got {self.code}")]

    def _finished(self, before: int | None, data: bytes) -> list[DeviceEvent]:
        systolic, mean, diastolic = data[2:5]
        stood, seen = self.pressures, data[2:5]
        if not any(seen):
            return [CuffState(CuffPhase.IDLE)] if before == _MEASURING else []
        self.pressures = seen
        changed = stood is not None and stood != seen
        if before != _MEASURING and not changed:
            return []
        return [judged_cuff(systolic, diastolic, mean, None, status="ok")]


def _failed(code: int) -> DeviceEvent:
    word, flags = CUFF_FAILURES[code]
    return judged_cuff(None, None, None, None, Validity.INVALID, flags, status=word)


def _ecg(data: bytes) -> list[DeviceEvent]:
    rhythm = ARRHYTHMIA.get(data[4])
    signs = signs_of(ECG_STATUS, data[0])
    validity, flags = judged((*signs, rhythm) if rhythm else signs)
    breaths, why = judged(signs)
    return [
        judged_observation(
            MetricCode.HEART_RATE, _unless_zero(data[1]), validity, flags, method=RateMethod.ECG
        ),
        judged_observation(MetricCode.RESPIRATION_RATE, _unless_zero(data[2]), breaths, why),
    ]


def _oximetry(data: bytes) -> list[DeviceEvent]:
    spo2 = None if data[1] == 0x7F else data[1]
    rate = None if data[2] == 0xFF else data[2]
    if data[0] == 0:
        return [*judged_oximetry(spo2, rate)]
    fault = SPO2_STATUS.get(data[0])
    if fault is None:
        return [Malformed(len(data) + 5, f"SpO2 status: expected 0 to 4, got {data[0]}")]
    return [*judged_oximetry(spo2, rate, Validity.INVALID, (fault,))]


def _temperature(data: bytes) -> list[DeviceEvent]:
    if data[0] == 1:
        return [judged_observation(MetricCode.TEMPERATURE, None, Validity.INVALID, ("probe_off",))]
    if data[0] or data[2] > 9:
        return [Malformed(len(data) + 5, f"temperature: expected status 0 or 1 and tenths, got {data.hex()}")]
    return [judged_observation(MetricCode.TEMPERATURE, data[1] + data[2] / 10)]


def _unless_zero(value: int) -> int | None:
    return value or None


def _find(front: bytes) -> Found:
    if front[:2] != HEAD[: len(front)]:
        return Skip()
    if len(front) < 4:
        return None
    length, kind = front[2], front[3]
    if not _SHORTEST <= length <= _LONGEST or length != _LENGTHS.get(kind, length):
        return Skip()
    size = len(HEAD) + length
    if len(front) < size:
        return None
    return Packet(size) if ~sum(front[2 : size - 1]) & 0xFF == front[size - 1] else Skip(CHECKSUM_ERROR)
