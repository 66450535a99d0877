"""The change of shift: one request hands several chairs to a colleague, one act on the desk for each."""

from __future__ import annotations

import asyncio

import msgspec
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from monitor.config import Settings
from monitor.dashboard.acts import Acts
from monitor.dashboard.body import limited_body
from monitor.dashboard.people import People
from monitor.dashboard.services import ActRefused
from monitor.dashboard.viewer import present
from monitor.dashboard.views import retold
from monitor.language import t
from monitor.sessions.actions import HandOver, Outcome


class Handed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One chair that is handed over."""

    chair: str
    session: str
    """The visit that the nurse saw on it."""
    note: str = ""


class Handover(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /handover/confirm`."""

    to: str
    """The colleague, as screens show the name."""
    chairs: list[Handed]


def add_route(server: FastAPI, settings: Settings, acts: Acts, people: People) -> None:
    """Serve the one route to whom the guard lets through."""
    known = {chair.id for chair in settings.chairs}

    @server.post("/handover/confirm")
    async def confirm(request: Request) -> JSONResponse:
        try:
            asked = msgspec.json.decode(await limited_body(request), type=Handover)
        except msgspec.DecodeError as error:
            return _answer(400, f"Not a handover: {error}")
        chairs = [handed.chair for handed in asked.chairs]
        fault = _fault(asked.to, people.nurses(), chairs, known)
        if fault:
            return _answer(400, fault)
        if asked.to == present().viewer.display:
            return _answer(400, t("These are your chairs already; choose a colleague."))
        try:
            outcomes = await asyncio.gather(
                *(
                    acts.submit(each.chair, each.session, HandOver(asked.to, each.note))
                    for each in asked.chairs
                )
            )
        except ActRefused as refused:
            return _answer(403, str(refused))
        return _told(asked.to, dict(zip(chairs, outcomes, strict=True)))


def _fault(to: str, colleagues: list[str], chairs: list[str], known: set[str]) -> str:
    """Why a handover cannot be meant; empty where it can."""
    if to not in colleagues:
        return t(
            "There is no nurse {name} in this clinic; expected one of {names}.",
            name=repr(to),
            names=", ".join(colleagues),
        )
    if not chairs or len(set(chairs)) < len(chairs):
        got = ", ".join(chairs) or t("none")
        return t("Expected each chair once, and one at least; got {got}.", got=got)
    unknown = [chair for chair in chairs if chair not in known]
    return t("There is no chair {chair} in this clinic.", chair=repr(unknown[0])) if unknown else ""


def _told(to: str, outcomes: dict[str, Outcome | None]) -> JSONResponse:
    """What became of each chair: all is well, or every chair that stayed is named with its reason."""
    late = [chair for chair, outcome in outcomes.items() if outcome is None]
    kept = [
        t("Not handed over, chair {chair}: {why}", chair=chair, why=retold.refusal(o.message))
        for chair, o in outcomes.items()
        if o is not None and not o.accepted
    ]
    done = [chair for chair, outcome in outcomes.items() if outcome is not None and outcome.accepted]
    has = t("{to} has chair {chairs}.") if len(done) == 1 else t("{to} has chairs {chairs}.")
    parts = [has.format(to=to, chairs=", ".join(done))] if done else []
    parts += kept
    parts += [t("On its way, not answered yet: {chairs}.", chairs=", ".join(late))] if late else []
    status = 409 if kept else 202 if late else 200
    return JSONResponse({"message": " ".join(parts), "done": done}, status)


def _answer(status: int, message: str) -> JSONResponse:
    return JSONResponse({"message": message}, status)
