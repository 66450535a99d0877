"""chairside record: what a device says on its port, kept with times."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TextIO

import msgspec

from devices.adapter import ports as serial_ports
from devices.adapter.scanning import scan
from devices.adapter.watching import watch
from devices.catalogue import KINDS
from devices.codecs import PolledCodec
from devices.kinds import DeviceKind
from devices.links.serial_line import LineLost, PortNotOpened
from devices.links.settings import LineSettings
from devices.model import DeviceEvent, Malformed, Origin
from devices.origin_label import origin_said, unlabelled
from devices.recording import FROM_DEVICE, TO_DEVICE, Chunk, Header
from monitor.cli.decode import as_json, events_of
from monitor.cli.device_words import heard_words, line_words
from monitor.clock import SystemClock

TESTS = Path("tests/captures")
"""Where a checkout keeps the recordings that are tests."""
_TERMINALS = "/dev/pts/"


class _Refused(Exception):
    """It cannot be recorded as asked; `str()` says what was expected and what was found."""


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add `chairside record`."""
    parser = subparsers.add_parser(
        "record",
        help="keep what a device says, with times",
        description="Write the bytes of a serial device with their times, until Ctrl-C or --seconds; "
        "chairside decode reads the file, chairside simulate --from plays it. A device that waits to be "
        "asked is asked, as the monitor does; its cuff is never started. The port must be free: stop the "
        "monitor.",
    )
    parser.add_argument("port", metavar="PORT", help="a serial port, or socket://host:port")
    parser.add_argument("--kind", help="its protocol; else the port is scanned first")
    parser.add_argument("--line", metavar="SETTINGS", help="settings of the line, such as '19200 8O1'")
    parser.add_argument("--out", type=Path, metavar="FILE", help="a new file (KIND-DATE-TIME.rec)")
    parser.add_argument("--seconds", type=_seconds, metavar="N", help="stop after so long")
    parser.add_argument(
        "--origin",
        choices=[o.value for o in Origin],
        help="whose data it is (real; of a pseudo-terminal demo)",
    )
    parser.add_argument(
        "--as-test",
        type=_name,
        metavar="NAME",
        help=f"in a checkout: write {TESTS}/NAME.rec and what it decodes to; make test then holds it",
    )
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Record until told to stop; 0, 1 when the line was lost, 2 for a port or file that cannot be used."""
    try:
        return _record(arguments)
    except _Refused as refused:
        print(f"chairside record: {refused}", file=sys.stderr)
        return 2


@dataclass(slots=True)
class _Tape:
    """A recording that is being written: each line is in the file at once."""

    file: TextIO
    header: Header
    real_s: Callable[[], float]
    began_s: float
    waiting: list[str] = field(default_factory=list)
    """What was asked before the first byte came: only that byte tells whose data they are."""
    size: int = 0
    values: int = 0
    malformed: int = 0

    def heard(self, data: bytes, events: list[DeviceEvent]) -> None:
        if not self.size:
            header = replace(self.header, origin=origin_said(data) or self.header.origin)
            self.file.write(header.text() + "".join(self.waiting))
        self.size += len(data)
        self._write(FROM_DEVICE, unlabelled(data))
        skipped = sum(isinstance(event, Malformed) for event in events)
        self.malformed += skipped
        self.values += len(events) - skipped

    def sent(self, data: bytes) -> None:
        self._write(TO_DEVICE, data)

    def _write(self, direction: str, data: bytes) -> None:
        line = Chunk(self.real_s() - self.began_s, direction, data).text()
        if not self.size:
            self.waiting.append(line)
        elif data:
            self.file.write(line)
            self.file.flush()


def _record(arguments: argparse.Namespace) -> int:
    kind, settings = _kind_and_line(arguments)
    clock, stop = SystemClock(), threading.Event()
    out = _file(arguments, kind, clock)
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(ValueError):
            signal.signal(number, lambda *_: stop.set())
    try:
        file = out.open("x", encoding="ascii", newline="\n")
    except OSError as error:
        raise _Refused(f"{out}: expected a new file; {error.strerror}") from error
    with file, _timer(arguments.seconds, stop):
        header = _header(arguments, kind, settings, clock)
        tape = _Tape(file, header, clock.real_mono_s, clock.real_mono_s())
        print(f"Recording {kind.kind} on {arguments.port} into {out}; Ctrl-C ends it.", file=sys.stderr)
        code = _listen(arguments.port, kind, settings, tape, stop)
    if not tape.size:
        out.unlink()
        raise _Refused(f"{arguments.port}: expected bytes of a {kind.kind}, got none; nothing is kept")
    if arguments.as_test is not None:
        _expect(out)
    print(f"{out}: {tape.size} bytes, {tape.values} events, {tape.malformed} of malformed bytes")
    return code


def _listen(port: str, kind: DeviceKind, settings: LineSettings, tape: _Tape, stop: threading.Event) -> int:
    try:
        for data, events in watch(port, kind, settings, tape.real_s, stop, tape.sent):
            tape.heard(data, events)
    except (PortNotOpened, LineLost) as fault:
        advice = serial_ports.remedy(str(fault), port)
        print(f"chairside record: {fault}{advice and '; ' + advice}", file=sys.stderr)
        return 1
    return 0


def _kind_and_line(arguments: argparse.Namespace) -> tuple[DeviceKind, LineSettings]:
    try:
        line = None if arguments.line is None else LineSettings.of(arguments.line)
    except ValueError as error:
        raise _Refused(f"--line: {error}") from error
    name = arguments.kind
    if name is None:
        (heard,) = scan([arguments.port])
        if heard.verdict is None or heard.verdict.found is None:
            words = heard_words(heard, serial_ports.remedy(heard.fault, heard.port))
            raise _Refused("\n".join((*words, "  name the device with --kind to record it all the same")))
        name, line = heard.verdict.found.kind, line or heard.settings
    kind = KINDS.get(name)
    if kind is None or kind.line is None:
        serial = [each for each, known in KINDS.items() if known.line is not None]
        raise _Refused(f"--kind: expected one of {', '.join(serial)}; got {name!r}")
    return kind, line or kind.line


def _file(arguments: argparse.Namespace, kind: DeviceKind, clock: SystemClock) -> Path:
    if arguments.as_test is None:
        moment = datetime.fromtimestamp(clock.utc_ms() / 1000, tz=UTC)
        return arguments.out or Path(f"{kind.kind}-{moment:%Y%m%d-%H%M%S}.rec")
    if arguments.out is not None:
        raise _Refused("--out: expected nothing beside --as-test, which names the file")
    if not TESTS.is_dir():
        raise _Refused(f"--as-test: expected a checkout with {TESTS} here, got {Path.cwd()}")
    return TESTS / f"{arguments.as_test}.rec"


def _header(
    arguments: argparse.Namespace, kind: DeviceKind, settings: LineSettings, clock: SystemClock
) -> Header:
    try:
        software = f"chairside {version('chairside')}"
    except PackageNotFoundError:
        software = "chairside"
    pseudo = "://" not in arguments.port and str(Path(arguments.port).resolve()).startswith(_TERMINALS)
    began = datetime.fromtimestamp(clock.utc_ms() / 1000, tz=UTC).isoformat(timespec="seconds")
    return Header(
        kind.kind,
        line_words(settings),
        software,
        arguments.origin or (Origin.DEMO if pseudo else Origin.REAL).value,
        "asked" if isinstance(kind.codec(), PolledCodec) else "unasked",
        began,
    )


def _expect(recording: Path) -> None:
    """Write what a recording decodes to beside it."""
    lines = [msgspec.json.encode(as_json(event)) + b"\n" for event in events_of(None, str(recording))]
    recording.with_suffix(".expected.jsonl").write_bytes(b"".join(lines))


@contextlib.contextmanager
def _timer(seconds: float | None, stop: threading.Event) -> Iterator[None]:
    timer = threading.Timer(seconds or 0, stop.set)
    timer.daemon = True
    if seconds is not None:
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= 86_400:
        raise argparse.ArgumentTypeError(f"expected seconds, at most a day, got {text}")
    return seconds


def _name(text: str) -> str:
    if not text or not all(c.isascii() and (c.isalnum() or c in "-_") for c in text):
        raise argparse.ArgumentTypeError(f"expected letters, digits, - and _, got {text!r}")
    return text
