"""Notifier: hands what is committed to the channels, and what became of it back to the turns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from queue import Empty, SimpleQueue

from monitor.config import ChannelSettings
from monitor.notify.apprise_url import AppriseSender
from monitor.notify.channel import BACKOFF_S, Channel
from monitor.notify.outbox import PENDING, Outcome
from monitor.store.delivery import Delivery, DeliveryRow
from monitor.store.rows import TurnRecord


class Notifier:
    """Owns a thread a channel. `committed` and `outcomes` are called by the turns and never wait."""

    def __init__(
        self,
        channels: Iterable[ChannelSettings],
        unsettled: Iterable[DeliveryRow],
        real_s: Callable[[], float],
        backoff_s: tuple[float, ...] = BACKOFF_S,
    ) -> None:
        self._outcomes: SimpleQueue[Outcome] = SimpleQueue()
        self._channels = {
            channel.name: Channel(channel.name, AppriseSender(channel), self._outcomes.put, real_s, backoff_s)
            for channel in channels
        }
        self._started = False
        for row in unsettled:
            if row.outcome in PENDING and row.channel in self._channels:
                self._channels[row.channel].put(row)

    def committed(self, record: TurnRecord) -> None:
        """Send what a turn decided, now that the disk has it.

        Nothing is sent before the first turn: it withdraws what is not needed any more after a restart.
        """
        for row in record.rows.deliveries:
            if row.channel not in self._channels:
                continue
            if row.outcome == Delivery.QUEUED:
                self._channels[row.channel].put(row)
            elif row.outcome == Delivery.WITHDRAWN:
                self._channels[row.channel].withdraw(row.id)
        if not self._started:
            self._started = True
            for channel in self._channels.values():
                channel.start()

    def outcomes(self) -> Sequence[Outcome]:
        """What became of messages since the last call."""
        found: list[Outcome] = []
        try:
            while True:
                found.append(self._outcomes.get_nowait())
        except Empty:
            return found

    def stop(self) -> None:
        """End the threads; what was not sent is sent after the next start."""
        for channel in self._channels.values():
            channel.stop()
