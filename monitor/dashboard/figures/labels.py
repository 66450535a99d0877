"""Which labels have room: the important first, none upon another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of the axis, pixels."""

    left: float
    width: float


class Label(NamedTuple):
    """A text that wants a place, pixels."""

    left: float
    width: float
    weight: float
    """The heavier is placed first."""


def placed(labels: Sequence[Label], around: Sequence[Span] = (), gap: float = 4) -> list[bool]:
    """Return for each label whether it has room beside heavier ones and `around` what stands there anyway."""
    taken = list(around)
    shown = [False] * len(labels)
    for index in sorted(range(len(labels)), key=lambda i: -labels[i].weight):
        place = Span(labels[index].left, labels[index].width)
        if not any(_meet(place, other, gap) for other in taken):
            taken.append(place)
            shown[index] = True
    return shown


def _meet(one: Span, other: Span, gap: float) -> bool:
    return one.left < other.left + other.width + gap and other.left < one.left + one.width + gap
