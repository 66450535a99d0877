"""Compresses each library's script once, beside the event loop, and keeps it: Plotly's takes long."""

from __future__ import annotations

import asyncio
import gzip
from collections import OrderedDict
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST = 64
"""So many are kept, twice what the pages load: a path may bear any version, and each would be another one."""
LIBRARIES = "/_dash-component-suites/"
SENT_ANEW = ("content-length", "content-encoding", "vary")


@dataclass(frozen=True, slots=True)
class _Kept:
    headers: list[tuple[bytes, bytes]]
    body: bytes

    @property
    def etag(self) -> str | None:
        return Headers(raw=self.headers).get("etag")


class Packed:
    """Answers for the libraries' scripts from memory after the first time; passes everything else on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GET under the libraries that takes gzip."""
        if not _mine(scope):
            await self._app(scope, receive, send)
            return
        kept = self._kept.get(scope["path"])
        if kept is None:
            start, body = await self._asked(scope, receive)
            if start["status"] != 200:
                await _answer(send, start["status"], start["headers"], body)
                return
            kept = await asyncio.to_thread(_pack, start["headers"], body)
            self._kept[scope["path"]] = kept
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(scope["path"])
        if kept.etag and Headers(scope=scope).get("if-none-match") == kept.etag:
            await _answer(send, 304, [(b"etag", kept.etag.encode())], b"")
        else:
            await _answer(send, 200, kept.headers, kept.body)

    async def _asked(self, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
        """Return the whole answer as it is without compression."""
        start: Message = {}
        parts: list[bytes] = []

        async def take(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            elif message["type"] == "http.response.body":
                parts.append(message.get("body", b""))

        plain = [(n, v) for n, v in scope["headers"] if n not in (b"accept-encoding", b"if-none-match")]
        await self._app({**scope, "headers": plain}, receive, take)
        return start, b"".join(parts)


def _mine(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(LIBRARIES):
        return False
    return "gzip" in Headers(scope=scope).get("accept-encoding", "")


def _pack(headers: list[tuple[bytes, bytes]], body: bytes) -> _Kept:
    packed = gzip.compress(body, mtime=0)
    kept = MutableHeaders(raw=[(n, v) for n, v in headers if n.decode().lower() not in SENT_ANEW])
    kept["content-encoding"] = "gzip"
    kept["content-length"] = str(len(packed))
    kept["vary"] = "Accept-Encoding"
    return _Kept(kept.raw, packed)


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    # A copy: those further out add their headers to the list that they are given.
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})
