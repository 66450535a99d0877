"""What goes wrong, and when: faults of the device, of its cable and of the wire, repeatable by seed.

A fault neither knows the patient nor the protocol: it says that a probe is off or a wire is noisy, and the
device and the transport do what real ones do then.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from simulators.chance import chance


class FaultKind(StrEnum):
    """The faults that a scenario can ask for; FAULTS explains them."""

    PROBE_OFF = "probe_off"
    CUFF_FAILURE = "cuff_failure"
    SILENT = "silent"
    UNPLUG = "unplug"
    GARBAGE = "garbage"
    DUPLICATE = "duplicate"


FAULTS: dict[FaultKind, str] = {
    FaultKind.PROBE_OFF: "the oximeter's probe falls off the finger and is put back",
    FaultKind.CUFF_FAILURE: "every cuff determination that ends meanwhile fails",
    FaultKind.SILENT: "the device stops talking; its link stays up",
    FaultKind.UNPLUG: "the cable is pulled and put back (serial)",
    FaultKind.GARBAGE: "noise on the wire: stray bytes, broken characters",
    FaultKind.DUPLICATE: "every message arrives twice (MQTT)",
}
"""What each means, for the list that people choose from."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one device: once in every `every_s` seconds, at an irregular moment, for `for_s`."""

    device: str
    kind: FaultKind
    every_s: float
    for_s: float

    def active(self, since_epoch_s: float) -> bool:
        """Whether it is present so many seconds after the scenario began; before that too."""
        span, into_s = divmod(since_epoch_s, self.every_s)
        begins_s = chance("fault", self.device, self.kind, int(span)).uniform(0, self.every_s - self.for_s)
        return begins_s <= into_s < begins_s + self.for_s


class DeviceFaults:
    """The faults of one device, asked for the moment."""

    def __init__(self, faults: tuple[Fault, ...], epoch_ms: int) -> None:
        self._faults = faults
        self._epoch_ms = epoch_ms

    def present(self, at_ms: int) -> set[FaultKind]:
        """Return the kinds of fault that are present at a time."""
        since_s = (at_ms - self._epoch_ms) / 1000
        return {fault.kind for fault in self._faults if fault.active(since_s)}


def on_the_wire(message: bytes, present: Collection[FaultKind], dice: Random) -> list[bytes]:
    """Return what arrives at the other end when this is sent while those faults are present."""
    if FaultKind.SILENT in present or not message:
        return []
    if FaultKind.GARBAGE in present:
        message = _garbled(message, dice)
    return [message, message] if FaultKind.DUPLICATE in present else [message]


def _garbled(message: bytes, dice: Random) -> bytes:
    broken = bytearray(message)
    for _ in range(1 + len(broken) // 20):
        broken[dice.randrange(len(broken))] ^= 1 << dice.randrange(8)
    return dice.randbytes(dice.randrange(1, 12)) + bytes(broken)
