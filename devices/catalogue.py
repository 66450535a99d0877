"""One literal table: device kind → codec, line settings, nominal periods, what it can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from devices.codecs import Codec, PolledCodec
from devices.codecs.chairside_json import ChairsideJson, read_message
from devices.codecs.dinamap import Dinamap
from devices.codecs.masimo_ascii1 import masimo_ascii1
from devices.links.settings import LineSettings
from devices.model import DeviceEvent, MetricCode, Origin


@dataclass(frozen=True, slots=True)
class DeviceKind:
    """Everything about a kind of device that does not depend on the one at hand."""

    kind: str
    """The name in clinic.toml and on the command line."""
    name: str
    """What people call it."""
    codec: Callable[[], Codec]
    line: LineSettings | None
    """Settings of its serial line; None for a device that is reached through the broker."""
    periods_s: dict[MetricCode, float | None]
    """What it gives → seconds from one value to the next; None for an event such as a cuff result."""
    read_message: Callable[[bytes], list[DeviceEvent]] | None = None
    """Reads one message, for a device that is reached through the broker."""

    @property
    def transport(self) -> Literal["serial", "mqtt"]:
        """Whether a device of this kind needs a `port` or a `topic`."""
        return "mqtt" if self.line is None else "serial"

    @property
    def polled(self) -> bool:
        """Whether it speaks only when asked."""
        return isinstance(self.codec(), PolledCodec)

    @property
    def silence_s(self) -> float:
        """Seconds without a byte after which it is silent: three of its nominal periods."""
        return 3 * min(period for period in self.periods_s.values() if period is not None)


KINDS: dict[str, DeviceKind] = {
    kind.kind: kind
    for kind in (
        DeviceKind(
            "masimo-ascii1",
            "Masimo Rad-8, Rad-87, Rad-97, Radical-7 (ASCII-1)",
            masimo_ascii1,
            LineSettings(9600),
            {MetricCode.SPO2: 1.0, MetricCode.PULSE_RATE: 1.0, MetricCode.PERFUSION_INDEX: 1.0},
        ),
        DeviceKind(
            "dinamap",
            "GE DINAMAP PRO, ProCare, CARESCAPE V100 (host communications)",
            Dinamap,
            LineSettings(9600),
            {MetricCode.NIBP: None, MetricCode.SPO2: 1.0, MetricCode.PULSE_RATE: 1.0},
        ),
        DeviceKind(
            "chairside-json",
            "Gateway or bridge with the native MQTT schema",
            ChairsideJson,
            None,
            {
                MetricCode.NIBP: None,
                MetricCode.SPO2: 1.0,
                MetricCode.PULSE_RATE: 1.0,
                MetricCode.HEART_RATE: 1.0,
                MetricCode.PERFUSION_INDEX: 1.0,
                MetricCode.TEMPERATURE: None,
                MetricCode.RESPIRATION_RATE: 1.0,
            },
            read_message=read_message,
        ),
    )
}
"""Every kind of device that can be configured. No kind starts a cuff."""


@dataclass(frozen=True, slots=True)
class DeviceSpec:
    """One device of the clinic, as its configuration names it."""

    id: str
    kind: str
    """A key of `KINDS`."""
    name: str
    """What screens call it."""
    port: str | None = None
    """A serial port, a pseudo-terminal's path, or a pyserial URL."""
    topic: str | None = None
    """`chairside/v1/{site}/{gateway}/{device}`; observations come on `…/obs`."""
    origin: Origin = Origin.REAL
    metrics: frozenset[MetricCode] = frozenset()
    """Which of its metrics to use; empty for all."""
