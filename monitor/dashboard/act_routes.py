"""What the live script posts and asks: `/act`, `/unlock`, `/me`."""

from __future__ import annotations

import msgspec
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from monitor.config import Settings
from monitor.dashboard.acts import Acts
from monitor.dashboard.audit import Audit
from monitor.dashboard.body import limited_body
from monitor.dashboard.handover_routes import nurses
from monitor.dashboard.pins import LockedOut, Pins, WrongPin
from monitor.dashboard.services import ActRefused
from monitor.dashboard.sign_in import SignedIn, SignIns
from monitor.dashboard.viewer import present
from monitor.sessions.actions import Act

PENDING = "On its way: the monitor has not answered yet."


class ActRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /act`."""

    chair: str
    session: str | None
    """The session that the operator saw on that chair; null for a free chair."""
    act: Act


class Unlock(msgspec.Struct, frozen=True):
    """The body of `POST /unlock`."""

    pin: str


def add_routes(
    server: FastAPI, settings: Settings, acts: Acts, pins: Pins, sign_ins: SignIns, audit: Audit
) -> None:
    """Serve the three routes to whom the guard lets through."""
    chairs = {chair.id for chair in settings.chairs}

    @server.post("/act")
    async def act(request: Request) -> JSONResponse:
        try:
            asked = msgspec.json.decode(await limited_body(request), type=ActRequest)
        except msgspec.DecodeError as error:
            return _answer(400, f"Not an act: {error}")
        if asked.chair not in chairs:
            return _answer(400, f"There is no chair {asked.chair!r} in this clinic.")
        try:
            outcome = await acts.submit(asked.chair, asked.session, asked.act)
        except ActRefused as refused:
            return _answer(403, str(refused))
        if outcome is None:
            return _answer(202, PENDING)
        return JSONResponse({"accepted": True}) if outcome.accepted else _answer(409, outcome.message)

    @server.post("/unlock")
    async def unlock(request: Request) -> JSONResponse:
        signed_in: SignedIn = request.state.signed_in
        name = signed_in.user.name
        try:
            given = msgspec.json.decode(await limited_body(request), type=Unlock)
            await pins.check(name, given.pin)
        except msgspec.DecodeError as error:
            return _answer(400, f'Expected {{"pin": "…"}}: {error}')
        except WrongPin:
            return _answer(403, "Wrong PIN.")
        except LockedOut as refused:
            return _answer(429, str(refused))
        await sign_ins.touch(signed_in.token)
        audit.note(name, "unlocked")
        return JSONResponse({"locked": False})

    @server.get("/me")
    async def me() -> JSONResponse:
        who = present().viewer
        body = {"user": who.user, "display": who.display, "role": who.role, "locked": who.locked}
        return JSONResponse({**body, "demo": settings.demo, "nurses": nurses(settings)})


def _answer(status: int, message: str) -> JSONResponse:
    return JSONResponse({"message": message}, status)
