"""Which labels have room: the important first, none upon another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Label(NamedTuple):
    """A text that wants a place, pixels."""

    left: float
    width: float
    weight: float
    """The heavier is placed first."""


def placed(labels: Sequence[Label], gap: float = 6) -> list[bool]:
    """Return for each label whether it has room, at least `gap` pixels from every heavier one."""
    taken: list[tuple[float, float]] = []
    shown = [False] * len(labels)
    for index in sorted(range(len(labels)), key=lambda i: -labels[i].weight):
        left, right = labels[index].left, labels[index].left + labels[index].width
        if all(right + gap <= start or left - gap >= end for start, end in taken):
            taken.append((left, right))
            shown[index] = True
    return shown
