"""One visit as it was: its charts and what happened in it."""

from __future__ import annotations

from dash import html

from monitor.dashboard import ids
from monitor.dashboard.components.card import card
from monitor.dashboard.components.charts import charts
from monitor.dashboard.components.record_link import record_link
from monitor.dashboard.components.visit_log import visit_log
from monitor.dashboard.figures.visit import visit_figure
from monitor.dashboard.pages import missing
from monitor.dashboard.pages.shell import frame
from monitor.dashboard.services import Services
from monitor.dashboard.views import visits, words
from monitor.store.history import SessionHistory, SessionSummary


async def layout(services: Services, session: str) -> html.Div:
    """Return the page of a visit."""
    history = await services.history(session)
    if history is None:
        return missing.layout(f"There is no visit {session}.")
    visit = history.summary
    heading = (
        f"{visit.label}, chair {visit.chair}, {words.day(visit.seated_ms)} {words.clock(visit.seated_ms)}"
    )
    return frame("visit", heading, _title(visit, heading), _body(history, _until(services, history)))


def _until(services: Services, history: SessionHistory) -> int:
    snapshot = services.snapshot()
    if history.summary.left_ms is not None:
        return history.summary.left_ms
    return snapshot.at_ms if snapshot is not None else history.summary.seated_ms


def _title(visit: SessionSummary, heading: str) -> html.Section:
    demo = [" ", html.Span("DEMO", className="demo-tag")] if visit.demo else []
    record = (
        ["Record: ", record_link(visit.id)]
        if visit.record
        else ["The record is written when the visit ends."]
    )
    return card(html.Span([heading, *demo]), html.P(record), name="visit-title")


def _body(history: SessionHistory, until_ms: int) -> html.Div:
    figure = visit_figure(history, until_ms)
    return html.Div(
        [
            html.Section(charts(ids.PAST_CHARTS, figure), className="card chair-charts"),
            visit_log(visits.visit_log(history)),
        ],
        className="visit-grid",
    )
