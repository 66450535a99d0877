"""What the browser tells of its charts before they are redrawn: width, theme, and where somebody looks."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

MINUTE_MS = 60_000
CARD_PX = 16
"""What the card keeps free on both sides of its chart."""
NARROW_PX = 560
"""On a column narrower than this a finger scrolls the page and never zooms the chart, and words are short."""
LEAST_PX = 200
LEAST_HEIGHT_PX = 360

Minutes = Annotated[float, msgspec.Meta(ge=-60 * 24, le=60 * 24)]


class Screen(msgspec.Struct, frozen=True):
    """The charts as they stand in the browser."""

    column_px: int = 1100
    height_px: int = 560
    """Of the chart, margins included."""
    zero_ms: int | None = None
    zoom: tuple[Minutes, Minutes] | None = None
    """The minutes from `zero_ms` that somebody zoomed to; None while they look at the whole visit."""
    theme: str = "dark"

    @property
    def narrow(self) -> bool:
        """True on a phone."""
        return self.column_px < NARROW_PX

    @property
    def margin(self) -> dict[str, int]:
        """Pixels around the plot: values at the left, the names of limits at the right, times below."""
        return {"l": 36, "r": 54, "t": 6, "b": 62} if self.narrow else {"l": 44, "r": 88, "t": 6, "b": 64}

    @property
    def plot_px(self) -> int:
        """Width of the plot itself."""
        return max(LEAST_PX, self.column_px - CARD_PX - self.margin["l"] - self.margin["r"])

    @property
    def plot_height_px(self) -> int:
        """Height of the plot itself."""
        return max(LEAST_HEIGHT_PX, self.height_px) - self.margin["t"] - self.margin["b"]

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
