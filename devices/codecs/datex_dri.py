"""GE / Datex-Ohmeda S/5, B20 to B850, CARESCAPE: the Computer Interface with its DRI records.

    7E content 7E           in it 7E and 7D are written 7D 5E and 7D 5D
    content: record | sum of the record's bytes, modulo 256
    record:  header of 40 bytes | subrecords; the header lists their offsets and types

`ASK` asks for what is on display every 5 s, `ASK_NIBP_TIME` once for the time of the latest pressure. That
time tells one determination from the next, and with the record's own time its age, whatever the monitor's
clock shows. A monitor that never says it, or whose clock was set back since, so that a pressure would be
younger than the label on it allows, is read by edges: a pressure counts when its cuff was seen to measure, or
when it became young again; one that already stood there when we came is then not told.

Source: GE M1017617 (Computer Interface) and 8005313 (DRI level records), both 12th edition.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from devices.codecs.datex_values import Group, missing_why, scaled
from devices.codecs.judging import judged_cuff, judged_observation, judged_oximetry
from devices.codecs.packets import CHECKSUM_ERROR, Found, Packet, PacketCodec, Skip
from devices.codecs.status import Sign, judged, signs_of
from devices.model import (
    CuffPhase,
    CuffState,
    DeviceEvent,
    MetricCode,
    Observation,
    RateMethod,
    Validity,
)

FLAG, ESCAPE = b"\x7e", b"\x7d"
_HEADER = struct.Struct("<hBBHIBBHh")
_HEADER_SIZE = 40
_DESCRIPTION = struct.Struct("<hB")
_DESCRIPTIONS, _END_OF_LIST = 8, 0xFF
_PHYSIOLOGICAL = 0
_DISPLAYED, _AUX = 1, 4
_SUBRECORD_SIZE = 278
_CLASS = 276
_WINDOW = 4096
"""The largest record has 1,490 bytes; each may be escaped."""

_ECG, _NIBP, _T1, _SPO2 = 4, 76, 90, 122

ECG_STATUS: dict[int, Sign] = {
    1 << 2: Sign("asystole"),
    1 << 7: Sign("noise", Validity.QUESTIONABLE),
    1 << 8: Sign("artifact", Validity.QUESTIONABLE),
    1 << 9: Sign("searching", Validity.QUESTIONABLE),
    1 << 10: Sign("paced"),
}
"""Source: DRI, ECG group, status."""

_CHANNELS_OFF = 0b111 << 11
_SOURCE_SHIFT, _SOURCE_MASK = 3, 0xF
_FROM_ECG = {1, 9}
_FROM_PLETH = {6, 12}
_FROM_ARTERY = {2, 3, 4, 5, 7, 8, 10, 11}
"""What the displayed heart rate is counted from. Source: DRI, ECG group, status bits 3-6."""

_MEASURING, _STASIS, _CALIBRATING, _OLD = 1 << 5, 1 << 6, 1 << 7, 1 << 8
"""Source: DRI, NIBP group, label."""

_OLD_S, _ABOUT_S = 60, 15
"""Age at which the label says old, and how far the age by the clock may be off: records come every 5 s."""


def request(kind: int, interval_s: int) -> bytes:
    """Return the request for physiological data: every so many seconds, -1 for once, 0 for no more."""
    header = bytearray(_HEADER.pack(49, 0, 0, 0, 0, 0, 0, 0, _PHYSIOLOGICAL).ljust(_HEADER_SIZE, b"\0"))
    header[21] = _END_OF_LIST
    return frame(bytes(header) + struct.pack("<BhIh", kind, interval_s, 0, 0))


def frame(record: bytes) -> bytes:
    """Return the bytes of a record on the line."""
    content = record + bytes((sum(record) & 0xFF,))
    return FLAG + content.replace(ESCAPE, b"\x7d\x5d").replace(FLAG, b"\x7d\x5e") + FLAG


ASK = request(_DISPLAYED, 5)
"""What is on display, every 5 s: more often is not offered."""

ASK_NIBP_TIME = request(_AUX, -1)


class DatexDri:
    """A codec for one monitor; it remembers its last determination, so that each is told once."""

    def __init__(self) -> None:
        self._codec = PacketCodec(_find, self._read, _WINDOW)
        self._cuff = _Cuff()

    def feed(self, data: bytes) -> list[DeviceEvent]:
        """Return the events completed by these bytes; keep what is unfinished."""
        return self._codec.feed(data)

    def finish(self) -> list[DeviceEvent]:
        """Report unfinished bytes as malformed and forget them."""
        return self._codec.finish()

    def _read(self, found: bytes) -> list[DeviceEvent]:
        record = _record(found[1:-1])
        if record is None:
            return []
        _, _, _, _, at_s, _, _, _, main = _HEADER.unpack_from(record)
        if main != _PHYSIOLOGICAL:
            return []
        events: list[DeviceEvent] = []
        parts = sorted(_parts(record), key=lambda part: part.kind != _AUX)
        for part in parts:
            if part.kind == _AUX and len(part.data) >= 4:
                self._cuff.at(int.from_bytes(part.data[:4], "little"))
            if part.kind == _DISPLAYED and len(part.data) >= _SUBRECORD_SIZE and _is_basic(part.data):
                events += _ecg_and_oximetry(part.data)
                events += self._cuff.read(Group.of(part.data, _NIBP), at_s)
        return events


class _Part(NamedTuple):
    """A subrecord, and whatever stands behind it."""

    kind: int
    data: bytes


def _parts(record: bytes) -> Iterator[_Part]:
    for number in range(_DESCRIPTIONS):
        offset, kind = _DESCRIPTION.unpack_from(record, 16 + number * _DESCRIPTION.size)
        if kind == _END_OF_LIST:
            return
        if 0 <= offset < len(record) - _HEADER_SIZE:
            yield _Part(kind, record[_HEADER_SIZE + offset :])


def _is_basic(part: bytes) -> bool:
    return int.from_bytes(part[_CLASS : _CLASS + 2], "little") >> 8 & 0xF == 0


@dataclass
class _Cuff:
    """Tells a determination from one that is only displayed again."""

    time_s: int | None = None
    """Of the latest determination, by the monitor's clock; None while it never said it."""
    told_s: int | None = None
    measuring: bool = False
    young: bool | None = None
    """Whether the displayed pressure was less than a minute old; None before the first."""

    def at(self, time_s: int) -> None:
        """Take note of the time of the latest determination; 0 is none."""
        self.time_s = time_s or self.time_s

    def read(self, group: Group, at_s: int) -> list[DeviceEvent]:
        """Return what the displayed pressure has to tell that was not told before."""
        if not group.active or group.label & (_STASIS | _CALIBRATING):
            was, self.measuring = self.measuring, False
            return [CuffState(CuffPhase.IDLE)] if was else []
        was, self.measuring = self.measuring, bool(group.label & _MEASURING)
        if self.measuring:
            return [] if was else [CuffState(CuffPhase.MEASURING)]
        was_young, self.young = self.young, not group.label & _OLD
        new = was or (was_young is False and self.young)
        if self.time_s is None:
            return [_result(group, None, None)] if new else []
        if self.time_s == self.told_s:
            return []
        self.told_s, age_s = self.time_s, at_s - self.time_s
        if not _fits(age_s, old=not self.young):
            return [_result(group, None, None)] if new else []
        return [_result(group, self.time_s, float(max(0, age_s)))]


def _fits(age_s: int, *, old: bool) -> bool:
    """Whether an age by the monitor's clock is not less than its label allows."""
    return age_s >= (_OLD_S if old else 0) - _ABOUT_S


def _result(group: Group, time_s: int | None, age_s: float | None) -> DeviceEvent:
    systolic, diastolic, mean = (scaled(value, 100) for value in group.values[:3])
    clock = None if time_s is None else datetime.fromtimestamp(time_s, UTC).replace(tzinfo=None)
    missing = systolic is None or diastolic is None
    why = tuple(filter(None, (missing_why(group.values[0]), missing_why(group.values[1]))))
    return judged_cuff(
        systolic,
        diastolic,
        mean,
        scaled(group.values[3], 1),
        Validity.INVALID if missing else Validity.VALID,
        (*dict.fromkeys(why), "nibp_failed") if missing else (),
        device_time=clock,
        age_s=age_s,
        status="failed" if missing else "ok",
        result_id=None if time_s is None else str(time_s),
    )


def _ecg_and_oximetry(part: bytes) -> list[DeviceEvent]:
    oximeter = Group.of(part, _SPO2)
    events: list[DeviceEvent] = [*_saturation(oximeter)] if oximeter.exists else []
    ecg = Group.of(part, _ECG)
    if ecg.exists:
        events += _rates(ecg, other_pulse=oximeter.active)
    temperature = Group.of(part, _T1)
    if temperature.exists:
        degrees = scaled(temperature.values[0], 100) if temperature.active else None
        events.append(_valued(MetricCode.TEMPERATURE, degrees, temperature.values[0]))
    return events


def _saturation(group: Group) -> list[Observation]:
    if not group.active:
        return judged_oximetry(None, None, Validity.INVALID, ("no_data",))
    return [
        _valued(MetricCode.SPO2, scaled(group.values[0], 100), group.values[0]),
        _valued(
            MetricCode.PULSE_RATE, scaled(group.values[1], 1), group.values[1], method=RateMethod.OXIMETER
        ),
    ]


def _rates(group: Group, *, other_pulse: bool) -> list[Observation]:
    """Heart rate only where the ECG counted it; what an oximeter or an artery counted is a pulse rate."""
    source = group.status >> _SOURCE_SHIFT & _SOURCE_MASK
    validity, flags = judged(signs_of(ECG_STATUS, group.status))
    breaths = _valued(MetricCode.RESPIRATION_RATE, scaled(group.values[4], 1), group.values[4])
    rate = scaled(group.values[0], 1) if group.active else None
    if source in _FROM_ECG:
        heart = _valued(MetricCode.HEART_RATE, rate, group.values[0], validity, flags, method=RateMethod.ECG)
        return [heart, breaths]
    off = group.status & _CHANNELS_OFF == _CHANNELS_OFF
    why = ("lead_off",) if off else ("no_data",)
    heart = judged_observation(MetricCode.HEART_RATE, None, Validity.INVALID, why, method=RateMethod.ECG)
    if other_pulse or source not in _FROM_PLETH | _FROM_ARTERY:
        return [heart, breaths]
    method = RateMethod.OXIMETER if source in _FROM_PLETH else RateMethod.UNKNOWN
    pulse = _valued(MetricCode.PULSE_RATE, rate, group.values[0], validity, flags, method=method)
    return [heart, pulse, breaths]


def _valued(
    metric: MetricCode,
    value: float | None,
    raw: int,
    validity: Validity = Validity.VALID,
    flags: tuple[str, ...] = (),
    *,
    method: RateMethod | None = None,
) -> Observation:
    why = missing_why(raw)
    if why is not None:
        validity, flags = Validity.INVALID, (*flags, why)
    return judged_observation(metric, value, validity, flags, method=method)


def _record(content: bytes) -> bytes | None:
    """Return the record of what stands between two flags, if it is whole."""
    plain = _unescaped(content)
    record = plain[:-1]
    if len(record) < _HEADER_SIZE or sum(record) & 0xFF != plain[-1]:
        return None
    return record if int.from_bytes(record[:2], "little", signed=True) == len(record) else None


def _unescaped(content: bytes) -> bytes:
    first, *pieces = content.split(ESCAPE)
    return first + b"".join(bytes((piece[0] | 0x20,)) + piece[1:] for piece in pieces if piece)


def _find(front: bytes) -> Found:
    if front[:1] != FLAG:
        return Skip()
    end = front.find(FLAG, 1)
    if end < 0:
        return None if len(front) < _WINDOW else Skip(size=_WINDOW)
    if end == 1:
        return Skip()
    return Packet(end + 1) if _record(front[1:end]) is not None else Skip(CHECKSUM_ERROR, end)
