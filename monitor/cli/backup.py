"""chairside backup: a checked copy of the journal, the desk and the records, made while the clinic runs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from monitor.clock import SystemClock
from monitor.config import ConfigError, load
from monitor.store.backup import backup as copy_store
from monitor.store.faults import StoreFault


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add `chairside backup`."""
    parser = subparsers.add_parser("backup", help="copy journal, desk and records while the clinic runs")
    parser.add_argument(
        "--config", type=Path, default=Path("clinic.toml"), metavar="FILE", help="a clinic.toml"
    )
    parser.add_argument("destination", type=Path, metavar="DEST", help="folder that gets a new folder")
    parser.set_defaults(handler=backup)


def backup(arguments: argparse.Namespace) -> int:
    """Print where the copy lies and return 0; 2 with a sentence where there is none."""
    try:
        settings = load(arguments.config)
        print(copy_store(settings.store, arguments.destination, SystemClock()))
    except (ConfigError, StoreFault) as error:
        print(error, file=sys.stderr)
        return 2
    return 0
