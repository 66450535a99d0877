"""HTTP as uvicorn speaks it, with an end to a request's head: who never finishes one is cut off."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_S = 15.0
"""So long may the head of a request take, from the opening of the connection or from its first byte."""
LARGEST_HEAD = 65_536
"""Bytes."""


class Patience(HttpToolsProtocol):
    """One connection; while no request is under way, what comes is a head."""

    _deadline: asyncio.TimerHandle | None = None
    _head = 0
    _websocket = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is there, and says nothing yet."""
        super().connection_made(transport)
        self._begin()

    def data_received(self, data: bytes) -> None:
        """Take the next bytes; a head that is whole has no deadline any more."""
        super().data_received(data)
        answering = self.cycle is not None and not self.cycle.response_complete
        if answering or self._websocket:
            self._end()
            return
        self._head += len(data)
        if self._head > LARGEST_HEAD:
            self.transport.close()
        elif self._deadline is None:
            self._begin()

    def handle_websocket_upgrade(self) -> None:
        """From now on the connection is a websocket's."""
        self._websocket = True
        super().handle_websocket_upgrade()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._end()
        super().connection_lost(exc)

    def _begin(self) -> None:
        self._deadline = asyncio.get_running_loop().call_later(HEAD_S, self.transport.close)

    def _end(self) -> None:
        self._head = 0
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
