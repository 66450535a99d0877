"""Users and wall displays on the admin page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from dash import Dash, Input, Output, State, ctx, no_update

from monitor.dashboard import ids
from monitor.dashboard.components import admin_parts as parts
from monitor.dashboard.pages.allowed import only
from monitor.dashboard.services import ActRefused, Services
from monitor.dashboard.views import retold
from monitor.language import t
from monitor.store.faults import StoreFault
from monitor.terms import Role


def register(app: Dash, services: Services) -> None:
    """Wire both forms and the buttons of their lists."""
    admin = services.admin

    async def users(
        _save: int | None,
        _change: list[int | None],
        _disable: list[int | None],
        _enable: list[int | None],
        name: str,
        display: str,
        role: str,
        pin: str,
    ) -> tuple[Any, ...]:
        asked = ctx.triggered_id
        if not ctx.triggered or not ctx.triggered[0]["value"]:
            return (no_update,) * 6
        try:
            if asked == ids.ADMIN_SAVE_USER:
                said = await admin.keep_user(name or "", display or "", role or "", pin or "")
                return parts.user_table(await admin.users()), said, "", "", no_update, ""
            if asked["verb"] == "change":
                known = next(person for person in await admin.users() if person.name == asked["of"])
                return no_update, "", known.name, known.display, known.role.value, ""
            said = await admin.disable(asked["of"], disabled=asked["verb"] == "disable")
            return parts.user_table(await admin.users()), said, *(no_update,) * 4
        except (ActRefused, StoreFault) as refused:
            return no_update, retold.trouble(str(refused)), *(no_update,) * 4

    async def walls(
        _make: int | None, _pressed: list[int | None], name: str, labels: bool, here: str
    ) -> tuple[Any, ...]:
        asked = ctx.triggered_id
        if not ctx.triggered or not ctx.triggered[0]["value"]:
            return (no_update,) * 3
        try:
            if asked == ids.ADMIN_WALL_MAKE:
                path = await admin.make_wall(name or "", labels=bool(labels))
                at = urlsplit(here or "")
                said = t("Open this once on the display, and keep it secret:")
                said += f" {at.scheme}://{at.netloc}{path}"
                return parts.wall_table(await admin.walls()), said, ""
            said = await admin.revoke_wall(int(asked["of"]))
            return parts.wall_table(await admin.walls()), said, no_update
        except (ActRefused, StoreFault) as refused:
            return no_update, retold.trouble(str(refused)), no_update

    app.callback(
        Output(ids.ADMIN_USERS, "children"),
        Output(ids.ADMIN_USER_SAID, "children"),
        Output(ids.ADMIN_NAME, "value"),
        Output(ids.ADMIN_DISPLAY, "value"),
        Output(ids.ADMIN_ROLE, "value"),
        Output(ids.ADMIN_PIN, "value"),
        Input(ids.ADMIN_SAVE_USER, "n_clicks"),
        *(Input(ids.any_admin(verb), "n_clicks") for verb in ("change", "disable", "enable")),
        State(ids.ADMIN_NAME, "value"),
        State(ids.ADMIN_DISPLAY, "value"),
        State(ids.ADMIN_ROLE, "value"),
        State(ids.ADMIN_PIN, "value"),
        prevent_initial_call=True,
    )(only(services, Role.ADMIN, users))
    app.callback(
        Output(ids.ADMIN_WALLS, "children"),
        Output(ids.ADMIN_WALL_SAID, "children"),
        Output(ids.ADMIN_WALL_NAME, "value"),
        Input(ids.ADMIN_WALL_MAKE, "n_clicks"),
        Input(ids.any_admin("revoke"), "n_clicks"),
        State(ids.ADMIN_WALL_NAME, "value"),
        State(ids.ADMIN_WALL_LABELS, "checked"),
        State(ids.LOCATION, "href"),
        prevent_initial_call=True,
    )(only(services, Role.ADMIN, walls))
