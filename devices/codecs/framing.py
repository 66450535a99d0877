"""Lines ended by CR or LF, out of any bytes, in bounded memory.

    … CR LF | line | CR | line | LF CR | unfinished …

Any run of CR and LF ends a line and empty lines are skipped, because monitors send CR, CR LF and LF CR. Fill
at either end of a line is no part of it: NULs of a break or of a printer's pause, XON, XOFF and form feeds.
Within a line it is damage, and stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from devices.model import DeviceEvent, Malformed

TRUNCATED = "truncated"
LINE_TOO_LONG = "line_too_long"

FILL = b"\0\x11\x13\x0c"
"""NUL, XON, XOFF, form feed."""

_TERMINATOR = re.compile(rb"[\r\n]")


class LineCodec:
    """A codec of a protocol of lines: `read_line` turns each complete line into events.

    Of a line that does not end, less than twice `limit` bytes are kept: the oldest are reported as
    malformed, `limit` at a time, so that a good line is still found at the end of any amount of noise.
    """

    def __init__(self, read_line: Callable[[bytes], list[DeviceEvent]], limit: int) -> None:
        self._read_line = read_line
        self._limit = limit
        self._unfinished = bytearray()

    def feed(self, data: bytes) -> list[DeviceEvent]:
        """Return the events of the lines completed by these bytes; keep the unfinished line."""
        events: list[DeviceEvent] = []
        *ended, rest = _TERMINATOR.split(data)
        for piece in ended:
            events += self._extend(piece)
            line = self.take_unfinished()
            if line:
                events += self._read_line(line)
        return events + self._extend(rest)

    def finish(self) -> list[DeviceEvent]:
        """Report an unfinished line as malformed and forget it."""
        rest = self.take_unfinished()
        return [Malformed(len(rest), TRUNCATED)] if rest else []

    def take_unfinished(self) -> bytes:
        """Return the unfinished line without the fill around it, and forget it."""
        rest = bytes(self._unfinished).strip(FILL)
        self._unfinished.clear()
        return rest

    def _extend(self, piece: bytes) -> list[DeviceEvent]:
        self._unfinished += piece
        surplus = len(self._unfinished) // self._limit - 1
        if surplus < 1:
            return []
        del self._unfinished[: surplus * self._limit]
        return [Malformed(self._limit, LINE_TOO_LONG)] * surplus
