"""The patient's own pressure before the infusion: which readings count, and their median."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from monitor.sessions.session import CuffReading
from monitor.terms import Baseline

APART_S = 60.0
"""Accepted readings are at least a minute apart."""
ENOUGH = 2


def accepted(readings: Sequence[CuffReading]) -> list[CuffReading]:
    """The readings that count: in order of time, each a minute or more after the one before."""
    counted: list[CuffReading] = []
    for reading in sorted(readings, key=lambda r: r.order_s):
        if not counted or reading.order_s - counted[-1].order_s >= APART_S:
            counted.append(reading)
    return counted


def measured(readings: Sequence[CuffReading]) -> Baseline | None:
    """The medians of the accepted readings; None while there are fewer than two."""
    counted = accepted(readings)
    if len(counted) < ENOUGH:
        return None
    rates = [r.heart_rate for r in counted if r.heart_rate is not None]
    return Baseline(
        systolic=median(r.systolic for r in counted),
        diastolic=median(r.diastolic for r in counted),
        heart_rate=median(rates) if rates else None,
        readings=len(counted),
    )
