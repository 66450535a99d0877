"""Under a chair's charts: the earlier infusions of its patient, where the visit belongs to a series."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, html, no_update

from monitor.dashboard import ids
from monitor.dashboard.components.earlier import earlier_infusions
from monitor.dashboard.figures.series import series_figure
from monitor.dashboard.services import Services
from monitor.dashboard.views.series import EarlierRow, earlier_rows, heading
from monitor.store.snapshot import ChairView


def register(app: Dash, services: Services) -> None:
    """Wire the card to the tick of the live script, and its switch."""

    async def redraw(_tick: int, chair: str, shown: str) -> tuple[Any, Any]:
        view = _chair(services, chair)
        now = _stands(view)
        if now == shown:
            return no_update, no_update
        return await _card(services, view), now

    async def switch(earlier: bool, chair: str) -> Any:
        view = _chair(services, chair)
        visit = "" if view is None or view.session is None else view.session.id
        series = await services.series(visit)
        if series is None:
            return no_update
        return series_figure(series, await services.history(visit, samples=0), earlier=earlier)

    app.callback(
        Output(ids.EARLIER, "children"),
        Output(ids.EARLIER, "data-shown"),
        Input(ids.CHART_TICK, "data"),
        State(ids.CHAIR_NUMBERS, "data-chair"),
        State(ids.EARLIER, "data-shown"),
    )(redraw)
    app.callback(
        Output(ids.figure_of(ids.EARLIER_CHART), "data"),
        Input(ids.EARLIER_SHOWN, "checked"),
        State(ids.CHAIR_NUMBERS, "data-chair"),
        prevent_initial_call=True,
    )(switch)


def example() -> html.Section:
    """Return a card as it can be, with every id that it may have."""
    row = EarlierRow("1", "", "", "", "", "", "", "", "")
    return earlier_infusions("", (row,), {})


def _chair(services: Services, chair: str) -> ChairView | None:
    snapshot = services.snapshot()
    views = [] if snapshot is None else snapshot.chairs
    return next((view for view in views if view.id == chair), None)


def _stands(view: ChairView | None) -> str:
    """What the card shows; it is made anew only when this changes."""
    if view is None or view.session is None or not view.session.series:
        return ""
    newest = view.trend[-1].key if view.trend else ""
    return f"{view.session.id} {view.session.started_ms} {newest}"


async def _card(services: Services, view: ChairView | None) -> Any:
    if view is None or view.session is None:
        return None
    series = await services.series(view.session.id)
    if series is None:
        return None
    preset = next((c.preset for c in services.settings.chairs if c.id == view.id), "default")
    within = services.settings.presets[preset].leave_gate.within_percent
    history = await services.history(view.session.id, samples=0)
    figure = series_figure(series, history, earlier=True)
    return earlier_infusions(heading(series), earlier_rows(series, within), figure)
