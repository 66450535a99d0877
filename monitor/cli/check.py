"""chairside check: every fault of a clinic.toml, or a line that says what it holds."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from monitor.config import ConfigError, Settings, load


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add `chairside check`."""
    parser = subparsers.add_parser("check", help="check a clinic.toml and do nothing else")
    parser.add_argument("file", type=Path, nargs="?", default=Path("clinic.toml"))
    parser.add_argument(
        "--json", action="store_true", help="one JSON object a line: each fault, or the counts"
    )
    parser.set_defaults(handler=check)


def check(arguments: argparse.Namespace) -> int:
    """Print each fault and return 2, or the counts and return 0."""
    try:
        settings = load(arguments.file)
    except ConfigError as error:
        for fault in error.faults:
            print(json.dumps(asdict(fault), ensure_ascii=False) if arguments.json else fault)
        return 2
    counts = _counts(settings)
    if arguments.json:
        print(json.dumps({"ok": True} | counts))
    else:
        print("ok:", ", ".join(f"{n} {name if n != 1 else name[:-1]}" for name, n in counts.items()))
    return 0


def _counts(settings: Settings) -> dict[str, int]:
    return {name: len(getattr(settings, name)) for name in ("chairs", "devices", "users")}
