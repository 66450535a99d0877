"""Puts what a device said into messages of the native schema `chairside.obs/1`. No I/O and no clock.

Values of one moment share a message; a code stands in it once. A cuff result has its own time and an id that
stays the same however often the message is sent.

Source: the schema as docs/devices.md describes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from devices.codecs.chairside_json import SCHEMA
from devices.codecs.gateway_event import EVENT_SCHEMA
from devices.gateway.outbox import Kept
from devices.kinds import DeviceKind
from devices.model import (
    METRICS,
    Arrival,
    CuffResult,
    CuffState,
    Malformed,
    MetricCode,
    Observation,
    Origin,
)

CODES = {
    MetricCode.SPO2: "spo2",
    MetricCode.PULSE_RATE: "pr",
    MetricCode.HEART_RATE: "hr",
    MetricCode.PERFUSION_INDEX: "pi",
    MetricCode.TEMPERATURE: "temp",
    MetricCode.RESPIRATION_RATE: "rr",
    MetricCode.NIBP: "nibp",
}

SAME_MOMENT_MS = 20
"""Values that were taken within this share a message: they came in one read."""

_encode = msgspec.json.Encoder().encode


class Speech:
    """What one device says in one run of the gateway."""

    def __init__(self, device: str, session: str, origin: Origin) -> None:
        self._device = device
        self._session = session
        self._origin = origin
        self._seq = 0

    def messages(self, arrivals: Iterable[Arrival]) -> list[Kept]:
        """Return the numbered messages of these arrivals; what is neither value nor result is passed over."""
        kept: list[Kept] = []
        group: list[Arrival] = []
        for arrival in arrivals:
            if not isinstance(arrival.event, Observation | CuffResult):
                continue
            if group and not _together(group, arrival):
                kept.append(self._message(group))
                group = []
            group.append(arrival)
        if group:
            kept.append(self._message(group))
        return kept

    def happenings(self, arrivals: Iterable[Arrival], at_ms: int) -> bytes | None:
        """Return the message of skipped bytes and of the cuff's beginning and end; None without any."""
        said: list[dict[str, Any]] = []
        skipped: dict[str, int] = {}
        for event in (arrival.event for arrival in arrivals):
            if isinstance(event, Malformed):
                skipped[event.reason] = skipped.get(event.reason, 0) + event.bytes
            elif isinstance(event, CuffState):
                said.append({"event": "cuff", "state": event.state})
        said += [{"event": "malformed", "bytes": size, "reason": why} for why, size in skipped.items()]
        if not said:
            return None
        return _encode({"schema": EVENT_SCHEMA, "t": utc(at_ms), "events": said, **self._said_origin()})

    def _message(self, group: Sequence[Arrival]) -> Kept:
        self._seq += 1
        first = group[0]
        at_ms = first.received_ms if isinstance(first.event, CuffResult) else first.determined_ms
        times = [a.event.device_time for a in group if isinstance(a.event, Observation | CuffResult)]
        shown = next((time for time in times if time is not None), None)
        payload: dict[str, Any] = {
            "schema": SCHEMA,
            "session": self._session,
            "seq": self._seq,
            "t": utc(at_ms),
            "t_source": "gateway",
            **({} if shown is None else {"t_device": shown.isoformat(timespec="milliseconds")}),
            **self._said_origin(),
            "confirm": True,
            "obs": [self._item(arrival) for arrival in group],
        }
        return Kept(self._device, self._session, self._seq, first.received_ms, _encode(payload))

    def _item(self, arrival: Arrival) -> dict[str, Any]:
        event = arrival.event
        if isinstance(event, Observation):
            metric = METRICS[event.metric]
            item = {
                "code": CODES[event.metric],
                "loinc": metric.loinc,
                "mdc": metric.mdc,
                "value": event.value,
                "unit": metric.unit,
                "quality": event.validity,
                "flags": event.flags,
            }
            return item if event.method is None else {**item, "method": event.method}
        if not isinstance(event, CuffResult):
            msg = f"expected an observation or a cuff result, got {type(event).__name__}"
            raise TypeError(msg)
        metric = METRICS[MetricCode.NIBP]
        return {
            "code": "nibp",
            "loinc": metric.loinc,
            "mdc": metric.mdc,
            "id": f"{self._session}-{self._seq}",
            "t": utc(arrival.determined_ms),
            "quality": event.validity,
            "flags": event.flags,
            "sys": event.systolic,
            "dia": event.diastolic,
            "map": event.mean,
            "pr": event.pulse_rate,
            "unit": metric.unit,
            "status": event.status,
        }

    def _said_origin(self) -> dict[str, str]:
        return {} if self._origin is Origin.REAL else {"origin": self._origin}


def birth(kind: DeviceKind, name: str, metrics: frozenset[MetricCode], origin: Origin) -> bytes:
    """Return the retained `info` of a device: what it is, what it gives and how often."""
    given = {m: p for m, p in kind.periods_s.items() if not metrics or m in metrics}
    said: dict[str, Any] = {
        "make": kind.name,
        "model": name,
        "protocol": kind.kind,
        "capabilities": [CODES[metric] for metric in given],
        "periods": {CODES[metric]: period for metric, period in given.items()},
    }
    return _encode(said if origin is Origin.REAL else {**said, "origin": origin})


def utc(ms: int) -> str:
    """Return UTC milliseconds as the schema writes time, `2026-02-03T14:30:15.120Z`."""
    return datetime.fromtimestamp(ms / 1000, tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _together(group: Sequence[Arrival], arrival: Arrival) -> bool:
    first = group[0]
    if isinstance(arrival.event, CuffResult) or isinstance(first.event, CuffResult):
        return False
    if abs(arrival.determined_ms - first.determined_ms) > SAME_MOMENT_MS:
        return False
    said = {a.event.metric for a in group if isinstance(a.event, Observation)}
    return not isinstance(arrival.event, Observation) or arrival.event.metric not in said
