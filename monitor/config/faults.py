"""A fault of a configuration file, in words a person can act on, and the error that carries all of them."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where, what was expected, what was found, what to do."""

    file: str
    key: str
    """Dotted path of the key; entries of a list count from 1: `device[2].chair`. Empty for the whole file."""
    expected: str
    found: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.file}: {self.key}" if self.key else self.file
        return f"{where}: expected {self.expected}, found {self.found}; {self.remedy}"


class ConfigError(Exception):
    """The configuration cannot be used; `faults` holds everything that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(map(str, self.faults)))


def shown(value: object) -> str:
    """Return a value as it would stand in a TOML file, shortened."""
    match value:
        case None:
            return "nothing"
        case dict():
            return "a table"
        case list():
            return f"[{', '.join(map(shown, value))}]"
        case str() | bool():
            words = json.dumps(value, ensure_ascii=False)
        case float():
            words = f"{value:g}"
        case _:
            words = str(value)
    return words if len(words) <= 60 else f"{words[:57]}…"


def choice(names: Iterable[str]) -> str:
    """Return names as the words that follow `expected`."""
    return " | ".join(sorted(set(names), key=_by_number))


def suggestion(name: object, names: Iterable[str], otherwise: str) -> str:
    """Return a question that names the nearest known name, or else what to do instead."""
    near = difflib.get_close_matches(str(name), list(names), n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else otherwise


def _by_number(name: str) -> tuple[int, str]:
    return (int(name) if name.isdecimal() else 0, name)
