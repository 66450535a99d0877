"""The pulse wave that an oximeter sends with its numbers, and the packets of a second."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, pi, sin

BEEP = 0.12
"""Share of a beat for which the device beeps."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One packet of a stream."""

    number: int
    """Counts packets from a moment that never changes, so that packets of packets stay in step."""
    level: float
    """Of the pulse wave, 0 to 1; 0 where there is no pulse."""
    beep: bool
    """A beat begins."""


class Stream:
    """So many packets a second, and the wave in each. It never sends more than a second's worth at once."""

    def __init__(self, per_s: int) -> None:
        self._per_s = per_s
        self._sent: int | None = None
        self._phase = 0.0

    def due(self, now_ms: int, pulse_rate: int | None) -> Iterator[Sample]:
        """Yield the packets since the last call, one second's at the most."""
        now = now_ms * self._per_s // 1000
        first = max(now - self._per_s, now - self._per_s if self._sent is None else self._sent)
        self._sent = now
        for number in range(first, now):
            if pulse_rate is None:
                yield Sample(number, 0.0, beep=False)
                continue
            self._phase = (self._phase + pulse_rate / 60 / self._per_s) % 1.0
            yield Sample(number, _wave(self._phase), self._phase < BEEP)


def _wave(phase: float) -> float:
    """A steep rise and a slow fall with a notch, 0 to 1; `phase` is the share of the beat that is over."""
    rise = sin(pi * min(phase / 0.3, 1.0) / 2) ** 2
    fall = exp(-3 * max(0.0, phase - 0.3))
    notch = 0.12 * sin(pi * (phase - 0.45) / 0.2) ** 2 if 0.45 < phase < 0.65 else 0.0
    return min(1.0, rise * fall + notch)
