"""The buttons of a chair: the steps of the visit, the baseline while it is taken, and the marks."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import html

from monitor.dashboard.components.act_button import act_button
from monitor.dashboard.views.actions import Button, Panel
from monitor.dashboard.views.baseline import BaselineView


def act_panel(panel: Panel) -> list[html.Section]:
    """Return the cards of a chair's buttons; none for a free chair."""
    if not panel.occupied:
        return []
    steps = html.Section(
        [
            html.H2("Visit"),
            *([html.P(panel.notice, className="notice")] if panel.notice else []),
            _grid(panel.steps, 2),
        ],
        className="card acts",
    )
    marks = html.Section([html.H2("Mark"), _grid(panel.marks, 3)], className="card marks")
    baseline = [_baseline(panel.baseline)] if panel.baseline is not None else []
    return [*baseline, steps, marks]


def _grid(buttons: tuple[Button, ...], columns: int) -> dmc.SimpleGrid:
    return dmc.SimpleGrid([act_button(button) for button in buttons], cols=columns, spacing=10)


def _baseline(view: BaselineView) -> html.Section:
    count = len(view.readings)
    median = f"Median of {count}: {view.median} mmHg" if view.median else "No reading yet"
    return html.Section(
        [
            html.H2("Baseline"),
            html.P(median, className="baseline-median"),
            html.Ul([html.Li(reading) for reading in view.readings], className="baseline-readings"),
            *([html.P(view.missing, className="missing")] if view.missing else []),
        ],
        className="card baseline",
    )
