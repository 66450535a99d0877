"""The figure of one visit: pressure, heart rate and SpO₂ over one time axis, alarms and events above them."""

from __future__ import annotations

from typing import Any

from monitor.dashboard.figures import palette
from monitor.dashboard.figures.axis import TimeAxis, time_axis
from monitor.dashboard.figures.bands import baseline_shapes, phase_names, phase_shapes
from monitor.dashboard.figures.continuous import continuous_traces, value_range
from monitor.dashboard.figures.events import event_traces
from monitor.dashboard.figures.limits import limit_names, limit_traces
from monitor.dashboard.figures.pressure import pressure_range, pressure_traces
from monitor.dashboard.figures.response import response_traces
from monitor.dashboard.figures.rows import EVENT_ROW, HEART_RATE_ROW, PRESSURE_ROW, SPO2_ROW, Rows
from monitor.dashboard.figures.screen import Screen
from monitor.dashboard.figures.themes import themed
from monitor.dashboard.views import words
from monitor.language import t
from monitor.limits import ExpectedResponse
from monitor.store.history import SessionHistory

Figure = dict[str, Any]

PRESSURE_LIMITS = ("sbp_high", "sbp_low", "dbp_high")
HEART_RATE_LIMITS = ("hr_high", "hr_low")
SPO2_LIMITS = ("spo2_low",)


LIMITS = {PRESSURE_ROW: PRESSURE_LIMITS, HEART_RATE_ROW: HEART_RATE_LIMITS, SPO2_ROW: SPO2_LIMITS}


def visit_figure(history: SessionHistory, now_ms: int, screen: Screen, response: ExpectedResponse) -> Figure:
    """Return the charts of a visit as they stand at `now_ms`, for this screen and where it is zoomed to."""
    axis, rows = time_axis(history, now_ms, screen), Rows(screen.plot_height_px)
    heart_rate, spo2 = (history.continuous.get(vital, []) for vital in ("hr", "spo2"))
    limits = history.limits
    scales = {
        PRESSURE_ROW: pressure_range(history.cuffs),
        HEART_RATE_ROW: value_range(heart_rate, 30, 135),
        SPO2_ROW: [value_range(spo2, 83, 100)[0], 101.0],
    }
    figure: Figure = {
        "data": [
            *response_traces(history, response, axis, PRESSURE_ROW),
            *(trace for row, mine in LIMITS.items() for trace in limit_traces(limits, mine, row, axis)),
            *pressure_traces(history.cuffs, limits, axis, PRESSURE_ROW),
            *continuous_traces(heart_rate, "heart rate", palette.HEART_RATE, axis, HEART_RATE_ROW),
            *continuous_traces(spo2, "SpO₂", palette.SPO2, axis, SPO2_ROW),
            *event_traces(history.alarms, history.marks, axis, EVENT_ROW),
        ],
        "layout": {
            **_frame(axis, screen, history.summary.id),
            "yaxis": _row(rows.domain(PRESSURE_ROW), scales[PRESSURE_ROW]),
            "yaxis2": _row(rows.domain(HEART_RATE_ROW), scales[HEART_RATE_ROW], 4),
            "yaxis3": _row(rows.domain(SPO2_ROW), scales[SPO2_ROW], 4),
            "yaxis4": {**_row(rows.domain(EVENT_ROW), [-0.6, 1.6]), "visible": False},
            "shapes": [
                *phase_shapes(history.phases, axis),
                *baseline_shapes(history, axis, PRESSURE_ROW, HEART_RATE_ROW),
            ],
            "annotations": [
                *_titles(history, rows, narrow=screen.narrow),
                *phase_names(history.phases, axis, top=1.0),
                *_limit_names(history, scales, rows, narrow=screen.narrow),
            ],
        },
    }
    return themed(figure, screen.theme)


def _frame(axis: TimeAxis, screen: Screen, visit: str) -> Figure:
    minutes, names = axis.ticks()
    return {
        "meta": {"zero_ms": axis.zero_ms, "whole": list(axis.whole)},
        "uirevision": visit,
        "separators": words.separators(),
        "paper_bgcolor": palette.CARD,
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": palette.FONT, "size": 15, "color": palette.SECONDARY},
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": palette.HOVER, "font": {"family": palette.FONT, "color": palette.TEXT}},
        "margin": screen.margin,
        "dragmode": False if screen.narrow else "zoom",
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": palette.SECONDARY},
        "xaxis": {
            "range": list(axis.shown),
            "anchor": "y3",
            "title": {"text": axis.title, "standoff": 4, "font": {"size": 14}},
            "tickvals": minutes,
            "ticktext": names,
            "gridcolor": palette.GRID,
            "zeroline": False,
        },
    }


def _row(domain: list[float], shown: list[float], ticks: int = 6) -> Figure:
    return {
        "domain": domain,
        "range": shown,
        "fixedrange": True,
        "gridcolor": palette.GRID,
        "zeroline": False,
        "nticks": ticks,
    }


def _limit_names(
    history: SessionHistory, scales: dict[str, list[float]], rows: Rows, *, narrow: bool
) -> list[Figure]:
    return [
        name
        for row, mine in LIMITS.items()
        for name in limit_names(
            history.limits, mine, row, (scales[row][0], scales[row][1]), rows.span_px(row), narrow=narrow
        )
    ]


def _titles(history: SessionHistory, rows: Rows, *, narrow: bool) -> list[Figure]:
    notes = (
        ""
        if history.baseline is None
        else " · " + t("baseline {base}", base=words.pressure(*history.baseline[:2]))
    )
    expects = history.baseline is not None and history.summary.started_ms is not None
    notes += " · " + t("shaded: expected") if expects and not narrow else ""
    notes += "" if narrow else " · " + t("hollow: doubted")
    titles = (
        (PRESSURE_ROW, t("Pressure · mmHg") + notes, palette.PRESSURE),
        (HEART_RATE_ROW, t("Heart or pulse rate · /min"), palette.HEART_RATE),
        (SPO2_ROW, "SpO₂ · %", palette.SPO2),
    )
    return [
        {
            "text": text,
            "x": 0,
            "y": rows.domain(row)[1],
            "xref": "paper",
            "yref": "paper",
            "xanchor": "left",
            "yanchor": "bottom",
            "showarrow": False,
            "font": {"size": 16, "color": colour, "shadow": palette.HALO},
        }
        for row, text, colour in titles
    ]
