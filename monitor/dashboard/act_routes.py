"""What the live script posts and asks: `/act` and `/me`."""

from __future__ import annotations

import msgspec
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from monitor.config import Settings
from monitor.dashboard.acts import Acts
from monitor.dashboard.body import limited_body
from monitor.dashboard.pages.shell import assets_folder
from monitor.dashboard.people import People
from monitor.dashboard.services import ActRefused
from monitor.dashboard.sign_in import SignIns
from monitor.dashboard.version import version_of
from monitor.dashboard.viewer import present
from monitor.dashboard.views import retold
from monitor.language import t
from monitor.sessions.actions import Act
from monitor.terms import Role

PENDING = "On its way: the monitor has not answered yet."


class ActRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /act`."""

    chair: str
    session: str | None
    """The session that the operator saw on that chair; null for a free chair."""
    act: Act


def add_routes(server: FastAPI, settings: Settings, acts: Acts, people: People, sign_ins: SignIns) -> None:
    """Serve both routes to whom the guard lets through."""
    chairs = {chair.id for chair in settings.chairs}

    @server.post("/act")
    async def act(request: Request) -> JSONResponse:
        try:
            asked = msgspec.json.decode(await limited_body(request), type=ActRequest)
        except msgspec.DecodeError as error:
            return _answer(400, f"Not an act: {error}")
        if asked.chair not in chairs:
            return _answer(400, t("There is no chair {chair} in this clinic.", chair=repr(asked.chair)))
        try:
            outcome = await acts.submit(asked.chair, asked.session, asked.act)
        except ActRefused as refused:
            return _answer(403, str(refused))
        if outcome is None:
            return _answer(202, t(PENDING))
        return (
            JSONResponse({"accepted": True})
            if outcome.accepted
            else _answer(409, retold.refusal(outcome.message))
        )

    @server.get("/me")
    async def me(request: Request) -> JSONResponse:
        who = present().viewer
        left_s = sign_ins.left_s(request.state.signed_in)
        body = {
            "user": who.user,
            "display": who.display,
            "role": who.role,
            "locked": who.locked,
            "labels": who.labels,
        }
        nurses = people.nurses() if who.labels else []
        body["version"] = version_of(assets_folder())
        if settings.simulator and who.role != Role.WALL:
            body["simulator"] = settings.simulator
        return JSONResponse({**body, "left_s": left_s, "demo": settings.demo, "nurses": nurses})


def _answer(status: int, message: str) -> JSONResponse:
    return JSONResponse({"message": message}, status)
