"""The page of devices, for administrators: how those of the clinic stand, and who speaks on a free port."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import ALL, Dash, Input, Output, ctx, dcc, html, no_update

from monitor.dashboard import ids
from monitor.dashboard.components import port_parts
from monitor.dashboard.components.card import card
from monitor.dashboard.components.table import table
from monitor.dashboard.pages import missing
from monitor.dashboard.pages.allowed import only
from monitor.dashboard.pages.shell import frame
from monitor.dashboard.services import ActRefused, Listening, PortOfHere, Services
from monitor.dashboard.views import words
from monitor.dashboard.views.devices import DeviceRow, device_rows
from monitor.language import t
from monitor.store.snapshot import Snapshot
from monitor.terms import Role

HEADINGS = ("Chair", "Device", "Kind", "Link", "What a technician needs", "Skipped", "Clock")
REFUSED = "The page of devices is for administrators."
REFRESH_MS = 1000


async def page(services: Services) -> html.Div:
    """Return the page for whoever asks."""
    if services.viewer().role is not Role.ADMIN:
        return missing.layout(t(REFUSED))
    return layout(services.snapshot(), await services.admin.ports())


def layout(snapshot: Snapshot | None, ports: Sequence[PortOfHere]) -> html.Div:
    """Return the page; it holds no vital signs of patients, as it does not move."""
    rows: tuple[DeviceRow, ...] = () if snapshot is None else device_rows(snapshot)
    cells = [(r.chair, r.name, r.kind, r.link, r.detail, r.malformed, r.clock) for r in rows]
    asof = (
        t("no turn yet") if snapshot is None else t("as of {time}", time=words.clock_seconds(snapshot.at_ms))
    )
    return frame(
        "devices",
        t("Devices"),
        card(
            f"{t('Devices')}, {asof}",
            html.P(t("Reload the page for newer. Skipped bytes count since the monitor started.")),
            table(t("Devices"), HEADINGS, cells, t("No device is configured.")),
            name="devices",
        ),
        port_parts.ports_card(ports),
        html.Div(id=ids.DEVICES_HEARD),
        dcc.Interval(id=ids.DEVICES_TICK, interval=REFRESH_MS, disabled=True),
    )


def example() -> html.Div:
    """Return a page with every id that a callback names."""
    return layout(None, [PortOfHere("port", "")])


def register(app: Dash, services: Services) -> None:
    """Wire the buttons, and what is heard while somebody looks."""

    async def show(_pressed: list[int | None], _tick: int | None) -> tuple[Any, Any]:
        try:
            if ctx.triggered_id == ids.DEVICES_TICK:
                heard = await services.admin.heard()
            elif ctx.triggered and ctx.triggered[0]["value"]:
                port = str(ctx.triggered_id["of"])
                await services.admin.listen(port)
                heard = Listening(port, under_way=True)
            else:
                return no_update, no_update
        except ActRefused as refused:
            return port_parts.refused(str(refused)), True
        return port_parts.heard_card(heard), not heard.under_way

    app.callback(
        Output(ids.DEVICES_HEARD, "children"),
        Output(ids.DEVICES_TICK, "disabled"),
        Input(ids.listen(ALL), "n_clicks"),
        Input(ids.DEVICES_TICK, "n_intervals"),
        prevent_initial_call=True,
    )(only(services, Role.ADMIN, show))
