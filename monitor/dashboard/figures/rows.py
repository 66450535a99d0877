"""Where the rows of the charts lie, one above the other, on a chart of this height."""

from __future__ import annotations

from dataclasses import dataclass

EVENT_ROW = "y4"
PRESSURE_ROW = "y"
HEART_RATE_ROW = "y2"
SPO2_ROW = "y3"

NAMES_PX = 18
"""The names of the phases, at the top."""
LANES_PX = 42
"""Alarms, and below them what people did."""
TITLE_PX = 26
GAP_PX = 10
PARTS = {PRESSURE_ROW: 0.54, HEART_RATE_ROW: 0.23, SPO2_ROW: 0.23}
"""How what remains is shared."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a plot of this height, from the top: names, lanes, and three charts under their titles."""

    height_px: int

    def span_px(self, row: str) -> tuple[float, float]:
        """Return how far bottom and top of a row lie above the plot's bottom, pixels."""
        top = float(self.height_px - NAMES_PX)
        if row == EVENT_ROW:
            return top - LANES_PX, top
        top -= LANES_PX
        share = top - len(PARTS) * TITLE_PX - (len(PARTS) - 1) * GAP_PX
        for name, part in PARTS.items():
            top -= TITLE_PX
            if name == row:
                return max(0.0, top - part * share), top
            top -= part * share + GAP_PX
        raise KeyError(row)

    def domain(self, row: str) -> list[float]:
        """Return bottom and top of a row as parts of the plot's height."""
        return [at / self.height_px for at in self.span_px(row)]
