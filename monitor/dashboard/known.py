"""Browsers in which somebody signed in before: their wrong PINs are counted apart from those of strangers.

So whoever guesses at a name locks out other strangers, and nobody at a station where that name is at home.
"""

from __future__ import annotations

import hmac
import secrets

from itsdangerous import BadSignature, Signer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from monitor.config import UserSettings

COOKIE = "known"
KEPT_S = 400 * 86_400
"""The most that browsers allow."""
MOST = 24
"""So many people one browser knows; who signed in longest ago is forgotten first."""


class KnownBrowsers:
    """The cookie holds a signed random name of the browser and a mark for each of its people, no names."""

    def __init__(self, secret: bytes, *, secure: bool) -> None:
        self._secret = secret
        self._signer = Signer(secret, salt="chairside.known")
        self._secure = secure

    def name_for(self, connection: HTTPConnection, user: UserSettings | None) -> str:
        """Return what this browser is called where the user signed in on it before; empty where not."""
        browser, marks = self._read(connection)
        return browser if user is not None and self._mark(browser, user) in marks else ""

    def remember(self, connection: HTTPConnection, answer: Response, user: UserSettings) -> None:
        """Make the browser that gets this answer one that knows the user."""
        browser, marks = self._read(connection)
        browser = browser or secrets.token_hex(8)
        mark = self._mark(browser, user)
        kept = [mark, *(other for other in marks if other != mark)][:MOST]
        value = self._signer.sign(".".join((browser, *kept))).decode()
        answer.set_cookie(
            COOKIE, value, max_age=KEPT_S, httponly=True, samesite="strict", secure=self._secure
        )

    def _read(self, connection: HTTPConnection) -> tuple[str, list[str]]:
        try:
            value = self._signer.unsign(connection.cookies.get(COOKIE, "")).decode()
        except (BadSignature, UnicodeDecodeError):
            return "", []
        browser, *marks = value.split(".")
        return browser, marks

    def _mark(self, browser: str, user: UserSettings) -> str:
        return hmac.new(self._secret, f"{browser}\0{user.name}".encode(), "sha256").hexdigest()[:24]
