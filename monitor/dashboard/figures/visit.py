"""The figure of one visit: pressure, heart rate and SpO₂ over one time axis, alarms and events above them."""

from __future__ import annotations

from typing import Any

from monitor.dashboard.figures import palette
from monitor.dashboard.figures.axis import TimeAxis, time_axis
from monitor.dashboard.figures.bands import baseline_shapes, phase_names, phase_shapes
from monitor.dashboard.figures.continuous import continuous_traces, value_range
from monitor.dashboard.figures.events import event_traces
from monitor.dashboard.figures.limits import limit_traces
from monitor.dashboard.figures.pressure import pressure_range, pressure_traces
from monitor.dashboard.figures.response import response_traces
from monitor.dashboard.figures.screen import Screen
from monitor.dashboard.figures.themes import themed
from monitor.dashboard.views import words
from monitor.language import t
from monitor.limits import ExpectedResponse
from monitor.store.history import SessionHistory

Figure = dict[str, Any]

PRESSURE_ROW = "y"
HEART_RATE_ROW = "y2"
SPO2_ROW = "y3"
EVENT_ROW = "y4"
DOMAINS = {
    EVENT_ROW: (0.9, 0.96),
    PRESSURE_ROW: (0.42, 0.86),
    HEART_RATE_ROW: (0.21, 0.37),
    SPO2_ROW: (0.0, 0.16),
}
"""Bottom and top of each row, as parts of the figure's height."""

PHONE_PX = 480
"""On a narrower plot a finger scrolls the page and never zooms the chart."""

PRESSURE_LIMITS = ("sbp_high", "sbp_low", "dbp_high")
HEART_RATE_LIMITS = ("hr_high", "hr_low")
SPO2_LIMITS = ("spo2_low",)


def visit_figure(history: SessionHistory, now_ms: int, screen: Screen, response: ExpectedResponse) -> Figure:
    """Return the charts of a visit as they stand at `now_ms`, for this screen and where it is zoomed to."""
    axis = time_axis(history, now_ms, screen)
    heart_rate, spo2 = (history.continuous.get(vital, []) for vital in ("hr", "spo2"))
    limits = history.limits
    figure: Figure = {
        "data": [
            *response_traces(history, response, axis, PRESSURE_ROW),
            *limit_traces(limits, PRESSURE_LIMITS, PRESSURE_ROW, axis),
            *limit_traces(limits, HEART_RATE_LIMITS, HEART_RATE_ROW, axis),
            *limit_traces(limits, SPO2_LIMITS, SPO2_ROW, axis),
            *pressure_traces(history.cuffs, limits, axis, PRESSURE_ROW),
            *continuous_traces(heart_rate, "heart rate", palette.HEART_RATE, axis, HEART_RATE_ROW),
            *continuous_traces(spo2, "SpO₂", palette.SPO2, axis, SPO2_ROW),
            *event_traces(history.alarms, history.marks, axis, EVENT_ROW),
        ],
        "layout": {
            **_frame(axis),
            "yaxis": _row(PRESSURE_ROW, pressure_range(history.cuffs)),
            "yaxis2": _row(HEART_RATE_ROW, value_range(heart_rate, 30, 135)),
            "yaxis3": _row(SPO2_ROW, [value_range(spo2, 85, 100)[0], 101]),
            "yaxis4": {**_row(EVENT_ROW, [-0.6, 1.6]), "visible": False},
            "shapes": [
                *phase_shapes(history.phases, axis),
                *baseline_shapes(history, axis, PRESSURE_ROW, HEART_RATE_ROW),
            ],
            "annotations": [
                *_titles(history, narrow=axis.width_px < PHONE_PX),
                *phase_names(history.phases, axis, top=1.0),
            ],
        },
    }
    return themed(figure, screen.theme)


def _frame(axis: TimeAxis) -> Figure:
    return {
        "meta": {"zero_ms": axis.zero_ms, "whole": list(axis.whole)},
        "paper_bgcolor": palette.CARD,
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": palette.FONT, "size": 15, "color": palette.SECONDARY},
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": palette.HOVER, "font": {"family": palette.FONT, "color": palette.TEXT}},
        "margin": {"l": 44, "r": 14, "t": 6, "b": 40},
        "dragmode": "zoom" if axis.width_px >= PHONE_PX else False,
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": palette.SECONDARY},
        "xaxis": {
            "range": list(axis.shown),
            "anchor": "y3",
            "title": {"text": axis.title, "standoff": 6},
            "dtick": 10,
            "gridcolor": palette.GRID,
            "zeroline": False,
        },
    }


def _row(row: str, shown: list[float]) -> Figure:
    return {
        "domain": list(DOMAINS[row]),
        "range": shown,
        "fixedrange": True,
        "gridcolor": palette.GRID,
        "zeroline": False,
        "nticks": 6,
    }


def _titles(history: SessionHistory, *, narrow: bool) -> list[Figure]:
    notes = (
        ""
        if history.baseline is None
        else " · " + t("baseline {base}", base=words.pressure(*history.baseline[:2]))
    )
    expects = history.baseline is not None and history.summary.started_ms is not None
    notes += " · " + t("shaded: expected") if expects and not narrow else ""
    notes += "" if narrow else " · " + t("hollow: doubted")
    rows = (
        (PRESSURE_ROW, t("Pressure · mmHg") + notes, palette.PRESSURE),
        (HEART_RATE_ROW, t("Heart or pulse rate · /min"), palette.HEART_RATE),
        (SPO2_ROW, "SpO₂ · %", palette.SPO2),
    )
    return [
        {
            "text": text,
            "x": 0,
            "y": DOMAINS[row][1],
            "xref": "paper",
            "yref": "paper",
            "xanchor": "left",
            "yanchor": "bottom",
            "showarrow": False,
            "font": {"size": 16, "color": colour},
        }
        for row, text, colour in rows
    ]
