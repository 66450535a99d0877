"""A chair's page: its numbers (the live script's), its charts, its buttons, its readings and its log."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update

from monitor.config import ChairSettings
from monitor.dashboard import ids
from monitor.dashboard.components.act_panel import act_panel
from monitor.dashboard.components.card import card
from monitor.dashboard.components.charts import SCREEN_JS, charts
from monitor.dashboard.components.form import act_form
from monitor.dashboard.components.limit_panel import limit_panel
from monitor.dashboard.components.readings import readings
from monitor.dashboard.components.visit_log import visit_log
from monitor.dashboard.figures.screen import Screen, screen_from
from monitor.dashboard.figures.visit import visit_figure
from monitor.dashboard.pages.shell import frame
from monitor.dashboard.services import Services
from monitor.dashboard.views import visits
from monitor.dashboard.views.actions import Panel, panel
from monitor.dashboard.views.acts import FORMS, Target
from monitor.dashboard.views.limit_panel import LimitTable, limit_table
from monitor.dashboard.views.readings import ReadingRow, reading_rows
from monitor.dashboard.views.visits import LogLine
from monitor.language import t
from monitor.limits import LimitPreset
from monitor.store.snapshot import ChairView, Snapshot

DIALOG_STYLES = {"title": {"fontSize": 20, "fontWeight": 650}}

REDRAWN = {
    "figure": Output(ids.figure_of(ids.CHARTS), "data"),
    "charts_hidden": Output(ids.CHARTS_CARD, "hidden"),
    "seat": Output(ids.SEAT_CARD, "children"),
    "acts": Output(ids.ACTS, "children"),
    "view": Output(ids.ACTS, "data-view"),
    "readings": Output(ids.READINGS, "children"),
    "limits": Output(ids.LIMITS, "children"),
    "limits_view": Output(ids.LIMITS, "data-view"),
    "log": Output(ids.VISIT_LOG, "children"),
    "log_view": Output(ids.VISIT_LOG, "data-view"),
}
"""Each that is told costs the browser a look at the whole page, so what stays as it is is not told."""

SHOWN = {
    "acts": State(ids.ACTS, "data-view"),
    "limits": State(ids.LIMITS, "data-view"),
    "log": State(ids.VISIT_LOG, "data-view"),
    "hidden": State(ids.CHARTS_CARD, "hidden"),
}
"""What the browser shows of them."""


def layout(chair: ChairSettings) -> html.Div:
    """Return the page; what is empty is filled by the first redraw or by the live script."""
    of_chair = {"data-chair": chair.id}
    left = html.Div(
        [
            html.Div(id=ids.CHAIR_NUMBERS, className="chair-left", **{"data-live": "chair"}, **of_chair),
            html.Div(className="chair-devices", **{"data-live": "chair-devices"}, **of_chair),
        ],
        className="chair-side",
    )
    middle = html.Div(
        [
            html.Div(id=ids.CHAIR_ALARMS, **{"data-live": "chair-alarms"}, **of_chair),
            html.Div(className="chair-quiet", **{"data-live": "chair-quiet"}, **of_chair),
            html.Div(id=ids.SEAT_CARD),
            html.Section(charts(ids.CHARTS), id=ids.CHARTS_CARD, className="card chair-chart", hidden=True),
        ],
        className="chair-charts",
    )
    right = html.Div(
        [
            html.Div(id=ids.ACTS, **{"data-view": ""}),
            html.Div(id=ids.LIMITS, **{"data-view": ""}),
            html.Div(id=ids.VISIT_LOG, **{"data-view": ""}),
            html.Div(id=ids.READINGS),
        ],
        className="chair-right",
    )
    return frame(
        "chair",
        t("Chair {chair}", chair=chair.label),
        dcc.Store(id=ids.CHART_TICK, data=0),
        dcc.Store(id=ids.CHART_SCREEN),
        html.Div([left, middle, right], className="chair-grid"),
        html.Div(id=ids.EARLIER, className="chair-earlier", **{"data-shown": ""}),
        dmc.Modal(
            id=ids.DIALOG,
            title="",
            opened=False,
            centered=True,
            size="lg",
            styles=DIALOG_STYLES,
            closeButtonProps={"aria-label": t("Close"), "size": "xl"},
        ),
    )


def register(app: Dash, services: Services) -> None:
    """Wire the redraw to the tick of the live script."""

    async def redraw(tick: int, screen: Any, chair: str, shown: dict[str, Any]) -> dict[str, Any]:
        del tick
        snapshot = services.snapshot()
        view = chair_of(snapshot, chair)
        if snapshot is None or view is None:
            return dict.fromkeys(REDRAWN, no_update)
        viewer = services.viewer()
        return {
            **_buttons(panel(view, viewer), reading_rows(view), shown["acts"]),
            **_limits(limit_table(view, viewer, preset_of(services, chair)), shown["limits"]),
            **await _history(services, view, snapshot.at_ms, screen_from(screen), shown),
        }

    app.clientside_callback(SCREEN_JS, Output(ids.CHART_SCREEN, "data"), Input(ids.CHART_TICK, "data"))
    app.callback(
        output=REDRAWN,
        inputs={"tick": Input(ids.CHART_TICK, "data"), "screen": Input(ids.CHART_SCREEN, "data")},
        state={"chair": State(ids.CHAIR_NUMBERS, "data-chair"), "shown": SHOWN},
    )(redraw)


def chair_of(snapshot: Snapshot | None, chair: str) -> ChairView | None:
    """Return a chair of a snapshot; None when there is none yet or it does not have it."""
    if snapshot is None:
        return None
    return next((view for view in snapshot.chairs if view.id == chair), None)


def preset_of(services: Services, chair: str) -> LimitPreset | None:
    """Return the preset that a chair's patients begin with; None where there is no such chair."""
    names = (settings.preset for settings in services.settings.chairs if settings.id == chair)
    return services.settings.presets.get(next(names, ""))


def _buttons(view: Panel, rows: tuple[ReadingRow, ...], shown: str) -> dict[str, Any]:
    """Return what can be pressed; nothing of it is touched while it stays the same, so no tap is lost."""
    now = _mark((view, rows))
    if now == shown:
        return dict.fromkeys(("acts", "readings", "seat", "view"), no_update)
    return {
        "acts": act_panel(view),
        "readings": readings(rows, disabled=bool(view.notice)),
        "seat": None if view.occupied else _seat(view),
        "view": now,
    }


def _limits(table: LimitTable | None, shown: str) -> dict[str, Any]:
    """Return the limits, untouched while they stay the same, so that their fold stays as it is."""
    now = _mark(table)
    if now == shown:
        return dict.fromkeys(("limits", "limits_view"), no_update)
    return {"limits": limit_panel(table), "limits_view": now}


def _mark(shown: object) -> str:
    """Return what tells one view from another."""
    return f"{crc32(repr(shown).encode()):08x}"


def _seat(view: Panel) -> html.Section:
    form = FORMS["seat"]
    return card(t(form.label), act_form(Target("seat", view.chair), form, notice=view.notice), name="seat")


async def _history(
    services: Services, view: ChairView, now_ms: int, screen: Screen, shown: dict[str, Any]
) -> dict[str, Any]:
    history = await services.history(view.session.id) if view.session is not None else None
    hidden = history is None
    charts = {"charts_hidden": no_update if shown["hidden"] is hidden else hidden}
    if history is None:
        return {"figure": no_update, **charts, **_log(None, shown["log"])}
    figure = visit_figure(history, now_ms, screen, services.settings.response)
    return {"figure": figure, **charts, **_log(visits.visit_log(history), shown["log"])}


def _log(lines: tuple[LogLine, ...] | None, shown: str) -> dict[str, Any]:
    """Return what happened in the visit, untouched while nothing did; nothing without a visit."""
    now = _mark(lines)
    if now == shown:
        return dict.fromkeys(("log", "log_view"), no_update)
    return {"log": None if lines is None else visit_log(lines), "log_view": now}
