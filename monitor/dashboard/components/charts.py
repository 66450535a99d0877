"""The charts of a visit: zoom with the mouse, double-click for the whole visit."""

from __future__ import annotations

from dash import dcc

CONFIG = {
    "displaylogo": False,
    "responsive": True,
    "doubleClick": "reset",
    "modeBarButtons": [["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d", "toImage"]],
    "plotlyServerURL": "",
}
"""The buttons are named one by one: Plotly's own choice has one that would send the chart abroad."""


UNDRAWN = {"data": [], "layout": {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)"}}

SCREEN_JS = """() => {
  const column = document.querySelector(".chair-charts");
  const { meta, xaxis } = column?.querySelector(".js-plotly-plot")?.layout ?? {};
  const zoomed = Boolean(meta) && String(xaxis.range) !== String(meta.whole);
  const zoom = zoomed ? { zero_ms: meta.zero_ms, zoom: xaxis.range } : {};
  const theme = document.documentElement.dataset.theme;
  const column_px = column?.clientWidth || document.documentElement.clientWidth;
  const height_px = column?.querySelector(".js-plotly-plot")?.clientHeight || undefined;
  return { column_px, height_px, theme, ...zoom };
}"""
"""Tells how large the charts are, in which theme, and where they are zoomed to, as `Screen`."""


def charts(named: str) -> dcc.Graph:
    """Return the graph; it stands empty until it is drawn."""
    return dcc.Graph(
        id=named,
        figure=UNDRAWN,
        config=CONFIG,
        responsive=True,
        style={"height": "calc(100dvh - 110px)", "minHeight": "640px"},
    )
