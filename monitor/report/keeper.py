"""RecordKeeper: writes the flowsheet of each finished visit, beside the turns and never in their way."""

from __future__ import annotations

import logging
import threading
from queue import SimpleQueue

from monitor.config import Settings
from monitor.report.flowsheet import write_flowsheet
from monitor.store.faults import StoreFault
from monitor.store.journal import Journal
from monitor.store.queries import JournalReader
from monitor.store.rows import TurnRecord
from monitor.terms import OPEN_PHASES

log = logging.getLogger(__name__)


class RecordKeeper:
    """Owns a thread that writes; what the journal has no mark for is written when it starts."""

    def __init__(self, settings: Settings, journal: Journal, reader: JournalReader) -> None:
        self._settings = settings
        self._journal = journal
        self._reader = reader
        self._todo: SimpleQueue[str | None] = SimpleQueue()
        self._written: SimpleQueue[str] = SimpleQueue()
        for visit in journal.without_record():
            self._todo.put(visit)
        self._thread = threading.Thread(target=self._write_all, name="records", daemon=True)
        self._thread.start()

    def committed(self, record: TurnRecord) -> None:
        """See which visits a turn finished, and mark in the journal what was written meanwhile."""
        for visit in record.rows.visits:
            if visit.phase not in OPEN_PHASES:
                self._todo.put(visit.id)
        while not self._written.empty():
            written = self._written.get()
            try:
                self._journal.record_written(written)
            except StoreFault as fault:
                log.warning(
                    "record of visit %s is not marked, tried again with the next turn: %s", written, fault
                )
                self._written.put(written)
                return

    def close(self) -> None:
        """Finish what is begun; what is left is written at the next start."""
        self._todo.put(None)
        self._thread.join()

    def _write_all(self) -> None:
        while (visit := self._todo.get()) is not None:
            try:
                record = self._reader.record(visit)
                if record is not None:
                    write_flowsheet(record, self._settings)
                    self._written.put(visit)
                    log.info("record of visit %s is written", visit)
            except (OSError, StoreFault) as fault:
                log.error(
                    "record of visit %s is not written, tried again at the next start: %s", visit, fault
                )
