"""chairside user hash: a PIN in, the line for clinic.toml out; the PIN itself is stored nowhere."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import Any

import argon2

from monitor.config.pin import pin_fault


class PinRefused(Exception):
    """The PIN cannot be taken; `str()` says why."""


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add `chairside user`."""
    parser = subparsers.add_parser("user", help="prepare users for clinic.toml")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verb")
    verb = verbs.add_parser("hash", help="read a PIN twice and print its pin_hash line")
    verb.set_defaults(handler=print_hash)


def print_hash(_: argparse.Namespace) -> int:
    """Read a PIN twice, from the terminal unseen or from two lines of standard input; print its hash."""
    try:
        pin = _accepted(_ask("PIN: "), _ask("Once more: "))
    except PinRefused as refusal:
        print(f"chairside user hash: {refusal}", file=sys.stderr)
        return 2
    print(f'pin_hash = "{argon2.PasswordHasher().hash(pin)}"')
    return 0


def _ask(prompt: str) -> str:
    return getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")


def _accepted(pin: str, again: str) -> str:
    fault = pin_fault(pin)
    if fault:
        raise PinRefused(fault)
    if pin != again:
        msg = "expected the same PIN twice, found two different ones"
        raise PinRefused(msg)
    return pin
