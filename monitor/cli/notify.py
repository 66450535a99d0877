"""chairside notify test: try out the channels to people outside the screen."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from monitor.config import ChannelSettings, ConfigError, Settings, load
from monitor.notify.apprise_url import AppriseSender
from monitor.notify.messages import trial_message


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add `chairside notify`."""
    parser = subparsers.add_parser("notify", help="try out the channels to people outside the screen")
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    test = actions.add_parser("test", help="send a message marked TEST and say what became of it")
    test.add_argument(
        "--config", type=Path, default=Path("clinic.toml"), metavar="FILE", help="a clinic.toml"
    )
    test.add_argument("--channel", metavar="NAME", help="this channel alone")
    test.set_defaults(handler=try_out)


def try_out(arguments: argparse.Namespace) -> int:
    """Print what each channel said; 1 where one did not take the message, 2 where none could be tried."""
    try:
        settings = load(arguments.config)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    channels = _wanted(settings, arguments.channel)
    if not channels:
        print(_nobody(settings, arguments.channel), file=sys.stderr)
        return 2
    text = trial_message(settings.name, settings.origin)
    failed = False
    for channel in channels:
        refusal = AppriseSender(channel)(text)
        failed = failed or refusal is not None
        print(f"{channel.name} ({channel.where}): {'sent' if refusal is None else f'failed: {refusal}'}")
    return int(failed)


def _wanted(settings: Settings, name: str | None) -> list[ChannelSettings]:
    return [channel for channel in settings.notify.channels if name in (None, channel.name)]


def _nobody(settings: Settings, name: str | None) -> str:
    names = ", ".join(channel.name for channel in settings.notify.channels)
    if not names:
        return f"{settings.source}: expected a [[notify.channel]], found none; docs/notify.md shows how."
    return f"--channel: expected one of {names}, found {name!r}."
