"""Which language and time zone a request is answered in, and the words of the live script: `/words.js`."""

from __future__ import annotations

import msgspec
from fastapi import FastAPI, Response
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor import language
from monitor.dashboard.views import retold, said
from monitor.local_time import kept_in, machine_zone

SAID = {
    "templates": said.LIVE,
    "patterns": retold.PATTERNS,
    "verbatim": sorted(retold.VERBATIM),
}
"""What the live script retells."""
COOKIE = "language"
KEPT_S = 400 * 86_400


class Languages:
    """Speaks the language that was chosen in this browser, else the clinic's; in the clinic's time."""

    def __init__(self, app: ASGIApp, *, clinic: str, zone: str | None) -> None:
        self._app = app
        self._clinic = clinic
        self._zone = zone

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, to be answered in its language."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        chosen = HTTPConnection(scope).cookies.get(COOKIE, "")
        spoken = chosen if chosen in language.LANGUAGES else self._clinic
        with language.spoken(spoken), kept_in(self._zone):
            await self._app(scope, receive, send)


def add_route(server: FastAPI, zone: str | None) -> None:
    """Serve the dictionary, and the clinic's time zone; it is loaded before every other script."""

    @server.get("/words.js")
    async def words() -> Response:
        name = language.current()
        known = {
            "views": {},
            "language": name,
            "zone": zone or machine_zone(),
            "languages": dict(language.LANGUAGES),
            "words": language.catalogue(name),
            "said": {} if name == language.SOURCE else SAID,
        }
        return Response(
            f"window.chairside = {msgspec.json.encode(known).decode()};\n", media_type="text/javascript"
        )
