"""The colours of the charts; alarm colours are used for alarms and nothing else."""

from __future__ import annotations

from typing import Final

from monitor.terms import Priority

CARD: Final = "#11161d"
GRID: Final = "#1a222c"
HOVER: Final = "#1b2430"
SECONDARY: Final = "#8d99a8"
TEXT: Final = "#e8edf3"
PRESSURE: Final = "#f5f0e6"
HEART_RATE: Final = "#6fdc8c"
SPO2: Final = "#8aa9ff"
BASELINE: Final = "#9fb0c3"
EXPECTED: Final = "rgba(245, 240, 230, 0.11)"
STRUCK: Final = "#5b6673"
EVENT: Final = "#c6d0db"

ALARM: Final = {Priority.HIGH: "#ff3b30", Priority.MEDIUM: "#ffd60a", Priority.LOW: "#4fd8eb"}
LIMIT: Final = {Priority.HIGH: "#b4453e", Priority.MEDIUM: "#a3931c", Priority.LOW: "#2f8391"}
"""The alarm colours, muted: a limit is not an alarm."""

PHASE: Final = {"infusion": "#172233", "paused": "#241f12", "recovery": "#131b25", "ready": "#121d1c"}
"""Phases without a fill keep the colour of the card."""

PLANNED: Final = "#131b27"

HALO: Final = "0 0 3px #11161d, 0 0 3px #11161d, 0 0 3px #11161d"
"""Around words that may lie over a line."""

FONT: Final = "Inter, system-ui, sans-serif"
