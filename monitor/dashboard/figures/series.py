"""This infusion over the earlier ones of its series: bars for this one, faint lines for those before."""

from __future__ import annotations

from typing import Any

from monitor.dashboard.figures import palette
from monitor.dashboard.figures.screen import MINUTE_MS
from monitor.dashboard.views import words
from monitor.dashboard.views.series import valid
from monitor.language import t
from monitor.store.history import EarlierInfusion, Series, SessionHistory
from monitor.store.snapshot import CuffPoint

Trace = dict[str, Any]

BEFORE_MIN, AFTER_MIN = -15, 120
"""The span that is compared, minutes from the start."""


def series_figure(series: Series, history: SessionHistory | None, *, earlier: bool) -> dict[str, Any]:
    """Return the figure; `earlier` shows the infusions before this one."""
    traces: list[Trace] = []
    for infusion in series.earlier if earlier else []:
        traces += _faint(infusion)
    if history is not None and history.summary.started_ms is not None:
        traces.append(_bars(history.cuffs, history.summary.started_ms))
    return {
        "data": traces,
        "layout": {
            "paper_bgcolor": palette.CARD,
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": palette.FONT, "size": 15, "color": palette.SECONDARY},
            "separators": words.separators(),
            "showlegend": False,
            "hovermode": "closest",
            "hoverlabel": {"bgcolor": "#1b2430", "font": {"family": palette.FONT, "color": palette.TEXT}},
            "margin": {"l": 44, "r": 14, "t": 6, "b": 44},
            "dragmode": False,
            "xaxis": {
                "range": [BEFORE_MIN, AFTER_MIN],
                "title": {"text": t("minutes from infusion start"), "standoff": 6},
                "dtick": 20,
                "gridcolor": palette.GRID,
                "zeroline": True,
                "zerolinecolor": palette.BASELINE,
            },
            "yaxis": {"gridcolor": palette.GRID, "zeroline": False, "nticks": 6, "fixedrange": True},
        },
    }


def _faint(infusion: EarlierInfusion) -> list[Trace]:
    """Two dotted lines: they only lead the eye from one reading to the next."""
    zero_ms = infusion.summary.started_ms or infusion.summary.seated_ms
    readings = valid(infusion.cuffs)
    minutes = [(reading.at_ms - zero_ms) / MINUTE_MS for reading in readings]
    return [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": minutes,
            "y": [getattr(reading, part) for reading in readings],
            "line": {"color": palette.BASELINE, "width": 1, "dash": "dot"},
            "marker": {"size": 4, "color": palette.BASELINE},
            "opacity": 0.55,
            "name": f"infusion {infusion.number} {part}",
            "hovertemplate": t("infusion {n}", n=infusion.number)
            + f", {t(part)} %{{y}}, min %{{x:.0f}}<extra></extra>",
        }
        for part in ("systolic", "diastolic")
    ]


def _bars(cuffs: list[CuffPoint], zero_ms: int) -> Trace:
    readings = valid(cuffs)
    minutes = [(reading.at_ms - zero_ms) / MINUTE_MS for reading in readings]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [x for minute in minutes for x in (minute, minute, None)],
        "y": [y for reading in readings for y in (reading.diastolic, reading.systolic, None)],
        "line": {"color": palette.PRESSURE, "width": 3},
        "name": "this infusion",
        "hoverinfo": "y",
    }
