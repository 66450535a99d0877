"""The rules that a trial compares: every one is a preset of the same engine."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from monitor.limits import Band, Estimator, LimitPreset, VitalLimits, default_preset
from monitor.terms import Priority, Vital


class Rule(StrEnum):
    """A rule by its name on the command line."""

    DEFAULT = "default"
    """Two readings confirm, a leap waits for its repeats."""
    ALWAYS_AT_ONCE = "always-at-once"
    """The same, but a leap sounds as medium while it waits."""
    FILTER = "filter"
    """The chances that the filter finds, with repeats as a net below it."""
    SINGLE_THRESHOLD = "single-threshold"
    """The same limits, one reading decides."""
    RELATIVE_20 = "relative-20"
    """One reading 20 % over the patient's own systolic pressure; the rule has one level, and it is high."""


def preset_of(rule: Rule, shipped: LimitPreset | None = None) -> LimitPreset:
    """Return the preset by which this rule judges, made from the one that ships."""
    preset = replace(shipped or default_preset(), confirm_pressure=True)
    if rule is Rule.ALWAYS_AT_ONCE:
        return replace(preset, pressure_rule=replace(preset.pressure_rule, hold_leap=False))
    if rule is Rule.FILTER:
        return replace(preset, pressure_rule=replace(preset.pressure_rule, estimator=Estimator.FILTER))
    if rule is Rule.SINGLE_THRESHOLD:
        return replace(preset, confirm_pressure=False)
    if rule is Rule.RELATIVE_20:
        systolic = VitalLimits({Priority.HIGH: Band(None, rise_percent=20)}, deadband=5)
        return replace(preset, high={Vital.SBP: systolic}, confirm_pressure=False)
    return preset
