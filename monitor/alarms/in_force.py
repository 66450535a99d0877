"""The limits in force for one patient now: the preset and its changes, folded with phase and baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor

from monitor.alarms.changes import changed
from monitor.limits import Band, LimitPreset, VitalLimits
from monitor.terms import Baseline, LimitChange, Phase, Priority, Vital

RELATIVE_PHASES = frozenset({Phase.INFUSION, Phase.PAUSED, Phase.RECOVERY, Phase.READY})
"""Where limits relative to the baseline hold; before the infusion only the absolute ones do."""

CUFF_VITALS = (Vital.SBP, Vital.DBP, Vital.MAP)


class Comparison(StrEnum):
    """When a value is beyond its limit; the value is the sign that an alarm's text shows."""

    AT_OR_ABOVE = "≥"
    ABOVE = ">"
    BELOW = "<"

    def beyond(self, value: float, limit: float) -> bool:
        """Return whether this value raises."""
        if self is Comparison.BELOW:
            return value < limit
        return value > limit or (self is Comparison.AT_OR_ABOVE and value == limit)

    def clear(self, value: float, limit: float, deadband: float) -> bool:
        """Return whether this value clears: back inside by the deadband."""
        return not self.beyond(value, limit + (deadband if self is Comparison.BELOW else -deadband))


@dataclass(frozen=True, slots=True)
class BandInForce:
    """One band, its limit absolute."""

    priority: Priority
    limit: float
    delay_s: float
    immediate: float | None


@dataclass(frozen=True, slots=True)
class ConditionInForce:
    """One vital in one direction, as it is judged now."""

    name: str
    vital: Vital
    comparison: Comparison
    bands: tuple[BandInForce, ...]
    """Highest priority first; bands that are switched off are not here."""
    deadband: float
    clear_delay_s: float


def conditions_in_force(
    preset: LimitPreset,
    phase: Phase | None,
    baseline: Baseline | None,
    changes: Sequence[LimitChange] = (),
) -> dict[str, ConditionInForce]:
    """Return every physiological condition by name, in the order of their names.

    A limit that was changed for this patient stands in place of the preset's; what is relative to the
    baseline holds beside it as ever.
    """
    preset = changed(preset, changes)
    relative = baseline if phase in RELATIVE_PHASES else None
    sides: tuple[tuple[str, Mapping[Vital, VitalLimits]], ...] = (("high", preset.high), ("low", preset.low))
    conditions = [
        _condition(preset, vital, side, limits, relative)
        for side, vitals in sides
        for vital, limits in vitals.items()
    ]
    return {c.name: c for c in sorted(conditions, key=lambda c: c.name) if c.bands}


def _condition(
    preset: LimitPreset, vital: Vital, side: str, limits: VitalLimits, baseline: Baseline | None
) -> ConditionInForce:
    comparison = Comparison.BELOW
    if side == "high":
        comparison = Comparison.AT_OR_ABOVE if vital in CUFF_VITALS else Comparison.ABOVE
    reference = _reference(vital, baseline)
    shift = 0.0
    if vital is Vital.HR and side == "low" and reference is not None:
        shift = preset.low_heart_rate_shift if reference < preset.low_heart_rate_baseline else 0.0
    bands = []
    for priority in sorted(limits.bands, key=lambda p: p.rank, reverse=True):
        band = limits.bands[priority]
        limit = _absolute(band, comparison, reference)
        if limit is not None:
            immediate = None if band.immediate is None else band.immediate - shift
            bands.append(BandInForce(priority, limit - shift, band.delay_s, immediate))
    return ConditionInForce(
        f"{vital}_{side}", vital, comparison, tuple(bands), limits.deadband, limits.clear_delay_s
    )


def _reference(vital: Vital, baseline: Baseline | None) -> float | None:
    """Return the patient's own value of this vital; SpO₂ and the mean have none."""
    if baseline is None:
        return None
    own = {Vital.SBP: baseline.systolic, Vital.DBP: baseline.diastolic, Vital.HR: baseline.heart_rate}
    return own.get(vital)


def _absolute(band: Band, comparison: Comparison, reference: float | None) -> float | None:
    """Return the limit that is reached first, the absolute one or the one relative to the baseline."""
    limits = [] if band.limit is None else [float(band.limit)]
    if reference is not None:
        low = comparison is Comparison.BELOW
        relative = []
        if band.rise is not None:
            relative.append(reference - band.rise if low else reference + band.rise)
        if band.rise_percent is not None:
            percent = 100 - band.rise_percent if low else 100 + band.rise_percent
            relative.append(reference * percent / 100)
        relative = [_whole(limit, comparison) for limit in relative]
        least = band.rise_floor
        limits += relative if least is None else [max(least, limit) for limit in relative]
    if not limits:
        return None
    return max(limits) if comparison is Comparison.BELOW else min(limits)


def _whole(limit: float, comparison: Comparison) -> float:
    """Return the whole number that judges every whole value as this limit does: what is said is in force."""
    return float(floor(limit) if comparison is Comparison.ABOVE else ceil(limit))
