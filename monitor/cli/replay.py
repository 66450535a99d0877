"""chairside replay: any recording through the real alarm engine, as fast as it goes."""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TextIO

from monitor.alarms.replay import AlarmChange, Replay, Row
from monitor.cli import sandbox
from monitor.config import ConfigError, load_limits
from monitor.limits import LimitPreset, default_preset
from monitor.terms import OPEN_PHASES, Baseline, Phase, Vital

TIME = "time_s"
TABLE = "{:>12}  {:<8} {:<8} {:<14} {:>7} {:>7}"


class RecordingFault(Exception):
    """The recording cannot be read; `str()` says where, what was expected and what was found."""


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add `chairside replay`."""
    parser = subparsers.add_parser("replay", help="run a recording through the alarm engine")
    parser.add_argument(
        "file",
        nargs="?",
        help=f"CSV with a header: {TIME} and any of {', '.join(Vital)}; - reads from standard input",
    )
    parser.add_argument(
        "--config", type=Path, help="clinic.toml whose [limits.default] apply; the rest of it is not read"
    )
    parser.add_argument(
        "--phase", choices=[p.value for p in Phase if p in OPEN_PHASES], default=Phase.INFUSION.value
    )
    parser.add_argument(
        "--baseline",
        type=_baseline,
        metavar="SYS/DIA[/HR]",
        help="the patient's own values: switches relative limits on",
    )
    parser.add_argument("--confirm", action="store_true", help="let high pressures wait for a second reading")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    sandbox.add_arguments(parser)
    parser.set_defaults(handler=replay)


def replay(arguments: argparse.Namespace) -> int:
    """Print every alarm change of the recording; 0, or 2 for input that cannot be read."""
    if (arguments.file is None) is (arguments.sessions is None):
        print("expected one of a recording and --sessions", file=sys.stderr)
        return 2
    if arguments.sessions is not None:
        return sandbox.run(arguments)
    try:
        engine = Replay(_preset(arguments), Phase(arguments.phase), arguments.baseline)
        with _opened(arguments.file) as stream:
            if not arguments.json:
                print(TABLE.format("t", "change", "priority", "condition", "value", "limit"))
            for row in rows(stream, arguments.file):
                for change in engine.feed(row):
                    print(_json(change) if arguments.json else _line(change), flush=True)
    except (ConfigError, RecordingFault) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def rows(stream: TextIO, name: str) -> Iterator[Row]:
    """Yield the rows of a recording; columns go by their header, in any order.

    Raises RecordingFault at the first line that cannot be read.
    """
    reader = csv.reader(stream)
    try:
        columns = _columns(next(reader, []), name)
        for cells in reader:
            if cells:
                yield _row(cells, columns, f"{name}, line {reader.line_num}")
    except (csv.Error, UnicodeDecodeError) as error:
        msg = f"{name}, after line {reader.line_num}: expected comma-separated UTF-8 text, got {error}"
        raise RecordingFault(msg) from error


def _columns(header: list[str], name: str) -> dict[str, int]:
    """Return where each column of ours stands; further ones are ignored."""
    names = [cell.strip().lower() for cell in header]
    known = (TIME, *Vital)
    for column in known:
        if names.count(column) > 1:
            msg = f"{name}, line 1: expected column {column} once, got it {names.count(column)} times"
            raise RecordingFault(msg)
    if TIME not in names:
        found = ", ".join(cell for cell in header if cell.strip())[:80] or "nothing"
        msg = f"{name}, line 1: expected a header with the column {TIME}, got {found}"
        raise RecordingFault(msg)
    return {column: names.index(column) for column in known if column in names}


def _row(cells: list[str], columns: dict[str, int], where: str) -> Row:
    """Read one line; a line that ends early has empty cells."""
    numbers = {
        column: _number(cells[index] if index < len(cells) else "", f"{where}, column {column}")
        for column, index in columns.items()
    }
    time_s = numbers.pop(TIME)
    if time_s is None or math.isinf(time_s):
        msg = f"{where}, column {TIME}: expected seconds, got {'nothing' if time_s is None else time_s}"
        raise RecordingFault(msg)
    return Row(time_s, {Vital(column): value for column, value in numbers.items()})


def _number(cell: str, where: str) -> float | None:
    text = cell.strip()
    if not text:
        return None
    try:
        if "_" in text:
            raise ValueError
        number = float(text)
    except ValueError:
        msg = f"{where}: expected a number or nothing, got {text[:40]!r}"
        raise RecordingFault(msg) from None
    return None if math.isnan(number) else number


@contextmanager
def _opened(name: str) -> Iterator[TextIO]:
    source: str | int = sys.stdin.fileno() if name == "-" else name
    try:
        # utf-8-sig: spreadsheets put a byte-order mark before the header.
        stream = open(source, encoding="utf-8-sig", newline="", closefd=name != "-")  # noqa: SIM115
    except OSError as error:
        msg = f"{name}: expected a readable file, got {error.strerror}"
        raise RecordingFault(msg) from error
    with stream:
        yield stream


def _preset(arguments: argparse.Namespace) -> LimitPreset:
    preset = default_preset() if arguments.config is None else load_limits(arguments.config)["default"]
    return replace(preset, confirm_pressure=arguments.confirm)


def _baseline(text: str) -> Baseline:
    expected = "expected SYS/DIA or SYS/DIA/HR, e.g. 121/75"
    try:
        numbers = [float(part) for part in text.split("/")]
    except ValueError:
        numbers = []
    if len(numbers) not in {2, 3} or not all(1 <= n <= 300 for n in numbers) or numbers[0] <= numbers[1]:
        msg = f"{expected}, got {text!r}"
        raise argparse.ArgumentTypeError(msg)
    systolic, diastolic, *rate = numbers
    return Baseline(systolic, diastolic, heart_rate=rate[0] if rate else None)


def _json(change: AlarmChange) -> str:
    return json.dumps(asdict(change))


def _line(change: AlarmChange) -> str:
    value, limit = ("-" if n is None else f"{n:g}" for n in (change.value, change.limit))
    return TABLE.format(change.t, change.change, change.priority, change.condition, value, limit)
