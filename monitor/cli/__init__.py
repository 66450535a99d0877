"""The chairside command: one file per subcommand, each with `add_parser(subparsers)`."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

COMMANDS = (
    "run", "monitor", "dashboard", "gateway", "simulate", "check", "devices", "notify", "record", "decode",
    "replay", "trial", "user", "backup",
)  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand and return its exit code.

    Only the module of the named command is imported, so that `chairside decode` starts without Dash.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    wanted = next((a for a in arguments if not a.startswith("-")), None)
    parser = argparse.ArgumentParser(prog="chairside", description="Live vitals for infusion chairs.")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name in COMMANDS if wanted not in COMMANDS else (wanted,):
        importlib.import_module(f"monitor.cli.{name}").add_parser(subparsers)
    parsed = parser.parse_args(arguments)
    try:
        code = int(parsed.handler(parsed))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (head, less) has seen enough. Point stdout elsewhere, or its flush at exit fails too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code
