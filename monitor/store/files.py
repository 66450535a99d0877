"""Opening the two files: one writer each, held by a lock file; readers that cannot write or checkpoint."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from monitor.store.faults import StoreFault, StoreLocked, named_faults

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

JOURNAL = "journal.db"
DESK = "desk.db"
BUSY_S = 2.0
"""How long a connection waits for another's lock before it gives up."""


class WriterLock:
    """Holds a lock file beside a database; the system lets go of it even after kill -9."""

    def __init__(self, path: Path, *, wait: bool = False) -> None:
        try:
            self._file = path.open("a+", encoding="ascii")
        except OSError as error:
            msg = f"{path}: cannot be opened ({error.strerror}). Expected a folder that we may write."
            raise StoreFault(msg) from error
        try:
            _hold(self._file, wait=wait)
        except OSError as error:
            self._file.seek(0)
            holder = self._file.read().strip() or "unknown"
            self._file.close()
            msg = f"{path}: held by process {holder}. Only one may write this store; stop that one first."
            raise StoreLocked(msg) from error
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Let another process write."""
        self._file.close()


def _hold(file: IO[str], *, wait: bool) -> None:
    if sys.platform == "win32":
        file.seek(1024)  # past the text, so that the holder's pid stays readable
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


def lock_of(database: Path) -> Path:
    """The lock file of a database's writer: `monitor.lock` or `desk.lock`."""
    return database.with_name("monitor.lock" if database.name == JOURNAL else "desk.lock")


def open_writer(path: Path) -> Connection:
    """Open the one connection that writes and checkpoints `path`; each commit is on disk when it returns."""
    connection = _open(path, "rw")
    with named_faults(path):
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        connection.exec_driver_sql("PRAGMA synchronous=FULL")
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
    return connection


def open_reader(path: Path) -> Connection:
    """Open a connection that can neither write nor checkpoint."""
    connection = _open(path, "ro")
    with named_faults(path):
        connection.exec_driver_sql("PRAGMA wal_autocheckpoint=0")
    return connection


def close(connection: Connection) -> None:
    """Close a connection and the file behind it."""
    connection.close()
    connection.engine.dispose()


@contextmanager
def transaction(connection: Connection, *, write: bool) -> Iterator[None]:
    """All or nothing for a writer; one moment of the file for a reader."""
    raw = driver(connection)
    raw.execute("BEGIN IMMEDIATE" if write else "BEGIN")
    try:
        yield
        raw.execute("COMMIT")
    except BaseException:
        # SQLite has already rolled back by itself after some faults, a full disk among them.
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        raise


def data_version(connection: Connection) -> int:
    """A number that changes when another connection has committed; microseconds to ask."""
    return int(driver(connection).execute("PRAGMA data_version").fetchone()[0])


def driver(connection: Connection) -> sqlite3.Connection:
    """The driver's own connection, for what is done many times a second."""
    raw = connection.connection.driver_connection
    if not isinstance(raw, sqlite3.Connection):
        msg = f"expected an SQLite connection, got {type(raw).__name__}"
        raise TypeError(msg)
    return raw


def _open(path: Path, mode: str) -> Connection:
    if not path.exists():
        msg = f"{path}: no such file. `chairside run` makes it; start that first or name the right folder."
        raise StoreFault(msg)
    engine = create_engine("sqlite://", creator=_connector(path, mode), poolclass=StaticPool)
    with named_faults(path):
        return engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def _connector(path: Path, mode: str) -> Callable[[], sqlite3.Connection]:
    def connect() -> sqlite3.Connection:
        return sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=BUSY_S,
            isolation_level=None,
            check_same_thread=False,
        )

    return connect
