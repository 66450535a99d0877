"""Every id that a page, a callback or the live script names; one that depends on something is a function."""

from __future__ import annotations

from typing import Any

from dash import ALL

from monitor.dashboard.views.acts import Target

LOCATION = "location"
THEME = "theme"
PAGE = "page"
NOTIFICATIONS = "notifications"

TOP_BAR = "top-bar"
BOARD = "board"
CHAIR_NUMBERS = "chair-numbers"
CHAIR_ALARMS = "chair-alarms"
ALARM_LIST = "alarm-list"
HANDOVER = "handover"

CHART_TICK = "chart-tick"
"""A store that the live script counts up when something on view has changed."""

CHART_SCREEN = "chart-screen"
"""A store in which the browser tells how wide its charts are and where somebody looks."""
CHARTS = "charts"
"""Where the live script draws what the store `figure_of(CHARTS)` takes; so it is with the other charts."""
CHARTS_CARD = "charts-card"
PAST_VISIT = "past-visit"
PAST_SCREEN = "past-screen"
PAST_CHARTS = "past-charts"
SEAT_CARD = "seat-card"
ACTS = "acts"
READINGS = "readings"
LIMITS = "limits"
VISIT_LOG = "visit-log"
EARLIER = "earlier"
EARLIER_SHOWN = "earlier-shown"
EARLIER_CHART = "earlier-chart"
DIALOG = "dialog"
ALARM_HISTORY = "alarm-history"
HISTORY_SERIES = "history-series"
HISTORY_CHAIR = "history-chair"
HISTORY_TABLE = "history-table"
HISTORY_TICK = "history-tick"
SANDBOX_PRESET = "sandbox-preset"
SANDBOX_FIELDS = "sandbox-fields"
SANDBOX_TOML = "sandbox-toml"
SANDBOX_VISITS = "sandbox-visits"
SANDBOX_RUN = "sandbox-run"
SANDBOX_RESULT = "sandbox-result"

ADMIN_USERS = "admin-users"
ADMIN_NAME = "admin-name"
ADMIN_DISPLAY = "admin-display"
ADMIN_ROLE = "admin-role"
ADMIN_PIN = "admin-pin"
ADMIN_SAVE_USER = "admin-save-user"
ADMIN_USER_SAID = "admin-user-said"
ADMIN_WALLS = "admin-walls"
ADMIN_WALL_NAME = "admin-wall-name"
ADMIN_WALL_LABELS = "admin-wall-labels"
ADMIN_WALL_MAKE = "admin-wall-make"
ADMIN_WALL_SAID = "admin-wall-said"
ADMIN_STATIONS = "admin-stations"
ADMIN_TICK = "admin-tick"
ADMIN_CHANNEL = "admin-channel"
ADMIN_TRY = "admin-try"
ADMIN_TRIED = "admin-tried"
ADMIN_FILE = "admin-file"
ADMIN_DIGEST = "admin-digest"
ADMIN_CHECK = "admin-check"
ADMIN_SAVE_FILE = "admin-save-file"
ADMIN_FILE_SAID = "admin-file-said"
ADMIN_AUDIT = "admin-audit"
ADMIN_AUDIT_OF = "admin-audit-of"
ADMIN_AUDIT_AGAIN = "admin-audit-again"

DEVICES_HEARD = "devices-heard"
DEVICES_TICK = "devices-tick"
DEVICES_ENTRY = "devices-entry"

Id = dict[str, Any]


def ask(target: Target) -> Id:
    """Return the id of the button that opens the form of an act."""
    return _named("ask", target)


def do(target: Target) -> Id:
    """Return the id of the button that does an act, for the chair and the visit that were shown."""
    return _named("do", target)


def any_ask() -> Id:
    """Return the pattern of every `ask` button on the page."""
    return _named("ask", Target(ALL, ALL, ALL, ALL))


def any_do() -> Id:
    """Return the pattern of every `do` button on the page."""
    return _named("do", Target(ALL, ALL, ALL, ALL))


def field(name: str) -> Id:
    """Return the id of one input of the open form."""
    return {"part": "field", "name": name}


def any_field() -> Id:
    """Return the pattern of every input of the open form."""
    return field(ALL)


def preview(target: Target) -> Id:
    """Return the id of what is told of a limit while it is typed."""
    return _named("preview", target)


def any_preview() -> Id:
    """Return the pattern of every preview on the page."""
    return _named("preview", Target(ALL, ALL, ALL, ALL))


def tried(limit: str) -> Id:
    """Return the id of one limit of the sandbox."""
    return {"part": "tried", "limit": limit}


def figure_of(place: str) -> str:
    """Return the id of the store that takes a chart's figure."""
    return f"{place}-figure"


def any_tried() -> Id:
    """Return the pattern of every limit of the sandbox."""
    return tried(ALL)


def admin(verb: str, of: str) -> Id:
    """Return the id of a button of the admin page that does something to one row."""
    return {"part": "admin", "verb": verb, "of": of}


def listen(port: Any) -> Id:
    """Return the id of the button that listens on a port; with `ALL` the pattern of all."""
    return {"part": "listen", "of": port}


def any_admin(verb: Any) -> Id:
    """Return the pattern of these buttons, of one verb or (`ALL`) of all."""
    return admin(verb, ALL)


def target_of(named: Id) -> Target:
    """Return what a button's id names."""
    return Target(named["act"], named["chair"], named["session"], named["subject"])


def _named(part: str, target: Target) -> Id:
    return {"part": part, **target._asdict()}
