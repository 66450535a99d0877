"""HL7 version 2 as text: MLLP frames, segments, fields, escapes and times; and what is answered.

    0B | MSH|^~\\&|… 0D PID|… 0D OBX|… 0D | 1C 0D

Any bytes are read in bounded time and memory; what is no message is `Refused` with the reason.

Source: HL7 2.6 chapter 2; MLLP release 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from devices.mapping import Refused
from devices.model import Malformed

MAX_MESSAGE = 131_072
"""Bytes of one message; less than what a codec may hold back."""

TOO_LONG = f"a message of more than {MAX_MESSAGE - 1} bytes"

_BLOCK = 65_536
_MARKS = re.compile(rb"([\x0b\x1c])")
_MARK = rb"([!-/:-@\[-`{-~])"
_HEADER = re.compile(rb"MSH" + _MARK * 4 + _MARK + rb"?[!-/:-@\[-`{-~]?\1")
_SEGMENTS = re.compile(r"[\r\n]+")
_TIME = re.compile(r"(\d{8})(\d{2})(\d{2})(\d{2})?(?:\.(\d{1,6}))?([+-]\d{4})?", re.ASCII)
_ZONE = re.compile(r"[+-]\d{4}\Z", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 2000, 2100

_CHARSETS = {
    **dict.fromkeys(("", "ASCII", "UNICODE UTF-8", "UTF-8", "UTF8"), "utf-8"),
    **{f"8859/{part}": f"iso8859-{part}" for part in (*range(1, 10), 15)},
    **dict.fromkeys(("GB 18030-2000", "GB18030", "GBK"), "gb18030"),
    **dict.fromkeys(("BIG-5", "BIG5"), "big5"),
}
"""MSH-18 → its codec, where the bytes of ASCII are those of ASCII. Source: table 0211."""


class MllpFrames:
    """Takes frames out of any bytes, in bounded memory."""

    def __init__(self) -> None:
        self._frame: bytearray | None = None
        self._lost = 0

    def feed(self, data: bytes) -> list[bytes | Malformed]:
        """Return the contents of the frames that these bytes end, and what lay between them."""
        found: list[bytes | Malformed] = []
        for piece in _MARKS.split(data):
            if piece == b"\x0b":
                found += self.finish("a frame that does not end", "no frame")
                self._frame = bytearray()
            elif piece == b"\x1c" and self._frame is not None:
                found.append(bytes(self._frame))
                self._frame = None
            elif self._frame is not None:
                found += self._extend(piece)
            else:
                found += self._skip(piece)
        return found

    def finish(self, reason: str = "truncated", between: str = "truncated") -> list[Malformed]:
        """Report an unfinished frame and the bytes outside of any; forget both."""
        lost, self._lost = self._lost, 0
        frame, self._frame = self._frame, None
        skipped = [Malformed(lost, between)] if lost else []
        return [*skipped, Malformed(len(frame), reason)] if frame else skipped

    def _extend(self, piece: bytes) -> Iterator[Malformed]:
        assert self._frame is not None
        room = MAX_MESSAGE - 1 - len(self._frame)
        self._frame += piece[:room]
        if len(piece) > room:
            yield Malformed(len(self._frame), TOO_LONG)
            self._frame = None
            yield from self._skip(piece[room:])

    def _skip(self, piece: bytes) -> Iterator[Malformed]:
        self._lost += len(piece.translate(None, b"\r\n"))
        while self._lost >= _BLOCK:
            self._lost -= _BLOCK
            yield Malformed(_BLOCK, "no frame")


@dataclass(frozen=True, slots=True)
class Delimiters:
    """What separates the parts of one message, as its header says."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"

    def plain(self, text: str) -> str:
        """Return a text without its escapes; a sequence that means nothing here stays as it is."""
        if self.escape not in text:
            return text
        marks = {
            "F": self.field,
            "S": self.component,
            "R": self.repetition,
            "E": self.escape,
            "T": self.subcomponent,
        }
        pieces = text.split(self.escape)
        shown, index = [pieces[0]], 1
        while index < len(pieces):
            meant = _meant(pieces[index], marks) if index + 1 < len(pieces) else None
            if meant is None:
                shown.append(self.escape + pieces[index])
                index += 1
            else:
                shown += [meant, pieces[index + 1]]
                index += 2
        return "".join(shown)


def _meant(code: str, marks: dict[str, str]) -> str | None:
    if re.fullmatch(r"X(?:[0-9A-Fa-f]{2}){1,64}", code):
        return bytes.fromhex(code[1:]).decode("latin-1")
    return marks.get(code)


@dataclass(frozen=True, slots=True)
class Segment:
    """One line of a message."""

    name: str
    fields: tuple[str, ...]
    """From the first on; of MSH the first is the separator itself."""
    marks: Delimiters = field(repr=False)

    def raw(self, number: int) -> str:
        """Return a field as it stands, empty where there is none; numbers count from 1."""
        return self.fields[number - 1].strip() if 0 < number <= len(self.fields) else ""

    def text(self, number: int) -> str:
        """Return a whole field without its escapes."""
        return self.marks.plain(self.raw(number))

    def parts(self, number: int) -> tuple[str, ...]:
        """Return the components of a field's first repetition, without blanks around them."""
        first = self.raw(number).split(self.marks.repetition, 1)[0]
        return tuple(self.marks.plain(part).strip() for part in first.split(self.marks.component))

    def part(self, number: int, component: int = 1) -> str:
        """Return one component of a field's first repetition, empty where there is none."""
        parts = self.parts(number)
        return parts[component - 1] if component <= len(parts) else ""

    def repeats(self, number: int) -> bool:
        """Whether a field comes more than once."""
        return self.marks.repetition in self.raw(number)


def segments_of(message: bytes) -> list[Segment]:
    """Return the segments of a message, the header first.

    Raises:
        Refused: it does not begin with MSH, or is written in a character set that is not known.
    """
    message = message.lstrip(b"\r\n ")
    header = _HEADER.match(message)
    if header is None:
        msg = "expected a message that begins with MSH and its separators, got something else"
        raise Refused(msg)
    marks = Delimiters(*(mark.decode("ascii") for mark in header.groups(b"&")))
    first = re.split(rb"[\r\n]", message, maxsplit=1)[0].decode("ascii", "replace")
    declared = _segment(first, marks).part(18).upper()
    if declared not in _CHARSETS:
        msg = f"MSH-18: expected one of {', '.join(filter(None, _CHARSETS))}; got {declared[:32]!r}"
        raise Refused(msg)
    text = message.decode(_CHARSETS[declared], "replace")
    return [_segment(line, marks) for line in _SEGMENTS.split(text) if line]


def _segment(line: str, marks: Delimiters) -> Segment:
    name, *fields = line.split(marks.field)
    return Segment(name, tuple([marks.field, *fields] if name == "MSH" else fields), marks)


def zone_of(text: str) -> tzinfo | None:
    """Return the zone that a time is written with, None for one without."""
    match = _ZONE.search(text)
    if match is None:
        return None
    hours, minutes = int(match[0][1:3]), int(match[0][3:])
    if hours > 14 or minutes > 59:
        msg = f"expected a zone from -1400 to +1400, got {match[0]}"
        raise Refused(msg)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if match[0][0] == "-" else offset)


def time_of(text: str, zone: tzinfo | None) -> datetime:
    """Return the time that a field holds: UTC, or naive where neither it nor `zone` says which zone.

    Raises:
        Refused: for what is no time.
    """
    match = _TIME.fullmatch(text)
    if match is None:
        msg = f"expected a time as YYYYMMDDHHMMSS+ZZZZ, got {text[:32]!r}"
        raise Refused(msg)
    day, hour, minute, second, fraction, _ = match.groups()
    zone = zone_of(text) or zone
    try:
        moment = datetime.strptime(day + hour + minute + (second or "00"), "%Y%m%d%H%M%S")  # noqa: DTZ007
        moment = moment.replace(microsecond=int((fraction or "").ljust(6, "0")))
        if zone is not None:
            moment = moment.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        msg = f"expected a time, got {text[:32]!r}"
        raise Refused(msg) from error
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        msg = f"expected a year from {_FIRST_YEAR} to {_LAST_YEAR}, got {moment.year}"
        raise Refused(msg)
    return moment


def answer(code: str, control_id: str, reason: str, sent_at: datetime) -> bytes:
    """Return the framed ACK^R01 of one message: `code` is AA, AE or AR, `sent_at` UTC."""
    when = sent_at.strftime("%Y%m%d%H%M%S.%f")[:18] + "+0000"
    name = sent_at.strftime("%Y%m%d%H%M%S%f")
    lines = [
        f"MSH|^~\\&|chairside||||{when}||ACK^R01^ACK|{name}|P|2.6||||||UNICODE UTF-8",
        f"MSA|{code}|{_escaped(control_id)}" + (f"|{_escaped(reason)}" if reason else ""),
    ]
    if reason:
        kind = "200^Unsupported message type" if code == "AR" else "207^Application internal error"
        lines.append(f"ERR|||{kind}^HL70357|E||||{_escaped(reason)}")
    return b"\x0b" + "".join(f"{line}\r" for line in lines).encode() + b"\x1c\r"


_ESCAPES = {"|": "\\F\\", "^": "\\S\\", "~": "\\R\\", "\\": "\\E\\", "&": "\\T\\"} | {
    chr(code): f"\\X{code:02X}\\" for code in range(32)
}


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(each, each) for each in text).encode("utf-8", "replace").decode()
