"""The parts of the admin page, each a pure function of what it shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from monitor.config import ChannelSettings, Settings
from monitor.config.edit import Opened
from monitor.dashboard import ids
from monitor.dashboard.components.card import card
from monitor.dashboard.components.table import Cell, table
from monitor.dashboard.services import Person
from monitor.dashboard.views import admin
from monitor.language import t
from monitor.store.desk import AuditEntry, Station
from monitor.store.walls import WallLink
from monitor.terms import Role

REFRESH_MS = 5000
WIDE: dict[str, Any] = {"size": "md", "maw": 420}
USER_HEADINGS = ("Name", "Shown as", "Role", "Standing", "Change")
WALL_HEADINGS = ("Display", "Shows", "Made", "Last opened", "Standing", "Change")
STATION_HEADINGS = ("User", "Sound", "Page", "Last heard", "Station")
CHAIR_HEADINGS = ("Chair", "Room", "Preset", "Devices", "Data")
DEVICE_HEADINGS = ("Device", "Kind", "Chair", "Where", "Used for")
AUDIT_HEADINGS = ("When", "Who", "What", "More")
"""The headings of its tables."""
RESTART = (
    "In force after a restart of Chairside: end `chairside run` and start it again, or restart its service."
)


def users(people: Sequence[Person]) -> Component:
    """Return the list of users and the form that adds or changes one."""
    return html.Div(
        [
            card(t("Users"), html.Div(user_table(people), id=ids.ADMIN_USERS), name="admin-users-card"),
            card(
                t("Add or change a user"),
                dmc.Text(
                    t("Users of clinic.toml are changed there. A new PIN signs its user out everywhere."),
                    mb=12,
                ),
                html.Div(
                    [
                        dmc.TextInput(
                            id=ids.ADMIN_NAME, label=t("Name to sign in with"), value="", size="md"
                        ),
                        dmc.TextInput(id=ids.ADMIN_DISPLAY, label=t("Shown as"), value="", size="md"),
                        dmc.Select(
                            id=ids.ADMIN_ROLE,
                            label=t("Role"),
                            data=[{"value": role.value, "label": t(role.value)} for role in Role],
                            value=Role.NURSE.value,
                            allowDeselect=False,
                            size="md",
                        ),
                        dmc.TextInput(
                            id=ids.ADMIN_PIN,
                            label=t("PIN (empty: as it is)"),
                            value="",
                            size="md",
                            inputProps={"inputMode": "numeric", "type": "password", "autoComplete": "off"},
                        ),
                    ],
                    className="admin-fields",
                ),
                _button(t("Save"), ids.ADMIN_SAVE_USER),
                _said(ids.ADMIN_USER_SAID),
                name="admin-user-form",
            ),
        ]
    )


def user_table(people: Iterable[Person]) -> Component:
    """Return the users, with what can be done to those that administrators made."""
    rows: list[Sequence[Cell]] = [(*admin.user_row(person), _user_buttons(person)) for person in people]
    return table(t("Users"), USER_HEADINGS, rows, empty=t("Nobody yet."))


def _user_buttons(person: Person) -> Cell:
    if person.fixed:
        return ""
    verb, label = ("enable", t("Enable")) if person.disabled else ("disable", t("Disable"))
    return dmc.Group([_row_button(t("Change"), "change", person.name), _row_button(label, verb, person.name)])


def walls(links: Sequence[WallLink]) -> Component:
    """Return the wall links and the form that makes one."""
    return html.Div(
        [
            card(
                t("Wall displays by link"),
                html.Div(wall_table(links), id=ids.ADMIN_WALLS),
                name="admin-walls-card",
            ),
            card(
                t("Make a link"),
                dmc.Text(
                    t("Whoever opens it looks on without a PIN until it is revoked. It is shown once, here."),
                    mb=12,
                ),
                dmc.TextInput(id=ids.ADMIN_WALL_NAME, label=t("Name of the display"), value="", **WIDE),
                dmc.Switch(
                    id=ids.ADMIN_WALL_LABELS, label=t("Show patient labels and visits"), checked=False, my=12
                ),
                _button(t("Make the link"), ids.ADMIN_WALL_MAKE),
                _said(ids.ADMIN_WALL_SAID),
                name="admin-wall-form",
            ),
        ]
    )


def wall_table(links: Iterable[WallLink]) -> Component:
    """Return the links, each in force with a button that revokes it."""
    rows: list[Sequence[Cell]] = [
        (
            *admin.wall_row(link),
            _row_button(t("Revoke"), "revoke", str(link.id)) if link.revoked_ms is None else "",
        )
        for link in links
    ]
    return table(t("Wall links"), WALL_HEADINGS, rows, empty=t("No link yet."))


def stations(watching: Sequence[Station]) -> Component:
    """Return who watches now, looked up anew every few seconds while the page is open."""
    tick = dcc.Interval(id=ids.ADMIN_TICK, interval=REFRESH_MS)
    return card(
        t("Stations"),
        tick,
        html.Div(station_table(watching), id=ids.ADMIN_STATIONS),
        name="admin-stations-card",
    )


def station_table(watching: Iterable[Station]) -> Component:
    """Return the browsers that watch now."""
    rows = admin.station_rows(watching)
    return table(t("Stations"), STATION_HEADINGS, rows, empty=t("No browser watches."))


def channels(configured: Sequence[ChannelSettings]) -> Component:
    """Return the channels to people outside the screen, to be tried out."""
    names = [channel.name for channel in configured]
    none = dmc.Text(t("No [[notify.channel]] is configured: nobody outside the screens is told of an alarm."))
    where = [dmc.Text(f"{channel.name}: {channel.where}") for channel in configured]
    return card(
        t("Channels to people outside the screen"),
        *(where or [none]),
        dmc.Select(
            id=ids.ADMIN_CHANNEL,
            label=t("Channel"),
            data=names,
            value=names[0] if names else None,
            mt=12,
            **WIDE,
        ),
        _button(t("Send a message marked TEST"), ids.ADMIN_TRY, disabled=not names),
        dcc.Loading(_said(ids.ADMIN_TRIED), type="dot"),
        name="admin-channels-card",
    )


def in_force(settings: Settings) -> Component:
    """Return what Chairside runs with now."""
    headings, limits = admin.limit_table(settings.presets)
    return html.Div(
        [
            card(
                t("Chairs"),
                table(
                    t("Chairs"),
                    CHAIR_HEADINGS,
                    admin.chair_rows(settings.chairs, settings.devices),
                    empty=t("None."),
                ),
                name="admin-chairs-card",
            ),
            card(
                t("Devices"),
                table(
                    t("Devices"),
                    DEVICE_HEADINGS,
                    admin.device_rows(settings.devices),
                    empty=t("None: all chairs are simulated."),
                ),
                name="admin-devices-card",
            ),
            card(
                t("Limits"), table(t("Limits"), headings, limits, empty=t("None.")), name="admin-limits-card"
            ),
        ]
    )


def file(opened: Opened | str, path: Path | None) -> Component:
    """Return clinic.toml to be changed, or why it cannot be."""
    readonly = isinstance(opened, str)
    shown = Opened("", "") if isinstance(opened, str) else opened
    lead = (
        opened
        if isinstance(opened, str)
        else f"{path}. {t('(kept 1) stands for a secret that stays.')} {t(RESTART)}"
    )
    return card(
        "clinic.toml",
        dmc.Text(lead, mb=12),
        dcc.Store(id=ids.ADMIN_DIGEST, data=shown.digest),
        dmc.Textarea(
            id=ids.ADMIN_FILE,
            label=t("The file"),
            value=shown.text,
            readOnly=readonly,
            autosize=True,
            minRows=4 if readonly else 16,
            maxRows=30,
            styles={"input": {"fontFamily": "ui-monospace, monospace", "fontSize": 15}},
            size="md",
        ),
        dmc.Group(
            [
                _button(t("Check"), ids.ADMIN_CHECK, disabled=readonly),
                _button(t("Save"), ids.ADMIN_SAVE_FILE, disabled=readonly),
            ]
        ),
        _said(ids.ADMIN_FILE_SAID),
        name="admin-file-card",
    )


def audit(lines: Sequence[AuditEntry]) -> Component:
    """Return the audit, newest first, and what narrows it."""
    return card(
        t("Audit"),
        dmc.TextInput(
            id=ids.ADMIN_AUDIT_OF, label=t("Only lines with"), value="", debounce=300, mb=12, **WIDE
        ),
        html.Div(audit_table(lines, ""), id=ids.ADMIN_AUDIT),
        _button(t("Look again"), ids.ADMIN_AUDIT_AGAIN),
        name="admin-audit-card",
    )


def audit_table(lines: Iterable[AuditEntry], of: str) -> Component:
    """Return the lines that hold these words."""
    rows = admin.audit_rows(lines, of)
    return table(t("Audit"), AUDIT_HEADINGS, rows, empty=t("No such line."))


def _button(label: str, id_: str, *, disabled: bool = False) -> Component:
    return dmc.Button(label, id=id_, mih=48, mt=12, fz=16, disabled=disabled)


def _row_button(label: str, verb: str, of: str) -> Component:
    return dmc.Button(label, id=ids.admin(verb, of), variant="default", size="sm", mih=44, fz=16)


def _said(id_: str) -> Component:
    return html.Div(id=id_, role="status", className="admin-said")
