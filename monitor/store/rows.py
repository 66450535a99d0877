"""What one turn writes: a row type for each table, its fields in the order of the columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec

from devices.model import Arrival, CuffCommand, CuffResult, LinkChange, Observation, Origin
from monitor.alarms.model import Transition
from monitor.sessions.session import Session
from monitor.store.delivery import DeliveryRow
from monitor.store.snapshot import Snapshot
from monitor.terms import Now


class Use(StrEnum):
    """What the turn did with a value besides keeping it."""

    SHOWN = "shown"
    """Shown and judged."""
    LATE = "late"
    """Came too late for that; still this chair's number."""
    ASIDE = "aside"
    """Not this chair's number: a lesser source of the same vital, an unused metric, foreign demo data."""


class ObservationRow(NamedTuple):
    """One continuous value."""

    chair: str
    metric: str
    at_ms: int
    device: str
    session: str
    seq: int
    value: float | None
    validity: str
    flags: str | None
    method: str | None
    received_ms: int
    device_time: str | None
    origin: str
    use: str
    visit: str | None

    @classmethod
    def of(
        cls, chair: str, visit: str | None, arrival: Arrival, event: Observation, use: Use
    ) -> ObservationRow:
        """The row of an arrival on this chair, within this visit."""
        return cls(
            chair,
            event.metric.value,
            arrival.determined_ms,
            arrival.device,
            arrival.session,
            arrival.seq,
            None if event.value is None else float(event.value),
            event.validity.value,
            _joined(event.flags),
            None if event.method is None else event.method.value,
            arrival.received_ms,
            _iso(event.device_time),
            arrival.origin.value,
            use.value,
            visit,
        )


class CuffRow(NamedTuple):
    """One determination of pressure, by a device or by hand."""

    key: str
    chair: str
    visit: str | None
    at_ms: int
    device: str
    systolic: float | None
    diastolic: float | None
    mean: float | None
    pulse_rate: float | None
    validity: str
    flags: str | None
    status: str | None
    received_ms: int
    device_time: str | None
    origin: str
    use: str
    manual_by: str | None = None
    struck_by: str | None = None
    struck_ms: int | None = None
    struck_reason: str | None = None

    @classmethod
    def of(
        cls, key: str, chair: str, visit: str | None, arrival: Arrival, event: CuffResult, use: Use
    ) -> CuffRow:
        """The row of an arrival on this chair, within this visit."""
        return cls(
            key,
            chair,
            visit,
            arrival.determined_ms,
            arrival.device,
            _float(event.systolic),
            _float(event.diastolic),
            _float(event.mean),
            _float(event.pulse_rate),
            event.validity.value,
            _joined(event.flags),
            event.status,
            arrival.received_ms,
            _iso(event.device_time),
            arrival.origin.value,
            use.value,
        )


class StruckRow(NamedTuple):
    """A value entered in error: who struck it, when, why, and which."""

    struck_by: str
    struck_ms: int
    struck_reason: str
    key: str


class LinkRow(NamedTuple):
    """The link to a device changed state."""

    device: str
    chair: str
    at_ms: int
    state: str
    detail: str

    @classmethod
    def of(cls, chair: str, arrival: Arrival, event: LinkChange) -> LinkRow:
        """The row of a change on this chair's device."""
        return cls(arrival.device, chair, arrival.received_ms, event.state.value, event.detail)


class VisitRow(NamedTuple):
    """One visit: what lists need as columns, all of it as `state`."""

    id: str
    chair: str
    label: str
    phase: str
    seated_ms: int
    planned_min: int
    started_ms: int | None
    ended_ms: int | None
    left_ms: int | None
    demo: int
    state: bytes
    series: str
    replay: int = 0

    @classmethod
    def of(cls, session: Session, origin: Origin) -> VisitRow:
        """The row of a visit as it stands."""
        return cls(
            session.id,
            session.chair,
            session.label,
            session.phase.value,
            session.seated_ms,
            session.planned_min,
            session.started_ms,
            session.ended_ms,
            session.left_ms,
            int(origin is not Origin.REAL),
            msgspec.msgpack.encode(session),
            session.series,
            int(origin is Origin.REPLAY),
        )


class PhaseRow(NamedTuple):
    """A visit entered a phase."""

    visit: str
    phase: str
    from_ms: int
    by: str
    reason: str


class AlarmRow(NamedTuple):
    """One change of one occurrence."""

    chair: str
    visit: str | None
    occurrence: str
    condition: str
    kind: str
    change: str
    priority: str
    presence: str
    at_ms: int
    text: str
    value: float | None
    limit: float | None
    questionable: int
    by: str | None
    value_ms: int | None = None

    @classmethod
    def of(cls, chair: str, visit: str | None, change: Transition) -> AlarmRow:
        """The row of a transition on this chair."""
        return cls(
            chair,
            visit,
            change.occurrence,
            change.condition,
            change.kind.value,
            change.change,
            change.priority.value,
            change.presence.value,
            change.at_ms,
            change.text,
            _float(change.value),
            _float(change.limit),
            int(change.questionable),
            change.by,
            change.value_ms,
        )


class AlarmStateRow(NamedTuple):
    """All that one chair's alarms must remember over a restart."""

    chair: str
    state: bytes


class OutcomeRow(NamedTuple):
    """What the turn answered to one action of the desk."""

    seq: int
    accepted: int
    message: str


class MarkRow(NamedTuple):
    """One line of a visit's record: what an operator did or noted."""

    chair: str
    visit: str | None
    at_ms: int
    by: str
    role: str
    what: str
    text: str
    severity: int | None


class LimitRow(NamedTuple):
    """An absolute limit came into force; `limit` is None where it went out of force."""

    visit: str
    condition: str
    priority: str
    limit: float | None
    from_ms: int


class CuffOrder(NamedTuple):
    """What a cuff is to be told."""

    device: str
    command: CuffCommand


@dataclass(slots=True)
class Rows:
    """The rows of one turn, by table."""

    observations: list[ObservationRow] = field(default_factory=list)
    cuffs: list[CuffRow] = field(default_factory=list)
    struck: list[StruckRow] = field(default_factory=list)
    links: list[LinkRow] = field(default_factory=list)
    visits: list[VisitRow] = field(default_factory=list)
    phases: list[PhaseRow] = field(default_factory=list)
    alarms: list[AlarmRow] = field(default_factory=list)
    alarm_states: list[AlarmStateRow] = field(default_factory=list)
    outcomes: list[OutcomeRow] = field(default_factory=list)
    marks: list[MarkRow] = field(default_factory=list)
    limits: list[LimitRow] = field(default_factory=list)
    deliveries: list[DeliveryRow] = field(default_factory=list)
    orders: list[CuffOrder] = field(default_factory=list)
    """Told to the devices once the turn is kept, and never again: not stored."""


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """One turn, all of which is kept or none of it."""

    now: Now
    snapshot: Snapshot
    """Bears the turn's number, the boot and the position on the desk."""
    rows: Rows


def split(flags: str | None) -> tuple[str, ...]:
    """The flags of a stored value."""
    return tuple(flags.split(",")) if flags else ()


def _joined(flags: Sequence[str]) -> str | None:
    return ",".join(flags) or None


def _float(value: float | None) -> float | None:
    return None if value is None else float(value)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
