"""The watch: one task that sees a new turn, reads it once and hands every screen one frame."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from monitor.clock import Clock
from monitor.dashboard import frame
from monitor.dashboard.frame import StationCount
from monitor.dashboard.health import Pulse
from monitor.dashboard.hub import Hub
from monitor.store.faults import StoreFault
from monitor.store.queries import JournalReader
from monitor.store.snapshot import Snapshot

LOOK_S = 0.04
"""How often the journal is asked whether it changed, where no bell tells."""
LISTEN_S = 0.1
"""The same where a bell tells."""
PACE_S = 0.25
"""Least time between two frames, unless an alarm changed."""
HOLD_S = 0.35
"""What came too soon after a frame leaves with the next turn, or alone after this long."""
HEARTBEAT_S = 0.9
"""A frame leaves at least this often while turns come, so that the browser's watchdog stays content."""

log = logging.getLogger(__name__)


class Watch:
    """Follows the journal; knows the newest snapshot, tells listeners of it, paces the frames."""

    def __init__(
        self, reader: JournalReader, hub: Hub, stations: Callable[[], StationCount], real: Clock
    ) -> None:
        self._reader = reader
        self._hub = hub
        self._stations = stations
        self._real = real
        self._version: int | None = None
        self._weighed: tuple[int, StationCount] | None = None
        self._alarms: frozenset[object] = frozenset()
        self._shown_alarms: frozenset[object] = frozenset()
        self._sent_s = 0.0
        self.snapshot = reader.snapshot()
        self.pulse = Pulse(self.snapshot.turn if self.snapshot else None, real.mono_s())
        self.listeners: list[Callable[[Snapshot], None]] = []
        """Called with every new snapshot, in the event loop; must not block."""

    async def run(self) -> None:
        """Look until cancelled; a journal that cannot be read stops the frames, and is tried again."""
        failing = False
        with self._bell() as (rung, look_s):
            while True:
                rung.clear()
                try:
                    self.look()
                except StoreFault as fault:
                    log.log(logging.DEBUG if failing else logging.WARNING, "%s", fault)
                    failing = True
                else:
                    if failing:
                        log.info("the journal can be read again")
                    failing = False
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(look_s):
                        await rung.wait()

    @contextmanager
    def _bell(self) -> Iterator[tuple[asyncio.Event, float]]:
        """An event that is set when the monitor has committed a turn, and how long to wait for it."""
        rung, bell, loop = asyncio.Event(), self._reader.bell(), asyncio.get_running_loop()
        if bell is None:
            yield rung, LOOK_S
            return

        def hear() -> None:
            bell.hush()
            rung.set()

        loop.add_reader(bell, hear)
        try:
            yield rung, LISTEN_S
        finally:
            loop.remove_reader(bell)
            bell.close()

    def look(self) -> None:
        """Take a new turn if there is one, and publish a frame if one is due."""
        version = self._reader.data_version()
        fresh = version != self._version
        if fresh:
            self._version = version
            self._take(self._reader.snapshot())
        self._publish_if_due(PACE_S if fresh else HOLD_S)

    def _take(self, snapshot: Snapshot | None) -> None:
        if snapshot is None:
            return
        self.pulse.beat(snapshot.turn, self._real.mono_s())
        if snapshot == self.snapshot:
            return
        self.snapshot = snapshot
        self._alarms = frame.alarm_key(snapshot)
        for listener in self.listeners:
            listener(snapshot)

    def _publish_if_due(self, pace_s: float) -> None:
        if self.snapshot is None or not self.pulse.alive:
            return
        since_s = self._real.mono_s() - self._sent_s
        if since_s < pace_s and self._alarms == self._shown_alarms:
            return
        stations = self._stations()
        if self._weighed == (self.snapshot.turn, stations):
            return
        self._weighed = (self.snapshot.turn, stations)
        before = self._hub.latest.picture if self._hub.latest else None
        now = frame.picture(self.snapshot, stations, before)
        change = frame.delta(before, now) if before else None
        if change is not None and frame.is_heartbeat(change) and since_s < HEARTBEAT_S:
            return
        self._hub.publish(now, change)
        self._sent_s = self._real.mono_s()
        self._shown_alarms = self._alarms
