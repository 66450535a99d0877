"""One input of a form."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from monitor.dashboard import ids
from monitor.dashboard.views import words
from monitor.dashboard.views.fields import Field
from monitor.language import t


def field_input(field: Field, named: ids.Id, *, first: bool = False) -> Component:
    """Return the input that a field asks for; its `value` is the answer.

    The `first` of a dialog has the keyboard at once if it must be typed; else a finger needs none.
    """
    focus = {"data-autofocus": True} if first and field.required else {}
    match field.kind:
        case "text":
            return dmc.TextInput(
                id=named,
                label=t(field.label),
                value="",
                required=field.required,
                inputProps={"maxLength": field.longest, **focus},
                autoComplete="off",
                size="lg",
            )
        case "number":
            return dmc.NumberInput(
                id=named,
                label=t(field.label),
                value="" if field.default is None else field.default,
                min=field.low,
                max=field.high,
                decimalScale=field.decimals,
                decimalSeparator=words.decimal_sign(),
                allowedDecimalSeparators=[".", ","],
                clampBehavior="none",
                required=field.required,
                hideControls=True,
                inputProps={"inputMode": "decimal", **focus},
                size="lg",
            )
        case "choice":
            return _choice(field, named)
        case "checks":
            return dmc.CheckboxGroup(
                dmc.Stack(
                    [
                        dmc.Checkbox(label=t(option), value=option, size="lg", py=8)
                        for option in field.options
                    ],
                    gap=0,
                ),
                id=named,
                label=t(field.label),
                value=[],
                withAsterisk=field.required,
                size="lg",
            )


def _choice(field: Field, named: ids.Id) -> Component:
    chips = [
        dmc.Chip(
            t(option), value=option, size="lg", radius="md", styles={"label": {"height": 46, "minWidth": 46}}
        )
        for option in field.options
    ]
    return html.Div(
        [
            dmc.Text(t(field.label), fz=18, fw=500, mb=6),
            dmc.ChipGroup(
                dmc.Group(chips, gap=8), id=named, value=field.default, deselectable=not field.required
            ),
        ],
        role="group",
        **{"aria-label": t(field.label)},
    )
