"""The baseline as it stands: the readings that count, their median, and what is still missing."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.dashboard.views import words
from monitor.language import t
from monitor.sessions.baseline import ENOUGH, accepted, measured
from monitor.sessions.session import CuffReading
from monitor.store.snapshot import ChairView, SessionView


@dataclass(frozen=True, slots=True)
class BaselineView:
    """Where the baseline stands; the monitor decides, this explains."""

    readings: tuple[str, ...]
    """The accepted ones, oldest first, e.g. `13:52 138/84`."""
    median: str
    """e.g. `138/84`; empty while there are too few readings."""
    missing: str
    """What is still needed, as a sentence; empty when it can be confirmed."""


def baseline_view(chair: ChairView, session: SessionView) -> BaselineView:
    """Return the baseline of a visit that is in phase baseline."""
    counted = accepted(
        [
            CuffReading(point.key, point.at_ms, point.systolic, point.diastolic)
            for point in chair.trend
            if point.at_ms >= session.phase_since_ms and point.validity == "valid" and not point.in_error
        ]
    )
    median = measured(counted)
    return BaselineView(
        tuple(f"{words.clock(r.at_ms)} {words.pressure(r.systolic, r.diastolic)}" for r in counted),
        "" if median is None else words.pressure(median.systolic, median.diastolic),
        _missing(session.baseline_readings),
    )


def _missing(count: int) -> str:
    if count >= ENOUGH:
        return ""
    if count == 0:
        return t("Two valid readings are needed, a minute or more apart.")
    return t("One more valid reading is needed, a minute or more after the first.")
