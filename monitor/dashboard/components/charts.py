"""The charts of a visit: zoom with the mouse, double-click for the whole visit."""

from __future__ import annotations

from dash import dcc

CONFIG = {
    "displaylogo": False,
    "responsive": True,
    "modeBarButtons": [["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d", "toImage"]],
    "plotlyServerURL": "",
}
"""The buttons are named one by one: Plotly's own choice has one that would send the chart abroad."""


UNDRAWN = {"data": [], "layout": {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)"}}

AROUND_PX = 94
"""Margins of the plot, and of the card around it."""

WIDTH_JS = """() => document.querySelector(".chair-charts")?.clientWidth ?? 0"""
"""How wide the column of charts is on this screen."""


def charts(named: str) -> dcc.Graph:
    """Return the graph; it stands empty until it is drawn."""
    return dcc.Graph(
        id=named,
        figure=UNDRAWN,
        config=CONFIG,
        responsive=True,
        style={"height": "calc(100dvh - 110px)", "minHeight": "640px"},
    )


def plot_px(column_px: int | None) -> int:
    """Return the width of the plot in a column of this width; a usual one while it is not known."""
    return max(240, (column_px or 1100) - AROUND_PX)
