"""Looks across the chairs: whether the numbers of two of them were exchanged."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.alarms.quality import swap
from monitor.limits import SwapRule
from monitor.terms import Now
from monitor.turn.chair import Chair

LOOK_S = 1.0
"""How often it looks."""


class Swaps:
    """The suspicions themselves are each chair's own, and outlive a restart with it."""

    def __init__(self, rule: SwapRule) -> None:
        self._rule = rule
        self._looked_s: float | None = None

    def mind(self, chairs: Mapping[str, Chair], now: Now) -> None:
        """Raise and settle suspicions; what somebody acknowledged on one chair is settled on both."""
        if self._looked_s is not None and now.mono_s - self._looked_s < LOOK_S:
            return
        self._looked_s = now.mono_s
        tracks = {name: chair.track for name, chair in chairs.items() if chair.session is not None}
        for name, track in swap.judge(tracks, now.mono_s, self._rule).items():
            chairs[name].suspect(track)
