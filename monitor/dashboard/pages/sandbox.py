"""The limit sandbox, for administrators: the clinic's own visits under limits that are not in force yet."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html
from dash.development.base_component import Component

from monitor.config import ConfigError
from monitor.dashboard import ids
from monitor.dashboard.components.card import card
from monitor.dashboard.components.table import table
from monitor.dashboard.pages.shell import frame
from monitor.dashboard.services import Services
from monitor.dashboard.views import retold, sandbox, words
from monitor.dashboard.views.sandbox import presets_to_try, tried
from monitor.language import t
from monitor.limits import LimitPreset
from monitor.sandbox.compare import Comparison
from monitor.sandbox.run import total
from monitor.terms import Role

LEAD = (
    "Judges past visits again, under the limits in force and under those below. Nothing in force is changed. "
    "Needs a clinician's eye before clinic.toml is."
)
REFUSED = "Only administrators try limits."
MOST_VISITS = 200
VISIT_HEADINGS = ("Chair", "Patient", "Seated", "Then", "Now", "Removed", "Added", "High missed", "Charts")


def layout(presets: dict[str, LimitPreset]) -> html.Div:
    """Return the page."""
    names = list(presets) or ["default"]
    return frame(
        "sandbox",
        t("Limit sandbox"),
        card(
            t("Try other limits"),
            dmc.Text(t(LEAD), mb=12),
            dmc.Select(
                id=ids.SANDBOX_PRESET,
                label=t("Preset"),
                data=names,
                value=names[0],
                allowDeselect=False,
                size="md",
            ),
            html.Div(id=ids.SANDBOX_FIELDS, className="sandbox-fields"),
            dmc.Textarea(
                id=ids.SANDBOX_TOML,
                label=t("Anything else, as in clinic.toml"),
                placeholder="[limits.default]\nconfirm_pressure = false",
                autosize=True,
                minRows=2,
                value="",
                size="md",
            ),
            dmc.NumberInput(
                id=ids.SANDBOX_VISITS, label=t("Newest visits"), value=20, min=1, max=MOST_VISITS, size="md"
            ),
            dmc.Button(t("Judge them again"), id=ids.SANDBOX_RUN, mih=48, mt=12, fz=16),
            name="sandbox-form",
        ),
        dcc.Loading(html.Div(id=ids.SANDBOX_RESULT, role="status"), type="dot"),
    )


def register(app: Dash, services: Services) -> None:
    """Wire the form."""

    async def fill(preset: str) -> list[Component]:
        return _fields(services.settings.presets.get(preset))

    async def judge(_clicks: int, preset: str, typed: list[Any], pasted: str, visits: Any) -> Component:
        if services.viewer().role is not Role.ADMIN:
            return dmc.Text(t(REFUSED))
        del typed
        numbers = {field["id"]["limit"]: field.get("value") for field in ctx.states_list[1]}
        if not isinstance(visits, int) or not 1 <= visits <= MOST_VISITS:
            got = t("nothing") if visits in (None, "") else visits
            return dmc.Text(t("Newest visits: expected 1 to {most}, got {got}.", most=MOST_VISITS, got=got))
        try:
            now = presets_to_try(services.settings.presets, preset, numbers, pasted or "")
        except ConfigError as error:
            return html.Div([dmc.Text(retold.fault(fault)) for fault in error.faults])
        return _result(await services.sandbox(now, visits))

    app.callback(Output(ids.SANDBOX_FIELDS, "children"), Input(ids.SANDBOX_PRESET, "value"))(fill)
    app.callback(
        Output(ids.SANDBOX_RESULT, "children"),
        Input(ids.SANDBOX_RUN, "n_clicks"),
        State(ids.SANDBOX_PRESET, "value"),
        State(ids.any_tried(), "value"),
        State(ids.SANDBOX_TOML, "value"),
        State(ids.SANDBOX_VISITS, "value"),
        prevent_initial_call=True,
    )(judge)


def _fields(preset: LimitPreset | None) -> list[Component]:
    return [
        dmc.NumberInput(
            id=ids.tried(each.name),
            label=each.label,
            placeholder=each.in_force,
            value="",
            decimalSeparator=words.decimal_sign(),
            allowedDecimalSeparators=[".", ","],
            hideControls=True,
            size="md",
        )
        for each in (() if preset is None else tried(preset))
    ]


def _result(compared: list[Comparison]) -> Component:
    sums = table(
        t("The sum"), ("", "Then", "Now"), sandbox.sum_rows(total(compared)), empty=t("No visit yet.")
    )
    rows = [
        (*cells, dcc.Link(t("Charts"), href=f"/visit/{visit}", className="link"))
        for visit, cells in sandbox.visit_rows(compared)
    ]
    visits = table(t("Visits that differ"), VISIT_HEADINGS, rows, empty=t("No visit differs."))
    return html.Div(
        [
            card(t("In sum"), dmc.Text(sandbox.told(compared), mb=10), sums, name="sandbox-sum"),
            card(t("Visits that differ"), visits, name="sandbox-visits"),
        ]
    )
