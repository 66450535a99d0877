"""Reads [limits.…]: presets that inherit what they do not say, and limits that stand in their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from monitor.config.faults import shown
from monitor.config.limit_keys import (
    BAND,
    LEAVE_GATE,
    PRESET,
    PRESSURE_FILTER,
    PRESSURE_RULE,
    QUALITY,
    SIDE,
    START_GATE,
)
from monitor.config.reader import Reader, Values
from monitor.limits import (
    Band,
    Estimator,
    FilterSettings,
    LimitPreset,
    PressureRule,
    VitalLimits,
    default_preset,
)
from monitor.terms import Priority, Vital

Side = Literal["high", "low"]

RULE = "pressure_rule"
"""The table of a preset's rule of confirmation."""
FILTER = "pressure_filter"
"""The table of the filter that it may ask."""
INNER = (RULE, FILTER, "start_gate", "leave_gate", "quality")
"""The tables of a preset besides its limits."""

PRESETS = ("default", "treated_hypertension", "over_65", "esketamine")
"""The presets that exist by name; all but the first wait for a clinician's numbers."""

BOUNDS: dict[Vital, tuple[float, float]] = {
    Vital.HR: (20, 300),
    Vital.SPO2: (50, 100),
    Vital.SBP: (30, 300),
    Vital.DBP: (10, 200),
    Vital.MAP: (10, 250),
}
"""Where a limit may stand; beyond these no value is a measurement, and no alarm would come."""


def shipped_presets() -> dict[str, LimitPreset]:
    """Return the presets as they ship, by name."""
    return _named(default_preset())


def _named(default: LimitPreset) -> dict[str, LimitPreset]:
    """The presets by name, all with the numbers of `default`."""
    others = {name: replace(default, name=name, configured=False) for name in PRESETS[1:]}
    return {default.name: default} | others


def read_presets(
    reader: Reader, raw: object, base: Mapping[str, LimitPreset] | None = None
) -> dict[str, LimitPreset]:
    """Return all presets by name: `default` builds on the shipped numbers, the others on `default`.

    With a `base`, each builds on its own there; one that waits for its numbers builds on `default` still.
    """
    if not reader.is_table(raw, "limits"):
        return {}
    for name in raw:
        if name not in PRESETS:
            reader.unknown("limits", name, PRESETS)
    presets = _named(_preset(reader, default_preset() if base is None else base["default"], raw))
    presets |= {
        name: preset for name, preset in (base or {}).items() if name != "default" and preset.configured
    }
    return presets | {name: _preset(reader, presets[name], raw) for name in PRESETS[1:]}


def _preset(reader: Reader, base: LimitPreset, limits: Mapping[str, object]) -> LimitPreset:
    if base.name not in limits:
        return base
    where, raw = f"limits.{base.name}", limits[base.name]
    names = [f"{vital}_{side}" for side, sides in (("high", base.high), ("low", base.low)) for vital in sides]
    values = reader.table(PRESET, where, raw, inner=[*names, *INNER])
    tables = raw if isinstance(raw, dict) else {}

    def sides(side: Side, built_on: dict[Vital, VitalLimits]) -> dict[Vital, VitalLimits]:
        named = {vital: f"{vital}_{side}" for vital in built_on}
        return built_on | {
            vital: _side(reader, f"{where}.{name}", (vital, side), built_on[vital], tables[name])
            for vital, name in named.items()
            if name in tables
        }

    def gate(table: str) -> Values:
        name = table.rpartition(".")[2]
        return _with_tuples(reader.table(table, f"{where}.{name}", tables.get(name, {})))

    configured = base.configured or any(name in tables for name in names)
    high, low = sides("high", base.high), sides("low", base.low)
    rule = base.pressure_rule
    if RULE in tables:
        rule = _pressure_rule(reader, f"{where}.{RULE}", rule, tables[RULE])
    filtering = base.pressure_filter
    if FILTER in tables:
        filtering = _pressure_filter(reader, f"{where}.{FILTER}", filtering, tables[FILTER])
    preset = replace(
        base,
        high=high,
        low=low,
        configured=configured,
        pressure_rule=rule,
        pressure_filter=filtering,
        start_gate=replace(base.start_gate, **gate(START_GATE)),
        leave_gate=replace(base.leave_gate, **gate(LEAVE_GATE)),
        quality=replace(base.quality, **gate(QUALITY)),
        **values,
    )
    _check_apart(reader, where, preset)
    _check_gates(reader, where, preset)
    return preset


def _pressure_filter(reader: Reader, where: str, base: FilterSettings, raw: object) -> FilterSettings:
    settings = replace(base, **_with_tuples(reader.table(PRESSURE_FILTER, where, raw)))
    for name, limit in (("high", settings.high), ("medium", settings.medium)):
        if settings.clear > limit:
            reader.fault(
                f"{where}.clear", f"at most {limit:g}, as {name}", f"{settings.clear:g}",
                "clear an alarm at a smaller chance than raises it",
            )  # fmt: skip
    return settings


def _pressure_rule(reader: Reader, where: str, base: PressureRule, raw: object) -> PressureRule:
    values = _with_tuples(reader.table(PRESSURE_RULE, where, raw))
    for name, words in (("leap_priority", Priority), ("estimator", Estimator)):
        if name in values:
            values[name] = words(values[name])
    rule = replace(base, **values)
    for name, value, least in (
        ("decide_s", rule.decide_s, rule.repeat_s),
        ("running_cuff_s", rule.running_cuff_s, rule.decide_s),
    ):
        if value < least:
            reader.fault(
                f"{where}.{name}", f"{least:g} s or more", f"{value:g}",
                "put repeat_s, decide_s and running_cuff_s in order",
            )  # fmt: skip
    return rule


def _with_tuples(values: Values) -> Values:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def _side(reader: Reader, where: str, of: tuple[Vital, Side], base: VitalLimits, raw: object) -> VitalLimits:
    values = reader.table(SIDE, where, raw, inner=list(Priority))
    tables = raw if isinstance(raw, dict) else {}
    bands = dict(base.bands)
    for priority in Priority:
        if priority in tables:
            band = base.bands.get(priority, Band(limit=None))
            bands[priority] = _band(reader, f"{where}.{priority}", of, band, tables[priority])
    _check_order(
        reader, where, of[1], {priority: bands[priority] for priority in Priority if priority in tables}
    )
    return replace(base, bands=bands, **values)


def _band(reader: Reader, where: str, of: tuple[Vital, Side], base: Band, raw: object) -> Band:
    values = reader.table(BAND, where, raw)
    vital, side = of
    low, high = BOUNDS[vital]
    for name in ("limit", "immediate", "rise_floor"):
        value = values.get(name)
        if value is not None and not low <= value <= high:
            remedy = f"no {vital} beyond that would be measured"
            reader.fault(f"{where}.{name}", f"a number {low:g}–{high:g}", f"{value:g}", remedy)
            del values[name]
    if (bounds := values.get("bounds")) is not None:
        values["bounds"] = tuple(bounds)
        if not (low <= bounds[0] and bounds[1] <= high):
            remedy = f"no {vital} beyond that would be measured"
            reader.fault(f"{where}.bounds", f"numbers {low:g}–{high:g}", shown(bounds), remedy)
    band = replace(base, **values)
    inherited = "immediate" not in values
    return replace(band, immediate=None) if inherited and _immediate_is_inside(band, side) else band


def _immediate_is_inside(band: Band, side: Side) -> bool:
    if band.limit is None or band.immediate is None:
        return False
    return band.immediate < band.limit if side == "high" else band.immediate > band.limit


def _check_order(reader: Reader, where: str, side: Side, bands: dict[Priority, Band]) -> None:
    """Check that each limit the file names lies beyond that of the priority below it, and `immediate` beyond.

    An inherited limit that a named one passes does no harm: the gravest band that stands decides.
    """
    sign, beyond = (1, "above") if side == "high" else (-1, "below")
    milder: tuple[Priority, float] | None = None
    for priority in Priority:
        band = bands.get(priority)
        if band is None or band.limit is None:
            continue
        if milder is not None and sign * band.limit <= sign * milder[1]:
            expected = f"{beyond} {milder[1]:g}, the limit of {milder[0]}"
            reader.fault(f"{where}.{priority}.limit", expected, f"{band.limit:g}", "put the limits in order")
        if band.immediate is not None and _immediate_is_inside(band, side):
            expected = f"{beyond} {band.limit:g}, the limit"
            reader.fault(
                f"{where}.{priority}.immediate", expected, f"{band.immediate:g}", "put it beyond the limit"
            )
        milder = priority, band.limit


def _check_apart(reader: Reader, where: str, preset: LimitPreset) -> None:
    """Check that some values of every vital lie between its low and its high limits."""
    for vital in preset.high.keys() & preset.low.keys():
        lowest_high, highest_low = (
            pick([band.limit for band in side[vital].bands.values() if band.limit is not None], default=None)
            for pick, side in ((min, preset.high), (max, preset.low))
        )
        if lowest_high is not None and highest_low is not None and highest_low >= lowest_high:
            expected = f"every limit below {lowest_high:g}, the lowest of {vital}_high"
            reader.fault(
                f"{where}.{vital}_low", expected, f"{highest_low:g}", "leave room between the two sides"
            )


def _check_gates(reader: Reader, where: str, preset: LimitPreset) -> None:
    """Check that a gate cautions before it shuts, and that some heart rate passes it."""
    start, leave = preset.start_gate, preset.leave_gate
    for name, lower, upper, least in (
        ("start_gate.caution_systolic", start.caution_systolic, start.systolic, "systolic"),
        ("start_gate.caution_diastolic", start.caution_diastolic, start.diastolic, "diastolic"),
        ("start_gate.heart_rate_low", start.heart_rate_low, start.heart_rate_high, "heart_rate_high"),
        ("leave_gate.heart_rate_low", leave.heart_rate_low, leave.heart_rate_high, "heart_rate_high"),
    ):
        if lower > upper:
            expected = f"at most {upper:g}, as {least}"
            reader.fault(f"{where}.{name}", expected, f"{lower:g}", "put the two in order")
