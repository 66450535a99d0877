"""What the browser tells of its charts before they are redrawn: width, theme, and where somebody looks."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

MINUTE_MS = 60_000
AROUND_PX = 94
"""Margins of the plot, and of the card around it."""
LEAST_PX = 240

Minutes = Annotated[float, msgspec.Meta(ge=-60 * 24, le=60 * 24)]


class Screen(msgspec.Struct, frozen=True):
    """The charts as they stand in the browser."""

    column_px: int = 1100
    zero_ms: int | None = None
    zoom: tuple[Minutes, Minutes] | None = None
    """The minutes from `zero_ms` that somebody zoomed to; None while they look at the whole visit."""
    theme: str = "dark"

    @property
    def plot_px(self) -> int:
        """Width of the plot itself."""
        return max(LEAST_PX, self.column_px - AROUND_PX)

    def zoom_from(self, zero_ms: int) -> tuple[float, float] | None:
        """Return the zoomed span on an axis with this zero, which moves when the infusion starts."""
        if self.zoom is None or self.zero_ms is None:
            return None
        moved = (self.zero_ms - zero_ms) / MINUTE_MS
        return self.zoom[0] + moved, self.zoom[1] + moved


def screen_from(told: Any) -> Screen:
    """Return what a browser told; a usual screen where that makes no sense."""
    try:
        return msgspec.convert(told, Screen)
    except msgspec.ValidationError:
        return Screen()
