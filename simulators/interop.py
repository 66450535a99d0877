"""Middleware that speaks in JSON of a schema known to others: TeleICU arrays and FHIR Observations.

    TeleICU  [{"observation_id": "SpO2", "device_id": "192.0.2.7", "date-time": "2026-02-03 14:30:15",
               "status": "final", "value": 97, "unit": "%"}, {"observation_id": "blood-pressure", …}]
    FHIR     {"resourceType": "Observation", "status": "final", "code": …, "effectiveDateTime": …,
              "valueQuantity": … or "dataAbsentReason": …}

TeleICU repeats the last pressure in every array under the array's own time, and its times have no zone. FHIR
says each pressure once. Both speak each five seconds. A FHIR resource is tagged as test data; TeleICU has no
word for that, so its device has an address that belongs to nobody.

Source: ohcnetwork/teleicu_middleware, src/types/observation.ts; HL7 FHIR R4, Observation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from simulators.bedside import Bedside, Oximetry, Probe
from simulators.chance import chance
from simulators.cuff import Determination
from simulators.device_clock import DeviceClock
from simulators.messages import NewResults, Said, Unannounced
from simulators.native import utc

EVERY_MS = 5_000
_STATUS = {
    Probe.READING: "final",
    Probe.SEARCHING: "Message-Measurement Invalid",
    Probe.HOLDING: "Message-Probe Unplugged",
    Probe.OFF: "Message-Probe Unplugged",
}
_LOINC, _UCUM = "http://loinc.org", "http://unitsofmeasure.org"
_TEST_DATA = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}


class _Periodic:
    """What speaks each five seconds."""

    def __init__(self) -> None:
        self._span: int | None = None

    def is_due(self, now_ms: int) -> bool:
        """Whether a span of time has begun that was not spoken in."""
        before, self._span = self._span, now_ms // EVERY_MS
        return before != self._span


class TeleIcu(Unannounced):
    """One monitor behind the middleware."""

    def __init__(self, bedside: Bedside, device: str, *, oximeter: bool, cuff: bool) -> None:
        self._bedside = bedside
        self._oximeter, self._cuff = oximeter, cuff
        self._clock = DeviceClock(bedside, device)
        self._address = f"192.0.2.{chance('teleicu', device).randint(1, 254)}"
        self._turn = _Periodic()

    def messages(self, now_ms: int) -> list[Said]:
        """Return the array that is due."""
        self._bedside.advance(now_ms)
        if not self._turn.is_due(now_ms):
            return []
        shown = f"{self._clock.read(now_ms):%Y-%m-%d %H:%M:%S}"
        same = {"device_id": self._address, "date-time": shown, "patient-name": "SIMULATED"}
        items = [{**item, **same} for item in self._items(now_ms)]
        return [Said("", json.dumps(items, separators=(",", ":")).encode())] if items else []

    def _items(self, now_ms: int) -> Iterator[dict[str, object]]:
        if self._oximeter:
            shown = self._bedside.oximetry(now_ms)
            status = _STATUS[shown.probe]
            yield {"observation_id": "SpO2", "status": status, "value": shown.spo2, "unit": "%"}
            yield {"observation_id": "pulse-rate", "status": status, "value": shown.pulse_rate, "unit": "bpm"}
        last = self._bedside.cuff.last
        if self._cuff and last:
            yield {"observation_id": "blood-pressure", **_teleicu_pressure(last)}


def _teleicu_pressure(last: Determination) -> dict[str, object]:
    parts = zip(("systolic", "diastolic", "map"), last.numbers, strict=True)
    status = "final" if last.pressure else "Message-Measurement Invalid"
    return {"status": status, **{name: {"value": value, "unit": "mmHg"} for name, value in parts}}


class Fhir(Unannounced):
    """One monitor whose integration engine publishes a resource for each value."""

    def __init__(self, bedside: Bedside, device: str, since_ms: int, *, oximeter: bool, cuff: bool) -> None:
        self._bedside = bedside
        self._device = device
        self._oximeter, self._cuff = oximeter, cuff
        self._results = NewResults(bedside, since_ms)
        self._turn = _Periodic()

    def messages(self, now_ms: int) -> list[Said]:
        """Return the resources that are due, and a pressure as soon as it is there."""
        self._bedside.advance(now_ms)
        error_ms = self._bedside.clock_error_ms(now_ms)
        resources: list[dict[str, object]] = []
        if self._oximeter and self._turn.is_due(now_ms):
            resources += oximetry_resources(self._bedside.oximetry(now_ms), now_ms + error_ms)
        done = self._results.take() if self._cuff else None
        if done is not None:
            resources.append(pressure_resource(done, self._device, error_ms))
        return [Said("", json.dumps(each, separators=(",", ":")).encode()) for each in resources]


def oximetry_resources(shown: Oximetry, at_ms: int) -> list[dict[str, object]]:
    """Return SpO2 and pulse rate; one that is not measured has a reason and no value."""
    reading = shown.probe is Probe.READING
    return [
        {**_resource(code, at_ms), **_value(value if reading else None, unit)}
        for code, value, unit in (("59408-5", shown.spo2, "%"), ("8889-8", shown.pulse_rate, "/min"))
    ]


def pressure_resource(done: Determination, device: str, clock_error_ms: int = 0) -> dict[str, object]:
    """Return one determination as a panel with its components, and an id of its own."""
    parts = zip(("8480-6", "8462-4", "8478-0"), done.numbers, strict=True)
    components = [{"code": _code(code), **_value(value, "mm[Hg]")} for code, value in parts]
    return {
        "id": f"{device}-{done.ended_ms}",
        **_resource("85354-9", done.ended_ms + clock_error_ms),
        "component": components,
    }


def _resource(code: str, at_ms: int) -> dict[str, object]:
    return {
        "resourceType": "Observation",
        "meta": {"tag": [_TEST_DATA]},
        "status": "final",
        "code": _code(code),
        "effectiveDateTime": utc(at_ms),
    }


def _code(code: str) -> dict[str, object]:
    return {"coding": [{"system": _LOINC, "code": code}]}


def _value(value: int | None, unit: str) -> dict[str, object]:
    if value is None:
        return {"dataAbsentReason": {"text": "not measured"}}
    return {"valueQuantity": {"value": value, "unit": unit, "system": _UCUM, "code": unit}}
