"""The guard: pure ASGI in front of every page, route and websocket; who is not allowed goes no further."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import URL
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.clock import Clock
from monitor.dashboard.origin import CSRF_HEADER, csrf_matches, is_local, same_origin
from monitor.dashboard.pace import Pace
from monitor.dashboard.rules import Rule, rule_of
from monitor.dashboard.services import Viewer
from monitor.dashboard.sign_in import COOKIE, SignedIn, SignIns
from monitor.dashboard.sockets import Sockets
from monitor.dashboard.viewer import Present, current
from monitor.language import t

LOCAL_ONLY = "This clinic is served to localhost only, until TLS or a proxy is configured."
SIGN_IN = "Sign in first."
FOREIGN = "Refused: the request does not come from a page of this clinic."
OUT_OF_DATE = "Refused: the page is out of date. Load it again."
ROLE = "The role {role} may not do this."
LOCKED = "Locked: nobody acted here for a while. Give your PIN."
CROWDED = "Refused: too many pages are open with this sign-in."
REFUSALS = (LOCAL_ONLY, SIGN_IN, FOREIGN, OUT_OF_DATE, ROLE, LOCKED, CROWDED)
KEPT_AT_ONCE, KEPT_PER_MIN = 40, 1.0
"""So many refusals of one user go to the audit, so that nobody fills the disk; the log has them all."""
READING = frozenset({"GET", "HEAD"})
POLICY_VIOLATION = 1008
"""Close code of a websocket whose sign-in ended (RFC 6455 §7.4.1)."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request goes no further."""

    status: int
    message: str
    """In English, as the log keeps it; `{role}` stands for that of the viewer."""
    role: str = ""

    def __str__(self) -> str:
        return self.message.format(role=self.role)


class Guard:
    """Checks host, sign-in, Origin, CSRF, role and idle lock before anything else runs."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        sign_ins: SignIns,
        sockets: Sockets,
        station_of: Callable[[str], str],
        audit: Callable[[str, str, str], None],
        real: Clock,
        secure: bool,
    ) -> None:
        self._app = app
        self._sign_ins = sign_ins
        self._sockets = sockets
        self._station_of = station_of
        self._audit = audit
        self._kept = Pace(real, at_once=KEPT_AT_ONCE, per_min=KEPT_PER_MIN)
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is allowed; answer the rest."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        # The path as the router sees it; `connection.url` is made of what the Host header says, too.
        rule = rule_of(scope["path"])
        session = self._sign_ins.find(connection.cookies.get(COOKIE))
        viewer = self._sign_ins.viewer(session, self._station_of(session.token)) if session else None
        refusal = self._refusal(connection, rule, viewer)
        if session and scope["type"] == "websocket" and self._sockets.crowded(session.token):
            refusal = Refusal(429, CROWDED)
        if refusal is not None:
            self._note(connection, viewer, refusal)
            await _answer(connection, rule, refusal)(scope, receive, send)
            return
        scope.setdefault("state", {})["signed_in"] = session
        reset = current.set(Present(viewer, session.token) if session and viewer else None)
        try:
            if scope["type"] == "websocket" and session:
                await self._until_signed_out(session, scope, receive, send)
            else:
                await self._app(scope, receive, send)
        finally:
            current.reset(reset)

    def _refusal(self, connection: HTTPConnection, rule: Rule, viewer: Viewer | None) -> Refusal | None:
        socket = connection.scope["type"] == "websocket"
        if not (self._secure or is_local(connection)):
            return Refusal(400, LOCAL_ONLY)
        if rule.roles is not None and viewer is None:
            return Refusal(401, SIGN_IN)
        if socket or connection.scope["method"] not in READING:
            if not same_origin(connection, secure=self._secure):
                return Refusal(403, FOREIGN)
            if not (socket or rule.form or csrf_matches(connection, connection.headers.get(CSRF_HEADER))):
                return Refusal(403, OUT_OF_DATE)
        if viewer and rule.roles is not None and viewer.role not in rule.roles:
            return Refusal(403, ROLE, viewer.role)
        if viewer and rule.unlocked and viewer.locked:
            return Refusal(423, LOCKED)
        return None

    def _note(self, connection: HTTPConnection, viewer: Viewer | None, refusal: Refusal) -> None:
        """Log every refusal; keep those of signed-in users, whose number a stranger cannot drive up."""
        path = _without_secret(connection.scope["path"])
        what = f"{connection.scope.get('method', 'WEBSOCKET')} {path[:200]!r}"
        log.info("refused %s: %d %s", what, refusal.status, refusal)
        if viewer and refusal.status != 423 and self._kept.take(viewer.user):
            self._audit(viewer.user, "refused", f"{what}: {refusal}")

    async def _until_signed_out(self, session: SignedIn, scope: Scope, receive: Receive, send: Send) -> None:
        """Run a websocket until it ends by itself or its sign-in session does."""
        with self._sockets.joined(session.token) as ended:
            running = asyncio.ensure_future(self._app(scope, receive, send))
            revoked = asyncio.ensure_future(ended.wait())
            try:
                await asyncio.wait({running, revoked}, return_when=asyncio.FIRST_COMPLETED)
                if not running.done():
                    await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            finally:
                running.cancel()
                revoked.cancel()
                await asyncio.gather(running, revoked, return_exceptions=True)
        if not running.cancelled():
            running.result()


def _without_secret(path: str) -> str:
    return "/wall/…" if path.startswith("/wall/") else path


def _answer(connection: HTTPConnection, rule: Rule, refusal: Refusal) -> ASGIApp:
    if connection.scope["type"] == "websocket":
        return _close_unopened
    if refusal.status == 401 and rule.page and connection.scope["method"] in READING:
        return RedirectResponse(_sign_in_url(connection.scope["path"]), 303)
    return _json(refusal)


def _json(refusal: Refusal) -> Response:
    return JSONResponse({"message": t(refusal.message, role=t(refusal.role))}, refusal.status)


def _sign_in_url(wanted: str) -> str:
    return "/login" if wanted == "/" else str(URL("/login").include_query_params(next=wanted))


async def _close_unopened(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Refuse the handshake; the browser sees HTTP 403."""
    await send({"type": "websocket.close", "code": POLICY_VIOLATION})
