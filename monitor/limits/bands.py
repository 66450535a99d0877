"""Bands of one vital: where an alarm begins, by priority, and where it ends."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.terms import Priority


@dataclass(frozen=True, slots=True)
class Band:
    """One priority band of one side of one vital; None switches it off."""

    limit: float | None
    delay_s: float = 0.0
    """Condition delay: how long the value must stay beyond the limit."""
    immediate: float | None = None
    """Beyond this, no delay."""
    rise: float | None = None
    """Relative, against the baseline: mm[Hg] above it that also count …"""
    rise_floor: float | None = None
    """… once the value is at least this."""
    rise_percent: float | None = None
    """Relative: percent above (high side) or below (low side) the baseline."""
    bounds: tuple[float, float] | None = None
    """Within these, both included, anesthesia may set the limit for one patient; None forbids it."""


@dataclass(frozen=True, slots=True)
class VitalLimits:
    """One side of one vital: its bands by priority, its deadband, its clearing delay."""

    bands: dict[Priority, Band]
    deadband: float = 0.0
    clear_delay_s: float = 0.0
    """How long valid values must stay clear of the limit before its band ends."""
