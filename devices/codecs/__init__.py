"""Codecs: bytes in, events out; no I/O and no clock. One file per protocol."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from devices.model import DeviceEvent


class Codec(Protocol):
    """Turns the bytes of one device into events.

    It has three answers: an event, not yet, malformed. Whatever the bytes, it raises nothing, keeps a
    bounded number of them, and gives the same events however they were cut into pieces.
    """

    def feed(self, data: bytes) -> list[DeviceEvent]:
        """Return the events completed by these bytes; keep what is unfinished."""
        ...

    def finish(self) -> list[DeviceEvent]:
        """Report unfinished bytes as malformed, `truncated`, and forget them."""
        ...


@runtime_checkable
class PolledCodec(Codec, Protocol):
    """A codec of a device that speaks only when asked, one request at a time."""

    @property
    def replies(self) -> int:
        """Complete lines read so far, good or bad; the next request may go out when this has grown."""
        ...

    def requests(self) -> Sequence[bytes]:
        """Return one round of requests, in order; each is sent after the reply to the one before."""
        ...
