"""What goes into the alarm system and what comes out of it: facts in, transitions out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import msgspec

from devices.model import DeviceState, MetricCode, Validity
from monitor.terms import Baseline, Kind, LimitChange, Now, Phase, Presence, Priority, Vital

PLANNED_S = 2400.0
"""Planned length of an infusion of which nothing else is known."""

Change = Literal[
    "raised",
    "priority",
    "cleared",
    "acknowledged",
    "acknowledgement_expired",
    "escalated",
    "accepted",
    "rejected",
    "taken_over",
]


@dataclass(frozen=True, slots=True)
class Reading:
    """One live value as the alarm system judges it; `value` is None exactly when invalid."""

    vital: Vital
    value: float | None
    validity: Validity
    at: Now
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkFact:
    """The link to one device of the chair."""

    device: str
    name: str
    """What a screen calls it."""
    state: DeviceState
    gives: frozenset[Vital] = frozenset()
    """The continuous vitals that come from it: while it is lost, they are not reported missing as well."""
    skew_s: float | None = None
    """How far its clock is ahead of ours."""
    gateway_skew_s: float | None = None
    """How far its gateway's clock is ahead of ours."""


@dataclass(frozen=True, slots=True)
class QualityFact:
    """A technical condition that signal quality found to stand."""

    condition: str
    priority: Priority
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All that one advance of one chair's alarms may know."""

    phase: Phase | None
    """None: nobody sits here. Every occurrence ends and nothing is judged."""
    baseline: Baseline | None
    readings: tuple[Reading, ...]
    """New since the last advance, oldest first. The components of one cuff result follow one another."""
    watched: frozenset[Vital]
    """Continuous vitals (hr, spo2) that a device of this chair is meant to give."""
    links: tuple[LinkFact, ...] = ()
    cuff_running: bool = False
    """A cuff is measuring on this chair: what waits for its result waits on."""
    cuff_failed: bool = False
    """A determination failed since the last advance."""
    standby: bool = False
    """Technical occurrences end and are not raised; physiological ones are judged as ever."""
    planned_s: float = PLANNED_S
    """Planned length of the infusion."""
    changes: tuple[LimitChange, ...] = ()
    """The limits that hold for this patient alone."""
    cuff_due_s: float | None = None
    """When a pressure was or is due, on the monotonic clock of `Now`; None while none is expected."""
    planned_end_s: float | None = None
    """When the infusion was or is planned to end, on that clock; None while there is none."""
    quality: tuple[QualityFact, ...] = ()


class Transition(msgspec.Struct, frozen=True, omit_defaults=True):
    """One change of one occurrence; what the journal keeps and every screen is told."""

    occurrence: str
    condition: str
    """`hr_high hr_low spo2_low sbp_high sbp_low dbp_high map_high map_low`, `no_data_hr`,
    `no_data_spo2`, `probe_off`, `device_lost_<device>`, `no_baseline`,
    `pressure_overdue`, `clock_step`, `cuff_implausible`, `cuff_on_iv_arm`, `hr_sources_differ`,
    `flat_line_hr`, `flat_line_spo2`, `possible_swap`."""
    kind: Kind
    change: Change
    priority: Priority
    at_ms: int
    value: float | None = None
    value_ms: int | None = None
    """When the value was measured."""
    limit: float | None = None
    """The absolute limit in force, in the vital's unit."""
    questionable: bool = False
    presence: Presence = Presence.ON
    by: str | None = None
    text: str = ""
    """e.g. `SYS 184 ≥ 180`."""


class Occurrence(msgspec.Struct, omit_defaults=True):
    """One continuous interval of one condition; this is what is acknowledged."""

    id: str
    condition: str
    kind: Kind
    priority: Priority
    presence: Presence
    since_ms: int
    text: str = ""
    value: float | None = None
    value_ms: int | None = None
    """When the value was measured; it may be long after the condition began, or before."""
    limit: float | None = None
    questionable: bool = False
    reached_ms: dict[Priority, int] = {}
    """Since when it has had at least this priority, up to the present one."""
    unconfirmed: bool = False
    """It waits for the reading that confirms it."""
    acknowledged_by: str | None = None
    acknowledged_ms: int | None = None
    acknowledged_until_s: float | None = None
    """On the monotonic clock of `Now`."""
    acknowledged_value: float | None = None
    """The value that the operator saw."""

    @property
    def priority_since_ms(self) -> int:
        """Since when it has had at least its present priority."""
        return self.reached_ms.get(self.priority, self.since_ms)


NewId = Callable[[], str]
"""Names a new occurrence; handed in, so that replaying names it the same."""

CONTINUOUS = {Vital.HR: (MetricCode.HEART_RATE, MetricCode.PULSE_RATE), Vital.SPO2: (MetricCode.SPO2,)}
"""Which metrics give which continuous vital, the preferred first: an ECG rate before a pulse rate."""
