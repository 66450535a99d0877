"""The history of alarms."""

from __future__ import annotations

from dash.development.base_component import Component

from monitor.dashboard.components.priority_tag import priority_tag
from monitor.dashboard.components.table import table
from monitor.dashboard.views.alarms import AlarmRow
from monitor.language import t

HEADINGS = ("Time", "Chair", "Priority", "Alarm", "Change", "Who")


def alarm_table(rows: tuple[AlarmRow, ...]) -> Component:
    """Return the table, newest first."""
    return table(
        t("Changes of alarms, newest first"),
        HEADINGS,
        (
            [row.at, row.chair, priority_tag(row.priority, named=True), row.text, row.change, row.by]
            for row in rows
        ),
        empty=t("No alarm yet."),
    )
