"""Which language a request is answered in, and the dictionary of the live script: `/words.js`."""

from __future__ import annotations

import msgspec
from fastapi import FastAPI, Response
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor import language

COOKIE = "language"
KEPT_S = 400 * 86_400


class Languages:
    """Speaks the language that was chosen in this browser; the clinic's where none was."""

    def __init__(self, app: ASGIApp, *, clinic: str) -> None:
        self._app = app
        self._clinic = clinic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, to be answered in its language."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        chosen = HTTPConnection(scope).cookies.get(COOKIE, "")
        with language.spoken(chosen if chosen in language.LANGUAGES else self._clinic):
            await self._app(scope, receive, send)


def add_route(server: FastAPI) -> None:
    """Serve the dictionary; it is loaded before every other script."""

    @server.get("/words.js")
    async def words() -> Response:
        name = language.current()
        known = {
            "views": {},
            "language": name,
            "languages": dict(language.LANGUAGES),
            "words": language.catalogue(name),
        }
        return Response(
            f"window.chairside = {msgspec.json.encode(known).decode()};\n", media_type="text/javascript"
        )
