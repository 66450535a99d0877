"""When to send a device's kept messages again: the oldest first, a few at a time, beside the new ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from devices.gateway.outbox import Kept

BATCH = 100
"""Messages of one device that are under way again at a time."""

FRESH_MS = 5000
"""What is younger was just sent, and its confirmation is on the way."""

PATIENCE_S = (5.0, 30.0)
"""How long to wait for confirmation before the same is sent again: at first, and at the most."""

IDLE_S = 1.0
"""How often a device is looked at of which nothing old waits."""


class Replay:
    """The kept messages of one device."""

    def __init__(self, device: str) -> None:
        self.device = device
        self._batch: set[tuple[str, int]] = set()
        self._due_s = 0.0
        self._patience_s = PATIENCE_S[0]
        self._anew = True
        self.unanswered = 0
        """How often the same was sent without an answer."""

    def connected(self) -> None:
        """Begin again: nobody knows what the broker forgot."""
        self._batch.clear()
        self._due_s, self._patience_s, self._anew = 0.0, PATIENCE_S[0], True

    def confirmed(self, session: str, first: int, last: int) -> None:
        """Take note of what is on the monitor's disk; the next batch follows at once."""
        self._patience_s, self.unanswered = PATIENCE_S[0], 0
        before = len(self._batch)
        self._batch = {(s, n) for s, n in self._batch if s != session or not first <= n <= last}
        if before and not self._batch:
            self._due_s = 0.0

    def due(self, now_s: float, now_ms: int, oldest: Callable[[str, int, int], list[Kept]]) -> Iterable[Kept]:
        """Return what is to be sent again now."""
        if now_s < self._due_s:
            return ()
        if self._batch:
            self._patience_s = min(2 * self._patience_s, PATIENCE_S[1])
            self.unanswered += 1
        until_ms = now_ms if self._anew else now_ms - FRESH_MS
        self._anew = False
        found = oldest(self.device, until_ms, BATCH)
        self._batch = {(kept.session, kept.seq) for kept in found}
        self._due_s = now_s + (self._patience_s if found else IDLE_S)
        return found
