"""What a gateway asks of its outbox: messages that survive the power cut, until they are confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class OutboxFault(Exception):
    """The outbox cannot be written or read; `str()` says where and why."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One message."""

    device: str
    session: str
    seq: int
    at_ms: int
    """When it was taken from the device, by the gateway's clock, UTC."""
    payload: bytes


@dataclass(frozen=True, slots=True)
class Waiting:
    """How full the outbox is."""

    messages: int
    oldest_ms: int | None
    bytes: int
    dropped: int
    """Messages given up since the outbox exists, because it was full or they were too old."""


class Outbox(Protocol):
    """Messages on disk; one thread uses it. Every method may raise `OutboxFault`."""

    def append(self, messages: Sequence[Kept], cuffs_ms: dict[str, int]) -> None:
        """Keep these messages, and remember when each device's last cuff result was determined."""
        ...

    def forget(self, device: str, session: str, first: int, last: int) -> None:
        """Forget the messages of a session that are on the monitor's disk, both numbers included."""
        ...

    def oldest(self, device: str, before_ms: int, limit: int) -> list[Kept]:
        """Return the first messages of a device that were taken by then."""
        ...

    def devices(self) -> list[str]:
        """Return the devices that messages wait of."""
        ...

    def last_cuffs_ms(self) -> dict[str, int]:
        """Return when the last cuff result of each device was determined."""
        ...

    def prune(self, before_ms: int, most_bytes: int) -> int:
        """Give up what is older, and the oldest while there is more; return how many messages that were."""
        ...

    def waiting(self) -> Waiting:
        """Return how full it is."""
        ...
