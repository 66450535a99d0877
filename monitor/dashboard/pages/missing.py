"""The page for an address that names nothing here."""

from __future__ import annotations

from dash import dcc, html

from monitor.dashboard.components.card import card
from monitor.dashboard.pages.shell import frame
from monitor.language import t


def layout(what: str) -> html.Div:
    """Return the page; `what` says in a sentence what was looked for."""
    link = dcc.Link(t("To the board"), href="/", className="link")
    return frame("missing", t("Not found"), card(t("Not found"), html.P(what), link, name="missing"))
