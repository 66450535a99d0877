"""Alarm limits on a chart: dashed, as they changed, with the ones in force named at the right."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from monitor.dashboard.figures import palette
from monitor.dashboard.figures.axis import TimeAxis
from monitor.dashboard.views import words
from monitor.store.history import LimitSpan
from monitor.terms import Priority

Trace = dict[str, Any]

SIDES = {"high": "≥", "low": "<"}
NAMES = {"sbp": "SYS", "dbp": "DIA", "map": "MAP", "hr": "HR", "spo2": "SpO₂"}


def limit_traces(
    spans: Iterable[LimitSpan], conditions: tuple[str, ...], row: str, axis: TimeAxis
) -> list[Trace]:
    """Return one dashed line per condition and priority, stepping where the limit changed."""
    mine = [
        span for span in spans if span.condition in conditions and Priority(span.priority) in palette.LIMIT
    ]
    mine.sort(key=lambda span: (span.condition, span.priority, span.from_ms))
    by_line = groupby(mine, key=lambda span: (span.condition, span.priority))
    return [_line(condition, priority, list(group), row, axis) for (condition, priority), group in by_line]


def _line(condition: str, priority: str, spans: list[LimitSpan], row: str, axis: TimeAxis) -> Trace:
    vital, _, side = condition.partition("_")
    minutes: list[float | None] = []
    levels: list[float | None] = []
    for span in spans:
        until = axis.last_ms if span.until_ms is None else span.until_ms
        minutes += [axis.at(max(span.from_ms, axis.first_ms)), axis.at(until), None]
        levels += [span.limit, span.limit, None]
    name = f"{NAMES[vital]} {SIDES[side]} {words.number(spans[-1].limit)}"
    return {
        "type": "scatter",
        "mode": "lines+text",
        "x": minutes,
        "y": levels,
        "yaxis": row,
        "line": {
            "color": palette.LIMIT[Priority(priority)],
            "width": 1,
            "dash": "dot" if vital == "dbp" else "dash",
        },
        "text": [""] * (len(minutes) - 2) + [name, ""],
        "textposition": "top left",
        "textfont": {"size": 11, "color": palette.LIMIT[Priority(priority)]},
        "hovertemplate": f"{name}, {priority}<extra></extra>",
        "name": f"limit {condition} {priority}",
    }
