"""The dark theme of forms, dialogs and notifications."""

from __future__ import annotations

from typing import Any

from monitor.dashboard.figures import palette

_DARK = [
    palette.TEXT,
    "#c6d0db",
    "#a9b5c2",
    palette.SECONDARY,
    "#3a4757",
    "#2a3441",
    "#1b2430",
    palette.CARD,
    "#0d1117",
    "#0a0d12",
]
_STEEL = [
    "#eaf3ff",
    "#d9ebff",
    "#b9d6f5",
    "#93bbe4",
    "#6f9fd0",
    "#5288bd",
    "#3f73a6",
    "#315d8a",
    "#274b70",
    "#23405f",
]

THEME: dict[str, Any] = {
    "fontFamily": palette.FONT,
    "primaryColor": "steel",
    "primaryShade": 7,
    "colors": {"dark": _DARK, "steel": _STEEL},
    "defaultRadius": "md",
    "components": {
        "Button": {"defaultProps": {"size": "lg"}},
        "TextInput": {"defaultProps": {"size": "lg"}},
        "NumberInput": {"defaultProps": {"size": "lg", "hideControls": True}},
    },
}
