"""Which websockets are open for which sign-in session, so that signing out closes them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

MOST = 40
"""So many websockets of one session; every open tab has one."""


class Sockets:
    """One event for each open websocket, by the session it was opened with."""

    def __init__(self) -> None:
        self._ends: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    @contextmanager
    def joined(self, token: str) -> Iterator[asyncio.Event]:
        """Count a websocket in while it is open; the event is set when it must close."""
        ended = asyncio.Event()
        self._ends[token].add(ended)
        try:
            yield ended
        finally:
            self._ends[token].discard(ended)
            if not self._ends[token]:
                del self._ends[token]

    def crowded(self, token: str) -> bool:
        """Tell whether a session has as many as it may have."""
        return len(self._ends.get(token, ())) >= MOST

    def close(self, token: str) -> None:
        """Close all websockets of a session."""
        for ended in self._ends.get(token, ()):
            ended.set()
