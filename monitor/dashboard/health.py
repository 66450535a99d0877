"""Whether turns keep coming, and `/healthz`, which says so to anybody."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from monitor.clock import Clock

STALLED_S = 3.0
"""The same limit as the browser's watchdog: past it the numbers on a screen are covered."""


class Pulse:
    """Remembers when the turn number last moved, in real seconds.

    A turn found when the dashboard starts proves nothing, the monitor may be long dead: it counts as
    starting until the number moves, and as stalled once it has failed to.
    """

    def __init__(self, found: int | None, mono_s: float) -> None:
        self.turn = found
        self.alive = False
        """The number has moved since the dashboard started."""
        self._moved_s = mono_s

    def beat(self, turn: int, mono_s: float) -> None:
        """Take note of the turn number just read."""
        if turn != self.turn:
            self.turn, self.alive, self._moved_s = turn, True, mono_s

    def health(self, mono_s: float) -> dict[str, str | int | float | None]:
        """Return the body of `/healthz`."""
        age_s = mono_s - self._moved_s
        if self.turn is None or (not self.alive and age_s <= STALLED_S):
            return {"status": "starting", "turn": None, "turn_age_s": None}
        status = "stalled" if age_s > STALLED_S else "ok"
        return {"status": status, "turn": self.turn, "turn_age_s": round(age_s, 3)}


def add_route(server: FastAPI, pulse: Pulse, real: Clock) -> None:
    """Serve `GET /healthz`: 200 while turns come, 503 when they do not; no sign-in, nothing private."""

    @server.get("/healthz")
    async def healthz() -> JSONResponse:
        body = pulse.health(real.mono_s())
        status = 200 if body["status"] == "ok" else 503
        return JSONResponse(body, status, headers={"Cache-Control": "no-store"})
