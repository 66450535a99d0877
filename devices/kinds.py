"""What a kind of device is: everything about it that does not depend on the one at hand.

A package that adds a kind imports this module, `devices.codecs` and `devices.model`; docs/adding-a-device.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from devices.codecs import Codec, PolledCodec
from devices.links.settings import LineSettings
from devices.model import CuffCommand, DeviceEvent, MetricCode

WAKE_S = 5.0
"""Real seconds between two words to a device that has to be kept awake. Source: CONTEC V7.0, command AF."""


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
    checksum: bool = False
    """Its frames carry a checksum: no single damaged bit ever becomes a number."""
    history: bool = False
    """All it says is out of a memory: it can be decoded, and is never a device of a chair."""
    doubt: str = ""
    """What is not known for sure; such a kind is used only where the configuration accepts the doubt."""
    wake: bytes = b""
    """Sent when the port opens, and again while nothing comes, for a device that has to be asked once."""
    stay: bytes = b""
    """Sent every `WAKE_S` seconds while it sends, so that it goes on."""
    mapped: bool = False
    """A mapping of the clinic says how its messages are read and what they give."""
    timed: bool = True
    """Its messages say when they were measured; those of others are never taken out of a broker's queue."""
    calls: bool = False
    """It calls us, with HL7 over MLLP."""
    cuff: Mapping[CuffCommand, bytes] = field(default_factory=dict)
    """The bytes that start and cancel a determination; both, or none where one is not known for sure."""

    @property
    def transport(self) -> Literal["serial", "mqtt", "hl7"]:
        """Whether a device of this kind needs a `port`, a `topic` or a `sender`."""
        if self.calls:
            return "hl7"
        return "mqtt" if self.line is None else "serial"

    @property
    def polled(self) -> bool:
        """Whether it speaks only when asked."""
        return isinstance(self.codec(), PolledCodec)

    @property
    def silence_s(self) -> float:
        """Seconds without a byte after which it is silent: three of its nominal periods.

        Infinite for one that speaks of single events only.
        """
        return 3 * min((p for p in self.periods_s.values() if p is not None), default=math.inf)
