"""The pressure readings of a visit, each with the button that strikes it."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import html

from monitor.dashboard import ids
from monitor.dashboard.components.card import card
from monitor.dashboard.views.readings import ReadingRow
from monitor.language import t


def readings(rows: tuple[ReadingRow, ...], *, disabled: bool) -> html.Section | None:
    """Return the list, newest first; None when there is no reading."""
    if not rows:
        return None
    lines = dmc.Stack(
        [_row(row, disabled=disabled) for row in rows], gap=0, mah=300, style={"overflowY": "auto"}
    )
    return card(t("Pressure readings"), lines, name="readings")


def _row(row: ReadingRow, *, disabled: bool) -> dmc.Group:
    value = html.Del(row.value) if row.struck else html.B(row.value)
    note = dmc.Text(row.note, c="dimmed", fz=15) if row.note else None
    said = html.Div([html.Span(f"{row.at}  ", className="num"), value, note])
    return dmc.Group([said, None if row.struck else _strike(row, disabled=disabled)], justify="space-between")


def _strike(row: ReadingRow, *, disabled: bool) -> dmc.Button:
    return dmc.Button(
        t("In error"),
        id=ids.ask(row.strike),
        disabled=disabled,
        variant="subtle",
        color="gray",
        mih=44,
        size="sm",
        fz=15,
        **{"aria-label": t("Entered in error: {value} at {time}", value=row.value, time=row.at)},
    )
