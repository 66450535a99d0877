"""Stations, channels, clinic.toml and the audit on the admin page."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, html, no_update

from monitor.config import ConfigError
from monitor.config.edit import NotEditable
from monitor.dashboard import ids
from monitor.dashboard.components import admin_parts as parts
from monitor.dashboard.pages.allowed import only
from monitor.dashboard.services import ActRefused, Services
from monitor.dashboard.views import retold
from monitor.language import t
from monitor.store.faults import StoreFault
from monitor.terms import Role

SOUND = "No fault. Nothing was saved."
SAVED = "Saved; the file before it is kept as .bak."


def register(app: Dash, services: Services) -> None:
    """Wire them."""
    admin = services.admin

    async def stations(_tick: int) -> Any:
        try:
            return parts.station_table(await admin.stations())
        except (ActRefused, StoreFault) as refused:
            return retold.trouble(str(refused))

    async def audit(of: str | None, _again: int | None) -> Any:
        try:
            return parts.audit_table(await admin.audit_trail(), (of or "").strip())
        except (ActRefused, StoreFault) as refused:
            return retold.trouble(str(refused))

    async def attempt(_clicks: int, channel: str | None) -> str:
        try:
            return await admin.try_channel(channel or "")
        except ActRefused as refused:
            return retold.trouble(str(refused))

    async def file(_check: int, _save: int, text: str | None, began_with: str) -> tuple[Any, ...]:
        try:
            if ctx.triggered_id == ids.ADMIN_CHECK:
                faults = await admin.check_config(text or "")
                return _told(faults) if faults else t(SOUND), no_update, no_update
            opened = await admin.save_config(text or "", began_with)
        except ConfigError as error:
            return _told([retold.fault(fault) for fault in error.faults]), no_update, no_update
        except (ActRefused, NotEditable) as refused:
            return retold.trouble(str(refused)), no_update, no_update
        return f"{t(SAVED)} {t(parts.RESTART)}", opened.text, opened.digest

    app.callback(
        Output(ids.ADMIN_STATIONS, "children"),
        Input(ids.ADMIN_TICK, "n_intervals"),
        prevent_initial_call=True,
    )(only(services, Role.ADMIN, stations))
    app.callback(
        Output(ids.ADMIN_AUDIT, "children"),
        Input(ids.ADMIN_AUDIT_OF, "value"),
        Input(ids.ADMIN_AUDIT_AGAIN, "n_clicks"),
        prevent_initial_call=True,
    )(only(services, Role.ADMIN, audit))
    app.callback(
        Output(ids.ADMIN_TRIED, "children"),
        Input(ids.ADMIN_TRY, "n_clicks"),
        State(ids.ADMIN_CHANNEL, "value"),
        prevent_initial_call=True,
    )(only(services, Role.ADMIN, attempt))
    app.callback(
        Output(ids.ADMIN_FILE_SAID, "children"),
        Output(ids.ADMIN_FILE, "value"),
        Output(ids.ADMIN_DIGEST, "data"),
        Input(ids.ADMIN_CHECK, "n_clicks"),
        Input(ids.ADMIN_SAVE_FILE, "n_clicks"),
        State(ids.ADMIN_FILE, "value"),
        State(ids.ADMIN_DIGEST, "data"),
        prevent_initial_call=True,
    )(only(services, Role.ADMIN, file))


def _told(faults: list[str]) -> html.Div:
    return html.Div([dmc.Text(t("Not saved:")), *(dmc.Text(fault) for fault in faults)])
