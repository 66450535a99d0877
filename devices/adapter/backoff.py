"""How long to wait before the next attempt: twice as long each time, up to a cap, never quite the same."""

from __future__ import annotations

import random
from collections.abc import Callable


class Backoff:
    """Capped exponential backoff with jitter."""

    def __init__(
        self, shortest_s: float = 0.1, longest_s: float = 5.0, chance: Callable[[], float] = random.random
    ) -> None:
        self._shortest_s = shortest_s
        self._longest_s = longest_s
        self._chance = chance
        self._next_s = shortest_s

    def delay_s(self) -> float:
        """Seconds to wait before the next attempt: between half of the step and all of it."""
        step, self._next_s = self._next_s, min(2 * self._next_s, self._longest_s)
        return step * (1 + self._chance()) / 2

    def reset(self) -> None:
        """Begin with the shortest wait again: the device spoke."""
        self._next_s = self._shortest_s
