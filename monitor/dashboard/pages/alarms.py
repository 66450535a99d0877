"""The alarms page: what is open, drawn by the live script, and the history below it."""

from __future__ import annotations

from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from monitor.dashboard import ids
from monitor.dashboard.components.alarm_table import alarm_table
from monitor.dashboard.components.card import card
from monitor.dashboard.pages.shell import frame
from monitor.dashboard.services import Services
from monitor.dashboard.views.alarms import alarm_rows
from monitor.language import t

HISTORY_EVERY_MS = 5000


def layout() -> html.Div:
    """Return the page, its list of open alarms empty for the live script."""
    return frame(
        "alarms",
        t("Alarms"),
        dcc.Interval(id=ids.HISTORY_TICK, interval=HISTORY_EVERY_MS),
        html.Div(id=ids.ALARM_LIST, **{"data-live": "alarms"}),
        card(t("History"), html.Div(id=ids.ALARM_HISTORY), name="alarm-history"),
    )


def register(app: Dash, services: Services) -> None:
    """Wire the history to its timer; the open alarms above it never wait for that."""

    async def refresh(_tick: int | None) -> Component:
        return alarm_table(alarm_rows(await services.alarm_history()))

    app.callback(Output(ids.ALARM_HISTORY, "children"), Input(ids.HISTORY_TICK, "n_intervals"))(refresh)
