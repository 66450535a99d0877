"""chairside decode: bytes of a device in, one JSON object a line out."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from devices.catalogue import BROKEN, KINDS
from devices.codecs import Codec
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

_CHUNK = 65_536


class _Unreadable(Exception):
    """The file cannot be opened or read; the text says why."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the decode subcommand."""
    parser = subparsers.add_parser(
        "decode",
        help="show what a device says",
        description="Read the bytes of a device and print one JSON object a line.",
    )
    parser.add_argument("kind", nargs="?", metavar="KIND", help="the device's protocol; --list names all")
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
    kind = KINDS.get(arguments.kind)
    if kind is None:
        got = "none" if arguments.kind is None else repr(arguments.kind)
        if arguments.kind in BROKEN:
            got += f", which could not be loaded: {BROKEN[arguments.kind]}"
        return _refuse(f"KIND: expected one of {', '.join(KINDS)}; got {got}")
    if kind.doubt:
        print(f"chairside decode: {kind.kind} is in doubt: {kind.doubt}", file=sys.stderr)
    try:
        for event in _events(kind.codec(), arguments.file):
            # One write a line, unbuffered or not: who reads the pipe never sees half an object.
            sys.stdout.buffer.write(msgspec.json.encode(as_json(event)) + b"\n")
            sys.stdout.buffer.flush()
    except _Unreadable as unreadable:
        return _refuse(str(unreadable))
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


def _events(codec: Codec, file: str) -> Iterator[DeviceEvent]:
    for data in _pieces(file):
        yield from codec.feed(data)
    yield from codec.finish()


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
