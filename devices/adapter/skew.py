"""How far a foreign clock is from ours, out of what it shows and when that came."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime
from typing import Literal

from devices.model import ClockSkew

WINDOW_S = 30.0
"""Real seconds over which the least delayed reading counts: a delay makes a clock look slow, never fast."""

SPAN_S = 8.0
"""Readings this far apart at least, before anything is said: a queue that empties looks like a slow clock."""

CHANGE_S = 2.0
"""A change by less is not told: devices show whole seconds."""

_MOST = 64


class SkewWatch:
    """One foreign clock."""

    def __init__(self, whose: Literal["device", "gateway"]) -> None:
        self._whose = whose
        self._seen: deque[tuple[float, float]] = deque(maxlen=_MOST)
        self._told: float | None = None

    def seen(self, ahead_s: float, now_s: float) -> ClockSkew | None:
        """Take one reading, seconds ahead of us, at a moment of real time; return what is news."""
        if self._seen and now_s - self._seen[-1][0] < WINDOW_S / _MOST:
            return None
        self._seen.append((now_s, ahead_s))
        while now_s - self._seen[0][0] > WINDOW_S:
            self._seen.popleft()
        if now_s - self._seen[0][0] < SPAN_S:
            return None
        best = round(max(ahead for _, ahead in self._seen), 1)
        if self._told is not None and abs(best - self._told) < CHANGE_S:
            return None
        self._told = best
        return ClockSkew(self._whose, best)


def shown_ahead_s(device_time: datetime, at_ms: int) -> float:
    """Return how far the local time that a device shows is ahead of ours at that moment, in seconds."""
    ours = datetime.fromtimestamp(at_ms / 1000, tz=UTC).astimezone().replace(tzinfo=None)
    return (device_time.replace(tzinfo=None) - ours).total_seconds()
