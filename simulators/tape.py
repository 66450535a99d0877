"""A recording of a serial device, played as it was heard; docs/recording.md describes the file."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from simulators.tables import ScenarioFault

MAGIC = "# chairside recording "
_LINE = re.compile(r"(\d{1,9}(?:\.\d{1,6})?) ([<>]) ((?:[0-9a-fA-F]{2})+)")
_KEY = re.compile(r"# ([a-z]+): (.*)")
_MOST_UNREAD = 512


@dataclass(frozen=True, slots=True)
class Recording:
    """What a device said and was asked."""

    kind: str
    line: str
    asked: bool
    """Whether the device only replies."""
    chunks: tuple[tuple[float, str, bytes], ...]
    """(seconds, < from or > to the device, bytes), oldest first."""


def is_recording(path: Path) -> bool:
    """Whether a file begins as a recording does; raises OSError."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC.encode()


def load(path: Path) -> Recording:
    """Read a recording; ScenarioFault names the first line that is wrong."""
    keys: dict[str, str] = {}
    chunks: list[tuple[float, str, bytes]] = []
    lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    if not lines or lines[0] != f"{MAGIC}1":
        raise ScenarioFault(
            f"{path}, line 1: expected {MAGIC}1, got {lines[0][:60] if lines else 'nothing'!r}"
        )
    for number, line in enumerate(lines[1:], 2):
        if key := _KEY.fullmatch(line):
            keys.setdefault(key[1], key[2].strip())
        elif line and not line.startswith("#"):
            found = _LINE.fullmatch(line)
            if found is None or (chunks and float(found[1]) < chunks[-1][0]):
                expected = "seconds that never go back, < or >, and hexadecimal"
                raise ScenarioFault(f"{path}, line {number}: expected {expected}, got {line[:60]!r}")
            chunks.append((float(found[1]), found[2], bytes.fromhex(found[3])))
    if not keys.get("kind"):
        raise ScenarioFault(f"{path}: expected a line '# kind: KIND' before the bytes, got none")
    return Recording(keys["kind"], keys.get("line", ""), keys.get("speaks") == "asked", tuple(chunks))


class Tape:
    """Plays a recording from `begin` on: what came unasked at its time, replies when asked the same again.

    The reply to a request is the one that the device had last given to it at this time of the recording.
    """

    def __init__(self, recording: Recording) -> None:
        self._unasked = [] if recording.asked else [(s, d) for s, way, d in recording.chunks if way == "<"]
        self._replies = _replies(recording) if recording.asked else {}
        self._ends_s = recording.chunks[-1][0] if recording.chunks else 0.0
        self._began_ms: int | None = None
        self._next = 0
        self._unread = b""

    def begin(self, now_ms: int) -> None:
        """Start the tape."""
        self._began_ms = now_ms

    def ended(self, now_ms: int) -> bool:
        """Whether the last byte was said."""
        return self._into_s(now_ms) > self._ends_s + 1

    def speak(self, now_ms: int) -> bytes:
        """Return what was said unasked since the last call."""
        into_s, said = self._into_s(now_ms), b""
        while self._next < len(self._unasked) and self._unasked[self._next][0] <= into_s:
            said += self._unasked[self._next][1]
            self._next += 1
        return said

    def receive(self, data: bytes, now_ms: int) -> bytes:
        """Return the replies to the requests that these bytes complete."""
        self._unread = (self._unread + data)[-_MOST_UNREAD:]
        answer = b""
        while asked := self._asked():
            request, end = asked
            self._unread = self._unread[end:]
            answer += self._reply(self._replies[request], self._into_s(now_ms))
        return answer

    def _asked(self) -> tuple[bytes, int] | None:
        """The first request in what was not read yet, and where it ends."""
        found = ((self._unread.find(request), request) for request in self._replies)
        at, request = min(((at, request) for at, request in found if at >= 0), default=(-1, b""))
        return (request, at + len(request)) if request else None

    def _reply(self, replies: list[tuple[float, bytes]], into_s: float) -> bytes:
        given = [reply for at_s, reply in replies if at_s <= into_s]
        return given[-1] if given else replies[0][1]

    def _into_s(self, now_ms: int) -> float:
        return -1.0 if self._began_ms is None else (now_ms - self._began_ms) / 1000


def _replies(recording: Recording) -> dict[bytes, list[tuple[float, bytes]]]:
    """Return request → (when it was made, what came until the next request)."""
    replies: dict[bytes, list[tuple[float, bytes]]] = defaultdict(list)
    request: bytes | None = None
    for at_s, way, data in recording.chunks:
        if way == ">":
            request = data
            replies[request].append((at_s, b""))
        elif request is not None:
            began_s, so_far = replies[request][-1]
            replies[request][-1] = (began_s, so_far + data)
    answered = {asked: [each for each in given if each[1]] for asked, given in replies.items()}
    return {asked: given for asked, given in answered.items() if given}
