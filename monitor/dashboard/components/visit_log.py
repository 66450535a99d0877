"""What happened in a visit, newest first."""

from __future__ import annotations

from dash import html

from monitor.dashboard.views.visits import LogLine


def visit_log(lines: tuple[LogLine, ...]) -> list[html.H2 | html.Ul | html.P]:
    """Return the list, with its heading."""
    if not lines:
        return [html.H2("This visit"), html.P("Nothing yet.", className="dim")]
    return [html.H2("This visit"), html.Ul([_line(line) for line in lines], className="log")]


def _line(line: LogLine) -> html.Li:
    tag = [html.Span(line.sign, className=f"tag {line.priority}"), " "] if line.priority else []
    by = [" · ", html.B(line.by)] if line.by else []
    return html.Li([html.I(line.at), " ", *tag, line.text, *by])
