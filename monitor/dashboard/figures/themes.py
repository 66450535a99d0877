"""A figure in the theme of the screen that asks for it: drawn for the dark room, and recoloured."""

from __future__ import annotations

from typing import Any

from monitor.dashboard.figures import palette
from monitor.terms import Priority

HIGH, MEDIUM, LOW = Priority.HIGH, Priority.MEDIUM, Priority.LOW

_LIGHT = {
    palette.CARD: "#ffffff",
    palette.GRID: "#e3e8ee",
    palette.HOVER: "#ffffff",
    palette.SECONDARY: "#515d6a",
    palette.TEXT: "#10151b",
    palette.PRESSURE: "#1d1a14",
    palette.HEART_RATE: "#14713a",
    palette.SPO2: "#2f4bc4",
    palette.BASELINE: "#5b6c80",
    palette.EXPECTED: "rgba(70, 60, 30, 0.13)",
    palette.STRUCK: "#8795a5",
    palette.EVENT: "#34404d",
    palette.ALARM[HIGH]: "#d6231a",
    palette.ALARM[MEDIUM]: "#8a6200",
    palette.ALARM[LOW]: "#00758a",
    palette.LIMIT[HIGH]: "#b4453e",
    palette.LIMIT[MEDIUM]: "#7d6a00",
    palette.LIMIT[LOW]: "#2b7280",
    palette.PHASE["infusion"]: "#dde7f4",
    palette.PHASE["paused"]: "#f4ecd8",
    palette.PHASE["recovery"]: "#e9eff6",
    palette.PHASE["ready"]: "#e4f1ea",
    palette.PLANNED: "#eef3f9",
    palette.HALO: palette.HALO.replace(palette.CARD, "#ffffff"),
}
_CONTRAST = {
    palette.CARD: "#000000",
    palette.GRID: "#404040",
    palette.HOVER: "#000000",
    palette.SECONDARY: "#d6d6d6",
    palette.TEXT: "#ffffff",
    palette.PRESSURE: "#ffffff",
    palette.HEART_RATE: "#7dff9f",
    palette.SPO2: "#a9c1ff",
    palette.BASELINE: "#cfe2ff",
    palette.EXPECTED: "rgba(255, 255, 255, 0.22)",
    palette.STRUCK: "#a6a6a6",
    palette.EVENT: "#ffffff",
    palette.ALARM[HIGH]: "#ff5a50",
    palette.ALARM[LOW]: "#6fe9fb",
    palette.LIMIT[HIGH]: "#ff8a82",
    palette.LIMIT[MEDIUM]: "#d8c53a",
    palette.LIMIT[LOW]: "#6fd3e0",
    palette.HALO: palette.HALO.replace(palette.CARD, "#000000"),
}
THEMES: dict[str, dict[str, str]] = {"light": _LIGHT, "contrast": _CONTRAST}
"""Each colour of the dark room in the other themes; one that is not named stays as it is."""

_NO_COLOURS = ("x", "y", "text", "hovertext", "customdata")


def themed(figure: dict[str, Any], theme: str) -> dict[str, Any]:
    """Return a figure in a theme; as it is where there is no such theme."""
    colours = THEMES.get(theme)
    return figure if colours is None else {key: _recoloured(part, colours) for key, part in figure.items()}


def _recoloured(part: Any, colours: dict[str, str]) -> Any:
    if isinstance(part, str):
        return colours.get(part, part)
    if isinstance(part, list):
        return [_recoloured(item, colours) for item in part]
    if isinstance(part, dict):
        return {
            key: value if key in _NO_COLOURS else _recoloured(value, colours) for key, value in part.items()
        }
    return part
