"""The phases of a visit as bands behind its charts, and the confirmed baseline as a line."""

from __future__ import annotations

from typing import Any

from monitor.dashboard.figures import palette
from monitor.dashboard.figures.axis import TimeAxis
from monitor.dashboard.views import words
from monitor.store.history import PhaseSpan, SessionHistory

Shape = dict[str, Any]

CHARACTER_PX = 8.7


def phase_shapes(phases: list[PhaseSpan], axis: TimeAxis) -> list[Shape]:
    """Return one band per phase, and a fainter one from now to the planned end; all behind everything."""
    bands = [
        _band(span.from_ms, _end(span, axis), palette.PHASE[span.phase], axis)
        for span in phases
        if span.phase in palette.PHASE
    ]
    if axis.planned_ms is not None and axis.planned_ms > axis.now_ms:
        bands.append(_band(axis.now_ms, axis.planned_ms, palette.PLANNED, axis))
    return bands


def _band(from_ms: int, until_ms: int, fill: str, axis: TimeAxis) -> Shape:
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": axis.at(from_ms),
        "x1": axis.at(until_ms),
        "y0": 0,
        "y1": 1,
        "fillcolor": fill,
        "line": {"width": 0},
        "layer": "below",
    }


def phase_names(phases: list[PhaseSpan], axis: TimeAxis, top: float) -> list[Shape]:
    """Return the name of every phase that is wide enough to bear one."""
    return [
        {
            "text": words.phase(span.phase),
            "x": axis.at(span.from_ms),
            "y": top,
            "xref": "x",
            "yref": "paper",
            "xanchor": "left",
            "yanchor": "top",
            "showarrow": False,
            "font": {"size": 14, "color": palette.SECONDARY},
        }
        for span in phases
        if axis.px(_end(span, axis)) - axis.px(span.from_ms)
        > CHARACTER_PX * (len(words.phase(span.phase)) + 1)
    ]


def baseline_shapes(history: SessionHistory, axis: TimeAxis, row: str, heart_rate_row: str) -> list[Shape]:
    """Return the confirmed baseline: systolic, diastolic and, where known, heart rate."""
    if history.baseline is None:
        return []
    systolic, diastolic, heart_rate = history.baseline
    levels = [(systolic, row), (diastolic, row)]
    if heart_rate is not None:
        levels.append((heart_rate, heart_rate_row))
    first, last = axis.whole
    return [
        {
            "type": "line",
            "xref": "x",
            "yref": its_row,
            "x0": first,
            "x1": last,
            "y0": level,
            "y1": level,
            "line": {"color": palette.BASELINE, "width": 1, "dash": "longdash"},
            "opacity": 0.5,
            "layer": "below",
        }
        for level, its_row in levels
    ]


def _end(span: PhaseSpan, axis: TimeAxis) -> int:
    return span.until_ms if span.until_ms is not None else axis.now_ms
