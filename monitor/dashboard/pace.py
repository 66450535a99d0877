"""How fast somebody may do something: so many at once, and then so many a minute."""

from __future__ import annotations

from collections import OrderedDict

from monitor.clock import Clock

NAMES = 4096
"""More names than this are not remembered; the one that was longest quiet is forgotten first."""


class Pace:
    """Counts by name; in memory alone."""

    def __init__(self, real: Clock, *, at_once: int, per_min: float) -> None:
        self._real = real
        self._at_once = at_once
        self._per_s = per_min / 60
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> bool:
        """Count one more, and tell whether it is within the pace."""
        now_s = self._real.mono_s()
        left, at_s = self._left.pop(name, (float(self._at_once), now_s))
        left = min(self._at_once, left + (now_s - at_s) * self._per_s)
        within = left >= 1
        self._left[name] = (left - 1 if within else left, now_s)
        if len(self._left) > NAMES:
            self._left.popitem(last=False)
        return within
