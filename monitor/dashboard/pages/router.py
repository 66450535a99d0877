"""Which page is shown: the path decides, and every page can be opened by its address."""

from __future__ import annotations

from dash import Dash, Input, Output, html

from monitor.dashboard import ids
from monitor.dashboard.pages import (
    admin,
    alarms,
    board,
    chair,
    devices,
    handover,
    history,
    missing,
    sandbox,
    visit,
)
from monitor.dashboard.services import Services
from monitor.dashboard.views.routes import Route, route
from monitor.language import t
from monitor.terms import Role


async def page_of(services: Services, named: Route) -> html.Div:
    """Return the page of a route."""
    chairs = {settings.id: settings for settings in services.settings.chairs}
    match named:
        case Route("board"):
            return board.layout()
        case Route("alarms"):
            return alarms.layout()
        case Route("handover"):
            return await handover.page(services)
        case Route("chair", of) if of in chairs:
            return chair.layout(chairs[of])
        case Route("history", of) if not of or of in chairs:
            return await history.page(services, of or None)
        case Route("visit", of):
            return await visit.page(services, of)
        case Route("sandbox"):
            allowed = services.viewer().role is Role.ADMIN
            return (
                sandbox.layout(services.settings.presets) if allowed else missing.layout(t(sandbox.REFUSED))
            )
        case Route("devices"):
            return await devices.page(services)
        case Route("admin"):
            return await admin.page(services)
        case Route("chair" | "history", of):
            return missing.layout(t("There is no chair {chair}.", chair=of))
        case _:
            return missing.layout(t("There is no page at {address}.", address=named.of))


def register(app: Dash, services: Services) -> None:
    """Wire the page to the address."""

    async def show(path: str | None) -> html.Div:
        return await page_of(services, route(path))

    app.callback(Output(ids.PAGE, "children"), Input(ids.LOCATION, "pathname"))(show)
