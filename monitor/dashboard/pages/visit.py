"""One visit as it was: its charts and what happened in it."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update

from monitor.dashboard import ids
from monitor.dashboard.components.card import card
from monitor.dashboard.components.charts import SCREEN_JS, charts
from monitor.dashboard.components.record_link import record_link
from monitor.dashboard.components.visit_log import visit_log
from monitor.dashboard.figures.screen import screen_from
from monitor.dashboard.figures.visit import visit_figure
from monitor.dashboard.pages import missing
from monitor.dashboard.pages.shell import frame
from monitor.dashboard.services import Services
from monitor.dashboard.views import visits, words
from monitor.dashboard.views.visits import LogLine, data_tag
from monitor.language import t
from monitor.store.history import SessionHistory, SessionSummary


async def page(services: Services, session: str) -> html.Div:
    """Return the page of a visit, or that there is none of this name."""
    history = await services.history(session)
    if history is None:
        return missing.layout(t("There is no visit {visit}.", visit=session))
    return layout(history.summary, visits.visit_log(history))


def layout(visit: SessionSummary, log: tuple[LogLine, ...]) -> html.Div:
    """Return the page; its charts are drawn once the screen is known."""
    seated = f"{words.day(visit.seated_ms)} {words.clock(visit.seated_ms)}"
    heading = f"{visit.label}, {t('chair {chair}', chair=visit.chair)}, {seated}"
    column = html.Section(charts(ids.PAST_CHARTS), className="card chair-chart")
    return frame(
        "visit",
        heading,
        dcc.Store(id=ids.PAST_SCREEN),
        dcc.Store(id=ids.PAST_VISIT, data=visit.id),
        _title(visit, heading),
        dmc.Stack([html.Div(column, className="chair-charts"), visit_log(log)], gap=12),
    )


def register(app: Dash, services: Services) -> None:
    """Wire the charts to the screen that they are for."""

    async def draw(screen: Any, session: str) -> Any:
        history = await services.history(session)
        if history is None:
            return no_update
        until, response = _until(services, history), services.settings.response
        return visit_figure(history, until, screen_from(screen), response)

    app.clientside_callback(
        SCREEN_JS,
        Output(ids.PAST_SCREEN, "data"),
        Input(ids.PAST_VISIT, "data"),
        Input(ids.THEME, "forceColorScheme"),
    )
    app.callback(
        Output(ids.figure_of(ids.PAST_CHARTS), "data"),
        Input(ids.PAST_SCREEN, "data"),
        State(ids.PAST_VISIT, "data"),
    )(draw)


def _until(services: Services, history: SessionHistory) -> int:
    snapshot = services.snapshot()
    if history.summary.left_ms is not None:
        return history.summary.left_ms
    return snapshot.at_ms if snapshot is not None else history.summary.seated_ms


def _title(visit: SessionSummary, heading: str) -> html.Section:
    tag = data_tag(visit)
    mark = [" ", html.Span(tag, className="demo-tag")] if tag else []
    record = (
        [t("Record:"), " ", record_link(visit.id)]
        if visit.record
        else [t("The record is written when the visit ends.")]
    )
    return card(html.Span([heading, *mark]), html.P(record), name="visit-title")
