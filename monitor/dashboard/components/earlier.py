"""The earlier infusions of a patient: a small chart under this one, and a table."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from monitor.dashboard import ids
from monitor.dashboard.components.card import card
from monitor.dashboard.components.charts import charts
from monitor.dashboard.components.table import table
from monitor.dashboard.views.series import EarlierRow
from monitor.language import t

HEADINGS = (
    "Infusion", "Day", "Dose", "Baseline", "Peak", "At minute", "Near baseline after", "Alarms", "Charts",
)  # fmt: skip


def earlier_infusions(heading: str, rows: tuple[EarlierRow, ...], figure: dict[str, Any]) -> html.Section:
    """Return the card; without an earlier infusion it says only where this one stands."""
    if not rows:
        return card(
            heading, dmc.Text(t("The first infusion of this series."), className="dim"), name="earlier"
        )
    switch = dmc.Switch(
        id=ids.EARLIER_SHOWN, label=t("Earlier infusions, dotted, under this one"), checked=True, size="md"
    )
    body = table(t("Earlier infusions"), HEADINGS, (_cells(row) for row in rows), empty="")
    chart = charts(ids.EARLIER_CHART, figure, small=True)
    return card(heading, switch, *chart, body, name="earlier")


def _cells(row: EarlierRow) -> list[str | Component]:
    link = dcc.Link(t("Charts"), href=f"/visit/{row.session}", className="link")
    said = (row.number, row.day, row.dose, row.baseline, row.peak, row.peak_minute, row.returned, row.alarms)
    return [*said, link]
