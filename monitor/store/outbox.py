"""The outbox of a gateway: one SQLite file with full synchronous commits.

Plain sqlite3, because a gateway runs on a small machine and has no other table.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

from devices.gateway import Kept, OutboxFault
from devices.gateway.outbox import Waiting

SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    device TEXT NOT NULL, session TEXT NOT NULL, seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL, payload BLOB NOT NULL,
    PRIMARY KEY (device, session, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cuff (device TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dropped (
    one INTEGER PRIMARY KEY CHECK (one = 1), messages INTEGER NOT NULL
) STRICT;
INSERT OR IGNORE INTO dropped VALUES (1, 0);
"""
VERSION = 1

_OVERHEAD = 80
"""Bytes of a row beside its payload."""

_AT_ONCE = 1000
"""Rows given up in one statement."""


class SqliteOutbox:
    """The messages of one gateway; opened and used by one thread at a time."""

    def __init__(self, connection: sqlite3.Connection, file: Path) -> None:
        self._connection = connection
        self._file = file

    @classmethod
    def open(cls, file: Path) -> Self:
        """Open the file, or make it.

        Raises:
            OutboxFault: it cannot be opened, is no outbox, or is one of a later version.
        """
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, VERSION):
                raise OutboxFault(f"{file}: expected an outbox of version {VERSION}, found {version}")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA cache_size = -2000")
            connection.executescript(SCHEMA)
            connection.execute(f"PRAGMA user_version = {VERSION}")
        except (sqlite3.Error, OSError) as error:
            raise OutboxFault(f"{file}: expected an outbox of our own; {error}") from error
        return cls(connection, file)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def append(self, messages: Sequence[Kept], cuffs_ms: dict[str, int]) -> None:
        """Keep these messages in one transaction."""
        with self._transaction():
            self._connection.executemany(
                "INSERT OR IGNORE INTO message VALUES (?, ?, ?, ?, ?)",
                [(m.device, m.session, m.seq, m.at_ms, m.payload) for m in messages],
            )
            self._connection.executemany("INSERT OR REPLACE INTO cuff VALUES (?, ?)", cuffs_ms.items())

    def forget(self, device: str, session: str, first: int, last: int) -> None:
        """Forget the messages of a session from the first to the last number."""
        with self._transaction():
            self._connection.execute(
                "DELETE FROM message WHERE device = ? AND session = ? AND seq BETWEEN ? AND ?",
                (device, session, first, last),
            )

    def oldest(self, device: str, before_ms: int, limit: int) -> list[Kept]:
        """Return the first messages of a device that were taken by then."""
        with self._read():
            rows = self._connection.execute(
                "SELECT device, session, seq, at_ms, payload FROM message WHERE device = ? AND at_ms <= ?"
                " ORDER BY session, seq LIMIT ?",
                (device, before_ms, limit),
            )
            return [Kept(*row) for row in rows]

    def devices(self) -> list[str]:
        """Return the devices that messages wait of."""
        with self._read():
            return [str(row[0]) for row in self._connection.execute("SELECT DISTINCT device FROM message")]

    def last_cuffs_ms(self) -> dict[str, int]:
        """Return when the last cuff result of each device was determined."""
        with self._read():
            return dict(self._connection.execute("SELECT device, at_ms FROM cuff").fetchall())

    def prune(self, before_ms: int, most_bytes: int) -> int:
        """Give up what is older, and the oldest while there is more; return how many messages that were."""
        with self._transaction():
            gone = self._connection.execute("DELETE FROM message WHERE at_ms < ?", (before_ms,)).rowcount
            while self._bytes() > most_bytes:
                gone += self._connection.execute(
                    "DELETE FROM message WHERE (device, session, seq) IN"
                    " (SELECT device, session, seq FROM message ORDER BY at_ms LIMIT ?)",
                    (_AT_ONCE,),
                ).rowcount
            if gone:
                self._connection.execute("UPDATE dropped SET messages = messages + ?", (gone,))
        return gone

    def waiting(self) -> Waiting:
        """Return how full it is."""
        with self._read():
            count, oldest_ms = self._connection.execute("SELECT count(*), min(at_ms) FROM message").fetchone()
            dropped = self._connection.execute("SELECT messages FROM dropped").fetchone()[0]
            return Waiting(count, oldest_ms, self._bytes(), dropped)

    def _bytes(self) -> int:
        found = self._connection.execute(
            "SELECT coalesce(sum(length(payload)), 0) + ? * count(*) FROM message", (_OVERHEAD,)
        )
        return int(found.fetchone()[0])

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._read():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def _read(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise OutboxFault(f"{self._file}: {error}") from error
