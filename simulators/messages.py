"""What devices behind gateways share: what is published, and which cuff result is new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from simulators.bedside import Bedside
from simulators.cuff import Determination


@dataclass(frozen=True, slots=True)
class Said:
    """One message: the path below the device's topic, and the payload."""

    path: str
    payload: bytes


class MessageDevice(Protocol):
    """A device whose gateway publishes."""

    def messages(self, now_ms: int) -> list[Said]:
        """Return what it has to say now; asked about once a second."""
        ...

    def births(self, now_ms: int) -> list[Said]:
        """Return what the gateway says of it, retained, on every connection."""
        ...

    def farewell(self, now_ms: int) -> list[Said]:
        """Return what the gateway says of it, retained, when it stops."""
        ...


class Unannounced:
    """A device of which no gateway says that it comes or goes."""

    def births(self, now_ms: int) -> list[Said]:  # noqa: ARG002
        """Say nothing."""
        return []

    def farewell(self, now_ms: int) -> list[Said]:  # noqa: ARG002
        """Say nothing."""
        return []


class NewResults:
    """The determinations of a cuff that were not told yet; a former run told those before `since_ms`."""

    def __init__(self, bedside: Bedside, since_ms: int) -> None:
        self._bedside = bedside
        self._until_ms = since_ms

    def take(self) -> Determination | None:
        """Return the last determination if it is new."""
        last = self._bedside.cuff.last
        if last is None or last.ended_ms <= self._until_ms:
            return None
        self._until_ms = last.ended_ms
        return last
