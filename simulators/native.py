"""A device behind a gateway that speaks the native MQTT schema, chairside/v1.

    …/{gateway}/{device}/status  retained  {"state": "online" | "offline", "t", "session"}
    …/{gateway}/{device}/info    retained  make, model, serial, firmware, protocol, capabilities, periods
    …/{gateway}/{device}/obs     never     one message a second; a cuff result rides in it once

Every payload says "origin": "demo", or "replay" where it was recorded.

Source: docs/devices.md, section MQTT.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from simulators.bedside import Bedside, Oximetry, Probe
from simulators.cuff import Determination
from simulators.messages import Said

ORIGIN = "demo"
_NO_NUMBER = {Probe.SEARCHING: "searching", Probe.HOLDING: "probe_off", Probe.OFF: "probe_off"}


def encoded(payload: dict[str, object], origin: str = ORIGIN) -> bytes:
    """Return a payload as JSON text, marked as demo data or as what else it is."""
    return json.dumps({**payload, "origin": origin}, separators=(",", ":")).encode()


def utc(ms: int) -> str:
    """Return UTC milliseconds as the schema writes time, `2026-02-03T14:30:15.120Z`."""
    return datetime.fromtimestamp(ms / 1000, tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def oximetry_objects(shown: Oximetry) -> list[dict[str, object]]:
    """Return SpO2, pulse rate and perfusion index; null with a flag where nothing was measured."""
    flag = _NO_NUMBER.get(shown.probe)
    spo2, rate, perfusion = (
        _quality(None if flag else value, flag)
        for value in (shown.spo2, shown.pulse_rate, shown.perfusion_index)
    )
    return [
        {"code": "spo2", "loinc": "59408-5", "mdc": 150456, "unit": "%", **spo2},
        {"code": "pr", "loinc": "8889-8", "mdc": 149530, "unit": "/min", **rate, "method": "oximeter"},
        {"code": "pi", "loinc": "61006-3", "mdc": 150448, "unit": "%", **perfusion},
    ]


def _quality(value: float | None, flag: str | None) -> dict[str, object]:
    quality = "invalid" if value is None else "valid"
    return {"value": value, "quality": quality, "flags": [flag] if flag else []}


def nibp_object(done: Determination, session: str, clock_error_ms: int = 0) -> dict[str, object]:
    """Return one determination with its own time and an id that stays the same if it is sent again."""
    found = done.pressure
    return {
        "code": "nibp",
        "loinc": "85354-9",
        "id": f"{session}-{done.number}",
        "t": utc(done.ended_ms + clock_error_ms),
        "quality": "valid" if found else "invalid",
        "flags": [] if found else ["cuff_leak" if done.leak else "nibp_failed"],
        "sys": found.systolic if found else None,
        "dia": found.diastolic if found else None,
        "map": found.mean if found else None,
        "pr": found.pulse_rate if found else None,
        "unit": "mm[Hg]",
        "status": "ok" if found else "failed",
    }


class NativeDevice:
    """One device of a gateway. `session` names this run of it; `seq` counts within.

    Of the cuff it tells what was determined after `since_ms`: what came before, a former run has told.
    """

    def __init__(
        self,
        bedside: Bedside,
        device: str,
        session: str,
        since_ms: int,
        *,
        oximeter: bool,
        cuff: bool,
        origin: str = ORIGIN,
    ) -> None:
        self._origin = origin
        self._bedside = bedside
        self._device = device
        self._session = session
        self._oximeter = oximeter
        self._cuff = cuff
        self._seq = 0
        self._told_until_ms = since_ms

    def speak(self, now_ms: int) -> bytes:
        """Return the payload of `obs`; empty when a device that has only a cuff has no new result."""
        self._bedside.advance(now_ms)
        error_ms = self._bedside.clock_error_ms(now_ms)
        objects = oximetry_objects(self._bedside.oximetry(now_ms)) if self._oximeter else []
        last = self._bedside.cuff.last
        if self._cuff and last and last.ended_ms > self._told_until_ms:
            self._told_until_ms = last.ended_ms
            objects.append(nibp_object(last, self._session, error_ms))
        if not objects:
            return b""
        self._seq += 1
        return encoded(
            {
                "schema": "chairside.obs/1",
                "session": self._session,
                "seq": self._seq,
                "t": utc(now_ms + error_ms),
                "t_source": "gateway",
                "obs": objects,
            },
            self._origin,
        )

    def messages(self, now_ms: int) -> list[Said]:
        """Return what it publishes now."""
        payload = self.speak(now_ms)
        return [Said("obs", payload)] if payload else []

    def births(self, now_ms: int) -> list[Said]:
        """Return what the gateway says of it on every connection."""
        return [Said("info", self.info()), Said("status", self.status("online", now_ms))]

    def farewell(self, now_ms: int) -> list[Said]:
        """Return what the gateway says of it when it stops."""
        return [Said("status", self.status("offline", now_ms))]

    def status(self, state: str, now_ms: int) -> bytes:
        """Return the retained payload of `status`."""
        return encoded({"state": state, "t": utc(now_ms), "session": self._session}, self._origin)

    def info(self) -> bytes:
        """Return the retained payload of `info`."""
        oximetry = ["spo2", "pr", "pi"] if self._oximeter else []
        return encoded(
            {
                "make": "Chairside",
                "model": "Simulated monitor",
                "serial": self._device,
                "firmware": "1",
                "protocol": "chairside/v1",
                "capabilities": oximetry + (["nibp"] if self._cuff else []),
                "period_s": dict.fromkeys(oximetry, 1),
            },
            self._origin,
        )
