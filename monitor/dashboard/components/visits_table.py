"""Visits, with their charts and their records."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from monitor.dashboard.components.record_link import record_link
from monitor.dashboard.components.table import table
from monitor.dashboard.views.visits import VisitRow
from monitor.language import t

HEADINGS = ("Chair", "Patient", "Series", "Day", "Seated", "Infusion", "State", "Alarms", "Charts", "Record")


def visits_table(rows: tuple[VisitRow, ...]) -> Component:
    """Return the table, newest first."""
    return table(t("Visits, newest first"), HEADINGS, (_cells(row) for row in rows), empty=t("No visit yet."))


def _cells(row: VisitRow) -> list[str | Component]:
    label = html.Span([row.label, " ", html.Span(row.tag, className="demo-tag")]) if row.tag else row.label
    charts = dcc.Link(t("Charts"), href=f"/visit/{row.session}", className="link")
    record = record_link(row.session) if row.record else html.Span(t("when it ends"), className="dim")
    return [
        row.chair,
        label,
        row.series,
        row.day,
        row.seated,
        row.infusion,
        row.state,
        row.alarms,
        charts,
        record,
    ]
