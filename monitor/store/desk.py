"""The desk: what people did, who is signed in, which stations watch. Written by the dashboard alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, Executable, RowMapping, func, select
from sqlalchemy.dialects.sqlite import insert

from monitor.sessions.actions import Act, Mark, OperatorAction
from monitor.store import files, schema
from monitor.store.faults import named_faults
from monitor.store.staff import StaffMember, read_staff, write_member
from monitor.terms import Role


class SignIn(NamedTuple):
    """One browser's sign-in; `token` is whatever names it, best a hash of what the cookie holds."""

    token: str
    user: str
    created_ms: int
    seen_ms: int
    revoked_ms: int | None


class FailedPins(NamedTuple):
    """How often a user's PIN was wrong since it was last right."""

    failures: int
    last_ms: int


class Station(NamedTuple):
    """One browser that watches, as it last reported."""

    id: str
    user: str
    sound: str
    """armed, high_only, unheard, off or blocked."""
    page: str
    seen_ms: int


class AuditEntry(NamedTuple):
    """One line of the audit of sign-ins and refusals."""

    at_ms: int
    user: str
    event: str
    detail: str


class Desk:
    """The writer of desk.db. Safe to call from any thread; every call is on disk when it returns."""

    def __init__(self, lock: files.WriterLock, connection: Connection, path: Path) -> None:
        self._lock = lock
        self._connection = connection
        self._path = path
        self._mutex = threading.Lock()

    @classmethod
    def open(cls, folder: Path) -> Desk:
        """Open the desk of a prepared store.

        Raises:
            StoreFault: it is missing, damaged, or another process writes it.
        """
        path = folder / files.DESK
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

    def append(
        self, *, at_ms: int, user: str, role: Role, station: str, chair: str, session: str | None, act: Act
    ) -> int:
        """Put one action on the desk and return its number; the turn answers under that number.

        Raises:
            msgspec.ValidationError: a field of the action holds what is not meant for it.
        """
        encoded = msgspec.msgpack.encode(act)
        msgspec.msgpack.decode(encoded, type=Act)
        with self.writing() as connection:
            row = {
                "at_ms": at_ms,
                "user": user,
                "role": role.value,
                "station": station,
                "chair": chair,
                "session": session,
                "act": encoded,
            }
            statement = insert(schema.action).values(row).returning(schema.action.c.id)
            return int(connection.execute(statement).scalar_one())

    def sign_in(self, token: str, user: str, at_ms: int) -> None:
        """Remember a new sign-in."""
        row = {"token": token, "user": user, "created_ms": at_ms, "seen_ms": at_ms}
        self._write(insert(schema.sign_in).values(row))

    def signed_in(self, token: str) -> SignIn | None:
        """The sign-in of this name, revoked ones too; None when there was none."""
        table = schema.sign_in
        with self.reading():
            row = self._connection.execute(select(table).where(table.c.token == token)).first()
        return None if row is None else SignIn(*row)

    def touch(self, token: str, at_ms: int) -> None:
        """Note that this browser's user was active."""
        table = schema.sign_in
        self._write(table.update().where(table.c.token == token).values(seen_ms=at_ms))

    def revoke(self, token: str, at_ms: int) -> None:
        """End one sign-in."""
        table = schema.sign_in
        open_one = (table.c.token == token) & table.c.revoked_ms.is_(None)
        self._write(table.update().where(open_one).values(revoked_ms=at_ms))

    def revoke_user(self, user: str, at_ms: int) -> None:
        """End every sign-in of one user."""
        table = schema.sign_in
        open_ones = (table.c.user == user) & table.c.revoked_ms.is_(None)
        self._write(table.update().where(open_ones).values(revoked_ms=at_ms))

    def failed_pins(self, user: str) -> FailedPins:
        """How often this user's PIN was wrong of late."""
        table = schema.failed_pin
        with self.reading():
            query = select(table.c.failures, table.c.last_ms).where(table.c.user == user)
            row = self._connection.execute(query).first()
        return FailedPins(0, 0) if row is None else FailedPins(*row)

    def count_failed_pin(self, user: str, at_ms: int) -> FailedPins:
        """Count one more wrong PIN and return the state after it."""
        table = schema.failed_pin
        row = insert(table).values(user=user, failures=1, last_ms=at_ms)
        more = {"failures": table.c.failures + 1, "last_ms": at_ms}
        self._write(row.on_conflict_do_update(index_elements=["user"], set_=more))
        return self.failed_pins(user)

    def forget_failed_pins(self, user: str) -> None:
        """The PIN was right: count from zero again."""
        table = schema.failed_pin
        self._write(table.delete().where(table.c.user == user))

    def see_station(self, station: str, *, user: str, sound: str, page: str, at_ms: int) -> None:
        """Note what a station reported of itself."""
        row = {"user": user, "sound": sound, "page": page, "seen_ms": at_ms}
        statement = insert(schema.station).values(id=station, **row)
        self._write(statement.on_conflict_do_update(index_elements=["id"], set_=row))

    def stations(self, since_ms: int = 0) -> list[Station]:
        """The stations that reported since then."""
        with self.reading():
            return _stations(self._connection, since_ms)

    def audit(self, *, at_ms: int, user: str, event: str, detail: str = "") -> None:
        """Write one line of the audit: a sign-in, a refusal, a lock-out."""
        self._write(insert(schema.audit).values(at_ms=at_ms, user=user, event=event, detail=detail))

    def audit_trail(self, limit: int = 200) -> list[AuditEntry]:
        """The newest lines of the audit, newest first."""
        table = schema.audit
        query = select(table.c.at_ms, table.c.user, table.c.event, table.c.detail)
        with self.reading():
            rows = self._connection.execute(query.order_by(table.c.id.desc()).limit(limit)).all()
        return [AuditEntry(*row) for row in rows]

    def staff(self) -> list[StaffMember]:
        """The users that administrators made, disabled ones too."""
        with self.reading() as connection:
            return read_staff(connection)

    def keep_member(self, member: StaffMember) -> None:
        """Add such a user, or change the one with this name."""
        with self.writing() as connection:
            write_member(connection, member)

    def _write(self, statement: Executable) -> None:
        with self.writing() as connection:
            connection.execute(statement)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, for the tables that have a module of their own in the store."""
        with self._mutex, named_faults(self._path), files.transaction(self._connection, write=True):
            yield self._connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """The connection, while nobody writes."""
        with self._mutex, named_faults(self._path):
            yield self._connection


class DeskReader:
    """The monitor's view of desk.db: it can read, and nothing else."""

    def __init__(self, connection: Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, folder: Path) -> DeskReader:
        """Open the desk of a prepared store for reading.

        Raises:
            StoreFault: it is missing or damaged.
        """
        path = folder / files.DESK
        return cls(files.open_reader(path), path)

    def close(self) -> None:
        """Close the file."""
        files.close(self._connection)

    def data_version(self) -> int:
        """Changes when the dashboard has written; microseconds to ask."""
        with named_faults(self._path):
            return files.data_version(self._connection)

    def actions_after(self, seq: int, limit: int = 200) -> list[OperatorAction]:
        """The actions after this one, in their order."""
        table = schema.action
        query = select(table).where(table.c.id > seq).order_by(table.c.id).limit(limit)
        with named_faults(self._path):
            rows = self._connection.execute(query).mappings().all()
        return [_action(row) for row in rows]

    def last_action(self) -> int:
        """The number of the newest action; 0 before the first."""
        with named_faults(self._path):
            newest = self._connection.execute(select(func.max(schema.action.c.id))).scalar()
        return int(newest or 0)

    def stations(self, since_ms: int = 0) -> list[Station]:
        """The stations that reported since then."""
        with named_faults(self._path):
            return _stations(self._connection, since_ms)

    def staff(self) -> list[StaffMember]:
        """The users that administrators made, disabled ones too."""
        with named_faults(self._path):
            return read_staff(self._connection)


def _stations(connection: Connection, since_ms: int) -> list[Station]:
    table = schema.station
    query = select(table).where(table.c.seen_ms >= since_ms).order_by(table.c.id)
    return [Station(*row) for row in connection.execute(query)]


def _action(row: RowMapping) -> OperatorAction:
    return OperatorAction(
        seq=row["id"],
        at_ms=row["at_ms"],
        user=row["user"],
        role=Role(row["role"]),
        station=row["station"],
        chair=row["chair"],
        session=row["session"],
        act=_act(row["act"]),
    )


def _act(encoded: bytes) -> Act:
    try:
        act: Act = msgspec.msgpack.decode(encoded, type=Act)
    except msgspec.DecodeError:
        # The turn must get past it: it refuses an event that it does not know, and says so.
        return Mark("unreadable")
    return act
