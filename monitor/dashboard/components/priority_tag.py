"""The priority of an alarm: its sign on its colour."""

from __future__ import annotations

from dash import html

from monitor.dashboard.figures import palette
from monitor.dashboard.views import words
from monitor.language import t
from monitor.terms import Priority

INK = {
    Priority.HIGH: ("#d6231a", "#ffffff"),
    Priority.MEDIUM: (palette.ALARM[Priority.MEDIUM], "#121212"),
    Priority.LOW: ("#123a41", "#7be6f5"),
    Priority.ADVISORY: ("#2a3441", palette.TEXT),
}
"""Ground and letters; the darker red, on which white stands at 5 : 1; an advisory has no alarm colour."""


def priority_tag(priority: str, *, named: bool = False) -> html.Span:
    """Return the tag: `!!`, or `!! medium` where the word is wanted too."""
    ground, letters = INK[Priority(priority)]
    sign = words.priority_sign(priority)
    return html.Span(
        f"{sign} {t(priority)}" if named else sign,
        title=t("{priority} priority", priority=t(priority)),
        className=f"tag {priority}",
        style={
            "background": ground,
            "color": letters,
            "borderRadius": "5px",
            "padding": "0 7px",
            "fontWeight": 700,
            "whiteSpace": "nowrap",
        },
    )
