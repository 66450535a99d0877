"""What an infusion of ketamine does over time: one effect curve, with pauses, shared by every vital.

The curve rises as (1 - e^(-t/18)) / (1 - e^(-T/18)) to the planned end T and then falls as e^(-(t-T)/28),
t in minutes. It is written here as the two exponentials it consists of, so that a pause (which falls) and
a resumption (which rises again from where the fall arrived) need no formula of their own.

Source: this project's fit to the published peaks and return times of 0.5 mg/kg over 40 min:
Gen Hosp Psychiatry 2024, doi 10.1016/j.genhosppsych.2024.07.001 (peak at 40 min);
Szarmach 2020, Neuropsychiatr Dis Treat 16:2539 (back within 1.5 h).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp

RISE_S = 18 * 60.0
"""Time constant of the rise, seconds."""
DECAY_S = 28 * 60.0
"""Time constant of the fall, seconds."""


@dataclass(frozen=True, slots=True)
class Infusion:
    """When one infusion ran; all times are seconds of UTC."""

    started_s: float
    planned_s: float = 40 * 60.0
    """Planned length: the effect is 1 at this time after the start if nothing interrupts."""
    pauses: tuple[tuple[float, float | None], ...] = ()
    """(from, until) in order of time; None for a pause that still lasts."""
    ended_s: float | None = None
    """None while it runs or is paused."""

    def effect(self, t_s: float) -> float:
        """Return the effect at a time: 0 before the start, 1 at the planned end of an unbroken infusion."""
        ceiling = 1 / (1 - exp(-self.planned_s / RISE_S))
        effect = 0.0
        for running, length_s in self._stretches(t_s):
            if running:
                effect = ceiling - (ceiling - effect) * exp(-length_s / RISE_S)
            else:
                effect *= exp(-length_s / DECAY_S)
        return effect

    def _stretches(self, until_s: float) -> Iterator[tuple[bool, float]]:
        """Yield (running, seconds) from the start to `until_s`, without gaps."""
        stop_s = until_s if self.ended_s is None else min(self.ended_s, until_s)
        at_s = self.started_s
        for begin_s, end_s in self.pauses:
            paused_s = max(at_s, min(begin_s, stop_s))
            resumed_s = max(paused_s, stop_s if end_s is None else min(end_s, stop_s))
            yield True, paused_s - at_s
            yield False, resumed_s - paused_s
            at_s = resumed_s
        yield True, max(0.0, stop_s - at_s)
        yield False, max(0.0, until_s - max(stop_s, self.started_s))
