"""`/recent/{session}`: what an alarm of a visit is read with; asked for by the one card that is open."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from monitor.dashboard.services import Services
from monitor.dashboard.views.recent import recent
from monitor.language import t

SAMPLES = 1600


def add_route(server: FastAPI, services: Services) -> None:
    """Serve the one route to whom the guard lets through."""

    @server.get("/recent/{session}")
    async def of_visit(session: str) -> JSONResponse:
        snapshot = services.snapshot()
        history = await services.history(session, samples=SAMPLES)
        if snapshot is None or history is None:
            return JSONResponse({"message": t("There is no visit {visit}.", visit=repr(session))}, 404)
        return JSONResponse(recent(history, snapshot.at_ms), headers={"Cache-Control": "no-store"})
