"""Binary packets out of any bytes: found again at any byte, in bounded memory.

    … junk | packet | packet | junk | unfinished …

Bytes that belong to no packet are counted and reported once for each run of them, in pieces when a run is
long, so that a line with the wrong settings shows before it ends.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from devices.codecs.framing import TRUNCATED
from devices.model import DeviceEvent, Malformed

CHECKSUM_ERROR = "checksum_error"
NOT_A_PACKET = "not_a_packet"

LONGEST_RUN = 256
"""Bytes of junk after which they are reported without waiting for their end."""


@dataclass(frozen=True, slots=True)
class Packet:
    """The buffer begins with a whole packet of `size` bytes."""

    size: int


@dataclass(frozen=True, slots=True)
class Skip:
    """The first `size` bytes of the buffer begin no packet."""

    reason: str = NOT_A_PACKET
    size: int = 1


Found = Packet | Skip | None
"""None: the buffer may be the beginning of a packet."""


class PacketCodec:
    """A codec of a protocol of packets: `find` looks at the front of the buffer, `read` reads a packet.

    `find` answers None for a bounded number of bytes only; what it answers depends on those bytes alone.
    """

    def __init__(
        self,
        find: Callable[[bytes], Found],
        read: Callable[[bytes], list[DeviceEvent]],
        window: int,
    ) -> None:
        self._find = find
        self._read = read
        self._window = window
        self._rest = b""
        self._junk = 0
        self._reason = ""

    def feed(self, data: bytes) -> list[DeviceEvent]:
        """Return the events of the packets completed by these bytes; keep what is unfinished."""
        events: list[DeviceEvent] = []
        buffer = self._rest + data
        start = 0
        while start < len(buffer):
            front = buffer[start : start + self._window]
            found = self._find(front)
            if found is None:
                break
            if isinstance(found, Packet):
                if self._junk:
                    events += self._take_junk()
                events += self._read(front[: found.size])
            else:
                events += self._skip(found.size, found.reason)
            start += found.size
        self._rest = buffer[start:]
        return events

    def finish(self) -> list[DeviceEvent]:
        """Report what belongs to no packet as truncated, and forget it."""
        rest = len(self._rest) + self._junk
        self._rest = b""
        self._junk = 0
        return [Malformed(rest, TRUNCATED)] if rest else []

    def _skip(self, size: int, reason: str) -> list[DeviceEvent]:
        if not self._junk:
            self._reason = reason
        self._junk += size
        return self._take_junk() if self._junk >= LONGEST_RUN else []

    def _take_junk(self) -> list[DeviceEvent]:
        junk, self._junk = self._junk, 0
        return [Malformed(junk, self._reason)] if junk else []
