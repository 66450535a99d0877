"""One channel: a thread that sends, tries again, and says what became of each message."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from monitor.notify.messages import CALLS
from monitor.notify.outbox import Outcome
from monitor.store.delivery import Delivery, DeliveryRow

log = logging.getLogger(__name__)

BACKOFF_S = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
"""Pauses between tries of one message; the last one repeats."""
GIVE_UP = 5
"""So many tries for a message that nobody need come any more; one that calls is tried while it stands."""
STOP_S = 2.0
"""How long the end waits for a message that is on its way."""

Send = Callable[[str], str | None]
"""Sends one text; returns None once it was taken, else why not."""


@dataclass(slots=True)
class _Waiting:
    row: DeliveryRow
    attempts: int
    due_s: float


class Channel:
    """Sends the messages of one channel, each by its own timetable, so that none holds up another."""

    def __init__(
        self,
        name: str,
        send: Send,
        report: Callable[[Outcome], None],
        real_s: Callable[[], float],
        backoff_s: tuple[float, ...] = BACKOFF_S,
    ) -> None:
        self.name = name
        self._send = send
        self._report = report
        self._real_s = real_s
        self._backoff_s = backoff_s
        self._waiting: dict[str, _Waiting] = {}
        self._under_way: str | None = None
        self._withdrawn = False
        """What is under way need not be tried again."""
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=f"channel {name}", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self) -> None:
        """Send no more; what was not sent stays with the journal."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(STOP_S)

    def put(self, row: DeliveryRow) -> None:
        """Send this one; never waits."""
        with self._changed:
            self._waiting[row.id] = _Waiting(row, row.attempts, self._real_s())
            self._changed.notify()

    def withdraw(self, id_: str) -> None:
        """Do not send this one, unless it is too late for that; answers in any case."""
        with self._changed:
            waiting = self._waiting.pop(id_, None)
            self._withdrawn = self._withdrawn or id_ == self._under_way
        if waiting is not None:
            self._report(Outcome(id_, Delivery.WITHDRAWN, waiting.attempts))

    def _run(self) -> None:
        while (waiting := self._next()) is not None:
            self._try(waiting)

    def _next(self) -> _Waiting | None:
        """The next message that is due, taken out; None at the end."""
        with self._changed:
            while not self._stopping:
                first = min(self._waiting.values(), key=lambda one: one.due_s, default=None)
                if first is None:
                    self._changed.wait()
                    continue
                pause_s = first.due_s - self._real_s()
                if pause_s <= 0:
                    self._under_way, self._withdrawn = first.row.id, False
                    return self._waiting.pop(first.row.id)
                self._changed.wait(pause_s)
            return None

    def _try(self, waiting: _Waiting) -> None:
        row, attempts = waiting.row, waiting.attempts + 1
        error = self._send(row.text)
        with self._changed:
            self._under_way = None
            outcome = self._judge(row, attempts, error)
            if outcome is Delivery.FAILING:
                pause_s = self._backoff_s[min(attempts, len(self._backoff_s)) - 1]
                self._waiting[row.id] = _Waiting(row, attempts, self._real_s() + pause_s)
        if error is not None:
            log.warning("channel %s, try %d: %s", self.name, attempts, error)
        self._report(Outcome(row.id, outcome, attempts, error or ""))

    def _judge(self, row: DeliveryRow, attempts: int, error: str | None) -> Delivery:
        if error is None:
            return Delivery.SENT
        if self._withdrawn:
            return Delivery.WITHDRAWN
        return Delivery.FAILED if row.what not in CALLS and attempts >= GIVE_UP else Delivery.FAILING
