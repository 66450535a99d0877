"""The pages over FakeServices, with a feed that lives: for the browser tests, and to look at by hand.

`python -m tests.monitor.dashboard_pages.serve 8461` serves them on that port.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

from monitor.dashboard import frame, languages, recent_routes
from monitor.dashboard.hub import encode
from monitor.dashboard.pages import build
from tests.monitor.dashboard_pages.fake_services import FakeServices

BEAT_S = 0.5


def application(services: FakeServices) -> FastAPI:
    """The pages, a feed whose turns go on, and who is signed in."""
    server = FastAPI()

    @server.websocket("/live")
    async def live(socket: WebSocket) -> None:
        await socket.accept()
        with suppress(WebSocketDisconnect, RuntimeError):
            while True:
                services.turn += 1
                picture = frame.picture(services.snapshot(), frame.StationCount(1, 1))
                await socket.send_text(encode(frame.full(picture)))
                await asyncio.sleep(BEAT_S)

    @server.get("/me")
    async def me() -> dict[str, object]:
        who = services.viewing
        return {
            "user": who.user,
            "display": who.display,
            "role": who.role,
            "locked": who.locked,
            "demo": True,
        }

    recent_routes.add_route(server, services)
    languages.add_route(server, services.settings.timezone)
    server.add_middleware(
        languages.Languages, clinic=services.settings.language, zone=services.settings.timezone
    )
    build(server, services)
    return server


@contextmanager
def serving(services: FakeServices) -> Iterator[str]:
    """Serve on a free port of this machine for as long as the block lasts; yields the address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()  # who comes before the server is up waits for it
        config = uvicorn.Config(application(services), log_level="warning", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


if __name__ == "__main__":
    uvicorn.run(application(FakeServices()), port=int(sys.argv[1]), log_level="warning")
