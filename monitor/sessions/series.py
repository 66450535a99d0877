"""What an infusion did to the pressure: its peak, and how long until it was back. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from monitor.sessions.gates import within
from monitor.sessions.response import MINUTE_MS
from monitor.terms import Baseline


class Taken(NamedTuple):
    """One valid pressure that is not struck, mm[Hg]."""

    at_ms: int
    systolic: float
    diastolic: float


class Effect(NamedTuple):
    """What the readings of one infusion tell."""

    peak: Taken | None
    """The highest systolic pressure from the start on; the first of equal ones."""
    peak_min: float | None
    """Minutes from the start to it."""
    returned_min: float | None
    """Minutes from the end of the infusion to the first pressure near the baseline that stayed near it."""


def effect(
    readings: Sequence[Taken],
    started_ms: int,
    ended_ms: int | None,
    baseline: Baseline | None,
    within_percent: float,
) -> Effect:
    """Return what the readings of one infusion tell.

    Args:
        readings: all valid pressures of the visit, oldest first.
        started_ms: when the infusion began.
        ended_ms: when it ended; None while it has not.
        baseline: the confirmed one; without it there is nothing to return to.
        within_percent: a systolic pressure no further from the baseline's is near it.
    """
    since = [reading for reading in readings if reading.at_ms >= started_ms]
    if not since:
        return Effect(None, None, None)
    peak = max(since, key=lambda reading: reading.systolic)
    returned = None
    if ended_ms is not None and baseline is not None:
        returned = _returned(since, ended_ms, baseline, within_percent)
    return Effect(peak, (peak.at_ms - started_ms) / MINUTE_MS, returned)


def _returned(
    readings: Sequence[Taken], ended_ms: int, baseline: Baseline, within_percent: float
) -> float | None:
    """Minutes to the first of the unbroken near ones at the end; 0.0 where none was ever outside by then."""
    first: int | None = None
    for reading in reversed(readings):
        if not within(reading.systolic, baseline, within_percent):
            break
        first = reading.at_ms
    return None if first is None or readings[-1].at_ms < ended_ms else max(0, first - ended_ms) / MINUTE_MS
