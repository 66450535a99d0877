"""The history of alarms."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from monitor.dashboard.components.table import table
from monitor.dashboard.views.alarms import AlarmRow

HEADINGS = ("Time", "Chair", "Priority", "Alarm", "Change", "Who")


def alarm_table(rows: tuple[AlarmRow, ...]) -> Component:
    """Return the table, newest first."""
    return table(
        "Changes of alarms, newest first",
        HEADINGS,
        ([row.at, row.chair, _priority(row), row.text, row.change, row.by] for row in rows),
        empty="No alarm yet.",
    )


def _priority(row: AlarmRow) -> Component:
    return html.Span(f"{row.sign} {row.priority}", className=f"tag {row.priority}")
