"""Faults at random: what goes wrong with which device, and when, follows from the seed alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from simulators.chance import chance
from simulators.faults import OF_TWO, Fault, FaultKind

Chances = Mapping[str, tuple[Sequence[FaultKind], Sequence[str]]]
"""Device → what can go wrong with it, and the devices with which it can be confused."""


def at_random(chances: Chances, seed: int, every_s: float, for_s: float, until_s: float) -> list[Fault]:
    """Return the faults of all devices: on each one in every `every_s` seconds on average, for `for_s` each.

    A device has one fault at a time, and what is added to a scenario changes nothing for the other devices.
    """
    return [
        fault
        for device, (kinds, others) in chances.items()
        for fault in _of_one(device, kinds, others, (seed, every_s, for_s, until_s))
    ]


def _of_one(
    device: str, kinds: Sequence[FaultKind], others: Sequence[str], when: tuple[int, float, float, float]
) -> list[Fault]:
    seed, every_s, for_s, until_s = when
    dice = chance("random faults", seed, device)
    possible = sorted(kind for kind in kinds if others or kind not in OF_TWO)
    faults: list[Fault] = []
    at_s = dice.expovariate(1 / every_s)
    while at_s < until_s:
        kind = dice.choice(possible)
        other = dice.choice(sorted(others)) if kind in OF_TWO else None
        faults.append(Fault(device, kind, for_s=for_s, at_s=at_s, other=other))
        at_s += for_s + dice.expovariate(1 / every_s)
    return faults
