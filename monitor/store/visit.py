"""Reads visits out of the journal: one whole, or many as a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, RowMapping, Select, Table, bindparam, func, select
from sqlalchemy.dialects import sqlite

from devices.model import MetricCode
from monitor.sessions.session import Session
from monitor.store import files, schema
from monitor.store.history import (
    AlarmRecord,
    LimitSpan,
    MarkRecord,
    PhaseSpan,
    Sample,
    SessionHistory,
    SessionSummary,
)
from monitor.store.rows import CuffRow, ObservationRow, Use
from monitor.store.snapshot import CuffPoint
from monitor.store.thinning import thin
from monitor.terms import Phase, Priority

CONTINUOUS = {
    "hr": (MetricCode.HEART_RATE, MetricCode.PULSE_RATE),
    "spo2": (MetricCode.SPO2,),
    "pi": (MetricCode.PERFUSION_INDEX,),
}
"""The continuous numbers of a visit, and the metrics that fill them."""


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """All that is kept of one visit, for its flowsheet."""

    history: SessionHistory
    """Without its continuous numbers."""
    cuffs: list[CuffRow]
    """Every determination, failed and struck ones too, by time."""
    continuous: dict[str, list[ObservationRow]]
    """Every value by vital, by time."""
    session: Session
    """The visit as it stands."""


def read_record(connection: Connection, visit: str) -> VisitRecord | None:
    """All that is kept of one visit; None when there is no such visit."""
    history = read_history(connection, visit, 0)
    if history is None:
        return None
    table = schema.cuff
    query = select(table).where(table.c.visit == visit).order_by(table.c.at_ms)
    cuffs = [CuffRow(*row) for row in connection.execute(query)]
    continuous = {
        vital: [ObservationRow(*row) for row in _observed(connection, history.summary, vital, _ALL)]
        for vital in CONTINUOUS
    }
    state = connection.execute(select(schema.visit.c.state).where(schema.visit.c.id == visit)).scalar_one()
    return VisitRecord(history, cuffs, continuous, msgspec.msgpack.decode(state, type=Session))


def read_history(connection: Connection, visit: str, samples: int | None) -> SessionHistory | None:
    """Everything about one visit; None when there is no such visit."""
    table = schema.visit
    found = connection.execute(summaries().where(table.c.id == visit)).mappings().first()
    if found is None:
        return None
    summary = read_summary(found)
    session = msgspec.msgpack.decode(found["state"], type=Session)
    baseline = session.baseline
    return SessionHistory(
        summary=summary,
        baseline=None if baseline is None else (baseline.systolic, baseline.diastolic, baseline.heart_rate),
        phases=_phases(connection, visit, summary.left_ms),
        cuffs=read_cuffs(connection, visit),
        continuous={vital: _continuous(connection, summary, vital, samples) for vital in CONTINUOUS},
        alarms=read_alarms(connection, schema.alarm_transition.c.visit == visit),
        marks=_marks(connection, visit),
        limits=_limits(connection, visit),
    )


def read_summaries(
    connection: Connection, chair: str | None, limit: int, series: str | None = None
) -> list[SessionSummary]:
    """The newest visits, newest first."""
    table = schema.visit
    query = summaries().order_by(table.c.seated_ms.desc()).limit(limit)
    if chair is not None:
        query = query.where(table.c.chair == chair)
    if series is not None:
        query = query.where(table.c.series == series)
    return [read_summary(row) for row in connection.execute(query).mappings()]


def read_alarms(
    connection: Connection, where: ColumnElement[bool] | None = None, newest: int | None = None
) -> list[AlarmRecord]:
    """Alarm transitions in their order, or the newest ones, newest first."""
    table = schema.alarm_transition
    columns = [table.c[name] for name in AlarmRecord.__struct_fields__ if name != "session"]
    query = select(*columns, table.c.visit.label("session"))
    if where is not None:
        query = query.where(where)
    query = query.order_by(table.c.id) if newest is None else query.order_by(table.c.id.desc()).limit(newest)
    return [AlarmRecord(**row) for row in connection.execute(query).mappings()]


def summaries() -> Select[tuple[object, ...]]:
    """The query for visits as rows of a list, their alarms counted."""
    table = schema.visit
    counts = [_alarms_of(table, priority).label(f"alarms_{priority}") for priority in _COUNTED]
    return select(table, *counts)


_COUNTED = (Priority.HIGH, Priority.MEDIUM)


def _alarms_of(visit: Table, priority: Priority) -> ColumnElement[int]:
    """How many occurrences of a visit ever reached this priority."""
    alarm = schema.alarm_transition
    reached = (alarm.c.visit == visit.c.id) & (alarm.c.priority == priority.value)
    count = select(func.count(alarm.c.occurrence.distinct())).where(reached)
    return count.correlate(visit).scalar_subquery()


def read_summary(row: RowMapping) -> SessionSummary:
    """One row of `summaries` as what lists are told."""
    fields = {name: row[name] for name in SessionSummary.__struct_fields__}
    marks = {name: bool(row[name]) for name in ("demo", "replay", "record")}
    return SessionSummary(**fields | marks)


def _phases(connection: Connection, visit: str, left_ms: int | None) -> list[PhaseSpan]:
    table = schema.phase_span
    query = select(table).where(table.c.visit == visit).order_by(table.c.id)
    rows = connection.execute(query).mappings().all()
    ends = [row["from_ms"] for row in rows[1:]] + [left_ms]
    return [
        PhaseSpan(row["phase"], row["from_ms"], until, row["by"], row["reason"])
        for row, until in zip(rows, ends, strict=True)
        if row["phase"] not in (Phase.LEFT, Phase.ABORTED)
    ]


def read_cuffs(connection: Connection, visit: str) -> list[CuffPoint]:
    """The pressures of a visit, struck ones too, by time."""
    table = schema.cuff
    believable = (table.c.visit == visit) & table.c.systolic.is_not(None)
    rows = connection.execute(select(table).where(believable).order_by(table.c.at_ms)).mappings()
    return [
        CuffPoint(
            row["key"],
            row["at_ms"],
            row["systolic"],
            row["diastolic"],
            row["mean"],
            row["validity"],
            row["manual_by"],
            row["struck_by"] is not None,
        )
        for row in rows
    ]


def _continuous(
    connection: Connection, summary: SessionSummary, vital: str, about: int | None
) -> list[Sample]:
    if about == 0:
        return []
    found = [Sample(*row) for row in _observed(connection, summary, vital, _SAMPLE)]
    return found if about is None else thin(found, about)


_SAMPLE = [schema.observation.c[name] for name in Sample.__struct_fields__]
_ALL = list(schema.observation.c)


def _observed(
    connection: Connection, summary: SessionSummary, vital: str, columns: Sequence[Column[Any]]
) -> list[tuple[Any, ...]]:
    """The values of a visit's vital by time: one key seek a metric, rows lie by chair, metric, time.

    Asked at driver level: two hours are seven thousand rows a metric, read again for every redraw of a chart.
    """
    raw, statement = files.driver(connection), _observations(tuple(columns))
    asked = {
        "chair": summary.chair,
        "earliest": _earliest_ms(connection, summary),
        "visit": summary.id,
        "aside": Use.ASIDE.value,
    }
    found: list[tuple[Any, ...]] = []
    for metric in CONTINUOUS[vital]:
        found += raw.execute(statement, {**asked, "metric": metric.value})
    return sorted(found, key=itemgetter([column.name for column in columns].index("at_ms")))


@cache
def _observations(columns: tuple[Column[Any], ...]) -> str:
    table = schema.observation
    query = select(*columns).where(
        table.c.chair == bindparam("chair"),
        table.c.metric == bindparam("metric"),
        table.c.at_ms >= bindparam("earliest"),
        table.c.visit == bindparam("visit"),
        table.c.use != bindparam("aside"),
    )
    return str(query.compile(dialect=sqlite.dialect(paramstyle="named")))


def _earliest_ms(connection: Connection, summary: SessionSummary) -> int:
    """Where the visit's values begin, a clock that was set back included: that is an alarm's first time."""
    alarm = schema.alarm_transition
    first = connection.execute(select(func.min(alarm.c.at_ms)).where(alarm.c.visit == summary.id)).scalar()
    return min(summary.seated_ms, first or summary.seated_ms) - _BEFORE_ALARM_MS


_BEFORE_ALARM_MS = 60_000


def _marks(connection: Connection, visit: str) -> list[MarkRecord]:
    table = schema.mark
    columns = [table.c[name] for name in MarkRecord.__struct_fields__]
    query = select(*columns).where(table.c.visit == visit).order_by(table.c.id)
    return [MarkRecord(**row) for row in connection.execute(query).mappings()]


def _limits(connection: Connection, visit: str) -> list[LimitSpan]:
    """Each limit from where it came into force to where it changed or went."""
    table = schema.limit_span
    query = select(table).where(table.c.visit == visit).order_by(table.c.id)
    spans: list[LimitSpan] = []
    newest: dict[tuple[str, str], int] = {}
    for row in connection.execute(query).mappings():
        key = (row["condition"], row["priority"])
        if key in newest:
            spans[newest[key]] = msgspec.structs.replace(spans[newest[key]], until_ms=row["from_ms"])
            del newest[key]
        if row["limit"] is not None:
            newest[key] = len(spans)
            spans.append(LimitSpan(*key, row["limit"], row["from_ms"]))
    return spans
