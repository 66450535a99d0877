"""The native MQTT schema `chairside.obs/1`: one JSON message, any number of observations.

    {"schema":"chairside.obs/1","session":"9f1c","seq":1042,"t":"2026-02-03T14:30:15.120Z",
     "t_device":"2026-02-03T14:29:51","origin":"real",
     "obs":[{"code":"spo2","value":97,"unit":"%","quality":"valid","flags":[]},
            {"code":"nibp","id":"9f1c-17","t":"2026-02-03T14:30:03Z","quality":"valid","flags":[],
             "sys":128,"dia":76,"map":93,"pr":71,"unit":"mm[Hg]","status":"ok"}]}

A fault of the envelope condemns the message; a fault of one observation condemns that one. Keys that are
not known are ignored. A value that is missing is `null`, never 0 and never left out.

Source: the schema as docs/devices.md describes it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

import msgspec

from devices.codecs.framing import TRUNCATED, LineCodec
from devices.codecs.judging import judged_cuff, judged_observation
from devices.model import (
    METRICS,
    DeviceEvent,
    Malformed,
    MetricCode,
    Origin,
    RateMethod,
    Stamp,
    Validity,
)
from devices.units import MMHG_PER_KPA

SCHEMA = "chairside.obs/1"
MAX_MESSAGE = 65_536
"""Bytes; a message of a full monitor has about 1,500."""

_CODES = {
    "spo2": MetricCode.SPO2,
    "pr": MetricCode.PULSE_RATE,
    "hr": MetricCode.HEART_RATE,
    "pi": MetricCode.PERFUSION_INDEX,
    "temp": MetricCode.TEMPERATURE,
    "rr": MetricCode.RESPIRATION_RATE,
    "nibp": MetricCode.NIBP,
}
_COUNTED = {MetricCode.PULSE_RATE, MetricCode.HEART_RATE}
_SPELLINGS = {"{beat}/min": "/min", "{breath}/min": "/min"}
"""Units of UCUM that say the same."""

_MAX_REASON = 200
_FIRST_YEAR, _LAST_YEAR = 2000, 2100

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Flag = Annotated[str, msgspec.Meta(pattern="^[a-z0-9_]{1,32}$")]
Flags = Annotated[tuple[Flag, ...], msgspec.Meta(max_length=32)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Quality = Literal["valid", "questionable", "invalid"]


class _Envelope(msgspec.Struct):
    """What a message says of itself."""

    schema: str
    session: Name
    seq: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    t: Instant
    obs: list[msgspec.Raw]
    t_device: datetime | None = None
    origin: Literal["real", "demo", "replay"] | None = None


class _Item(msgspec.Struct):
    """What every observation has."""

    code: str
    unit: str
    quality: Quality
    flags: Flags = ()


class _Quantity(_Item, kw_only=True):
    """One value of one continuous metric."""

    value: float | None
    method: Literal["oximeter", "nibp", "ecg", "unknown"] = "unknown"


class _Cuff(_Item, kw_only=True):
    """One determination of blood pressure: one object, with its own time and identity."""

    id: Name
    sys: float | None
    dia: float | None
    map: float | None = None
    pr: float | None = None
    t: Instant | None = None
    status: Annotated[str, msgspec.Meta(max_length=64)] | None = None


class _Refused(ValueError):
    """A message or an observation that breaks a rule of the schema; the text says which."""


_envelope = msgspec.json.Decoder(_Envelope)
_item = msgspec.json.Decoder(_Item)
_quantity = msgspec.json.Decoder(_Quantity)
_cuff = msgspec.json.Decoder(_Cuff)

_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What the JSON decoder raises: wrong types and broken syntax, broken UTF-8, nesting without end."""


class ChairsideJson:
    """A codec of messages that come one a line; `read_message` reads one that comes by itself."""

    def __init__(self) -> None:
        self._lines = LineCodec(read_message, MAX_MESSAGE)

    def feed(self, data: bytes) -> list[DeviceEvent]:
        """Return the events of the lines completed by these bytes; keep the unfinished line."""
        return self._lines.feed(data)

    def finish(self) -> list[DeviceEvent]:
        """Return the events of a whole message that lacks only its line end; else report it as truncated."""
        rest = self._lines.take_unfinished()
        if not rest:
            return []
        try:
            msgspec.json.decode(rest)
        except _UNREADABLE:
            return [Malformed(len(rest), TRUNCATED)]
        return read_message(rest)


def read_message(payload: bytes) -> list[DeviceEvent]:
    """Return the events of one message; a message that cannot be read is one malformed event."""
    try:
        return _read_message(payload)
    except _Refused as refused:
        return [Malformed(len(payload), str(refused))]
    except _UNREADABLE as error:
        return [Malformed(len(payload), _reason(error))]


def _read_message(payload: bytes) -> list[DeviceEvent]:
    if len(payload) > MAX_MESSAGE:
        msg = f"message of {len(payload)} bytes: expected at most {MAX_MESSAGE}"
        raise _Refused(msg)
    envelope = _envelope.decode(payload)
    if envelope.schema != SCHEMA:
        msg = f"schema: expected {SCHEMA!r}, got {envelope.schema[:64]!r}"
        raise _Refused(msg)
    if not envelope.obs:
        msg = "obs: expected at least one observation, got none"
        raise _Refused(msg)
    stamp = Stamp(
        _utc(envelope.t, "t"),
        envelope.session,
        envelope.seq,
        Origin(envelope.origin) if envelope.origin is not None else None,
    )
    device_time = envelope.t_device.replace(tzinfo=None) if envelope.t_device is not None else None
    seen: set[MetricCode] = set()
    return [_read_item(bytes(raw), stamp, device_time, seen) for raw in envelope.obs]


def _read_item(raw: bytes, stamp: Stamp, device_time: datetime | None, seen: set[MetricCode]) -> DeviceEvent:
    """Return the event of one observation; `seen` are the metrics that the message already gave."""
    try:
        item = _item.decode(raw)
        metric = _CODES.get(item.code)
        if metric is None:
            msg = f"code: expected one of {', '.join(_CODES)}, got {item.code[:32]!r}"
            raise _Refused(msg)
        if metric in seen:
            msg = f"code {item.code!r} twice in one message"
            raise _Refused(msg)
        seen.add(metric)
        if metric is MetricCode.NIBP:
            return _read_cuff(_cuff.decode(raw), stamp, device_time)
        return _read_quantity(metric, _quantity.decode(raw), stamp, device_time)
    except _Refused as refused:
        return Malformed(len(raw), str(refused))
    except _UNREADABLE as error:
        return Malformed(len(raw), _reason(error))


def _read_quantity(
    metric: MetricCode, item: _Quantity, stamp: Stamp, device_time: datetime | None
) -> DeviceEvent:
    expected = METRICS[metric].unit
    if _SPELLINGS.get(item.unit, item.unit) != expected:
        msg = f"{item.code} unit: expected {expected!r}, got {item.unit[:32]!r}"
        raise _Refused(msg)
    if item.value is None and item.quality != "invalid":
        msg = f"{item.code} value: null is {item.quality}; expected a number, or quality invalid"
        raise _Refused(msg)
    return judged_observation(
        metric,
        item.value,
        Validity(item.quality),
        item.flags,
        device_time=device_time,
        method=RateMethod(item.method) if metric in _COUNTED else None,
        stamp=stamp,
    )


def _read_cuff(item: _Cuff, stamp: Stamp, device_time: datetime | None) -> DeviceEvent:
    if item.unit not in ("mm[Hg]", "kPa"):
        msg = f"nibp unit: expected 'mm[Hg]' or 'kPa', got {item.unit[:32]!r}"
        raise _Refused(msg)
    if item.quality != "invalid" and (item.sys is None or item.dia is None):
        msg = f"nibp sys, dia: null is {item.quality}; expected numbers, or quality invalid"
        raise _Refused(msg)
    systolic, diastolic, mean = (_mmhg(value, item.unit) for value in (item.sys, item.dia, item.map))
    measured_at = _utc(item.t, "nibp t") if item.t is not None else stamp.measured_at
    age_s = None
    if measured_at is not None and stamp.measured_at is not None and measured_at <= stamp.measured_at:
        age_s = (stamp.measured_at - measured_at).total_seconds()
    return judged_cuff(
        systolic,
        diastolic,
        mean,
        item.pr,
        Validity(item.quality),
        item.flags,
        device_time=device_time,
        age_s=age_s,
        status=item.status,
        result_id=item.id,
        stamp=Stamp(measured_at, stamp.session, stamp.seq, stamp.origin),
    )


def _mmhg(value: float | None, unit: str) -> float | None:
    if value is None or unit == "mm[Hg]":
        return value
    return round(value * MMHG_PER_KPA, 1)


def _utc(moment: datetime, key: str) -> datetime:
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        msg = f"{key}: expected a year from {_FIRST_YEAR} to {_LAST_YEAR}, got {moment.year}"
        raise _Refused(msg)
    return moment.astimezone(UTC)


def _reason(error: Exception) -> str:
    """Return the decoder's own words, which name what was expected, what was found and where."""
    if isinstance(error, RecursionError):
        return "not JSON that can be read: nested too deep"
    kind = "wrong content" if isinstance(error, msgspec.ValidationError) else "not JSON"
    return f"{kind}: {error}"[:_MAX_REASON]
