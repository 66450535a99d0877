"""The charts of a visit: zoom with the mouse, double-click for the whole visit."""

from __future__ import annotations

from typing import Any

from dash import dcc

from monitor import language
from monitor.language import t

BUTTONS = ["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d", "toImage"]
"""Named one by one: Plotly's own choice has one that would send the chart abroad."""
PLOTLYS = (
    *("Zoom", "Pan", "Zoom in", "Zoom out", "Reset axes", "Download plot as a PNG"),
    *("Double-click to zoom back out", "Taking snapshot - this may take a few seconds"),
    *("Snapshot succeeded", "Sorry, there was a problem downloading your snapshot!"),
)
"""What Plotly itself says on and about its buttons."""


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


def config() -> dict[str, Any]:
    """Return how charts are used, in the language of whoever asks."""
    spoken = language.current()
    return {
        "displaylogo": False,
        "responsive": True,
        "doubleClick": "reset",
        "modeBarButtons": [BUTTONS],
        "plotlyServerURL": "",
        "locale": spoken,
        "locales": {spoken: {"dictionary": {text: t(text) for text in PLOTLYS}, "format": {}}},
    }


def charts(named: str) -> dcc.Graph:
    """Return the graph; it stands empty until it is drawn."""
    return dcc.Graph(
        id=named,
        figure=UNDRAWN,
        config=config(),
        responsive=True,
        style={"height": "calc(100dvh - 110px)", "minHeight": "640px"},
    )
