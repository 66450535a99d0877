"""What a key of clinic.toml may be: the shapes of values, and what it means that one is not there."""

from __future__ import annotations

import math
import re
import zoneinfo
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value must be: in words, and as a test."""

    words: str
    accepts: Callable[[object], bool]
    off: bool = False
    """`"off"` will do as well."""


class Absent(Enum):
    """What it means that a key is not there, where no default value can say it."""

    REQUIRED = "required"
    NONE = "none"
    INHERITED = "inherited"
    """As in the preset that this one builds on."""


REQUIRED, NONE, INHERITED = Absent.REQUIRED, Absent.NONE, Absent.INHERITED


@dataclass(frozen=True, slots=True)
class Key:
    """One key of one table."""

    name: str
    shape: Shape
    default: object
    help: str
    secret: bool = False
    """Its value is never printed."""


def number(low: float, high: float, unit: str = "") -> Shape:
    """A number within bounds, both included."""
    words = f"a number {low:g}–{high:g}{unit and ' ' + unit}"
    return Shape(words, lambda v: is_number(v) and low <= v <= high)  # type: ignore[operator]


def or_off(shape: Shape) -> Shape:
    """This shape, or `"off"`."""
    return Shape(f'{shape.words}, or "off"', lambda v: v == "off" or shape.accepts(v), off=True)


def whole(low: int, high: int) -> Shape:
    """A whole number within bounds, both included."""
    return Shape(
        f"a whole number {low}–{high}",
        lambda v: isinstance(v, int) and not isinstance(v, bool) and low <= v <= high,
    )


def rising(words: str, low: float, high: float) -> Shape:
    """As many numbers as the first word says, none below the one before it."""
    count = {"two": 2, "three": 3, "four": 4}[words.split()[0]]

    def accepts(value: object) -> bool:
        if not isinstance(value, list) or len(value) != count or not all(map(is_number, value)):
            return False
        return [low, *value, high] == sorted([low, *value, high])

    return Shape(f"{words} {low:g}–{high:g}, rising", accepts)


def text(longest: int) -> Shape:
    """Printable text that is not blank."""
    return Shape(
        f"text of 1–{longest} characters",
        lambda v: isinstance(v, str) and bool(v.strip()) and len(v) <= longest and v.isprintable(),
    )


def one_of(names: Collection[str]) -> Shape:
    """One of these words."""
    return Shape(" | ".join(names), lambda v: isinstance(v, str) and v in names)


def is_number(value: object) -> bool:
    """Return whether it is a finite number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


_IDENTIFIER = re.compile(r"[a-z0-9-]{1,32}")
_LINE = re.compile(r"[1-9]\d{2,6} [78][NEO][12]")

YES_NO = Shape("true | false", lambda v: isinstance(v, bool))
IDENTIFIER = Shape(
    "1–32 characters of a–z, 0–9 and -",
    lambda v: isinstance(v, str) and _IDENTIFIER.fullmatch(v) is not None,
)
LINE = Shape(
    "speed and frame, such as 19200 8O1",
    lambda v: isinstance(v, str) and _LINE.fullmatch(v) is not None,
)
TEXT_LIST = Shape(
    "a list of text",
    lambda v: isinstance(v, list) and all(isinstance(item, str) for item in v),
)
PAIR = Shape(
    "two numbers 0–100, systolic and diastolic",
    lambda v: isinstance(v, list) and len(v) == 2 and all(is_number(n) and 0 <= n <= 100 for n in v),
)
POSITIVE_PAIR = Shape(
    "two numbers 1–400, systolic and diastolic",
    lambda v: isinstance(v, list) and len(v) == 2 and all(is_number(n) and 1 <= n <= 400 for n in v),
)
RANGE = Shape(
    "two numbers, the lower one first",
    lambda v: isinstance(v, list) and len(v) == 2 and all(map(is_number, v)) and v[0] < v[1],
)
NUMBER = Shape("a number", is_number)
NAME = text(64)
PATH = Shape("a path", text(1024).accepts)

POINTER = Shape(
    "a JSON pointer such as /bp/sys",
    lambda v: isinstance(v, str) and 2 <= len(v) <= 200 and v.startswith("/") and v.isprintable(),
)
MARKS = Shape(
    "a list of numbers and text",
    lambda v: isinstance(v, list) and all(is_number(item) or isinstance(item, str) for item in v),
)
ZONE = Shape(
    "a time zone such as Europe/Vienna",
    lambda v: isinstance(v, str) and v in zoneinfo.available_timezones(),
)
