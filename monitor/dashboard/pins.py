"""PINs: argon2, the same work for a name that does not exist, lock-out after five wrong ones."""

from __future__ import annotations

import asyncio
import hmac

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from monitor.clock import Clock
from monitor.config import UserSettings
from monitor.dashboard.people import People
from monitor.store.desk import Desk

FREE_TRIES = 5
FIRST_LOCKOUT_S = 30.0
LONGEST_LOCKOUT_S = 900.0
STRANGERS = 256
"""Names that do not exist share this many counters, so that guessing names cannot fill the disk; what
was typed is kept nowhere, since it may be a PIN in the wrong field."""


class WrongPin(Exception):
    """The name or the PIN is wrong; which of them is not said."""


class LockedOut(Exception):
    """Too many wrong PINs for this name."""

    guessed = False
    """The PIN was looked at, and was the one wrong PIN too many."""

    MESSAGE = "Too many wrong PINs. Try again in {n} s."

    def __init__(self, wait_s: float) -> None:
        super().__init__(self.MESSAGE.format(n=f"{wait_s:.0f}"))
        self.wait_s = wait_s


def lockout_s(failures: int) -> float:
    """Return how long a name is locked after so many wrong PINs in a row."""
    if failures < FREE_TRIES:
        return 0.0
    return float(min(LONGEST_LOCKOUT_S, FIRST_LOCKOUT_S * 2 ** min(failures - FREE_TRIES, 10)))


class Pins:
    """Checks one PIN at a time, so that guesses sent together are counted one after the other."""

    def __init__(self, people: People, desk: Desk, real: Clock, secret: bytes) -> None:
        self._people = people
        self._desk = desk
        self._real = real
        self._hasher = PasswordHasher()
        self._decoy = next((u.pin_hash for u in people.users()), None) or self._hasher.hash("nobody")
        self._secret = secret
        # Whoever is known here never waits behind a crowd of strangers.
        self._known_one, self._stranger = asyncio.Lock(), asyncio.Lock()

    async def hash(self, pin: str) -> str:
        """Return the hash of a new PIN."""
        return await asyncio.to_thread(self._hasher.hash, pin)

    async def check(self, name: str, pin: str, browser: str = "") -> UserSettings:
        """Return the user if the PIN is right; raise WrongPin or LockedOut, and count, if not.

        `browser` names one where this user is known; its wrong PINs are counted apart.
        """
        async with self._known_one if browser else self._stranger:
            return await asyncio.to_thread(self._check, name.strip().casefold(), pin, browser)

    def _check(self, name: str, pin: str, browser: str) -> UserSettings:
        user = self._people.with_name(name)
        known_as = user.name if user else self._stranger_name(name)
        counter = f"{known_as} at {browser}" if browser else known_as
        failures = self._refuse_if_locked(counter)
        right = self._verify(user.pin_hash if user else self._decoy, pin)
        if user and right:
            if failures:
                self._desk.forget_failed_pins(counter)
            return user
        now_ms = self._real.utc_ms()
        wrong = self._desk.count_failed_pin(counter, now_ms).failures
        wait_s = lockout_s(wrong)
        where = ", where they are known" if browser else ""
        detail = f"{wrong} in a row{where}, locked for {wait_s:.0f} s"
        self._desk.audit(at_ms=now_ms, user=known_as, event="wrong PIN", detail=detail)
        if wait_s:
            locked = LockedOut(wait_s)
            locked.guessed = True
            raise locked
        raise WrongPin("Wrong name or PIN.")

    def _refuse_if_locked(self, counter: str) -> int:
        failures, last_ms = self._desk.failed_pins(counter)
        left_s = lockout_s(failures) - (self._real.utc_ms() - last_ms) / 1000
        if left_s > 0:
            raise LockedOut(min(left_s, LONGEST_LOCKOUT_S))
        return failures

    def _verify(self, pin_hash: str, pin: str) -> bool:
        try:
            return self._hasher.verify(pin_hash, pin)
        except (VerificationError, InvalidHashError):
            return False

    def _stranger_name(self, name: str) -> str:
        # With a secret, so that nobody can tell which names share a counter, and from that which ones exist.
        bucket = hmac.new(self._secret, name.encode(), "sha256").digest()[0] % STRANGERS
        return f"(unknown name {bucket})"
