"""What the processes that `chairside run` starts have in common: their arguments, settings and end."""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from monitor.cli.settings_file import UnusableSettings, read_settings
from monitor.config import Settings, load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add where the settings are, how fast the shown time runs, and when to stop."""
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--config", type=Path, metavar="FILE", help="a clinic.toml")
    source.add_argument("--settings-json", type=Path, metavar="FILE", help="settings already checked")
    parser.add_argument("--speed", type=float, default=1.0, help="shown seconds per real second (demo)")
    parser.add_argument("--origin", type=origin, metavar="REAL,SHOWN", help="where the shown time began")
    parser.add_argument("--die-with-parent", action="store_true", help="stop when standard input ends")


def origin(text: str) -> tuple[float, float]:
    """Return two moments in UTC seconds: at the first, the clock shows the second."""
    real, shown = text.split(",")
    return float(real), float(shown)


def settings_of(arguments: argparse.Namespace) -> Settings:
    """Return the settings that the arguments name.

    Raises:
        ConfigError: the clinic.toml has faults.
        UnusableSettings: the JSON file cannot be read or holds something else, or time may not run faster.
    """
    given = load(arguments.config) if arguments.config else read_settings(arguments.settings_json)
    if arguments.speed != 1 and not given.demo:
        found = f"{arguments.speed:g}"
        raise UnusableSettings(f"--speed is for the demo: expected 1 for a clinic of its own, found {found}.")
    return replace(given, speed=arguments.speed)


def at_end_of_input(stop: Callable[[], None]) -> None:
    """Call `stop` when standard input ends, as it does when the parent dies, however it dies."""

    def wait() -> None:
        # Not through `sys.stdin`: a thread that waits inside its lock makes Python abort at the end.
        while os.read(sys.stdin.fileno(), 4096):
            pass
        stop()

    threading.Thread(target=wait, name="parent", daemon=True).start()
