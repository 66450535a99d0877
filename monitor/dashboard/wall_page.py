"""Wall displays: a link opens one without a PIN, to look on only, until an administrator revokes it."""

from __future__ import annotations

import asyncio
import secrets
from html import escape

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from monitor import language
from monitor.clock import Clock
from monitor.dashboard.audit import Audit
from monitor.dashboard.origin import CSRF_COOKIE
from monitor.dashboard.people import WALL, People
from monitor.dashboard.sign_in import COOKIE, SignedIn, SignIns, digest
from monitor.dashboard.tries import TooManyTries, Tries
from monitor.language import t
from monitor.store.desk import Desk
from monitor.store.walls import WallLinks

LINK_COOKIE = "wall"
HAND_ON_S = 60
"""The secret leaves the address at once; for so long a cookie carries it to where it is exchanged."""
KEPT_S = 400 * 86_400
"""A display that restarts is still signed in; 400 days is the most that browsers allow."""
PAGE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
{head}
<title>{title}</title>
<style>
body {{ padding: 10vh 8vw; background: #0a0d12; color: #e8edf3; font: 500 22px/1.5 system-ui, sans-serif; }}
</style>
</head>
<body><main><h1>{title}</h1><p>{text}</p></main></body>
</html>
"""
ON_TO_WALL = '<meta http-equiv="refresh" content="0; url=/wall">'
REVOKED = "This link opens nothing: it was revoked, or is not whole. An administrator can make a new one."
SIGNED_IN = "{who} is signed in here. Sign out first, then open the link again."


class WallDoor:
    """The routes `/wall/{secret}`, which takes the secret out of the address, and `/wall`, which opens."""

    def __init__(
        self,
        desk: Desk,
        people: People,
        sign_ins: SignIns,
        audit: Audit,
        tries: Tries,
        real: Clock,
        *,
        secure: bool,
    ) -> None:
        self._links = WallLinks(desk)
        self._people = people
        self._sign_ins = sign_ins
        self._audit = audit
        self._tries = tries
        self._real = real
        self._secure = secure

    def add_routes(self, server: FastAPI) -> None:
        """Serve both routes to anybody."""
        server.add_api_route("/wall/{secret}", self.take, methods=["GET"])
        server.add_api_route("/wall", self.open, methods=["GET"])

    async def take(self, secret: str) -> Response:
        """Hand the secret on in a cookie, to `/wall`, which the page that this answers asks for.

        A link followed from elsewhere comes without our strict cookies; who is signed in here is known there.
        """
        answer = _page(t("Opening the wall display …"), head=ON_TO_WALL)
        answer.set_cookie(
            LINK_COOKIE,
            secret[:200],
            max_age=HAND_ON_S,
            path="/wall",
            httponly=True,
            samesite="strict",
            secure=self._secure,
        )
        return answer

    async def open(self, request: Request) -> Response:
        """Exchange the secret for the session of a display."""
        signed_in: SignedIn | None = request.state.signed_in
        secret = request.cookies.get(LINK_COOKIE)
        if not secret:
            return _page(t(REVOKED), 404)
        try:
            with self._tries.one(request) as tried:
                link = await asyncio.to_thread(self._links.opened_by, digest(secret))
                tried.wrong = link is None
        except TooManyTries as refused:
            return _page(t(refused.MESSAGE, n=f"{refused.wait_s:.0f}"), 429)
        if link is None:
            return _page(t(REVOKED), 404)
        name = WALL.format(link.id)
        if signed_in and signed_in.user.name != name:
            who = escape(signed_in.user.display)
            return _page(t(SIGNED_IN, who=who), 409)
        answer = RedirectResponse("/", 303)
        answer.delete_cookie(LINK_COOKIE, path="/wall")
        holder = self._people.holder(name)
        if signed_in or holder is None:
            return answer
        cookie = await self._sign_ins.open(holder)
        await asyncio.to_thread(self._links.use, link.id, self._real.utc_ms())
        self._audit.note(name, "signed in", f"wall display {link.name}")
        answer.set_cookie(
            COOKIE, cookie, max_age=KEPT_S, httponly=True, samesite="strict", secure=self._secure
        )
        token = request.cookies.get(CSRF_COOKIE) or secrets.token_urlsafe(24)
        answer.set_cookie(CSRF_COOKIE, token, max_age=KEPT_S, samesite="strict", secure=self._secure)
        return answer


def _page(text: str, status: int = 200, head: str = "") -> HTMLResponse:
    # The text is ours or escaped; a name in it was.
    return HTMLResponse(
        PAGE.format(head=head, text=text, lang=language.current(), title=t("Wall display")), status
    )
