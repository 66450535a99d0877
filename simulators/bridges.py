"""Bridges that people build themselves: one value a topic, as ESPHome, and JSON of a logger, as VSCapture.

    …/sensor/spo2/state 97    …/sensor/pulse/state 72    …/status online      nan: no value
    … {"device":"SIM-x","time":"2026-02-03T14:30:15.000Z","spo2":"97","pulse":"72","nibp":{…}}   "-": no value

The board knows nothing of a probe: for some seconds after it has come off, the old numbers go on. The logger
writes its numbers as text, and repeats the last pressure with the time at which it was measured.

Source: ESPHome, MQTT client component; xeonfusion/VSCapture, JSON export over MQTT.
"""

from __future__ import annotations

import json

from simulators.bedside import Bedside, Oximetry, Probe
from simulators.messages import Said, Unannounced
from simulators.native import ORIGIN, utc

SENSORS = ("spo2", "pulse")


def states(shown: Oximetry) -> list[Said]:
    """Return the messages of a board for what its oximeter displays."""
    return [
        Said(f"sensor/{name}/state", b"nan" if value is None else str(value).encode())
        for name, value in zip(SENSORS, (shown.spo2, shown.pulse_rate), strict=True)
    ]


class Board:
    """A board with an oximeter."""

    def __init__(self, bedside: Bedside) -> None:
        self._bedside = bedside

    def messages(self, now_ms: int) -> list[Said]:
        """Return the states of this second."""
        self._bedside.advance(now_ms)
        return states(self._bedside.oximetry(now_ms))

    def births(self, now_ms: int) -> list[Said]:  # noqa: ARG002
        """Say that the board is there."""
        return [Said("status", b"online")]

    def farewell(self, now_ms: int) -> list[Said]:  # noqa: ARG002
        """Say that it is gone."""
        return [Said("status", b"offline")]


class Logger(Unannounced):
    """A monitor behind a logger."""

    def __init__(self, bedside: Bedside, device: str, *, oximeter: bool, cuff: bool) -> None:
        self._bedside = bedside
        self._device = device
        self._oximeter, self._cuff = oximeter, cuff

    def messages(self, now_ms: int) -> list[Said]:
        """Return the message of this second."""
        self._bedside.advance(now_ms)
        error_ms = self._bedside.clock_error_ms(now_ms)
        message: dict[str, object] = {
            "device": f"SIM-{self._device}", "origin": ORIGIN, "time": utc(now_ms + error_ms)
        }  # fmt: skip
        if self._oximeter:
            shown = self._bedside.oximetry(now_ms)
            reading = shown.probe is Probe.READING
            for name, value in (("spo2", shown.spo2), ("pulse", shown.pulse_rate)):
                message[name] = str(value) if reading and value is not None else "-"
        last = self._bedside.cuff.last
        if self._cuff and last:
            shown_as = ("-" if each is None else str(each) for each in last.numbers)
            named = dict(zip(("sys", "dia", "mean"), shown_as, strict=True))
            message["nibp"] = {**named, "time": utc(last.ended_ms + error_ms)}
        return [Said("", json.dumps(message, separators=(",", ":")).encode())]
