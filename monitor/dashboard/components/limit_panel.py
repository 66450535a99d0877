"""The limits in force, and for anesthesia a button on each."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from monitor.dashboard import ids
from monitor.dashboard.components.act_button import act_button
from monitor.dashboard.components.card import card
from monitor.dashboard.views.actions import Button
from monitor.dashboard.views.acts import form_of
from monitor.dashboard.views.limit_panel import PRIORITIES, LimitCell, LimitTable
from monitor.language import t

SIGNS = {"relative": "†", "changed": "*"}
LEGEND = "† against the baseline · * changed for this patient"


def limit_panel(view: LimitTable | None) -> html.Section | None:
    """Return the card; None for a free chair."""
    if view is None:
        return None
    head = html.Tr(
        [html.Th("", scope="col"), *(html.Th(t(priority), scope="col") for priority in PRIORITIES)]
    )
    body = [html.Tr([html.Th(t(name), scope="row"), *map(_cell, cells)]) for name, cells in view.rows]
    changed = [dmc.Text(line, className="limit-change", fz=15) for line in view.changed]
    reset = None
    if view.reset is not None:
        form = form_of(view.reset)
        reset = act_button(Button(view.reset, form.label, form.tone, asks=True))
    table = html.Table([html.Thead(head), html.Tbody(body)], className="limit-table num")
    count = f" · {t('{n} changed', n=len(changed))}" if changed else ""
    shown = html.Details(
        [html.Summary(f"{view.preset or t('limits')}{count}"), table, dmc.Text(t(LEGEND), c="dimmed", fz=14)],
        className="limit-details",
        open=any(cell.edit is not None for _, cells in view.rows for cell in cells),
    )
    return card(t("Limits"), html.Div(changed), shown, reset, name="limits")


def _cell(cell: LimitCell) -> html.Td:
    text = f"{cell.text}{SIGNS.get(cell.source, '')}"
    if cell.edit is None:
        return html.Td(text, title=cell.label)
    inside: Component = html.Button(
        text,
        id=ids.ask(cell.edit),
        className="limit-edit",
        **{"aria-label": t("Change {limit}", limit=cell.label)},
    )
    return html.Td(inside)
