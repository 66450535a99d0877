"""Limits for one patient: which changes hold, what they make of the preset, and what is refused. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.limits import Band, LimitPreset, VitalLimits
from monitor.terms import LimitChange, Priority, Vital

LABELS = {Vital.HR: "HR", Vital.SPO2: "SpO₂", Vital.SBP: "SYS", Vital.DBP: "DIA", Vital.MAP: "MAP"}
"""What an alarm's text calls each vital."""

MAY_BE_OFF = frozenset({Priority.ADVISORY, Priority.LOW})
"""What sounds can be moved for a patient, never switched off."""

_ORDERED = (Priority.LOW, Priority.MEDIUM, Priority.HIGH)


def holding(log: Iterable[LimitChange], until_ms: int | None = None) -> tuple[LimitChange, ...]:
    """Return the changes that hold, the last one of each limit, in the order in which they were made."""
    newest: dict[tuple[str, Priority], LimitChange] = {}
    for change in log:
        if until_ms is None or change.at_ms <= until_ms:
            newest.pop((change.condition, change.priority), None)
            newest[change.condition, change.priority] = change
    return tuple(change for change in newest.values() if not change.withdrawn)


def changed(preset: LimitPreset, changes: Sequence[LimitChange]) -> LimitPreset:
    """Return the preset with this patient's limits in place of its own; what it does not know is left out."""
    sides = {"high": dict(preset.high), "low": dict(preset.low)}
    for change in changes:
        vital, side = split(change.condition)
        limits = sides[side].get(vital) if vital is not None else None
        if vital is None or limits is None or change.priority not in limits.bands:
            continue
        band = _moved(limits.bands[change.priority], change.limit, side)
        sides[side][vital] = replace(limits, bands=limits.bands | {change.priority: band})
    return replace(preset, high=sides["high"], low=sides["low"]) if changes else preset


def band_of(preset: LimitPreset, condition: str, priority: Priority) -> Band | None:
    """Return one band of a preset; None where it has none of this name."""
    limits = _side(preset, condition)
    return None if limits is None else limits.bands.get(priority)


def title(condition: str, priority: Priority) -> str:
    """Return what staff call a limit, e.g. `SYS high, medium`."""
    vital, side = split(condition)
    return f"{condition if vital is None else f'{LABELS[vital]} {side}'}, {priority}"


def split(condition: str) -> tuple[Vital | None, str]:
    """Return a condition's vital and side; no vital where it is none of a patient's."""
    name, _, side = condition.rpartition("_")
    known = name in set(Vital) and side in {"high", "low"}
    return (Vital(name), side) if known else (None, "high")


def refusal(
    preset: LimitPreset,
    changes: Sequence[LimitChange],
    condition: str,
    priority: Priority,
    limit: float | None,
) -> str:
    """Return why a limit may not be set so for one patient, as a sentence for staff; empty when it may.

    Args:
        preset: as configured.
        changes: those that hold already.
        condition: whose limit it is.
        priority: of its band.
        limit: in the vital's unit; None to switch the band off.
    """
    band = band_of(preset, condition, priority)
    name = title(condition, priority)
    if band is None:
        return f"There is no limit {name}."
    if band.bounds is None:
        return f"{name}: this limit is not changed for one patient."
    low, high = band.bounds
    if limit is None:
        allowed = priority in MAY_BE_OFF or band.limit is None
        return "" if allowed else f"{name}: expected {low:g} to {high:g}, got off; what sounds stays on."
    if limit != band.limit and not low <= limit <= high:
        return f"{name}: expected {low:g} to {high:g}, got {limit:g}."
    return _disorder(changed(preset, changes), condition, priority, limit)


def _disorder(preset: LimitPreset, condition: str, priority: Priority, limit: float) -> str:
    """Why this limit would stand out of order, among its priorities or against the other side."""
    vital, side = split(condition)
    limits = _side(preset, condition)
    if vital is None or limits is None:
        return ""
    sign = 1 if side == "high" else -1
    for other in _ORDERED:
        band = limits.bands.get(other)
        if other is priority or band is None or band.limit is None:
            continue
        graver = priority.rank > other.rank
        if sign * (limit - band.limit) * (1 if graver else -1) <= 0:
            where = "above" if graver is (side == "high") else "below"
            name = title(condition, priority)
            return f"{name}: expected {where} {band.limit:g}, the {other} limit, got {limit:g}."
    opposite = (preset.low if side == "high" else preset.high).get(vital)
    for band in opposite.bands.values() if opposite is not None else ():
        if band.limit is not None and sign * (limit - band.limit) <= 0:
            where = "above" if side == "high" else "below"
            name = title(condition, priority)
            return f"{name}: expected {where} {band.limit:g}, a limit of the other side, got {limit:g}."
    return ""


def _moved(band: Band, limit: float | None, side: str) -> Band:
    """The band at another limit; what counts without a delay never lies inside it."""
    immediate = band.immediate
    if limit is not None and immediate is not None:
        immediate = max(immediate, limit) if side == "high" else min(immediate, limit)
    if limit is None:
        return Band(None)
    return replace(band, limit=limit, immediate=immediate)


def _side(preset: LimitPreset, condition: str) -> VitalLimits | None:
    vital, side = split(condition)
    if vital is None:
        return None
    return (preset.high if side == "high" else preset.low).get(vital)
