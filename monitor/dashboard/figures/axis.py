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
    now_ms: int
    """Up to where the visit has come."""
    planned_ms: int | None
    """The planned end of the infusion while it is under way."""
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
    started, left = visit.started_ms, visit.left_ms
    zero = visit.seated_ms if started is None else started
    now = now_ms if left is None else left
    infusing = started is not None and visit.ended_ms is None and left is None
    planned = zero + visit.planned_min * MINUTE_MS if infusing else None
    return TimeAxis(
        zero_ms=zero,
        first_ms=visit.seated_ms - MINUTE_MS,
        now_ms=now,
        planned_ms=planned,
        last_ms=max(now, planned or now) + 4 * MINUTE_MS,
        title="minutes from seating" if started is None else "minutes from infusion start",
        width_px=width_px,
    )
