"""chairside decode: bytes of a device in, one JSON object a line out."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from devices.catalogue import BROKEN, KINDS
from devices.kinds import DeviceKind
from devices.model import (
    METRICS,
    ClockSkew,
    CuffResult,
    CuffState,
    DeviceEvent,
    DeviceInfo,
    Malformed,
    MetricCode,
    Observation,
)
from devices.recording import FROM_DEVICE, MAGIC, Chunk, Reader, RecordingFault

_CHUNK = 65_536


class _Unreadable(Exception):
    """The file cannot be opened or read; the text says why."""


class _NoKind(Exception):
    """It is not known what to read the bytes as; the text says what was expected."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the decode subcommand."""
    parser = subparsers.add_parser(
        "decode",
        help="show what a device says",
        description="Read the bytes of a device, or a recording of chairside record, and print one JSON "
        "object a line.",
    )
    parser.add_argument(
        "kind",
        nargs="?",
        metavar="KIND",
        help="the device's protocol; --list names all. A recording says it itself: name its file instead",
    )
    parser.add_argument("file", nargs="?", default="-", metavar="FILE", help="captured bytes; - is stdin")
    parser.add_argument("--list", action="store_true", help="name every KIND and stop")
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Decode one file or stdin; 0 however malformed it is, 2 for an unknown kind or an unreadable file."""
    if arguments.list:
        print(*KINDS, sep="\n")
        for name, reason in BROKEN.items():
            print(f"chairside decode: {name} could not be loaded: {reason}", file=sys.stderr)
        return 0
    name, file = arguments.kind, arguments.file
    alone = name is not None and name not in {*KINDS, *BROKEN} and Path(name).is_file()
    if alone:
        file = name
    try:
        for event in events_of(None if alone else _kind(name), file):
            # One write a line, unbuffered or not: who reads the pipe never sees half an object.
            sys.stdout.buffer.write(msgspec.json.encode(as_json(event)) + b"\n")
            sys.stdout.buffer.flush()
    except (_Unreadable, _NoKind) as fault:
        return _refuse(str(fault))
    except RecordingFault as fault:
        return _refuse(f"{file}: {fault}")
    return 0


def as_json(event: DeviceEvent) -> dict[str, Any]:
    """Return the event as the object that is printed; its keys and their order are documented and stable."""
    match event:
        case Observation():
            return _observation(event)
        case CuffResult():
            return _cuff(event)
        case CuffState():
            return {"event": "state", "state": event.state}
        case Malformed():
            return {"event": "malformed", "bytes": event.bytes, "reason": event.reason}
        case DeviceInfo():
            return _info(event)
        case ClockSkew():
            return {"event": "clock", "whose": event.whose, "seconds": event.seconds}
        case _:
            return {"event": "link", "state": event.state, "detail": event.detail}


def _observation(event: Observation) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "event": "observation",
        "metric": event.metric,
        "value": event.value,
        "unit": METRICS[event.metric].unit,
        "validity": event.validity,
        "flags": event.flags,
        "device_time": _device_time(event.device_time),
    }
    if event.method is not None:
        shown["method"] = event.method
    if event.history:
        shown["history"] = True
    return shown


def _info(event: DeviceInfo) -> dict[str, Any]:
    return {
        "event": "info",
        "model": event.model,
        "firmware": event.firmware,
        "limits": {limit.metric: [limit.low, limit.high] for limit in event.limits},
        "settings": dict(event.settings),
    }


def _cuff(event: CuffResult) -> dict[str, Any]:
    return {
        "event": "observation",
        "metric": MetricCode.NIBP,
        "systolic": event.systolic,
        "diastolic": event.diastolic,
        "mean": event.mean,
        "pulse_rate": event.pulse_rate,
        "unit": METRICS[MetricCode.NIBP].unit,
        "validity": event.validity,
        "flags": event.flags,
        "device_time": _device_time(event.device_time),
        "method": "nibp",
        "age_s": event.age_s,
        "status": event.status,
    }


def _device_time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _kind(name: str | None) -> DeviceKind:
    kind = KINDS.get(name or "")
    if kind is None:
        got = "none" if name is None else repr(name)
        if name in BROKEN:
            got += f", which could not be loaded: {BROKEN[name]}"
        raise _NoKind(f"KIND: expected one of {', '.join(KINDS)}; got {got}")
    if kind.doubt:
        print(f"chairside decode: {kind.kind} is in doubt: {kind.doubt}", file=sys.stderr)
    return kind


def events_of(kind: DeviceKind | None, file: str) -> Iterator[DeviceEvent]:
    """Yield what the bytes of a file say; without a kind only a recording can be read."""
    pieces = _pieces(file)
    first = b""
    while MAGIC.startswith(first[: len(MAGIC)]) and len(first) < len(MAGIC) and (data := next(pieces, b"")):
        first += data
    if first.startswith(MAGIC):
        recorded = _Recorded(chain((first,), pieces))
        codec, pieces = (kind or _kind(recorded.kind)).codec(), iter(recorded)
    else:
        codec = (kind or _kind(None)).codec()
        pieces = chain((first,), pieces)
    for data in pieces:
        yield from codec.feed(data)
    yield from codec.finish()


class _Recorded:
    """The bytes that the device of a recording said."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._reader = Reader()
        self._chunks = self._read(pieces)
        self._first = next(self._chunks, None)
        self.kind = self._reader.keys.get("kind")

    def __iter__(self) -> Iterator[bytes]:
        for chunk in chain(() if self._first is None else (self._first,), self._chunks):
            if chunk.direction == FROM_DEVICE:
                yield chunk.data

    def _read(self, pieces: Iterator[bytes]) -> Iterator[Chunk]:
        for data in pieces:
            yield from self._reader.feed(data)
        self._reader.finish()


def _pieces(file: str) -> Iterator[bytes]:
    """Yield what the file has, as soon as it has it."""
    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as source:
            while data := os.read(source.fileno(), _CHUNK):
                yield data
    except OSError as error:
        msg = f"{file}: expected a file that can be read; {error.strerror}"
        raise _Unreadable(msg) from error


def _refuse(fault: str) -> int:
    print(f"chairside decode: {fault}", file=sys.stderr)
    return 2
