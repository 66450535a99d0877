"""FHIR R4 Observation: one vital sign, or a blood pressure with its components; a Bundle holds several.

    {"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"59408-5"}]},
     "effectiveDateTime":"2026-02-03T14:30:15+01:00","valueQuantity":{"value":97,"code":"%",
     "system":"http://unitsofmeasure.org"}}

`dataAbsentReason` says that there is no value; what was entered in error is passed over. No patient is read.
2708-6 alone is any arterial saturation, and is not read.

Source: HL7 FHIR R4, Observation; its vital signs profiles.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from devices.codecs.codes import PANEL, SYSTEMS, Coded
from devices.codecs.framing import LineCodec
from devices.codecs.judging import judged_cuff, judged_observation
from devices.codecs.mapped_json import MAX_MESSAGE, decode_json
from devices.mapping import Refused, moment_of, number_of
from devices.model import DeviceEvent, Malformed, MetricCode, Origin, Stamp, Validity
from devices.units import UnknownUnit, in_unit_of

_VALIDITY = {
    **dict.fromkeys(("final", "amended", "corrected"), Validity.VALID),
    **dict.fromkeys(("preliminary",), Validity.QUESTIONABLE),
}
_PASSED_OVER = frozenset({"entered-in-error", "cancelled", "registered"})
_DEMO_TAGS = frozenset({"HTEST"})
"""Source: HL7 v3 ActReason, test health data."""

_LONGEST_ID = 64


def read_message(payload: bytes) -> list[DeviceEvent]:
    """Return the events of one resource."""
    try:
        resources = list(_resources(decode_json(payload)))
    except Refused as refused:
        return [Malformed(len(payload), str(refused))] if payload else []
    events: list[DeviceEvent] = []
    for resource in resources:
        try:
            event = _read(resource)
        except (Refused, UnknownUnit) as refused:
            event = Malformed(1, str(refused))
        if event is not None:
            events.append(event)
    return events


def fhir_observation() -> LineCodec:
    """Return a codec of resources, one a line."""
    return LineCodec(read_message, MAX_MESSAGE)


def _resources(document: object) -> Iterator[dict[str, object]]:
    match document:
        case {"resourceType": "Observation"}:
            yield _table(document)
        case {"resourceType": "Bundle", "entry": list(entries)}:
            yield from (_table(_table(entry).get("resource")) for entry in entries)
        case _:
            msg = "resourceType: expected Observation, or Bundle with entries; got something else"
            raise Refused(msg)


def _read(resource: dict[str, object]) -> DeviceEvent | None:
    status = resource.get("status")
    if isinstance(status, str) and status in _PASSED_OVER:
        return None
    validity = _VALIDITY.get(status) if isinstance(status, str) else None
    if validity is None:
        msg = f"status: expected one of {', '.join((*_VALIDITY, *sorted(_PASSED_OVER)))}; got {status!r}"[
            :200
        ]
        raise Refused(msg)
    when = resource.get("effectiveDateTime", resource.get("effectiveInstant"))
    stamp = Stamp(moment_of(when, "iso", None, "effectiveDateTime"), origin=_origin(resource))
    codes = set(_codes(resource.get("code")))
    if PANEL in codes:
        return _panel(resource, stamp, validity)
    coded = _meaning(codes)
    if coded.part is not None:
        msg = f"code: expected a pressure as the component of {PANEL}, got it alone"
        raise Refused(msg)
    value = _value(coded.metric, resource)
    return judged_observation(coded.metric, value, validity, method=coded.method, stamp=stamp)


def _panel(resource: dict[str, object], stamp: Stamp, validity: Validity) -> DeviceEvent:
    parts: dict[str, float | None] = {}
    for component in _list(resource.get("component")):
        coded = _meaning(set(_codes(_table(component).get("code"))))
        if coded.metric is not MetricCode.NIBP or coded.part is None or coded.part in parts:
            msg = "component: expected systolic, diastolic and mean, each once"
            raise Refused(msg)
        parts[coded.part] = _value(MetricCode.NIBP, _table(component))
    name = resource.get("id")
    moment: datetime | None = stamp.measured_at
    own = name if isinstance(name, str) and name else str(moment and moment.isoformat())
    return judged_cuff(
        parts.get("systolic"),
        parts.get("diastolic"),
        parts.get("mean"),
        None,
        validity,
        result_id=own[:_LONGEST_ID],
        stamp=stamp,
    )


def _value(metric: MetricCode, holder: dict[str, object]) -> float | None:
    quantity = holder.get("valueQuantity")
    if quantity is None or holder.get("dataAbsentReason") is not None:
        return None
    table = _table(quantity)
    if table.get("comparator") is not None:
        msg = "comparator: expected a value, got a bound of one"
        raise Refused(msg)
    value = table.get("value")
    unit = table.get("code") or table.get("unit")
    return in_unit_of(metric, None if value is None else number_of(value, f"{metric} value"), str(unit))


def _codes(concept: object) -> Iterator[str]:
    """Yield the codes of a concept whose coding system is known."""
    for coding in _list(_table(concept).get("coding")):
        system, code = _table(coding).get("system"), _table(coding).get("code")
        if isinstance(system, str) and isinstance(code, str) and system in SYSTEMS:
            yield code


def _meaning(codes: set[str]) -> Coded:
    meant = {table[code] for table in SYSTEMS.values() for code in codes if code in table}
    if len(meant) != 1:
        msg = f"code: expected one that is known, got {', '.join(sorted(codes)) or 'none'}"[:160]
        raise Refused(msg)
    return meant.pop()


def _origin(resource: dict[str, object]) -> Origin | None:
    """Demo where the resource is tagged as test data; else it does not say."""
    meta = resource.get("meta")
    tags = _list(_table(meta).get("tag")) if isinstance(meta, dict) else []
    marked = any(isinstance(tag, dict) and tag.get("code") in _DEMO_TAGS for tag in tags)
    return Origin.DEMO if marked else None


def _table(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        msg = f"expected an object, got {value!r}"[:120]
        raise Refused(msg)
    return value


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
