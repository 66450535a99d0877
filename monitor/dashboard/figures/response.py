"""The expected response as two bands behind the readings: systolic and diastolic over the baseline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitor.dashboard.figures import palette
from monitor.dashboard.figures.axis import TimeAxis
from monitor.limits import ExpectedResponse
from monitor.sessions.response import corridor, of_phases
from monitor.store.history import SessionHistory
from monitor.terms import Baseline

Trace = dict[str, Any]


def response_traces(
    history: SessionHistory, model: ExpectedResponse, axis: TimeAxis, row: str
) -> list[Trace]:
    """Return the corridor of a visit; nothing without a confirmed baseline or before the infusion."""
    visit = history.summary
    spans = [(span.phase, span.from_ms, span.until_ms) for span in history.phases]
    course = of_phases(spans, visit.planned_min, visit.ended_ms)
    if course is None or history.baseline is None:
        return []
    points = corridor(course, Baseline(*history.baseline), model)
    shown = [(p.at_ms, p[1:3], p[3:5]) for p in points if p.at_ms <= axis.last_ms]
    if visit.ended_ms is None and shown[-1][0] < axis.now_ms:
        shown.append((axis.now_ms, *shown[-1][1:]))
    minutes = [axis.at(at_ms) for at_ms, *_ in shown]
    bands = {
        "expected systolic": [systolic for _, systolic, _ in shown],
        "expected diastolic": [diastolic for _, _, diastolic in shown],
    }
    return [_band(name, minutes, levels, row) for name, levels in bands.items()]


def _band(name: str, minutes: list[float], levels: Sequence[tuple[int, ...]], row: str) -> Trace:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [*minutes, *reversed(minutes)],
        "y": [*(high for _, high in levels), *(low for low, _ in reversed(levels))],
        "yaxis": row,
        "fill": "toself",
        "fillcolor": palette.EXPECTED,
        "line": {"width": 0},
        "hoverinfo": "skip",
        "name": name,
    }
