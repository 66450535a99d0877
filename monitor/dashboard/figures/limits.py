"""Alarm limits on a chart: dashed, as they changed, with the ones in force named at the right."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from monitor.dashboard.figures import palette
from monitor.dashboard.figures.axis import TimeAxis
from monitor.dashboard.views import words
from monitor.language import t
from monitor.store.history import LimitSpan
from monitor.terms import Priority

Trace = dict[str, Any]

COLUMNS = {Priority.HIGH: 0, Priority.MEDIUM: 1, Priority.LOW: 2}
"""Places of the labels, from the right."""
LABEL_PX = 78

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
    colour = palette.LIMIT[Priority(priority)]
    minutes: list[float | None] = []
    levels: list[float | None] = []
    for span in spans:
        until = axis.last_ms if span.until_ms is None else span.until_ms
        minutes += [axis.at(max(span.from_ms, axis.first_ms)), axis.at(until), None]
        levels += [span.limit, span.limit, None]
    name = f"{t(NAMES[vital])} {SIDES[side]} {words.number(spans[-1].limit)}"
    labelled = spans[-1].until_ms is None
    return {
        "type": "scatter",
        "mode": "lines+text",
        "x": [*minutes, _label_at(vital, priority, axis)],
        "y": [*levels, spans[-1].limit],
        "yaxis": row,
        "line": {"color": colour, "width": 1, "dash": "dot" if vital == "dbp" else "dash"},
        "text": [""] * len(minutes) + [name if labelled else ""],
        "textposition": "top left",
        "textfont": {"size": 13, "color": colour},
        "hovertemplate": f"{name}, {t(priority)}<extra></extra>",
        "name": f"limit {condition} {priority}",
    }


def _label_at(vital: str, priority: str, axis: TimeAxis) -> float:
    """Where a limit is named: each priority in a column of its own, so that near limits do not collide."""
    columns = COLUMNS[Priority(priority)] + (2 if vital == "dbp" else 0)
    first, last = axis.shown
    return last - columns * LABEL_PX / axis.width_px * (last - first)
