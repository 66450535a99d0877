"""What pages may ask for, answered by the real store: the Services of a running dashboard."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from monitor.config import Settings
from monitor.dashboard.acts import Acts
from monitor.dashboard.administration import Administration
from monitor.dashboard.services import ActRefused, Viewer
from monitor.dashboard.viewer import present
from monitor.dashboard.watch import Watch
from monitor.language import t
from monitor.limits import LimitPreset
from monitor.sandbox.compare import Comparison
from monitor.sandbox.run import comparisons, presets_of_chairs
from monitor.sessions.actions import Act, Outcome
from monitor.store.history import AlarmRecord, Series, SessionHistory, SessionSummary
from monitor.store.queries import JournalReader
from monitor.store.snapshot import Snapshot, without_labels
from monitor.terms import Role


class StoreServices:
    """Reads through `histories` in threads; acts through the desk."""

    def __init__(
        self,
        settings: Settings,
        watch: Watch,
        histories: JournalReader,
        acts: Acts,
        admin: Administration,
    ) -> None:
        self.settings = settings
        self.admin = admin
        self._watch = watch
        self._histories = histories
        self._acts = acts
        self._judging = asyncio.Lock()

    def viewer(self) -> Viewer:
        """Return who makes the current request."""
        return present().viewer

    def snapshot(self) -> Snapshot | None:
        """Return the newest snapshot the dashboard has seen; without labels for whom they are not meant."""
        snapshot = self._watch.snapshot
        return snapshot if snapshot is None or self.viewer().labels else without_labels(snapshot)

    async def history(self, session: str, *, samples: int = 1200) -> SessionHistory | None:
        """Return one visit, thinned."""
        if not self.viewer().labels:
            return None
        return await asyncio.to_thread(self._histories.history, session, samples)

    async def sessions(
        self, chair: str | None = None, limit: int = 50, series: str | None = None
    ) -> list[SessionSummary]:
        """Return the newest visits."""
        if not self.viewer().labels:
            return []
        return await asyncio.to_thread(self._histories.sessions, chair, limit, series)

    async def series(self, session: str) -> Series | None:
        """Return the series of a visit."""
        if not self.viewer().labels:
            return None
        return await asyncio.to_thread(self._histories.series, session)

    async def alarm_history(self, limit: int = 200) -> list[AlarmRecord]:
        """Return the newest alarm transitions."""
        return await asyncio.to_thread(self._histories.alarm_history, limit)

    async def sandbox(self, presets: Mapping[str, LimitPreset], visits: int) -> list[Comparison]:
        """Judge the newest visits under both limits, one question after the other."""
        if self.viewer().role is not Role.ADMIN:
            raise ActRefused(t("Only administrators try limits."))
        chairs = presets_of_chairs(self.settings)
        newest = [visit.id for visit in await self.sessions(limit=visits)]

        def judge() -> list[Comparison]:
            return list(comparisons(self._histories, newest, chairs, self.settings.presets, presets))

        async with self._judging:
            return await asyncio.to_thread(judge)

    async def act(self, chair: str, session: str | None, act: Act) -> Outcome | None:
        """Put an action on the desk as the current viewer and wait for the turn's answer."""
        return await self._acts.submit(chair, session, act)
