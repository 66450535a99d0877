"""Whether a reading is beyond a limit that was in force when it was taken."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.store.history import LimitSpan
from monitor.store.snapshot import CuffPoint
from monitor.terms import Priority, Vital

SIGNALLED = frozenset({Priority.LOW, Priority.MEDIUM, Priority.HIGH})
"""Priorities that colour a reading; an advisory is no alarm."""


def in_force(limits: Iterable[LimitSpan], at_ms: int) -> list[LimitSpan]:
    """Return the limits of a moment."""
    return [
        span for span in limits if span.from_ms <= at_ms and (span.until_ms is None or at_ms < span.until_ms)
    ]


def crossed(cuff: CuffPoint, limits: Iterable[LimitSpan]) -> Priority | None:
    """Return the highest priority whose absolute limit a pressure was beyond; None within all of them."""
    values = {Vital.SBP: cuff.systolic, Vital.DBP: cuff.diastolic, Vital.MAP: cuff.mean}
    beyond = [
        Priority(span.priority)
        for span in in_force(limits, cuff.at_ms)
        if Priority(span.priority) in SIGNALLED and _beyond(span, values)
    ]
    return max(beyond, key=lambda priority: priority.rank, default=None)


def _beyond(span: LimitSpan, values: dict[Vital, float | None]) -> bool:
    vital, _, side = span.condition.partition("_")
    value = values.get(Vital(vital))
    if value is None:
        return False
    return value >= span.limit if side == "high" else value < span.limit
