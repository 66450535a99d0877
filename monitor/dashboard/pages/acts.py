"""What happens when a button of a chair is pressed: a form opens, or the act goes to the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

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


class Answer(NamedTuple):
    """What a tap changes on the page."""

    notice: Any = no_update
    opened: Any = no_update
    """Whether the form is open: False closes it."""
    tick: Any = no_update

    @property
    def done(self) -> bool:
        """True when the act was accepted; after a refusal the same tap may follow at once."""
        return self.opened is False


class Taps:
    """Tells a double tap from two taps: the second of a double tap only has the first's answer."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, Target], asyncio.Task[Answer]] = {}

    async def once(self, user: str, target: Target, act: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
        """Return the answer of `act`, or that of the tap which this one repeats."""
        tap = (user, target)
        before = next((answer for other, answer in self._answers.items() if _doubles(tap, other)), None)
        if before is not None:
            return await asyncio.shield(before)
        answer = self._answers[tap] = asyncio.create_task(act())
        answer.add_done_callback(lambda ended: self._rest(tap, ended))
        return await asyncio.shield(answer)

    def _rest(self, tap: tuple[str, Target], ended: asyncio.Task[Answer]) -> None:
        well = not ended.cancelled() and ended.exception() is None and ended.result().done
        asyncio.get_running_loop().call_later(REST_S if well else 0, self._answers.pop, tap)


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

    async def do(_clicks: list[int | None], _typed: list[Any]) -> Answer:
        target = pressed()
        if target is None:
            return Answer()
        _, fields = ctx.args_grouping
        given = {field["id"]["name"]: field.get("value") for field in fields}
        return await taps.once(services.viewer().user, target, lambda: act(services, target, given))

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


async def act(services: Services, target: Target, given: dict[str, Any]) -> Answer:
    """Put the act on the desk and say what became of it."""
    try:
        outcome = await services.act(target.chair, target.session or None, act_from(target, given))
    except (FormFault, ActRefused) as refusal:
        return Answer(notice.refused(str(refusal)))
    if not outcome.accepted:
        return Answer(notice.refused(outcome.message), tick=outcome.seq)
    return Answer(notice.done(f"Chair {target.chair}: {form_of(target).done}."), False, outcome.seq)
