"""The pressure readings of a visit, each with the button that strikes it."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import html

from monitor.dashboard import ids
from monitor.dashboard.views.readings import ReadingRow


def readings(rows: tuple[ReadingRow, ...], *, disabled: bool) -> html.Section | None:
    """Return the list, newest first; nothing when there is no reading."""
    if not rows:
        return None
    return html.Section(
        [
            html.H2("Pressure readings"),
            html.Ul([_row(row, disabled=disabled) for row in rows], className="list"),
        ],
        className="card readings",
    )


def _row(row: ReadingRow, *, disabled: bool) -> html.Li:
    value = html.Del(row.value) if row.struck else html.B(row.value)
    strike = dmc.Button(
        "Entered in error",
        id=ids.ask(row.strike),
        disabled=disabled,
        variant="subtle",
        color="gray",
        mih=44,
        size="sm",
        **{"aria-label": f"Entered in error: {row.value} at {row.at}"},
    )
    return html.Li(
        [
            html.Span([html.I(row.at), " ", value, " ", html.Span(row.note, className="dim")]),
            *([] if row.struck else [strike]),
        ],
        className="reading",
    )
