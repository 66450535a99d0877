"""The history: past visits, their charts and their records."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html

from monitor.dashboard import ids
from monitor.dashboard.components.card import card
from monitor.dashboard.components.visits_table import visits_table
from monitor.dashboard.pages.shell import frame
from monitor.dashboard.services import Services
from monitor.dashboard.views.visits import VisitRow, visit_rows
from monitor.language import t


async def page(services: Services, chair: str | None = None) -> html.Div:
    """Return the newest visits, of one chair or of all, and what narrows them to one series."""
    return layout(visit_rows(await services.sessions(chair)), chair)


def layout(rows: tuple[VisitRow, ...], chair: str | None = None) -> html.Div:
    """Return the page with these visits."""
    heading = t("Visits") if chair is None else t("Visits on chair {chair}", chair=chair)
    only = dmc.TextInput(
        id=ids.HISTORY_SERIES,
        label=t("Only the series"),
        value="",
        debounce=300,
        autoComplete="off",
        size="md",
        maw=260,
        mb=12,
        inputProps={"maxLength": 20},
    )
    table = html.Div(visits_table(rows), id=ids.HISTORY_TABLE)
    of_chair = dcc.Store(id=ids.HISTORY_CHAIR, data=chair)
    return frame("history", heading, of_chair, card(heading, only, table, name="visits"))


def register(app: Dash, services: Services) -> None:
    """Wire the table to the series that is asked for; the code never stands in an address."""

    async def narrow(series: str | None, chair: str | None) -> Any:
        code = (series or "").strip()
        return visits_table(visit_rows(await services.sessions(chair, series=code or None)))

    app.callback(
        Output(ids.HISTORY_TABLE, "children"),
        Input(ids.HISTORY_SERIES, "value"),
        State(ids.HISTORY_CHAIR, "data"),
        prevent_initial_call=True,
    )(narrow)
