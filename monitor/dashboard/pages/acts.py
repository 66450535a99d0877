"""What happens when a button of a chair is pressed: a form opens, or the act goes to the desk."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, State, ctx, html, no_update, set_props

from monitor.dashboard import ids
from monitor.dashboard.components import notice
from monitor.dashboard.components.form import act_form
from monitor.dashboard.pages.chair import chair_of, preset_of
from monitor.dashboard.pages.taps import Answer, Tap, Taps
from monitor.dashboard.services import ActRefused, Services
from monitor.dashboard.views import retold
from monitor.dashboard.views.acts import Target, act_from, form_of
from monitor.dashboard.views.asking import asking, outdated
from monitor.dashboard.views.fields import FormFault
from monitor.dashboard.views.limit_panel import asking_limit
from monitor.language import t


def register(app: Dash, services: Services) -> None:
    """Wire the buttons and the forms of the chair page."""
    taps = Taps()

    async def ask(_clicks: list[int | None]) -> None:
        target = pressed()
        view = chair_of(services.snapshot(), target.chair) if target is not None else None
        if target is None or view is None:
            return
        if target.act == "change_limit":
            asked = asking_limit(target, view, preset_of(services, target.chair))
            preview = html.P(id=ids.preview(target), className="limit-preview", role="status")
        else:
            asked, preview = asking(target, view), None
        form = act_form(asked.target, asked.form, said=asked.said, preview=preview)
        set_props(ids.DIALOG, {"title": t(asked.form.label), "children": form, "opened": True})

    async def do(_clicks: list[int | None], _typed: list[Any], opened: bool) -> None:
        target = pressed()
        if target is None:
            return
        _, fields, _ = ctx.args_grouping
        given = {field["id"]["name"]: field.get("value") for field in fields}
        tap = Tap(services.viewer().user, target, repr(given))
        answer = await taps.once(tap, lambda: act(services, target, given))
        # A form that was opened while this was on its way stays open.
        tell(answer if opened else answer._replace(opened=no_update))

    # Dash drops the outputs of a call once the same callback was called again, be it by a button that only
    # appeared; what is set by name always arrives.
    app.callback(Input(ids.any_ask(), "n_clicks"), prevent_initial_call=True)(ask)
    app.callback(
        Input(ids.any_do(), "n_clicks"),
        State(ids.any_field(), "value"),
        State(ids.DIALOG, "opened"),
        prevent_initial_call=True,
    )(do)


def tell(answer: Answer) -> None:
    """Show what became of an act."""
    shown = (
        (ids.NOTIFICATIONS, "sendNotifications", answer.notice),
        (ids.DIALOG, "opened", answer.opened),
        (ids.CHART_TICK, "data", answer.tick),
    )
    for component, prop, value in shown:
        if value is not no_update:
            set_props(component, {prop: value})


def pressed() -> Target | None:
    """Return what the pressed button is for; None when buttons merely appeared or went."""
    cause = next((cause for cause in ctx.triggered if cause["value"]), None)
    return ids.target_of(ctx.triggered_prop_ids[cause["prop_id"]]) if cause is not None else None


async def act(services: Services, target: Target, given: dict[str, Any]) -> Answer:
    """Put the act on the desk and say what became of it."""
    chair = chair_of(services.snapshot(), target.chair)
    if chair is not None and (news := outdated(target, chair)):
        return Answer(notice.refused(news), opened=False)
    try:
        outcome = await services.act(target.chair, target.session or None, act_from(target, given))
    except (FormFault, ActRefused) as refusal:
        return Answer(notice.refused(str(refusal)))
    if outcome is None:
        # Pressed again it would be done twice: the form goes, and the chair shows what became of it.
        return Answer(notice.unanswered(t("On its way. Watch the chair before you press it again.")), False)
    if not outcome.accepted:
        return Answer(notice.refused(retold.refusal(outcome.message)), tick=outcome.seq)
    return Answer(
        notice.done(t("Chair {chair}: {done}.", chair=target.chair, done=t(form_of(target).done))),
        False,
        outcome.seq,
    )
