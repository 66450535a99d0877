"""The history: past visits, their charts and their records."""

from __future__ import annotations

from dash import html

from monitor.dashboard.components.card import card
from monitor.dashboard.components.visits_table import visits_table
from monitor.dashboard.pages.shell import frame
from monitor.dashboard.services import Services
from monitor.dashboard.views.visits import visit_rows


async def page(services: Services, chair: str | None = None) -> html.Div:
    """Return the newest visits, of one chair or of all."""
    rows = visit_rows(await services.sessions(chair))
    heading = "Visits" if chair is None else f"Visits on chair {chair}"
    return frame("history", heading, card(heading, visits_table(rows), name="visits"))
