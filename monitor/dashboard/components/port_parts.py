"""The serial ports of this computer on the page of devices, and what was heard on one of them."""

from __future__ import annotations

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from monitor.dashboard import ids
from monitor.dashboard.components.card import card
from monitor.dashboard.components.table import Cell, table
from monitor.dashboard.services import Listening, PortOfHere
from monitor.dashboard.views import retold
from monitor.language import t

HEADINGS = ("Port", "What is plugged in", "Used by", "")
STALE_S = 5.0
"""A value that is older is no longer shown as a number."""


def ports_card(ports: Sequence[PortOfHere]) -> Component:
    """Return the ports, each free one with a button that listens."""
    rows: list[Sequence[Cell]] = [
        (each.port, retold.port(each.what), each.used_by or each.problem, _button(each)) for each in ports
    ]
    none = t("No serial port on this computer. Plug the adapter in, then reload the page.")
    return card(
        t("Serial ports of this computer"),
        html.P(
            t(
                "Listens for up to half a minute, asks only where that changes nothing, and starts no cuff. "
                "A port of a device of clinic.toml is left alone."
            )
        ),
        table(t("Serial ports of this computer"), HEADINGS, rows, none),
        name="devices-ports",
    )


def _button(port: PortOfHere) -> Cell:
    if port.used_by or port.problem:
        return ""
    return dmc.Button(
        t("Scan"),
        id=ids.listen(port.port),
        variant="default",
        size="sm",
        mih=44,
        fz=16,
        **{"aria-label": t("Scan {port}", port=port.port)},
    )


def heard_card(heard: Listening) -> Component:
    """Return who was heard on a port, what it says now, and its entry."""
    waiting = heard.under_way and not heard.found
    return card(
        heard.port,
        html.Div(
            [dmc.Text(t("Listening …"))]
            if waiting
            else [dmc.Text(retold.port(line)) for line in heard.found],
            role="status",
        ),
        html.Ul([html.Li(_value(words, age_s)) for words, age_s in heard.values]) if heard.values else None,
        _entry(heard.entry) if heard.entry else None,
        name="devices-heard-card",
    )


def refused(why: str) -> Component:
    """Return why nobody listens."""
    return card(t("Not done"), html.Div(dmc.Text(why), role="status"), name="devices-heard-card")


def _value(words: str, age_s: float) -> str:
    if age_s <= STALE_S:
        return words
    return t("{metric}: nothing for {seconds} s", metric=words.split(" ", 1)[0], seconds=f"{age_s:.0f}")


def _entry(entry: str) -> Component:
    return html.Div(
        [
            html.P(t("Its entry for clinic.toml; name the chair:")),
            html.Pre(entry, id=ids.DEVICES_ENTRY),
            dcc.Clipboard(target_id=ids.DEVICES_ENTRY, title=t("Copy"), className="devices-copy"),
        ]
    )
