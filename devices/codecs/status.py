"""Status bits → flags and validity, by a table that each protocol states for itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from devices.model import Validity

_ORDER = (Validity.VALID, Validity.QUESTIONABLE, Validity.INVALID)


@dataclass(frozen=True, slots=True)
class Sign:
    """What one bit or code of a status means for the numbers beside it."""

    flag: str
    validity: Validity = Validity.VALID
    """The best that a number can still be."""


def judged(signs: Iterable[Sign]) -> tuple[Validity, tuple[str, ...]]:
    """Return the worst validity of the signs, and their flags, each once, in order."""
    signs = tuple(signs)
    worst = max((sign.validity for sign in signs), key=_ORDER.index, default=Validity.VALID)
    return worst, tuple(dict.fromkeys(sign.flag for sign in signs))


def signs_of(table: dict[int, Sign], bits: int) -> tuple[Sign, ...]:
    """Return the signs of the bits that are set, in the order of the table."""
    return tuple(sign for bit, sign in table.items() if bits & bit)
