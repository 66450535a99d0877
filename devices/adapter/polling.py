"""Asks a polled device, one request at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

ROUND_S = 1.0
"""Real seconds from one round of requests to the next. Source: what fielded DINAMAP drivers do."""

REPLY_TIMEOUT_S = 3.0
"""Real seconds to wait for a reply before the next request. Source: as above."""


class Poller:
    """Sends rounds of requests; the line is half duplex, so each waits for the reply to the one before."""

    def __init__(self, requests: Sequence[bytes], write: Callable[[bytes], None]) -> None:
        self._round = tuple(requests)
        self._write = write
        self._left: deque[bytes] = deque()
        self._sent_s: float | None = None
        """When the request was sent that waits for its reply; None when none does."""
        self._next_round_s: float | None = None

    def urge(self, request: bytes) -> None:
        """Send this request before all others, as soon as the line is free."""
        self._left.appendleft(request)

    def tick(self, now_s: float) -> None:
        """Send what is due."""
        if self._sent_s is not None:
            if now_s - self._sent_s < REPLY_TIMEOUT_S:
                return
            self._sent_s = None
        if not self._left and (self._next_round_s is None or now_s >= self._next_round_s):
            self._left.extend(self._round)
            on_time_s = now_s if self._next_round_s is None else self._next_round_s
            self._next_round_s = max(on_time_s + ROUND_S, now_s)
        self._send_next(now_s)

    def replied(self, now_s: float) -> None:
        """Take note of a reply; what is left of the round follows at once."""
        self._sent_s = None
        self._send_next(now_s)

    def _send_next(self, now_s: float) -> None:
        if self._left:
            self._sent_s = now_s
            self._write(self._left.popleft())
