"""The admin page: users, wall displays, stations, channels, clinic.toml and the audit."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import Dash, html
from dash.development.base_component import Component

from monitor.config.edit import NotEditable, Opened
from monitor.dashboard.components import admin_parts as parts
from monitor.dashboard.pages import admin_system, admin_users, missing
from monitor.dashboard.pages.shell import frame
from monitor.dashboard.services import Services
from monitor.dashboard.views import retold
from monitor.language import t
from monitor.terms import Role

REFUSED = "Only administrators see this page."
TABS = ("Users", "Wall displays", "Stations", "Channels", "In force", "clinic.toml", "Audit")


async def page(services: Services) -> html.Div:
    """Return the page as it stands, for administrators."""
    if services.viewer().role is not Role.ADMIN:
        return missing.layout(t(REFUSED))
    admin, settings = services.admin, services.settings
    opened: Opened | str
    try:
        opened = await admin.open_config()
    except NotEditable as fault:
        opened = retold.trouble(str(fault))
    return _layout(
        parts.users(await admin.users()),
        parts.walls(await admin.walls()),
        parts.stations(await admin.stations()),
        parts.channels(settings.notify.channels),
        parts.in_force(settings),
        parts.file(opened, settings.source),
        parts.audit(await admin.audit_trail()),
    )


def example() -> html.Div:
    """Return the page with every part that a callback names."""
    empty = Opened("", "")
    return _layout(
        parts.users([]),
        parts.walls([]),
        parts.stations([]),
        parts.channels(()),
        html.Div(),
        parts.file(empty, None),
        parts.audit([]),
    )


def register(app: Dash, services: Services) -> None:
    """Wire all parts."""
    admin_users.register(app, services)
    admin_system.register(app, services)


def _layout(*shown: Component) -> html.Div:
    values = [name.replace(" ", "-") for name in TABS]  # each becomes an id, and names its panel
    named = zip(TABS, values, strict=True)
    tabs = [dmc.TabsTab(t(name), value=value, fz=16, mih=48) for name, value in named]
    panels = [dmc.TabsPanel(part, value=value, pt=12) for value, part in zip(values, shown, strict=True)]
    return frame(
        "admin", t("Administration"), dmc.Tabs([dmc.TabsList(tabs), *panels], value=values[0], color="gray")
    )
