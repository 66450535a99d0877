"""Clock and SystemClock: the only file that asks the time."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """The one door through which time comes in."""

    def utc_ms(self) -> int:
        """UTC now, in milliseconds since 1970."""
        ...

    def mono_s(self) -> float:
        """Seconds on a clock that never steps back."""
        ...


class SystemClock:
    """The machine's clock; in the demo it can run faster, by the same factor in every process.

    `origin` is a pair (real UTC seconds, shown UTC seconds) that all processes of one run share: at the
    first the clock shows the second, and from there it runs `speed` times as fast.
    """

    def __init__(self, speed: float = 1.0, origin: tuple[float, float] | None = None) -> None:
        self.speed = speed
        self._origin = origin
        if origin is not None:
            # Anchored to the monotonic clock, so that a correction of the wall clock is not magnified.
            self._mono0 = time.monotonic() - (time.time() - origin[0])

    def utc_ms(self) -> int:
        """UTC now, in milliseconds; the demo's own time where an origin is set."""
        if self._origin is None:
            return time.time_ns() // 1_000_000
        return int((self._origin[1] + (time.monotonic() - self._mono0) * self.speed) * 1000)

    def mono_s(self) -> float:
        """Seconds that never step back, sped up likewise."""
        return time.monotonic() * self.speed

    def real_mono_s(self) -> float:
        """Seconds of real time, whatever the speed: for sign-in, reconnects and /healthz."""
        return time.monotonic()


def from_ms(ms: int) -> datetime:
    """The UTC datetime of a millisecond stamp."""
    return datetime.fromtimestamp(ms / 1000, tz=UTC)
