"""Stations: the browsers that watch, and which of them can sound an alarm."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

import msgspec

from monitor.clock import Clock
from monitor.dashboard.frame import StationCount
from monitor.store.desk import Desk
from monitor.store.faults import StoreFault

Text = Annotated[str, msgspec.Meta(max_length=200)]

log = logging.getLogger(__name__)


class StationReport(msgspec.Struct, frozen=True):
    """What a browser says of itself when it connects, and whenever that changes."""

    station: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    sound: Literal["armed", "high_only", "unheard", "off", "blocked"]
    """Only *armed* counts as a station that can sound: *high_only* stands in a treatment room, and of
    *unheard* somebody said that its test was not heard."""
    page: Text = "/"


decode_report = msgspec.json.Decoder(StationReport).decode


class Watcher:
    """One open `/live` websocket."""

    def __init__(self, token: str, user: str) -> None:
        self.token = token
        self.user = user
        self.report: StationReport | None = None


class Stations:
    """Knows the watchers of this moment; the desk is told, so that the monitor knows them too."""

    def __init__(self, desk: Desk, real: Clock) -> None:
        self._desk = desk
        self._real = real
        self._watchers: list[Watcher] = []
        self._known: dict[str, str] = {}
        self.count = StationCount()

    @contextmanager
    def watching(self, token: str, user: str) -> Iterator[Watcher]:
        """Count a websocket in while it is open."""
        watcher = Watcher(token, user)
        self._watchers.append(watcher)
        try:
            yield watcher
        finally:
            self._watchers.remove(watcher)
            self._recount()

    async def take(self, watcher: Watcher, report: StationReport) -> None:
        """Take note of what a browser says of itself."""
        if report == watcher.report:
            return
        watcher.report = report
        self._known[watcher.token] = report.station
        self._recount()
        await self._tell(watcher, report)

    def station_of(self, token: str) -> str:
        """Return the station that last watched with this sign-in session, empty if none did."""
        return self._known.get(token, "")

    async def refresh(self) -> None:
        """Tell the desk that the present stations are still there."""
        for watcher in list(self._watchers):
            if watcher.report:
                await self._tell(watcher, watcher.report)

    async def _tell(self, watcher: Watcher, report: StationReport) -> None:
        """Write it on the desk; a desk that cannot be written never costs a screen its numbers."""
        try:
            await asyncio.to_thread(
                self._desk.see_station,
                report.station,
                user=watcher.user,
                sound=report.sound,
                page=report.page,
                at_ms=self._real.utc_ms(),
            )
        except StoreFault as fault:
            log.warning("station %s could not be noted: %s", report.station, fault)

    def _recount(self) -> None:
        reports = [watcher.report for watcher in self._watchers if watcher.report]
        armed = {report.station for report in reports if report.sound == "armed"}
        self.count = StationCount(watching=len({report.station for report in reports}), sound=len(armed))
