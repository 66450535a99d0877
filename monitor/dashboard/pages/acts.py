"""What happens when a button of a chair is pressed: a form opens, or the act goes to the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update

from monitor.dashboard import ids
from monitor.dashboard.components import notice
from monitor.dashboard.components.form import act_form
from monitor.dashboard.pages.chair import chair_of
from monitor.dashboard.services import ActRefused, Services
from monitor.dashboard.views.acts import Target, act_from, form_of
from monitor.dashboard.views.asking import asking
from monitor.dashboard.views.fields import FormFault

REST_S = 0.4
"""How long after an act the same tap again is a double tap."""


class Taps:
    """Tells a double tap from two taps: it is asked before an act and lets the repeated one not pass."""

    def __init__(self) -> None:
        self._resting: set[tuple[str, Target]] = set()

    @contextmanager
    def one(self, user: str, target: Target) -> Iterator[bool]:
        """Yield whether this tap counts: while one is handled, and a moment longer, its like does not."""
        tap = (user, target)
        if any(self._doubles(tap, other) for other in self._resting):
            yield False
            return
        self._resting.add(tap)
        try:
            yield True
        finally:
            asyncio.get_running_loop().call_later(REST_S, self._resting.discard, tap)

    @staticmethod
    def _doubles(tap: tuple[str, Target], other: tuple[str, Target]) -> bool:
        """A step's button gives way to the next step's under the same finger; a mark's stays."""
        if tap == other:
            return True
        (user, target), (other_user, before) = tap, other
        steps = all(each.act != "mark" and not form_of(each).confirm for each in (target, before))
        return steps and user == other_user and target.chair == before.chair


def register(app: Dash, services: Services) -> None:
    """Wire the buttons and the forms of the chair page."""
    taps = Taps()

    async def ask(_clicks: list[int | None]) -> tuple[Any, Any, Any]:
        target = pressed()
        view = chair_of(services.snapshot(), target.chair) if target is not None else None
        if target is None or view is None:
            return no_update, no_update, no_update
        form, said = asking(target, view)
        return form.label, act_form(target, form, said=said), True

    async def do(_clicks: list[int | None], _typed: list[Any]) -> tuple[Any, Any, Any]:
        target = pressed()
        if target is None:
            return no_update, no_update, no_update
        _, fields = ctx.args_grouping
        given = {field["id"]["name"]: field.get("value") for field in fields}
        with taps.one(services.viewer().user, target) as counts:
            return await act(services, target, given) if counts else (no_update, no_update, no_update)

    app.callback(
        Output(ids.DIALOG, "title"),
        Output(ids.DIALOG, "children"),
        Output(ids.DIALOG, "opened"),
        Input(ids.any_ask(), "n_clicks"),
        prevent_initial_call=True,
    )(ask)
    app.callback(
        Output(ids.NOTIFICATIONS, "sendNotifications"),
        Output(ids.DIALOG, "opened", allow_duplicate=True),
        Output(ids.CHART_TICK, "data"),
        Input(ids.any_do(), "n_clicks"),
        State(ids.any_field(), "value"),
        prevent_initial_call=True,
    )(do)


def pressed() -> Target | None:
    """Return what the pressed button is for; None when buttons merely appeared or went."""
    cause = next((cause for cause in ctx.triggered if cause["value"]), None)
    return ids.target_of(ctx.triggered_prop_ids[cause["prop_id"]]) if cause is not None else None


async def act(services: Services, target: Target, given: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Put the act on the desk; return the notice, whether the form stays open, and the new tick."""
    try:
        outcome = await services.act(target.chair, target.session or None, act_from(target, given))
    except (FormFault, ActRefused) as refusal:
        return notice.refused(str(refusal)), no_update, no_update
    if not outcome.accepted:
        return notice.refused(outcome.message), no_update, outcome.seq
    return notice.done(f"Chair {target.chair}: {form_of(target).done}."), False, outcome.seq
