"""JSON of any gateway, read by a mapping: JSON pointers say where the numbers stand.

    {"spo2": 97, "pulse": 72, "bp": {"sys": 128, "dia": 76, "t": "2026-02-03T14:30:03Z"}}
    /spo2  /pulse  /bp/sys  /bp/dia  /bp/t

A value that is not there at all says nothing, because many gateways send what they have; one that is null
or a word for missing says that there is none.

Source: RFC 6901 for the pointers.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from devices.codecs.framing import LineCodec
from devices.codecs.judging import judged_cuff, judged_observation
from devices.mapping import CuffRule, Mapping, Refused, ValueRule, moment_of, number_of
from devices.model import NO_STAMP, DeviceEvent, Malformed, MetricCode, RateMethod, Stamp
from devices.units import UnknownUnit, in_unit_of

MAX_MESSAGE = 65_536
"""Bytes."""

_ABSENT = object()
_RATES = frozenset({MetricCode.PULSE_RATE, MetricCode.HEART_RATE})
_LONGEST_ID = 64
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

PLAIN = Mapping(
    "json",
    values=(
        ValueRule(MetricCode.SPO2, "%", "/spo2"),
        ValueRule(MetricCode.PULSE_RATE, "/min", "/pulse_rate"),
        ValueRule(MetricCode.HEART_RATE, "/min", "/heart_rate"),
        ValueRule(MetricCode.PERFUSION_INDEX, "%", "/perfusion_index"),
        ValueRule(MetricCode.RESPIRATION_RATE, "/min", "/respiration_rate"),
        ValueRule(MetricCode.TEMPERATURE, "Cel", "/temperature"),
    ),
    cuff=CuffRule("/nibp/systolic", "/nibp/diastolic", "mm[Hg]", "/nibp/mean", time="/nibp/time"),
)
"""How a file is read that no clinic has a mapping for."""


def decode_json(payload: bytes) -> object:
    """Return what a message holds; raises `Refused` for what is no JSON or too long."""
    if len(payload) > MAX_MESSAGE:
        msg = f"message of {len(payload)} bytes: expected at most {MAX_MESSAGE}"
        raise Refused(msg)
    try:
        return msgspec.json.decode(payload)
    except _UNREADABLE as error:
        words = "nested too deep" if isinstance(error, RecursionError) else str(error)
        msg = f"not JSON that can be read: {words}"[:160]
        raise Refused(msg) from error


def read_mapped(mapping: Mapping, payload: bytes) -> list[DeviceEvent]:
    """Return the events of one message."""
    try:
        document = decode_json(payload)
        stamp = NO_STAMP
        if mapping.time is not None:
            value = find(document, mapping.time)
            value = None if value is _ABSENT else value
            stamp = Stamp(moment_of(value, mapping.time_form, mapping.zone, mapping.time))
    except Refused as refused:
        return [Malformed(len(payload), str(refused))] if payload else []
    events = [_quantity(mapping, rule, find(document, rule.at), stamp) for rule in mapping.values]
    events.append(_cuff(mapping, document, stamp))
    return [event for event in events if event is not None]


def mapped_json() -> LineCodec:
    """Return a codec of plain messages, one a line."""
    return LineCodec(lambda line: read_mapped(PLAIN, line), MAX_MESSAGE)


def find(document: object, pointer: str) -> object:
    """Return what a JSON pointer leads to; `_ABSENT` where that is nothing."""
    found = document
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict):
            found = found.get(name, _ABSENT)
        elif isinstance(found, list) and name.isdecimal() and len(name) < 7 and int(name) < len(found):
            found = found[int(name)]
        else:
            return _ABSENT
    return found


def _quantity(mapping: Mapping, rule: ValueRule, value: object, stamp: Stamp) -> DeviceEvent | None:
    if value is _ABSENT:
        return None
    return read_value(mapping, rule, value, stamp)


def read_value(mapping: Mapping, rule: ValueRule, value: object, stamp: Stamp = NO_STAMP) -> DeviceEvent:
    """Return the event of one value, whatever it is."""
    try:
        number = _scaled(mapping, value, rule.at or rule.topic, rule.metric, rule.unit, rule.scale)
    except (Refused, UnknownUnit) as refused:
        return Malformed(max(1, len(str(value))), str(refused))
    method = RateMethod.UNKNOWN if rule.metric in _RATES else None
    return judged_observation(rule.metric, number, method=method, stamp=stamp)


def _scaled(
    mapping: Mapping, value: object, name: str, metric: MetricCode, unit: str, scale: float = 1.0
) -> float | None:
    missing = value is _ABSENT or mapping.is_missing(value)
    number = None if missing else round(number_of(value, name) * scale, 6)
    return in_unit_of(metric, number, unit)


def _cuff(mapping: Mapping, document: object, stamp: Stamp) -> DeviceEvent | None:
    rule = mapping.cuff
    if rule is None:
        return None
    parts = [find(document, pointer) for pointer in (rule.systolic, rule.diastolic)]
    if parts == [_ABSENT, _ABSENT]:
        return None
    try:
        systolic, diastolic, mean = (
            _scaled(mapping, _found(document, pointer), pointer or "", MetricCode.NIBP, rule.unit)
            for pointer in (rule.systolic, rule.diastolic, rule.mean)
        )
        rate = _scaled(
            mapping, _found(document, rule.pulse_rate), rule.pulse_rate or "", MetricCode.PULSE_RATE, "/min"
        )
        name, at = _found(document, rule.id), _time(mapping, rule, document)
        if name is not _ABSENT and not isinstance(name, str | int):
            msg = f"{rule.id}: expected text or a whole number, got {name!r}"[:160]
            raise Refused(msg)
    except (Refused, UnknownUnit) as refused:
        return Malformed(1, str(refused))
    result_id = None if name is _ABSENT else str(name)[:_LONGEST_ID]
    if result_id is None and at is not None:
        result_id = at.isoformat()
    return judged_cuff(
        systolic,
        diastolic,
        mean,
        rate,
        result_id=result_id,
        stamp=stamp if at is None else Stamp(at),
        own_time=at is not None,
    )


def _time(mapping: Mapping, rule: CuffRule, document: object) -> datetime | None:
    """When the result was determined; None where the sender does not say."""
    if rule.time is None:
        return None
    value = _found(document, rule.time)
    return moment_of(None if value is _ABSENT else value, mapping.time_form, mapping.zone, rule.time)


def _found(document: object, pointer: str | None) -> object:
    return _ABSENT if pointer is None else find(document, pointer)
