"""Alarm limits on a chart: dashed, as they changed; the ones in force are named at the right, beside it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from monitor.alarms.in_force import CUFF_VITALS
from monitor.dashboard.figures import palette
from monitor.dashboard.figures.axis import TimeAxis
from monitor.dashboard.figures.labels import spread
from monitor.language import t
from monitor.store.history import LimitSpan
from monitor.terms import Priority, Vital

Trace = dict[str, Any]
Note = dict[str, Any]

NAME_PX = 15
"""Height of a name."""

NAMES = {"sbp": "SYS", "dbp": "DIA", "map": "MAP", "hr": "HR", "spo2": "SpO₂"}


def limit_traces(
    spans: Iterable[LimitSpan], conditions: tuple[str, ...], row: str, axis: TimeAxis
) -> list[Trace]:
    """Return one line per priority and dash, stepping where a limit changed."""
    lines = sorted(_lines(spans, conditions), key=_look)
    return [_trace(look, list(alike), row, axis) for look, alike in groupby(lines, key=_look)]


def limit_names(
    spans: Iterable[LimitSpan],
    conditions: tuple[str, ...],
    row: str,
    scale: tuple[float, float],
    span_px: tuple[float, float],
    *,
    narrow: bool,
) -> list[Note]:
    """Return the names of the limits in force, at the right of their lines; close ones give way alike.

    `scale` is the row's span of values, `span_px` its bottom and top in pixels; no limit beyond is named.
    """
    (low, high), (bottom, top) = scale, span_px
    named = [
        (condition, priority, group[-1].limit)
        for condition, priority, group in _lines(spans, conditions)
        if group[-1].until_ms is None and low <= group[-1].limit <= high
    ]
    wanted = [bottom + (limit - low) / (high - low) * (top - bottom) for _, _, limit in named]
    places = spread(wanted, NAME_PX, bottom, top)
    return [
        _name(condition, priority, limit, row, place - want, narrow=narrow)
        for (condition, priority, limit), want, place in zip(named, wanted, places, strict=True)
    ]


def _lines(spans: Iterable[LimitSpan], conditions: tuple[str, ...]) -> list[tuple[str, str, list[LimitSpan]]]:
    mine = [
        span for span in spans if span.condition in conditions and Priority(span.priority) in palette.LIMIT
    ]
    mine.sort(key=lambda span: (span.condition, span.priority, span.from_ms))
    by_line = groupby(mine, key=lambda span: (span.condition, span.priority))
    return [(condition, priority, list(group)) for (condition, priority), group in by_line]


def _look(line: tuple[str, str, list[LimitSpan]]) -> tuple[str, str]:
    """Return the priority of a line and how it is dashed."""
    condition, priority, _ = line
    return priority, "dot" if _sign(condition)[0] == "dbp" else "dash"


def _trace(
    look: tuple[str, str], lines: list[tuple[str, str, list[LimitSpan]]], row: str, axis: TimeAxis
) -> Trace:
    priority, dash = look
    minutes: list[float | None] = []
    levels: list[float | None] = []
    whose: list[str] = []
    for condition, _, spans in lines:
        vital, sign = _sign(condition)
        for span in spans:
            until = axis.last_ms if span.until_ms is None else span.until_ms
            minutes += [axis.at(max(span.from_ms, axis.first_ms)), axis.at(until), None]
            levels += [span.limit, span.limit, None]
            whose += [f"{t(NAMES[vital])} {sign}"] * 2 + [""]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": minutes,
        "y": levels,
        "text": whose,
        "yaxis": row,
        "line": {"color": palette.LIMIT[Priority(priority)], "width": 1, "dash": dash},
        "hovertemplate": f"%{{text}} %{{y:.0f}}, {t(priority)}<extra></extra>",
        "name": f"limits {priority} {dash}",
    }


def _name(condition: str, priority: str, limit: float, row: str, shift_px: float, *, narrow: bool) -> Note:
    vital, sign = _sign(condition)
    whose = "" if narrow and vital != "dbp" else f"{t(NAMES[vital])[: 1 if narrow else None]} "
    return {
        "text": f"{whose}{sign}&nbsp;{limit:.0f}",
        "x": 1,
        "y": limit,
        "yshift": round(shift_px, 1),
        "xref": "paper",
        "yref": row,
        "xanchor": "left",
        "yanchor": "middle",
        "showarrow": False,
        "font": {"size": 12 if narrow else 13, "color": palette.LIMIT[Priority(priority)]},
    }


def _sign(condition: str) -> tuple[str, str]:
    """Return the vital of a condition and the sign between a value and its limit, as alarms say it."""
    vital, _, side = condition.partition("_")
    return vital, "<" if side == "low" else "≥" if Vital(vital) in CUFF_VITALS else ">"
