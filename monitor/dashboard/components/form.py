"""The form of an act: its inputs and the button that does it."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash.development.base_component import Component

from monitor.dashboard import ids
from monitor.dashboard.components.act_button import act_button
from monitor.dashboard.components.field import field_input
from monitor.dashboard.views.actions import Button
from monitor.dashboard.views.acts import ActForm, Target
from monitor.language import t


def act_form(
    target: Target,
    form: ActForm,
    *,
    said: tuple[str, ...] = (),
    notice: str = "",
    preview: Component | None = None,
) -> Component:
    """Return the form; `said` is read before confirming, `notice` says why one may not.

    `preview` tells what would follow from the answers.
    """
    confirm = Button(target, form.confirm, form.tone, asks=False, disabled=bool(notice))
    return dmc.Stack(
        [
            *(dmc.Text(line) for line in (t(form.lead), *said) if line),
            *(
                field_input(field, ids.field(field.name), first=place == 0)
                for place, field in enumerate(form.fields)
            ),
            *([] if preview is None else [preview]),
            *([dmc.Text(notice, className="act-notice")] if notice else []),
            act_button(confirm),
        ],
        gap="md",
        className="act-form",
    )
