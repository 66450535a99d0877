"""The time axis that all charts of a visit share: minutes from the start of the infusion."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.store.history import SessionHistory

MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Minutes from `zero_ms`, over the span that is shown until somebody zooms."""

    zero_ms: int
    """The start of the infusion; before it, when the patient was seated."""
    first_ms: int
    last_ms: int
    title: str
    width_px: int
    """Of the plot, about: what labels are spaced by."""

    def at(self, at_ms: int) -> float:
        """Return a stamp on this axis, minutes."""
        return (at_ms - self.zero_ms) / MINUTE_MS

    @property
    def shown(self) -> list[float]:
        """The span that is shown, minutes."""
        return [self.at(self.first_ms), self.at(self.last_ms)]

    def px(self, at_ms: int) -> float:
        """Return where a stamp falls, pixels from the left, at the span that is shown."""
        return (at_ms - self.first_ms) / (self.last_ms - self.first_ms) * self.width_px


def time_axis(history: SessionHistory, now_ms: int, width_px: int) -> TimeAxis:
    """Return the axis of a visit: from its beginning to now, and to the planned end while it is ahead."""
    visit = history.summary
    zero = visit.started_ms if visit.started_ms is not None else visit.seated_ms
    until = visit.left_ms if visit.left_ms is not None else now_ms
    planned = zero + visit.planned_min * MINUTE_MS if visit.ended_ms is None else until
    first = visit.seated_ms - MINUTE_MS
    last = max(until, planned) + 4 * MINUTE_MS
    title = "minutes from infusion start" if visit.started_ms is not None else "minutes from seating"
    return TimeAxis(zero, first, last, title, width_px)
