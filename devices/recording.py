"""What a device said on its line, as text that can be kept: bytes with their times; no I/O and no clock.

    # chairside recording 1
    # kind: masimo-ascii1
    # line: 9600 8N1
    0.000 < 30332f30352f31…        seconds since the first line, from (<) or to (>) the device, hexadecimal

docs/recording.md describes it for those who write one by other means.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MAGIC = b"# chairside recording "
"""What every recording begins with; its version follows."""
VERSION = "1"
FROM_DEVICE, TO_DEVICE = "<", ">"

_LONGEST_LINE = 1_000_000
_LINE = re.compile(r"(\d{1,9}(?:\.\d{1,6})?) ([<>]) ((?:[0-9a-fA-F]{2})+)")
_KEY = re.compile(r"# ([a-z]+): (.*)")


class RecordingFault(ValueError):
    """A recording cannot be read; the text says in which line, what was expected and what was found."""


@dataclass(frozen=True, slots=True)
class Header:
    """What is known of a recording beside its bytes."""

    kind: str
    """A kind of the catalogue."""
    line: str
    """Settings of the line, `19200 8O1`."""
    software: str
    """What wrote it."""
    origin: str
    """`real`, `demo` or `replay`, as the data of the chair would carry it."""
    speaks: str
    """`unasked`, or `asked` for a device that only replies."""
    began: str
    """UTC of the first line, ISO 8601."""

    def text(self) -> str:
        """Return the lines that stand before the bytes."""
        keys = ("kind", "line", "software", "origin", "speaks", "began")
        lines = (f"# {key}: {getattr(self, key)}" for key in keys)
        return "\n".join((MAGIC.decode() + VERSION, *lines)) + "\n"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes that came or went together."""

    at_s: float
    """Seconds since the recording began."""
    direction: str
    data: bytes

    def text(self) -> str:
        """Return its line."""
        return f"{self.at_s:.3f} {self.direction} {self.data.hex()}\n"


@dataclass(slots=True)
class Reader:
    """Reads a recording as it comes, cut anywhere; `keys` holds its header as far as it was read."""

    keys: dict[str, str] = field(default_factory=dict)
    _unread: bytes = b""
    _number: int = 0
    _last_s: float = -math.inf

    def feed(self, data: bytes) -> Iterator[Chunk]:
        """Yield the chunks that these bytes complete; raises RecordingFault."""
        *lines, self._unread = (self._unread + data).split(b"\n")
        for line in lines:
            chunk = self._read(line.rstrip(b"\r").decode("ascii", "replace"))
            if chunk is not None:
                yield chunk
        if len(self._unread) > _LONGEST_LINE:
            raise self._fault("a line of at most a million characters", "a longer one")

    def finish(self) -> None:
        """Raise RecordingFault if the recording ends within a line or before its first one."""
        if self._unread:
            self._number += 1
            raise self._fault("an end of the line", "the end of the recording")
        if not self._number:
            self._number = 1
            raise self._fault(f"{MAGIC.decode()}{VERSION}", "nothing")

    def _read(self, line: str) -> Chunk | None:
        self._number += 1
        if self._number == 1:
            if line != MAGIC.decode() + VERSION:
                raise self._fault(f"{MAGIC.decode()}{VERSION}", repr(line[:60]))
            return None
        if not line or line.startswith("#"):
            key = _KEY.fullmatch(line)
            if key is not None:
                self.keys.setdefault(key[1], key[2].strip())
            return None
        found = _LINE.fullmatch(line)
        if found is None:
            raise self._fault("seconds, < or >, and hexadecimal", repr(line[:60]))
        at_s = float(found[1])
        if at_s < self._last_s:
            raise self._fault(f"{self._last_s:g} s or later", f"{at_s:g} s")
        self._last_s = at_s
        return Chunk(at_s, found[2], bytes.fromhex(found[3]))

    def _fault(self, expected: str, got: str) -> RecordingFault:
        return RecordingFault(f"line {self._number}: expected {expected}, got {got}")
