"""What pages may ask of the rest of the house; handed to them, so that a page is tested without a store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from monitor.config import Settings
from monitor.limits import LimitPreset
from monitor.sandbox.compare import Comparison
from monitor.sessions.actions import Act, Outcome
from monitor.store.history import AlarmRecord, Series, SessionHistory, SessionSummary
from monitor.store.snapshot import Snapshot
from monitor.terms import Role


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking: taken from the session of the request, on the server, every time."""

    user: str
    display: str
    role: Role
    locked: bool
    """Idle too long: may look, may not act until the PIN is given again."""
    station: str = ""
    labels: bool = True
    """Whether patient labels, and with them visits, may be shown."""


class ActRefused(Exception):
    """The action was refused; `str()` is a sentence for staff."""


class Services(Protocol):
    """The queries and the one verb of the dashboard. Blocking parts run in threads; callbacks await."""

    settings: Settings

    def viewer(self) -> Viewer:
        """Return who makes the current request (from a context variable that the guard sets)."""
        ...

    def snapshot(self) -> Snapshot | None:
        """Return the newest snapshot the dashboard has seen; None before the first turn."""
        ...

    async def history(self, session: str, *, samples: int = 1200) -> SessionHistory | None:
        """Return one visit, its numbers thinned to about `samples` points that keep extremes and gaps."""
        ...

    async def sessions(
        self, chair: str | None = None, limit: int = 50, series: str | None = None
    ) -> list[SessionSummary]:
        """Return the newest visits, of one chair or of all, of one series or of all."""
        ...

    async def series(self, session: str) -> Series | None:
        """Return the place of a visit in its series and the infusions before it; None where it has none."""
        ...

    async def alarm_history(self, limit: int = 200) -> list[AlarmRecord]:
        """Return the newest alarm transitions of the clinic, newest first."""
        ...

    async def sandbox(self, presets: Mapping[str, LimitPreset], visits: int) -> list[Comparison]:
        """Judge the newest visits under the limits in force and under these presets, newest first."""
        ...

    async def act(self, chair: str, session: str | None, act: Act) -> Outcome:
        """Put an action on the desk as the current viewer and wait (2 s) for the turn's answer.

        Raises ActRefused when the viewer may not act (role, idle lock) before anything is written; an
        answer that does not come in time is an Outcome with `accepted` false that says it is pending.
        """
        ...
