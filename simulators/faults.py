"""What goes wrong, and when: faults of the device, of its cable and of the wire, repeatable by seed.

A fault neither knows the patient nor the protocol: it says that a probe is off or a wire is noisy, and the
device and the transport do what real ones do then.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from simulators.chance import chance


class FaultKind(StrEnum):
    """The faults that a scenario can ask for; FAULTS explains them."""

    PROBE_OFF = "probe_off"
    STUCK_VALUE = "stuck_value"
    CUFF_ON_PROBE_ARM = "cuff_on_probe_arm"
    SWAP = "swap"
    WRONG_PATIENT = "wrong_patient"
    CUFF_FAILURE = "cuff_failure"
    CUFF_LEAK = "cuff_leak"
    WRONG_UNIT = "wrong_unit"
    CLOCK_SKEW = "clock_skew"
    CLOCK_JUMP = "clock_jump"
    SILENT = "silent"
    FREEZE = "freeze"
    UNPLUG = "unplug"
    GARBAGE = "garbage"
    CORRUPT = "corrupt"
    WRONG_BAUD = "wrong_baud"
    DRIBBLE = "dribble"
    FLOOD = "flood"
    DROP = "drop"
    DUPLICATE = "duplicate"
    REORDER = "reorder"
    BROKER_RESTART = "broker_restart"


FAULTS: dict[FaultKind, str] = {
    FaultKind.PROBE_OFF: "the oximeter's probe falls off the finger and is put back",
    FaultKind.STUCK_VALUE: "the oximeter repeats one number while its clock goes on",
    FaultKind.CUFF_ON_PROBE_ARM: "cuff and probe are on the same arm: no pulse while the cuff is inflated",
    FaultKind.SWAP: "the probes of two chairs are exchanged",
    FaultKind.WRONG_PATIENT: "the probe is on the patient of another chair",
    FaultKind.CUFF_FAILURE: "every cuff determination that ends meanwhile fails",
    FaultKind.CUFF_LEAK: "the cuff leaks: it pumps for long and finds nothing",
    FaultKind.WRONG_UNIT: "the cuff tells kPa where mmHg is expected",
    FaultKind.CLOCK_SKEW: "the device's clock is 24 minutes slow",
    FaultKind.CLOCK_JUMP: "the device's clock jumps an hour ahead",
    FaultKind.SILENT: "the device stops talking; its link stays up",
    FaultKind.FREEZE: "the device hangs and says its last words again and again",
    FaultKind.UNPLUG: "the cable is pulled and put back (serial)",
    FaultKind.GARBAGE: "noise on the wire: stray bytes, broken characters",
    FaultKind.CORRUPT: "single bits arrive wrong",
    FaultKind.WRONG_BAUD: "the device sends at half the speed that the port is set to (serial)",
    FaultKind.DRIBBLE: "a few bytes at a time, far too slowly (serial)",
    FaultKind.FLOOD: "every message arrives forty times",
    FaultKind.DROP: "four of ten messages are lost",
    FaultKind.DUPLICATE: "every message arrives twice",
    FaultKind.REORDER: "each message arrives after the one behind it",
    FaultKind.BROKER_RESTART: "the broker of its gateway is away and comes back (MQTT)",
}
"""What each means, for the list that people choose from."""

OF_TWO = frozenset({FaultKind.SWAP, FaultKind.WRONG_PATIENT})
"""Faults that need a second device."""
MQTT_ONLY = frozenset({FaultKind.BROKER_RESTART})
SERIAL_ONLY = frozenset({FaultKind.UNPLUG, FaultKind.WRONG_BAUD, FaultKind.DRIBBLE})
OF_THE_PROBE = frozenset(
    {FaultKind.PROBE_OFF, FaultKind.STUCK_VALUE, FaultKind.CUFF_ON_PROBE_ARM, *OF_TWO},
)
OF_THE_CUFF = frozenset({FaultKind.CUFF_FAILURE, FaultKind.CUFF_LEAK, FaultKind.WRONG_UNIT})

SKEW_MS, JUMP_MS = -24 * 60_000, 60 * 60_000
"""Source of the first: the mean error of device clocks in a survey of hospitals; the second is a missed
change to summer time."""
COPIES = 40
LOST = 0.4
DRIBBLE_BYTES = 24
"""Bytes at a time on a line that dribbles."""
_BACKLOG = 4_096


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one device: once, from `at_s` on, or once in every `every_s` seconds, for `for_s`.

    Times count from the beginning of the scenario. A fault that comes again comes at an irregular moment,
    which the seed fixes.
    """

    device: str
    kind: FaultKind
    every_s: float | None = None
    for_s: float = 0.0
    at_s: float = 0.0
    other: str | None = None
    """The second device, for a fault of two."""
    seed: str = ""
    """What fixes the moments; the device itself where it is empty."""

    def began_s(self, since_epoch_s: float) -> float | None:
        """When the fault that is present at this time began; None where none is."""
        begins_s = self.at_s
        if self.every_s is not None:
            span = since_epoch_s // self.every_s
            dice = chance("fault", self.seed or self.device, self.kind, int(span))
            begins_s = span * self.every_s + dice.uniform(0, self.every_s - self.for_s)
        return begins_s if begins_s <= since_epoch_s < begins_s + self.for_s else None

    def active(self, since_epoch_s: float) -> bool:
        """Whether it is present so many seconds after the scenario began; before that too."""
        return self.began_s(since_epoch_s) is not None

    def of_the_other(self) -> Fault:
        """The same fault as the second device has it, at the same time."""
        return replace(self, device=self.other or "", other=self.device)


class DeviceFaults:
    """The faults of one device, asked for the moment; some may come and go by order while it runs."""

    def __init__(self, faults: tuple[Fault, ...], epoch_ms: int) -> None:
        self._faults = faults
        self._epoch_ms = epoch_ms

    def add(self, fault: Fault) -> None:
        """Let a fault happen that no scenario foresaw."""
        self._faults = (*self._faults, fault)

    def end(self, at_ms: int, kind: FaultKind | None = None) -> None:
        """Let the faults of this kind, or all that are present, end now; those that come again come again."""
        since_s = (at_ms - self._epoch_ms) / 1000
        self._faults = tuple(
            replace(fault, for_s=since_s - fault.at_s)
            if fault.every_s is None and kind in {None, fault.kind} and fault.active(since_s)
            else fault
            for fault in self._faults
        )

    def left_s(self, at_ms: int) -> dict[FaultKind, float]:
        """Return the kinds that are present at a time, each with the seconds until it ends."""
        since_s = (at_ms - self._epoch_ms) / 1000
        begun = ((fault, fault.began_s(since_s)) for fault in self._faults)
        return {
            fault.kind: began_s + fault.for_s - since_s for fault, began_s in begun if began_s is not None
        }

    def present(self, at_ms: int) -> set[FaultKind]:
        """Return the kinds of fault that are present at a time."""
        since_s = (at_ms - self._epoch_ms) / 1000
        return {fault.kind for fault in self._faults if fault.active(since_s)}

    def began_ms(self, kind: FaultKind, at_ms: int) -> int | None:
        """When the fault of this kind began that is present at a time."""
        since_s = (at_ms - self._epoch_ms) / 1000
        began = (fault.began_s(since_s) for fault in self._faults if fault.kind is kind)
        return next((self._epoch_ms + round(s * 1000) for s in began if s is not None), None)

    def other(self, at_ms: int) -> str | None:
        """The device whose place this one has taken at a time."""
        since_s = (at_ms - self._epoch_ms) / 1000
        return next((f.other for f in self._faults if f.kind in OF_TWO and f.active(since_s)), None)


class Wire:
    """What a message goes through on its way; it remembers what is still under way."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._late: bytes | None = None
        self._backlog = b""

    def carry(self, message: bytes, present: Collection[FaultKind]) -> list[bytes]:
        """Return what arrives at the other end when this is sent while those faults are present."""
        arriving = self._reordered(message, FaultKind.REORDER in present)
        for kind, change in _CHANGES.items():
            if kind in present:
                arriving = change(arriving, self._dice)
        return self._dribbled(arriving, FaultKind.DRIBBLE in present)

    def _reordered(self, message: bytes, fault: bool) -> list[bytes]:
        late, self._late = self._late, None
        if fault and message and late is None:
            self._late = message
            return []
        return [part for part in (message, late) if part]

    def _dribbled(self, arriving: list[bytes], fault: bool) -> list[bytes]:
        if not fault:
            self._backlog = b""
            return arriving
        waiting = (self._backlog + b"".join(arriving))[-_BACKLOG:]
        now, self._backlog = waiting[:DRIBBLE_BYTES], waiting[DRIBBLE_BYTES:]
        return [now] if now else []


def at_double_speed(data: bytes) -> bytes:
    """Return what a port reads, 8N1, when it is set to twice the speed at which this is sent."""
    bits = "".join("0" + f"{byte:08b}"[::-1] + "1" for byte in data)
    bits = "".join(bit * 2 for bit in bits) + "1" * 20
    heard = bytearray()
    at = bits.find("0")
    while 0 <= at < len(bits) - 9:
        heard.append(int(bits[at + 1 : at + 9][::-1], 2))
        at = bits.find("0", at + 9)
    return bytes(heard)


def _dropped(messages: list[bytes], dice: Random) -> list[bytes]:
    return [message for message in messages if dice.random() >= LOST]


def _corrupted(messages: list[bytes], dice: Random) -> list[bytes]:
    return [_flipped(message, dice) for message in messages]


def _garbled(messages: list[bytes], dice: Random) -> list[bytes]:
    return [dice.randbytes(dice.randrange(1, 12)) + _flipped(message, dice) for message in messages]


def _flipped(message: bytes, dice: Random) -> bytes:
    broken = bytearray(message)
    for _ in range(1 + len(broken) // 20):
        broken[dice.randrange(len(broken))] ^= 1 << dice.randrange(8)
    return bytes(broken)


_CHANGES: Mapping[FaultKind, Callable[[list[bytes], Random], list[bytes]]] = {
    FaultKind.SILENT: lambda _messages, _dice: [],
    FaultKind.DROP: _dropped,
    FaultKind.CORRUPT: _corrupted,
    FaultKind.GARBAGE: _garbled,
    FaultKind.WRONG_BAUD: lambda messages, _dice: [at_double_speed(message) for message in messages],
    FaultKind.DUPLICATE: lambda messages, _dice: [each for each in messages for _ in range(2)],
    FaultKind.FLOOD: lambda messages, _dice: messages * COPIES,
}
"""What each fault of the wire makes of the messages, in the order in which they come to it."""
