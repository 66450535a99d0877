"""TeleICU middleware: an array of observations of one monitor.

    [{"observation_id":"SpO2","device_id":"192.168.1.14","date-time":"2026-02-03 14:30:15","status":"final",
      "value":97,"unit":"%"},
     {"observation_id":"blood-pressure", …, "systolic":{"value":128,"unit":"mmHg"},"diastolic":{…},"map":{…}}]

Its times have no zone: without one in the mapping they are information only. Names of patients are not read.
A pressure is repeated with every array, under the time of the array.

Source: ohcnetwork/teleicu_middleware, src/types/observation.ts.
"""

from __future__ import annotations

from datetime import datetime, tzinfo

from devices.codecs.framing import LineCodec
from devices.codecs.judging import judged_cuff, judged_observation
from devices.codecs.mapped_json import MAX_MESSAGE, decode_json
from devices.codecs.status import Sign
from devices.mapping import Refused, moment_of, number_of
from devices.model import NO_STAMP, DeviceEvent, Malformed, MetricCode, RateMethod, Stamp, Validity
from devices.units import UnknownUnit, in_unit_of

_METRICS = {
    "heart-rate": (MetricCode.HEART_RATE, RateMethod.UNKNOWN),
    "pulse-rate": (MetricCode.PULSE_RATE, RateMethod.OXIMETER),
    "SpO2": (MetricCode.SPO2, None),
    "respiratory-rate": (MetricCode.RESPIRATION_RATE, None),
    "body-temperature1": (MetricCode.TEMPERATURE, None),
}
_NOT_READ = frozenset({"waveform", "ST", "body-temperature2", "device-connection"})
_GOOD = Sign("", Validity.VALID)
_STATUS = {
    "final": _GOOD,
    "Message-Tachy Cardia": Sign("alarm_active"),
    "Message-Leads Off": Sign("probe_off", Validity.INVALID),
    "Message-Probe Unplugged": Sign("probe_unplugged", Validity.INVALID),
    "Message-Measurement Invalid": Sign("no_data", Validity.INVALID),
}
_UNCLEAR = Sign("no_data", Validity.INVALID)
"""Any other status, and none: whether the number is one, nobody said."""


def read_message(payload: bytes, zone: tzinfo | None = None) -> list[DeviceEvent]:
    """Return the events of one array; `zone` is that of its times."""
    try:
        items = _items(decode_json(payload))
    except Refused as refused:
        return [Malformed(len(payload), str(refused))] if payload else []
    events: list[DeviceEvent] = []
    seen: set[str] = set()
    for item in items:
        name = item.get("observation_id")
        if isinstance(name, str) and name in _NOT_READ:
            continue
        try:
            if not isinstance(name, str) or name in seen:
                msg = f"observation_id: expected each once in a message, got {name!r}"[:160]
                raise Refused(msg)
            seen.add(name)
            events.append(_read(item, zone))
        except (Refused, UnknownUnit) as refused:
            events.append(Malformed(1, str(refused)))
    return events


def teleicu_json() -> LineCodec:
    """Return a codec of arrays, one a line."""
    return LineCodec(read_message, MAX_MESSAGE)


def _items(document: object) -> list[dict[str, object]]:
    found: list[object] = document if isinstance(document, list) else [document]
    items = [item for item in found if isinstance(item, dict)]
    if not items or len(items) < len(found):
        msg = "expected an array of observations, got something else"
        raise Refused(msg)
    devices = {str(item.get("device_id")) for item in items}
    if len(devices) > 1:
        msg = f"device_id: expected one monitor in a message, got {len(devices)}"
        raise Refused(msg)
    return items


def _read(item: dict[str, object], zone: tzinfo | None) -> DeviceEvent:
    name, status = item.get("observation_id"), item.get("status")
    sign = _STATUS.get(status, _UNCLEAR) if isinstance(status, str) else _UNCLEAR
    flags = (sign.flag,) if sign.flag else ()
    stamp, device_time = _when(item.get("date-time"), zone)
    if name == "blood-pressure":
        systolic, diastolic, mean = (_part(item, part) for part in ("systolic", "diastolic", "map"))
        return judged_cuff(
            systolic, diastolic, mean, None, sign.validity, flags,
            device_time=device_time, stamp=stamp, own_time=False,
        )  # fmt: skip
    if not isinstance(name, str) or name not in _METRICS:
        expected = ", ".join((*_METRICS, "blood-pressure"))
        msg = f"observation_id: expected one of {expected}; got {name!r}"[:240]
        raise Refused(msg)
    metric, method = _METRICS[name]
    value = _number(metric, item)
    return judged_observation(
        metric, value, sign.validity, flags, device_time=device_time, method=method, stamp=stamp
    )


def _part(item: dict[str, object], name: str) -> float | None:
    part = item.get(name)
    if part is None and name == "map":
        return None
    if not isinstance(part, dict):
        msg = f"{name}: expected an object with value and unit, got {part!r}"[:160]
        raise Refused(msg)
    return _number(MetricCode.NIBP, part)


def _number(metric: MetricCode, item: dict[str, object]) -> float | None:
    value = item.get("value")
    number = None if value is None else number_of(value, f"{metric} value")
    return in_unit_of(metric, number, str(item.get("unit")))


def _when(value: object, zone: tzinfo | None) -> tuple[Stamp, datetime | None]:
    if zone is not None:
        moment = moment_of(value, "iso", zone, "date-time")
        return Stamp(moment), None
    try:
        shown = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        return NO_STAMP, None
    return NO_STAMP, shown.replace(tzinfo=None)
