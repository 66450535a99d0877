"""The charts of a visit: zoom with the mouse, double-click for the whole visit."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, dcc, html

from monitor.dashboard import ids

SCREEN_JS = "() => window.chairside.charts.screen()"
"""Tells how large the charts are, in which theme, and where they are zoomed to, as `Screen`."""


def charts(place: str, figure: dict[str, Any] | None = None, *, small: bool = False) -> list[Any]:
    """Return where a figure is drawn and the store that takes it; `small` leaves out the buttons."""
    size = {"data-small": ""} if small else {}
    return [
        html.Div(id=place, className="charts", **{"data-live": "charts"}, **size),
        dcc.Store(id=ids.figure_of(place), data=figure),
    ]


def register(app: Dash) -> None:
    """Let each figure be drawn by the live script as it comes."""
    for place in (ids.CHARTS, ids.PAST_CHARTS, ids.EARLIER_CHART):
        app.clientside_callback(
            f'(figure) => window.chairside.charts.draw("{place}", figure)',
            Input(ids.figure_of(place), "data"),
        )
