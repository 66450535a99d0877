"""The baseline as it stands: the readings that count, their median, and what is still missing."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from monitor.dashboard.views import words
from monitor.store.snapshot import ChairView

NEEDED = 2
"""Accepted readings that a baseline needs."""
APART_S = 60
"""Least seconds between two of them."""


@dataclass(frozen=True, slots=True)
class BaselineView:
    """Where the baseline stands; the monitor decides, this explains."""

    readings: tuple[str, ...]
    """e.g. `13:52 138/84`, oldest first."""
    median: str
    """e.g. `138/84`; empty before the first reading."""
    missing: str
    """What is still needed, as a sentence; empty when it can be confirmed."""


def baseline_view(chair: ChairView) -> BaselineView:
    """Return the baseline of an occupied chair as its snapshot tells it."""
    session = chair.session
    if session is None:
        return BaselineView((), "", "Nobody is seated here.")
    readings = [
        point
        for point in chair.trend
        if point.at_ms >= session.seated_ms and point.validity == "valid" and not point.in_error
    ]
    lines = tuple(
        f"{words.clock(point.at_ms)} {words.pressure(point.systolic, point.diastolic)}" for point in readings
    )
    middle = ""
    if readings:
        systolic = median(point.systolic for point in readings)
        diastolic = median(point.diastolic for point in readings)
        middle = words.pressure(systolic, diastolic)
    return BaselineView(lines, middle, _missing(session.baseline_readings))


def _missing(accepted: int) -> str:
    if accepted >= NEEDED:
        return ""
    if accepted == 0:
        return f"Two accepted readings are needed, at least {APART_S} s apart."
    return f"One more accepted reading is needed, at least {APART_S} s after the first."
