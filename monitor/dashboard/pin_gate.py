"""The one way by which a PIN that a request brings is checked: counted by name, browser and address."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.responses import Response

from monitor.config import UserSettings
from monitor.dashboard.known import KnownBrowsers
from monitor.dashboard.people import People
from monitor.dashboard.pins import LockedOut, Pins, WrongPin
from monitor.dashboard.sign_in import SignedIn
from monitor.dashboard.tries import Tries


class PinGate:
    """Strangers are counted by name and by address; a browser that knows the user, by itself alone."""

    def __init__(self, people: People, pins: Pins, tries: Tries, known: KnownBrowsers) -> None:
        self._people = people
        self._pins = pins
        self._tries = tries
        self._known = known

    async def check(
        self, request: HTTPConnection, name: str, pin: str, session: SignedIn | None = None
    ) -> UserSettings:
        """Return the user if the PIN is right; `session` is the one that is open in this browser.

        Raises WrongPin, LockedOut or TooManyTries.
        """
        user = self._people.with_name(name)
        browser = self._known.name_for(request, user)
        if user is not None and session is not None and session.user.name == user.name:
            browser = browser or session.token[:16]
        if browser:
            return await self._pins.check(name, pin, browser)
        with self._tries.one(request) as tried:
            try:
                return await self._pins.check(name, pin)
            except WrongPin:
                tried.wrong = True
                raise
            except LockedOut as locked:
                tried.wrong = locked.guessed
                raise

    def remember(self, request: HTTPConnection, answer: Response, user: UserSettings) -> None:
        """Let the browser know whom it let in."""
        self._known.remember(request, answer, user)
