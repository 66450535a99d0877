"""The time axis that all charts of a visit share: minutes from the start of the infusion."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from monitor.dashboard.figures.screen import MINUTE_MS, Screen
from monitor.dashboard.views import words
from monitor.language import t
from monitor.store.history import SessionHistory

STEPS_MIN = (1, 2, 5, 10, 15, 20, 30, 60, 120)
TICK_PX = 64
"""Room that a time below the axis takes."""
AHEAD_MIN = 4
GROWS_MIN = 5
"""An open visit's axis grows by steps, so that it stands still while somebody looks at it."""


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Minutes from `zero_ms`, over the whole visit."""

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
    zoom: tuple[float, float] | None
    """The span that somebody zoomed to, minutes."""

    def at(self, at_ms: int) -> float:
        """Return a stamp on this axis, minutes."""
        return (at_ms - self.zero_ms) / MINUTE_MS

    @property
    def whole(self) -> tuple[float, float]:
        """The span of the whole visit, minutes."""
        return self.at(self.first_ms), self.at(self.last_ms)

    @property
    def shown(self) -> tuple[float, float]:
        """The span that is shown, minutes."""
        return self.zoom or self.whole

    def px(self, at_ms: int) -> float:
        """Return where a stamp falls, pixels from the left, at the span that is shown."""
        first, last = self.shown
        return (self.at(at_ms) - first) / (last - first) * self.width_px

    def ticks(self) -> tuple[list[int], list[str]]:
        """Return the minutes that are named, as many as have room, and their names over clock times."""
        first, last = self.shown
        most = max(1, self.width_px // TICK_PX)
        step = next((step for step in STEPS_MIN if (last - first) / step <= most), STEPS_MIN[-1])
        begin, end = self.whole
        minutes = list(range(ceil(begin / step) * step, int(end) + 1, step))
        names = [f"{_signed(n)}<br>{words.clock(self.zero_ms + n * MINUTE_MS)}" for n in minutes]
        return minutes, names


def time_axis(history: SessionHistory, now_ms: int, screen: Screen) -> TimeAxis:
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
        last_ms=_end(zero, max(now, planned or now), open_=left is None),
        title=t("minutes from seating") if started is None else t("minutes from infusion start"),
        width_px=screen.plot_px,
        zoom=screen.zoom_from(zero),
    )


def _end(zero_ms: int, until_ms: int, *, open_: bool) -> int:
    last_ms = until_ms + AHEAD_MIN * MINUTE_MS
    step = GROWS_MIN * MINUTE_MS
    return zero_ms + ceil((last_ms - zero_ms) / step) * step if open_ else last_ms


def _signed(minute: int) -> str:
    return str(minute) if minute == 0 else f"{minute:+d}".replace("-", "−")
