"""The journal's writer: one transaction a turn, and what a restart needs to go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from sqlalchemy import Connection, Table, func, select
from sqlalchemy.dialects import sqlite

from monitor.sessions.session import Session
from monitor.store import bell, files, rows, schema
from monitor.store.delivery import Delivery, DeliveryRow
from monitor.store.faults import named_faults
from monitor.store.rows import CuffRow, LimitRow, TurnRecord
from monitor.store.snapshot import Snapshot
from monitor.terms import OPEN_PHASES, Phase


@dataclass(frozen=True, slots=True)
class Recovery:
    """Where the last committed turn left off."""

    turn: int = 0
    at_ms: int | None = None
    """UTC of the last turn; None before the first."""
    mono_s: float = 0.0
    desk_seq: int = 0
    snapshot: Snapshot | None = None
    sessions: Mapping[str, Session] = field(default_factory=dict)
    """The open visits, by chair."""
    cuffs: Mapping[str, Sequence[CuffRow]] = field(default_factory=dict)
    """Their pressures, struck ones too, by chair, oldest first."""
    limits: Mapping[str, Sequence[LimitRow]] = field(default_factory=dict)
    """What became of their limits, by chair, oldest first."""
    alarm_states: Mapping[str, bytes] = field(default_factory=dict)
    last_cuffs_ms: Mapping[str, int] = field(default_factory=dict)
    """When the newest stored pressure of each device was determined."""
    deliveries: Sequence[DeliveryRow] = ()
    """The messages about what stood then, and those whose sending was not over; oldest first."""


class Journal:
    """The writer of journal.db. A commit is on disk when it returns."""

    def __init__(self, lock: files.WriterLock, connection: Connection, path: Path) -> None:
        self._lock = lock
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, folder: Path) -> Journal:
        """Open the journal of a prepared store.

        Raises:
            StoreFault: it is missing, damaged, or another process writes it.
        """
        path = folder / files.JOURNAL
        lock = files.WriterLock(files.lock_of(path))
        try:
            return cls(lock, files.open_writer(path), path)
        except BaseException:
            lock.release()
            raise

    def close(self) -> None:
        """Close the file and let another process write it."""
        files.close(self._connection)
        self._lock.release()

    def commit(self, record: TurnRecord) -> None:
        """Keep one turn, all of it or none of it, and ring for those who show it.

        Raises:
            StoreFull: the disk takes no more; the same record may be committed again later.
            StoreFault: the file is held by another process, or damaged.
        """
        with named_faults(self._path), files.transaction(self._connection, write=True):
            raw = files.driver(self._connection)
            for name, statement in _STATEMENTS.items():
                batch = getattr(record.rows, name)
                if batch:
                    raw.executemany(statement, batch)
            raw.execute(_LATEST_TURN, _latest_turn(record))
        bell.ring(self._path.parent)

    def recover(self) -> Recovery:
        """Where the last committed turn left off; an empty Recovery for a new journal."""
        with named_faults(self._path), files.transaction(self._connection, write=False):
            last = self._connection.execute(select(schema.latest_turn)).mappings().first()
            if last is None:
                return Recovery()
            sessions = self._open_sessions()
            snapshot = msgspec.msgpack.decode(last["snapshot"], type=Snapshot)
            return Recovery(
                turn=last["turn"],
                at_ms=last["at_ms"],
                mono_s=last["mono_s"],
                desk_seq=last["desk_seq"],
                snapshot=snapshot,
                sessions=sessions,
                cuffs={chair: self._cuffs(session.id) for chair, session in sessions.items()},
                limits={chair: self._limits(session.id) for chair, session in sessions.items()},
                alarm_states={row.chair: row.state for row in self._connection.execute(_ALARM_STATES)},
                last_cuffs_ms={row.device: row.newest for row in self._connection.execute(_LAST_CUFFS)},
                deliveries=self._deliveries(snapshot),
            )

    def without_record(self) -> list[str]:
        """The finished visits whose flowsheet is not marked as written, oldest first."""
        table = schema.visit
        finished = table.c.phase.in_([Phase.LEFT, Phase.ABORTED])
        query = select(table.c.id).where(finished, table.c.record == 0).order_by(table.c.seated_ms)
        with named_faults(self._path):
            return list(self._connection.execute(query).scalars())

    def record_written(self, visit: str) -> None:
        """Mark a visit's flowsheet as written."""
        table = schema.visit
        with named_faults(self._path), files.transaction(self._connection, write=True):
            self._connection.execute(table.update().where(table.c.id == visit).values(record=1))

    def _open_sessions(self) -> dict[str, Session]:
        table = schema.visit
        query = select(table.c.state).where(table.c.phase.in_(sorted(OPEN_PHASES)))
        states = self._connection.execute(query).scalars()
        sessions = (msgspec.msgpack.decode(state, type=Session) for state in states)
        return {session.chair: session for session in sessions}

    def _cuffs(self, visit: str) -> list[CuffRow]:
        table = schema.cuff
        query = select(table).where(table.c.visit == visit).order_by(table.c.at_ms)
        return [CuffRow(*row) for row in self._connection.execute(query)]

    def _limits(self, visit: str) -> list[LimitRow]:
        table = schema.limit_span
        columns = [table.c[name] for name in LimitRow._fields]
        query = select(*columns).where(table.c.visit == visit).order_by(table.c.id)
        return [LimitRow(*row) for row in self._connection.execute(query)]

    def _deliveries(self, snapshot: Snapshot) -> list[DeliveryRow]:
        table = schema.delivery
        standing = [alarm.id for alarm in snapshot.every_alarm()]
        over = (Delivery.SENT, Delivery.FAILED, Delivery.WITHDRAWN)
        wanted = table.c.occurrence.in_(standing) | table.c.outcome.not_in(over)
        query = select(table).where(wanted).order_by(table.c.mono_s, table.c.id)
        return [DeliveryRow(*row) for row in self._connection.execute(query)]


_LAST_CUFFS = select(schema.cuff.c.device, func.max(schema.cuff.c.at_ms).label("newest")).group_by(
    schema.cuff.c.device
)
_ALARM_STATES = select(schema.alarm_state.c.chair, schema.alarm_state.c.state)


def _latest_turn(record: TurnRecord) -> tuple[object, ...]:
    snapshot = record.snapshot
    encoded = msgspec.msgpack.encode(snapshot)
    return 1, snapshot.turn, *record.now, snapshot.boot, snapshot.desk_seq, encoded


def _insert(table: Table, fields: Sequence[str], *, again: str) -> str:
    """The INSERT of a row type as driver-level SQL; `again` says what a known key does: keep or replace."""
    statement = sqlite.insert(table)
    if again == "keep":
        statement = statement.on_conflict_do_nothing()
    else:
        others = [name for name in fields if not table.c[name].primary_key]
        changed = {name: statement.excluded[name] for name in others}
        statement = statement.on_conflict_do_update(index_elements=table.primary_key.columns, set_=changed)
    return str(statement.compile(dialect=sqlite.dialect(), column_keys=list(fields)))


def _strike() -> str:
    table = schema.cuff
    names = ", ".join(f"{name} = ?" for name in rows.StruckRow._fields[:-1])
    return f"UPDATE {table.name} SET {names} WHERE {table.c.key.name} = ?"


_STATEMENTS = {
    "observations": _insert(schema.observation, rows.ObservationRow._fields, again="keep"),
    "cuffs": _insert(schema.cuff, rows.CuffRow._fields, again="keep"),
    "struck": _strike(),
    "links": _insert(schema.link_change, rows.LinkRow._fields, again="keep"),
    "visits": _insert(schema.visit, rows.VisitRow._fields, again="replace"),
    "phases": _insert(schema.phase_span, rows.PhaseRow._fields, again="keep"),
    "alarms": _insert(schema.alarm_transition, rows.AlarmRow._fields, again="keep"),
    "alarm_states": _insert(schema.alarm_state, rows.AlarmStateRow._fields, again="replace"),
    "outcomes": _insert(schema.outcome, rows.OutcomeRow._fields, again="keep"),
    "marks": _insert(schema.mark, rows.MarkRow._fields, again="keep"),
    "limits": _insert(schema.limit_span, rows.LimitRow._fields, again="keep"),
    "deliveries": _insert(schema.delivery, DeliveryRow._fields, again="replace"),
}
_LATEST_TURN = _insert(schema.latest_turn, list(schema.latest_turn.c.keys()), again="replace")
