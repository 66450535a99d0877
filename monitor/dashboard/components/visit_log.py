"""What happened in a visit, newest first."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import html

from monitor.dashboard.components.card import card
from monitor.dashboard.components.priority_tag import priority_tag
from monitor.dashboard.views.visits import LogLine
from monitor.language import t


def visit_log(lines: tuple[LogLine, ...]) -> html.Section:
    """Return the list under its heading."""
    said = [_line(line) for line in lines] or [dmc.Text(t("Nothing yet."), c="dimmed")]
    shown = html.Div(said, className="log-lines", tabIndex=0, role="group", **{"aria-label": t("This visit")})
    return card(t("This visit"), shown, name="visit-log")


def _line(line: LogLine) -> html.Div:
    tag = [priority_tag(line.priority), " "] if line.priority else []
    by = [dmc.Text(f" · {line.by}", span=True, c="dimmed")] if line.by else []
    at = dmc.Text(f"{line.at} ", span=True, c="dimmed", className="num")
    return html.Div([at, *tag, line.text, *by])
