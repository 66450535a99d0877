"""Who may sign in: the users of clinic.toml, those that administrators made, and wall displays by link."""

from __future__ import annotations

from monitor.config import Settings, UserSettings
from monitor.store.desk import Desk
from monitor.store.walls import WallLinks
from monitor.terms import Role

WALL = "(wall {})"
"""Names a display that a link opened; no user can be called so."""


class People:
    """Knows everybody of this moment; changes of an administrator hold at once."""

    def __init__(self, settings: Settings, desk: Desk) -> None:
        self._desk = desk
        self._walls = WallLinks(desk)
        self.fixed = {user.name: user for user in settings.users}
        self.refresh()

    def refresh(self) -> None:
        """Read anew what administrators made."""
        self.staff = {member.name: member for member in self._desk.staff() if member.name not in self.fixed}
        enabled = [member for member in self.staff.values() if not member.disabled]
        made = [UserSettings(m.name, m.display, m.role, m.pin_hash) for m in enabled]
        self._users = self.fixed | {user.name: user for user in made}
        self._by_name = {name.casefold(): user for name, user in self._users.items()}
        links = [link for link in self._walls.all() if link.revoked_ms is None]
        self._links = {WALL.format(link.id): link for link in links}

    def users(self) -> list[UserSettings]:
        """Return everybody with a PIN who may sign in, those of clinic.toml first."""
        return list(self._users.values())

    def with_name(self, typed: str) -> UserSettings | None:
        """Return the user with a PIN who goes by this name, in upper or lower case."""
        return self._by_name.get(typed.strip().casefold())

    def holder(self, name: str) -> UserSettings | None:
        """Return whose sign-in session this is: a user, or a display that a link opened."""
        link = self._links.get(name)
        if link is not None:
            return UserSettings(name, link.name, Role.WALL, "")
        return self._users.get(name)

    def sees_labels(self, name: str) -> bool:
        """Return whether patient labels may be shown to whom a session belongs."""
        link = self._links.get(name)
        return link is None or link.labels

    def nurses(self) -> list[str]:
        """Return the nurses of the clinic, as screens show their names."""
        return [user.display for user in self._users.values() if user.role is Role.NURSE]
