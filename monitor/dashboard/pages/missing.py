"""The page for an address that names nothing here."""

from __future__ import annotations

from dash import dcc, html

from monitor.dashboard.pages.shell import frame


def layout(what: str) -> html.Div:
    """Return the page; `what` says in a sentence what was looked for."""
    said = [html.P(what), dcc.Link("To the board", href="/", className="link")]
    return frame("missing", "Not found", html.Section([html.H2("Not found"), *said], className="card"))
