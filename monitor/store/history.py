"""What the journal tells of a visit, for charts, history and the flowsheet."""

from __future__ import annotations

import msgspec

from monitor.store.snapshot import CuffPoint


class Sample(msgspec.Struct, array_like=True, frozen=True):
    """One value of a continuous metric; `value` is None where it was invalid."""

    at_ms: int
    value: float | None
    validity: str


class PhaseSpan(msgspec.Struct, frozen=True):
    """One phase of a visit, from its beginning; `until_ms` is None for the present one."""

    phase: str
    from_ms: int
    until_ms: int | None
    by: str
    reason: str = ""


class AlarmRecord(msgspec.Struct, frozen=True):
    """One change of one occurrence, as journalled."""

    occurrence: str
    condition: str
    kind: str
    change: str
    priority: str
    at_ms: int
    text: str
    value: float | None = None
    limit: float | None = None
    by: str | None = None
    chair: str = ""
    session: str | None = None
    value_ms: int | None = None
    """When the value was measured; None where that was not kept."""


class MarkRecord(msgspec.Struct, frozen=True):
    """One thing an operator did or noted: an event, a session step, a struck value."""

    at_ms: int
    by: str
    role: str
    what: str
    """The action's tag, or the event of a mark."""
    text: str
    severity: int | None = None


class LimitSpan(msgspec.Struct, frozen=True):
    """One absolute limit and when it was in force."""

    condition: str
    priority: str
    limit: float
    from_ms: int
    until_ms: int | None = None
    """When it changed or went out of force; None while it holds."""


class SessionSummary(msgspec.Struct, frozen=True):
    """One visit in a list."""

    id: str
    chair: str
    label: str
    phase: str
    seated_ms: int
    planned_min: int
    started_ms: int | None = None
    ended_ms: int | None = None
    left_ms: int | None = None
    demo: bool = False
    alarms_high: int = 0
    alarms_medium: int = 0
    record: bool = False
    """True once its flowsheet is written."""
    series: str = ""
    """The clinic's own code for a patient who comes again."""
    replay: bool = False
    """Its data were played from a recording; then it is demo as well."""


class EarlierInfusion(msgspec.Struct, frozen=True):
    """One infusion of the same series, before the one that is looked at."""

    number: int
    """Its place in the series, from 1."""
    summary: SessionSummary
    dose_mg_per_kg: float | None
    baseline: tuple[float, float, float | None] | None
    cuffs: list[CuffPoint]


class Series(msgspec.Struct, frozen=True):
    """Where a visit stands in its series."""

    code: str
    number: int
    """The place of its infusion, from 1; what was seated and not begun is not counted."""
    earlier: list[EarlierInfusion]
    """Newest first."""


class SessionHistory(msgspec.Struct):
    """Everything that a chart or a flowsheet of one visit needs."""

    summary: SessionSummary
    baseline: tuple[float, float, float | None] | None
    phases: list[PhaseSpan]
    cuffs: list[CuffPoint]
    continuous: dict[str, list[Sample]]
    """By vital: `hr`, `spo2`, `pi`; ordered by time."""
    alarms: list[AlarmRecord]
    marks: list[MarkRecord]
    limits: list[LimitSpan]
