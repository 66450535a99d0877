"""The link to a record."""

from __future__ import annotations

from dash import html


def record_link(session: str) -> html.A:
    """Return the link that downloads the flowsheet of a finished visit."""
    return html.A("CSV", href=f"/records/{session}.csv", download=f"{session}.csv", className="link")
