"""PINs on a page that stays: `/unlock` after an idle lock, `/switch` to another user of `/people`."""

from __future__ import annotations

import asyncio

import msgspec
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from monitor.config import UserSettings
from monitor.dashboard.audit import Audit
from monitor.dashboard.body import limited_body
from monitor.dashboard.people import People
from monitor.dashboard.pin_gate import PinGate
from monitor.dashboard.pins import LockedOut, WrongPin
from monitor.dashboard.sign_in import COOKIE, SignedIn, SignIns
from monitor.dashboard.sockets import Sockets
from monitor.dashboard.tries import TooManyTries
from monitor.language import t
from monitor.terms import Role

OLD_LINK_S = 2.0
"""The page connects anew after a switch; what is left of the old session is closed after this long."""


class Unlock(msgspec.Struct, frozen=True):
    """The body of `POST /unlock`."""

    pin: str


class Switch(msgspec.Struct, frozen=True):
    """The body of `POST /switch`."""

    user: str
    pin: str


class PinRoutes:
    """Answers in JSON; a refusal says how long to wait, where that helps."""

    def __init__(
        self,
        people: People,
        gate: PinGate,
        sign_ins: SignIns,
        sockets: Sockets,
        audit: Audit,
        *,
        secure: bool,
    ) -> None:
        self._people = people
        self._gate = gate
        self._sign_ins = sign_ins
        self._sockets = sockets
        self._audit = audit
        self._secure = secure

    def add_routes(self, server: FastAPI) -> None:
        """Serve the three routes to whom the guard lets through."""
        server.add_api_route("/unlock", self.unlock, methods=["POST"])
        server.add_api_route("/switch", self.switch, methods=["POST"])
        server.add_api_route("/people", self.people, methods=["GET"])

    async def unlock(self, request: Request) -> JSONResponse:
        """Start the idle time anew for whoever gives the PIN of this session."""
        signed_in: SignedIn = request.state.signed_in
        name = signed_in.user.name
        try:
            given = msgspec.json.decode(await limited_body(request), type=Unlock)
        except msgspec.DecodeError as error:
            return _answer(400, f'Expected {{"pin": "…"}}: {error}')
        checked = await self._checked(request, name, given.pin, "Wrong PIN.")
        if isinstance(checked, JSONResponse):
            return checked
        await self._sign_ins.touch(signed_in.token)
        self._audit.note(name, "unlocked")
        return JSONResponse({"locked": False})

    async def switch(self, request: Request) -> JSONResponse:
        """Open a session for another user, or anew for the same, and end the one before; the page stays."""
        before: SignedIn = request.state.signed_in
        try:
            given = msgspec.json.decode(await limited_body(request), type=Switch)
        except msgspec.DecodeError as error:
            return _answer(400, f'Expected {{"user": "…", "pin": "…"}}: {error}')
        user = await self._checked(request, given.user, given.pin, "Wrong name or PIN.")
        if isinstance(user, JSONResponse):
            return user
        cookie = await self._sign_ins.open(user)
        await self._sign_ins.close(before.token)
        asyncio.get_running_loop().call_later(OLD_LINK_S, self._sockets.close, before.token)
        self._audit.note(before.user.name, "signed out", f"switched to {user.name}")
        self._audit.note(user.name, "signed in", f"switched from {before.user.name}")
        answer = JSONResponse({"user": user.name})
        answer.set_cookie(COOKIE, cookie, httponly=True, samesite="strict", secure=self._secure)
        self._gate.remember(request, answer, user)
        return answer

    async def people(self) -> JSONResponse:
        """Return whom the PIN pad offers."""
        staff = [user for user in self._people.users() if user.role is not Role.WALL]
        return JSONResponse([{"user": u.name, "display": u.display, "role": u.role} for u in staff])

    async def _checked(
        self, request: Request, name: str, pin: str, wrong: str
    ) -> UserSettings | JSONResponse:
        try:
            return await self._gate.check(request, name, pin, request.state.signed_in)
        except WrongPin:
            return _answer(403, t(wrong))
        except (LockedOut, TooManyTries) as refused:
            said = t(refused.MESSAGE, n=f"{refused.wait_s:.0f}")
            return JSONResponse({"message": said, "wait_s": refused.wait_s}, 429)


def _answer(status: int, message: str) -> JSONResponse:
    return JSONResponse({"message": message}, status)
