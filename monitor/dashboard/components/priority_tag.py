"""The priority of an alarm: its sign on its colour."""

from __future__ import annotations

from dash import html

from monitor.dashboard.figures import palette
from monitor.dashboard.views import words
from monitor.terms import Priority

INK = {Priority.HIGH: ("#d6231a", "#ffffff"), Priority.MEDIUM: (palette.ALARM[Priority.MEDIUM], "#121212")}
"""Ground and letters; the red is the darker one, on which white stands at 5 : 1."""


def priority_tag(priority: str, *, named: bool = False) -> html.Span:
    """Return the tag: `!!`, or `!! medium` where the word is wanted too."""
    ground, letters = INK.get(Priority(priority), ("#123a41", "#7be6f5"))
    sign = words.priority_sign(priority)
    return html.Span(
        f"{sign} {priority}" if named else sign,
        title=f"{priority} priority",
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
