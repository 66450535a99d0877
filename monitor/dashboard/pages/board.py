"""The board: every chair at a glance. The live script draws it."""

from __future__ import annotations

from dash import html

from monitor.dashboard import ids
from monitor.dashboard.pages.shell import frame
from monitor.language import t


def layout() -> html.Div:
    """Return the page, its board empty for the live script."""
    return frame("board", t("Board of all chairs"), html.Div(id=ids.BOARD, **{"data-live": "board"}))
