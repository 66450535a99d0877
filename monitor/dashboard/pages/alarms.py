"""The alarms page: what is open, drawn by the live script, and the history below it."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update

from monitor.dashboard import ids
from monitor.dashboard.components.alarm_table import alarm_table
from monitor.dashboard.components.card import card
from monitor.dashboard.pages.shell import frame
from monitor.dashboard.services import Services
from monitor.dashboard.views.alarms import alarm_rows
from monitor.language import t

HISTORY_EVERY_MS = 5000
NEWEST = 50
"""How many changes are listed. Dash looks at every cell whenever it does anything: two hundred rows held up
the page, and with it the open alarms above them."""


def layout() -> html.Div:
    """Return the page, its list of open alarms empty for the live script."""
    return frame(
        "alarms",
        t("Alarms"),
        dcc.Interval(id=ids.HISTORY_TICK, interval=HISTORY_EVERY_MS),
        html.Div(id=ids.ALARM_LIST, **{"data-live": "alarms"}),
        card(t("History"), html.Div(id=ids.ALARM_HISTORY, **{"data-view": ""}), name="alarm-history"),
    )


def register(app: Dash, services: Services) -> None:
    """Wire the history to its timer; the open alarms above it never wait for that."""

    async def refresh(_tick: int | None, shown: str) -> tuple[Any, Any]:
        changes = await services.alarm_history(NEWEST)
        newest = " ".join(f"{one.occurrence} {one.change} {one.at_ms}" for one in changes[:1])
        if changes and newest == shown:
            return no_update, no_update
        return alarm_table(alarm_rows(changes)), newest

    app.callback(
        Output(ids.ALARM_HISTORY, "children"),
        Output(ids.ALARM_HISTORY, "data-view"),
        Input(ids.HISTORY_TICK, "n_intervals"),
        State(ids.ALARM_HISTORY, "data-view"),
    )(refresh)
