"""What may be asked of the journal; the connection can read, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from sqlalchemy import Connection, select

from monitor.sessions.actions import Outcome
from monitor.store import files, schema
from monitor.store.bell import Bell
from monitor.store.faults import named_faults
from monitor.store.history import AlarmRecord, Series, SessionHistory, SessionSummary
from monitor.store.series import read_series
from monitor.store.snapshot import Snapshot
from monitor.store.visit import VisitRecord, read_alarms, read_history, read_record, read_summaries

_SNAPSHOT = msgspec.msgpack.Decoder(Snapshot)


class JournalReader:
    """Reads journal.db. Safe from any thread, one query at a time.

    What watches `data_version` should hold a reader of its own, so that a long history never delays it.
    """

    def __init__(self, connection: Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._mutex = threading.Lock()

    @classmethod
    def open(cls, folder: Path) -> JournalReader:
        """Open the journal of a prepared store for reading.

        Raises:
            StoreFault: it is missing or damaged.
        """
        path = folder / files.JOURNAL
        return cls(files.open_reader(path), path)

    def close(self) -> None:
        """Close the file."""
        files.close(self._connection)

    def data_version(self) -> int:
        """Changes when the monitor has committed a turn; microseconds to ask."""
        with self._reading():
            return files.data_version(self._connection)

    def bell(self) -> Bell | None:
        """A bell that rings when a turn was committed; None where the system knows none."""
        return Bell.hang(self._path.parent)

    def snapshot(self) -> Snapshot | None:
        """The newest turn as the screens see it; None before the first."""
        with self._reading():
            found = self._connection.execute(select(schema.latest_turn.c.snapshot)).scalar()
        return None if found is None else _SNAPSHOT.decode(found)

    def outcomes(self, after_seq: int, limit: int = 200) -> list[Outcome]:
        """What the turns answered to the desk's actions after this one, in their order."""
        table = schema.outcome
        query = select(table).where(table.c.seq > after_seq).order_by(table.c.seq).limit(limit)
        with self._reading():
            rows = self._connection.execute(query).all()
        return [Outcome(seq, bool(accepted), message) for seq, accepted, message in rows]

    def history(self, session: str, samples: int | None = 1200) -> SessionHistory | None:
        """One visit with its numbers thinned to about `samples` points that keep extremes and gaps.

        With `samples=None` every stored value is given, with 0 none. None when there is no such visit.
        """
        with self._reading(), files.transaction(self._connection, write=False):
            return read_history(self._connection, session, samples)

    def record(self, session: str) -> VisitRecord | None:
        """All that is kept of one visit, for its flowsheet; None when there is no such visit."""
        with self._reading(), files.transaction(self._connection, write=False):
            return read_record(self._connection, session)

    def sessions(
        self, chair: str | None = None, limit: int = 50, series: str | None = None
    ) -> list[SessionSummary]:
        """The newest visits, of one chair or of all, of one series or of all, newest first."""
        with self._reading():
            return read_summaries(self._connection, chair, limit, series)

    def series(self, session: str) -> Series | None:
        """The place of a visit in its series and the infusions before it; None where it has no series."""
        with self._reading(), files.transaction(self._connection, write=False):
            return read_series(self._connection, session)

    def alarm_history(self, limit: int = 200) -> list[AlarmRecord]:
        """The newest alarm transitions of the clinic, newest first."""
        with self._reading():
            return read_alarms(self._connection, newest=limit)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._mutex, named_faults(self._path):
            yield
