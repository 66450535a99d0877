"""Sign-in sessions: a signed cookie holds a random id, the desk knows whose it is and can revoke it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from itsdangerous import BadSignature, Signer

from monitor.clock import Clock
from monitor.config import Settings, UserSettings
from monitor.dashboard.people import People
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
    opened_ms: int
    active_ms: int
    """When its user last proved to be there: signed in, unlocked or acted; real UTC."""


class SignIns:
    """Knows every open session; the desk keeps them over a restart."""

    def __init__(self, settings: Settings, desk: Desk, people: People, real: Clock) -> None:
        self._desk = desk
        self._people = people
        self._real = real
        self._idle_ms = settings.server.idle_lock_min * 60_000
        self._longest_ms = settings.server.session_max_hours * 3_600_000
        self._secret = secret_of(settings.store / SECRET_FILE)
        self._signer = Signer(self._secret, salt="chairside.session")
        self._open: dict[str, SignedIn] = {}
        self._ended: set[str] = set()
        """Over here; the desk may not say so yet."""

    async def open(self, user: UserSettings) -> str:
        """Begin a session and return the value of its cookie."""
        chance = secrets.token_urlsafe(32)
        cookie = f"{chance}.{self._mark(chance, user)}"
        now_ms = self._real.utc_ms()
        session = SignedIn(digest(cookie), user, now_ms, now_ms)
        await asyncio.to_thread(self._desk.sign_in, session.token, user.name, session.active_ms)
        self._open[session.token] = session
        return self._signer.sign(cookie).decode()

    def find(self, cookie: str | None) -> SignedIn | None:
        """Return the open session of a cookie; None if it is not one of ours, was ended or is too old."""
        if cookie is None:
            return None
        try:
            value = self._signer.unsign(cookie).decode()
        except (BadSignature, UnicodeDecodeError):
            return None
        token = digest(value)
        if token not in self._open and token not in self._ended and (known := self._recall(token, value)):
            self._open[token] = known
        session = self._open.get(token)
        return self._as_it_holds(session) if session else None

    def _recall(self, token: str, value: str) -> SignedIn | None:
        """Look up a session that was opened before the dashboard last started."""
        row = self._desk.signed_in(token)
        holder = self._people.holder(row.user) if row and row.revoked_ms is None else None
        if row is None or holder is None:
            return None
        chance, _, mark = value.partition(".")
        if not hmac.compare_digest(mark.encode(), self._mark(chance, holder).encode()):
            return None
        return SignedIn(token, holder, row.created_ms, row.seen_ms)

    def _mark(self, chance: str, user: UserSettings) -> str:
        """Bind a session to the PIN and the role that opened it: with another one the cookie is nobody's."""
        bound = "\0".join((chance, user.name, *_proof(user)))
        return hmac.new(self._secret, bound.encode(), "sha256").hexdigest()[:32]

    def _as_it_holds(self, session: SignedIn) -> SignedIn | None:
        """Return a session as of now; None where its user, PIN or role is another one, or the time is up."""
        holder = self._people.holder(session.user.name)
        if holder is None or _proof(holder) != _proof(session.user):
            return None
        now = session if holder == session.user else replace(session, user=holder)
        ends_ms = self.ends_ms(now)
        return now if ends_ms is None or self._real.utc_ms() < ends_ms else None

    def ends_ms(self, session: SignedIn) -> int | None:
        """Return when a session ends by itself, real UTC; None for a wall display, which must not go dark."""
        if session.user.role is Role.WALL:
            return None
        return session.opened_ms + round(self._longest_ms)

    def left_s(self, session: SignedIn) -> float | None:
        """Return how long it lasts from now; None for a wall display."""
        ends_ms = self.ends_ms(session)
        return None if ends_ms is None else (ends_ms - self._real.utc_ms()) / 1000

    def end_what_is_over(self) -> list[SignedIn]:
        """End the sessions that hold no more, and return them; `settle` tells the desk."""
        over = [session for session in self._open.values() if self._as_it_holds(session) is None]
        for session in over:
            self._end(session.token)
        return over

    async def settle(self, user: str | None = None) -> None:
        """Write on the desk what ended here, and every session of `user`, also from before the last start."""
        for token in list(self._ended):
            await asyncio.to_thread(self._desk.revoke, token, self._real.utc_ms())
            self._ended.discard(token)
        if user is not None:
            await asyncio.to_thread(self._desk.revoke_user, user, self._real.utc_ms())

    async def touch(self, token: str) -> None:
        """The user of this session proved to be there: start the idle time anew."""
        session = self._open.get(token)
        if session is None:
            return
        self._open[token] = replace(session, active_ms=self._real.utc_ms())
        await asyncio.to_thread(self._desk.touch, token, self._open[token].active_ms)

    async def close(self, token: str) -> None:
        """End a session for good: here at once, whatever becomes of the desk."""
        self._end(token)
        await self.settle()

    def _end(self, token: str) -> None:
        self._open.pop(token, None)
        self._ended.add(token)

    def viewer(self, session: SignedIn, station: str = "") -> Viewer:
        """Return who this session belongs to, and whether acting needs the PIN again."""
        idle_ms = self._real.utc_ms() - session.active_ms
        locked = session.user.role is not Role.WALL and idle_ms > self._idle_ms
        user = session.user
        labels = self._people.sees_labels(user.name)
        return Viewer(user.name, user.display, user.role, locked=locked, station=station, labels=labels)


def digest(value: str) -> str:
    """Return what the desk may know of a secret that opens a door."""
    return hashlib.sha256(value.encode()).hexdigest()


def _proof(user: UserSettings) -> tuple[str, str]:
    """What a session stands on."""
    return user.role, user.pin_hash


def secret_of(path: Path) -> bytes:
    """Return the signing secret, made when there is none; readable by its owner only."""
    if path.exists() and len(known := path.read_bytes()) == SECRET_BYTES:
        return known
    fresh = secrets.token_bytes(SECRET_BYTES)
    path.touch(0o600)
    path.write_bytes(fresh)
    return fresh
