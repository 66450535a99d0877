"""The buttons of a chair: the baseline while it is taken, the steps of the visit, and the marks."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import html

from monitor.dashboard.components.act_button import act_button
from monitor.dashboard.components.card import card
from monitor.dashboard.views.actions import Button, Panel
from monitor.dashboard.views.baseline import BaselineView
from monitor.language import t
from monitor.sessions.baseline import ENOUGH


def act_panel(panel: Panel) -> dmc.Stack | None:
    """Return the cards of a chair's buttons; None for a free chair."""
    if not panel.occupied:
        return None
    notice = dmc.Text(panel.notice, className="act-notice", mb=10) if panel.notice else None
    baseline = _baseline(panel.baseline) if panel.baseline is not None else None
    return dmc.Stack(
        [
            *([] if baseline is None else [baseline]),
            card(t("Visit"), notice, _grid(panel.steps, 130), name="acts"),
            card(t("Mark"), _grid(panel.marks, 98), name="marks"),
        ],
        gap=12,
    )


def _grid(buttons: tuple[Button, ...], least_px: int) -> html.Div:
    """Return the buttons side by side, as many as fit with their labels whole."""
    columns = f"repeat(auto-fill, minmax({least_px}px, 1fr))"
    style = {"display": "grid", "gap": "8px", "gridTemplateColumns": columns}
    return html.Div([act_button(button) for button in buttons], style=style)


def _baseline(view: BaselineView) -> html.Section:
    count = len(view.readings)
    median = t("Median of {n}: {median} mmHg", n=count, median=view.median)
    if not view.median:
        median = t("{n} of {all} readings", n=count, all=ENOUGH)
    return card(
        t("Baseline"),
        dmc.Text(median, fz=22, fw=650),
        *(dmc.Text(reading, c="dimmed") for reading in view.readings),
        dmc.Text(view.missing, mt=6) if view.missing else None,
        name="baseline",
    )
