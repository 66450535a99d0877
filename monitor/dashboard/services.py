"""What pages may ask of the rest of the house; handed to them, so that a page is tested without a store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from monitor.config import Settings
from monitor.config.edit import Opened
from monitor.limits import LimitPreset
from monitor.sandbox.compare import Comparison
from monitor.sessions.actions import Act, Outcome
from monitor.store.desk import AuditEntry, Station
from monitor.store.history import AlarmRecord, Series, SessionHistory, SessionSummary
from monitor.store.snapshot import Snapshot
from monitor.store.walls import WallLink
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


@dataclass(frozen=True, slots=True)
class Person:
    """One user, as the list of users shows them."""

    name: str
    display: str
    role: Role
    fixed: bool
    """Stands in clinic.toml and is changed there."""
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class PortOfHere:
    """One serial port of this computer."""

    port: str
    what: str
    """What is plugged in, in its own words."""
    used_by: str = ""
    """The device of clinic.toml on it; such a port is not listened to."""
    problem: str = ""
    """Why it cannot be opened, and the remedy."""


@dataclass(frozen=True, slots=True)
class Listening:
    """What is known of the port that is listened to, or was last."""

    port: str = ""
    under_way: bool = False
    found: tuple[str, ...] = ()
    """Who speaks there, or why nobody was found."""
    values: tuple[tuple[str, float], ...] = ()
    """What it said last of each metric, and how many seconds ago."""
    entry: str = ""
    """Its [[device]] for clinic.toml."""


class Ports(Protocol):
    """The serial ports of this computer; blocking, any thread may call."""

    def ports(self) -> list[PortOfHere]:
        """Return every port."""
        ...

    def listen(self, port: str) -> str:
        """Begin to listen on a free port, and return why not, or nothing."""
        ...

    def heard(self) -> Listening:
        """Return what is known by now; who does not ask for a while is no longer listened for."""
        ...


class Admin(Protocol):
    """The verbs of administrators; each raises ActRefused for everybody else. They answer in sentences."""

    async def users(self) -> list[Person]:
        """Return everybody, those of clinic.toml first."""
        ...

    async def keep_user(self, name: str, display: str, role: str, pin: str) -> str:
        """Add a user, or change the one with this name."""
        ...

    async def disable(self, name: str, *, disabled: bool) -> str:
        """Let a user in no more, or again."""
        ...

    async def walls(self) -> list[WallLink]:
        """Return all links, the newest first."""
        ...

    async def make_wall(self, name: str, *, labels: bool) -> str:
        """Make a link and return its path."""
        ...

    async def revoke_wall(self, id_: int) -> str:
        """End a link and every display that it opened."""
        ...

    async def stations(self) -> list[Station]:
        """Return the browsers that watch now."""
        ...

    async def audit_trail(self, limit: int = 1000) -> list[AuditEntry]:
        """Return the newest lines of the audit, newest first."""
        ...

    async def try_channel(self, name: str) -> str:
        """Send a message marked TEST and say what became of it."""
        ...

    async def open_config(self) -> Opened:
        """Return clinic.toml without its secrets; raises NotEditable."""
        ...

    async def check_config(self, text: str) -> list[str]:
        """Return every fault that this text would have; raises NotEditable."""
        ...

    async def save_config(self, text: str, began_with: str) -> Opened:
        """Save clinic.toml; raises ConfigError or NotEditable where it stays as it was."""
        ...

    async def ports(self) -> list[PortOfHere]:
        """Return the serial ports of this computer."""
        ...

    async def listen(self, port: str) -> None:
        """Begin to listen on a port that nobody uses."""
        ...

    async def heard(self) -> Listening:
        """Return what was heard on it by now."""
        ...


class Services(Protocol):
    """The queries and the one verb of the dashboard. Blocking parts run in threads; callbacks await."""

    settings: Settings

    @property
    def admin(self) -> Admin:
        """The verbs of administrators."""
        ...

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

    async def act(self, chair: str, session: str | None, act: Act) -> Outcome | None:
        """Put an action on the desk as the current viewer and wait for the turn's answer; None if it is late.

        Raises ActRefused when the viewer may not act (role, idle lock) before anything is written.
        """
        ...
