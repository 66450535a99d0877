"""The charts of a visit: zoom with the mouse, double-click for the whole visit."""

from __future__ import annotations

from typing import Any

from dash import dcc

CONFIG = {
    "displaylogo": False,
    "responsive": True,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
    "toImageButtonOptions": {"format": "png"},
}


def charts(named: str, figure: dict[str, Any] | None = None) -> dcc.Graph:
    """Return the graph; without a figure it stands empty until the first redraw."""
    return dcc.Graph(
        id=named,
        figure=figure
        or {"data": [], "layout": {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)"}},
        config=CONFIG,
        className="charts",
        responsive=True,
        style={"height": "calc(100dvh - 110px)", "minHeight": "640px"},
    )
