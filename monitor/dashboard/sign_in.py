"""Sign-in sessions: a signed cookie holds a random id, the desk knows whose it is and can revoke it."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from itsdangerous import BadSignature, Signer

from monitor.clock import Clock
from monitor.config import Settings, UserSettings
from monitor.dashboard.services import Viewer
from monitor.store.desk import Desk
from monitor.terms import Role

COOKIE = "session"
SECRET_FILE = "session.secret"
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One open sign-in session."""

    token: str
    """As the desk knows it: a digest, so that a copy of the desk opens no door."""
    user: UserSettings
    active_ms: int
    """When its user last proved to be there: signed in, unlocked or acted; real UTC."""


class SignIns:
    """Knows every open session; the desk keeps them over a restart."""

    def __init__(self, settings: Settings, desk: Desk, real: Clock) -> None:
        self._desk = desk
        self._real = real
        self._idle_ms = settings.server.idle_lock_min * 60_000
        self._signer = Signer(_secret(settings.store / SECRET_FILE), salt="chairside.session")
        self._users = {user.name: user for user in settings.users}
        self._open: dict[str, SignedIn] = {}

    async def open(self, user: UserSettings) -> str:
        """Begin a session and return the value of its cookie."""
        cookie = secrets.token_urlsafe(32)
        session = SignedIn(_digest(cookie), user, self._real.utc_ms())
        await asyncio.to_thread(self._desk.sign_in, session.token, user.name, session.active_ms)
        self._open[session.token] = session
        return self._signer.sign(cookie).decode()

    def find(self, cookie: str | None) -> SignedIn | None:
        """Return the open session of a cookie, None if it is not one of ours or was ended."""
        if cookie is None:
            return None
        try:
            value = self._signer.unsign(cookie).decode()
        except (BadSignature, UnicodeDecodeError):
            return None
        token = _digest(value)
        if token not in self._open and (known := self._recall(token)):
            self._open[token] = known
        return self._open.get(token)

    def _recall(self, token: str) -> SignedIn | None:
        """Look up a session that was opened before the dashboard last started."""
        row = self._desk.signed_in(token)
        if row is None or row.revoked_ms is not None or row.user not in self._users:
            return None
        return SignedIn(token, self._users[row.user], row.seen_ms)

    async def touch(self, token: str) -> None:
        """The user of this session proved to be there: start the idle time anew."""
        session = self._open.get(token)
        if session is None:
            return
        self._open[token] = replace(session, active_ms=self._real.utc_ms())
        await asyncio.to_thread(self._desk.touch, token, self._open[token].active_ms)

    async def close(self, token: str) -> None:
        """End a session for good."""
        self._open.pop(token, None)
        await asyncio.to_thread(self._desk.revoke, token, self._real.utc_ms())

    def viewer(self, session: SignedIn, station: str = "") -> Viewer:
        """Return who this session belongs to, and whether acting needs the PIN again."""
        idle_ms = self._real.utc_ms() - session.active_ms
        locked = session.user.role is not Role.WALL and idle_ms > self._idle_ms
        user = session.user
        return Viewer(user.name, user.display, user.role, locked=locked, station=station)


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def _secret(path: Path) -> bytes:
    """Return the signing secret, made when there is none; readable by its owner only."""
    if path.exists() and len(known := path.read_bytes()) == SECRET_BYTES:
        return known
    fresh = secrets.token_bytes(SECRET_BYTES)
    path.touch(0o600)
    path.write_bytes(fresh)
    return fresh
