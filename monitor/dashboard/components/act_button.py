"""One button of a chair: it opens a form, or does its act at the first tap."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc

from monitor.dashboard import ids
from monitor.dashboard.views.actions import Button
from monitor.dashboard.views.acts import Tone
from monitor.language import t

LOOKS: dict[Tone, dict[str, Any]] = {
    "primary": {"variant": "filled"},
    "plain": {"variant": "default"},
    "stop": {"variant": "light", "color": "orange"},
}
"""No tone uses an alarm colour."""


def act_button(button: Button) -> dmc.Button:
    """Return the button, at least 44 px high."""
    named = ids.ask(button.target) if button.asks else ids.do(button.target)
    return dmc.Button(
        t(button.label),
        id=named,
        disabled=button.disabled,
        className=f"act act-{button.tone}",
        mih=48,
        h="auto",
        py=8,
        px=4,
        fz=16,
        lh=1.2,
        fullWidth=True,
        styles={"label": {"whiteSpace": "normal"}},
        **LOOKS[button.tone],
    )
