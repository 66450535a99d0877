"""`/records/{session}.csv`: the finished flowsheet of one visit, to download."""

from __future__ import annotations

import re

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse

from monitor.config import Settings
from monitor.report.flowsheet import record_path

SESSION_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""What a session id looks like; it names a file, so nothing else may pass."""


def add_route(server: FastAPI, settings: Settings) -> None:
    """Serve the finished records, by the id of the visit only."""

    @server.get("/records/{session}.csv")
    async def record(session: str) -> FileResponse:
        file = record_path(settings, session) if SESSION_NAME.fullmatch(session) else None
        if file is None or not file.is_file():
            raise HTTPException(404, f"There is no finished record of a visit {session!r}.")
        return FileResponse(file, media_type="text/csv; charset=utf-8", filename=f"chairside-{session}.csv")
