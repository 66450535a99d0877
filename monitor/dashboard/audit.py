"""The audit trail of the door: who signed in, who was refused; written to the desk in the background."""

from __future__ import annotations

import asyncio
import logging

from monitor.clock import Clock
from monitor.store.desk import Desk

log = logging.getLogger(__name__)


class Audit:
    """Writes entries without keeping anybody waiting; a failure to write is logged as an error."""

    def __init__(self, desk: Desk, real: Clock) -> None:
        self._desk = desk
        self._real = real
        self._writing: set[asyncio.Future[None]] = set()

    def note(self, user: str, event: str, detail: str = "") -> None:
        """Write one entry."""
        at_ms = self._real.utc_ms()
        entry = asyncio.ensure_future(
            asyncio.to_thread(self._desk.audit, at_ms=at_ms, user=user, event=event, detail=detail)
        )
        self._writing.add(entry)
        entry.add_done_callback(self._written)

    def _written(self, entry: asyncio.Future[None]) -> None:
        self._writing.discard(entry)
        if not entry.cancelled() and (error := entry.exception()):
            log.error("an audit entry could not be written: %s", error)

    async def finish(self) -> None:
        """Wait until all entries are written."""
        await asyncio.gather(*self._writing, return_exceptions=True)
