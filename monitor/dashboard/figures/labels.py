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
        if not any(meet(place, other, gap) for other in taken):
            taken.append(place)
            shown[index] = True
    return shown


def meet(one: Span, other: Span, gap: float = 4) -> bool:
    """Return whether two stretches lie closer together than `gap`, pixels."""
    return one.left < other.left + other.width + gap and other.left < one.left + one.width + gap


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return places at least `gap` apart for labels that would best stand at `wanted`, in their order.

    They stay between `low` and `high` where there is room for all; labels that are too close give way alike.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    groups: list[tuple[float, int]] = []
    for index in order:
        middle, count = wanted[index], 1
        while groups and middle - (count - 1) * gap / 2 < groups[-1][0] + (groups[-1][1] + 1) * gap / 2:
            other, others = groups.pop()
            middle, count = (middle * count + other * others) / (count + others), count + others
        groups.append((middle, count))
    starts = [middle - (count - 1) * gap / 2 for middle, count in groups]
    placed_at = [
        start + n * gap for start, (_, count) in zip(starts, groups, strict=True) for n in range(count)
    ]
    for n, at in enumerate(placed_at):
        placed_at[n] = max(at, low if n == 0 else placed_at[n - 1] + gap)
    for n in reversed(range(len(placed_at))):
        placed_at[n] = min(placed_at[n], high if n == len(placed_at) - 1 else placed_at[n + 1] - gap)
    places = [0.0] * len(wanted)
    for index, at in zip(order, placed_at, strict=True):
        places[index] = at
    return places
