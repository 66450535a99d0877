"""A stand-in for the dashboard: serves harness and assets, feeds scripted frames, keeps what was posted."""

from __future__ import annotations

import asyncio
import html
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from monitor.dashboard import frame

PATIENCE_S = 20.0
"""For a machine that is busy with other things; a quick one never waits so long."""
ASSETS = Path(__file__).parents[3] / "assets"
HARNESS = Template((Path(__file__).parent / "harness.html").read_text("utf-8"))
LOADING = '<div class="_dash-loading">Loading...</div>'
PAGES = {
    "board": '<div id="board" data-live="board"></div>',
    "chair": '<div class="chair-grid">'
    '<div id="chair-numbers" class="chair-left" data-live="chair" data-chair="$chair">'
    '</div><div class="chair-charts"><section class="card"></section></div><div class="chair-right">'
    '<div id="chair-alarms" data-live="chair-alarms" data-chair="$chair"></div>'
    '<div class="chair-quiet" data-live="chair-quiet" data-chair="$chair"></div>'
    '<div class="chair-devices" data-live="chair-devices" data-chair="$chair"></div></div></div>',
    "alarms": '<div id="alarm-list" data-live="alarms"></div>',
    "handover": '<div id="handover" data-live="handover" data-notes="$notes"></div>',
    "loading": LOADING,
    "history": "<section class='card'><h2>History</h2></section>",
}


def _standing(view: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in view.items() if value is not None}


class Stage:
    """What the browser is told and what it said."""

    def __init__(self) -> None:
        self.newest: dict[str, Any] | None = None
        self.posted: list[tuple[str, dict[str, Any], str | None]] = []
        self.reports: list[dict[str, Any]] = []
        self.answers: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        self.me: dict[str, Any] = {
            "user": "ana",
            "display": "Ana Ruiz",
            "role": "nurse",
            "locked": False,
            "demo": True,
            "nurses": ["Ana Ruiz", "Leo"],
        }
        self.notes = "{}"
        self.recent: dict[str, Any] = {"hr": [], "spo2": [], "done": []}
        self.signed_in = True
        self.whole = True
        self.beating = True
        self.changed = threading.Condition()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._sockets: set[WebSocket] = set()
        self.url = ""

    def show(self, whole: dict[str, Any]) -> None:
        """Send a full frame now and to whoever connects later."""
        self.newest = whole
        self._call(self._send(whole))

    def change(self, chairs: dict[str, Any], **more: Any) -> None:
        """Send what these keys change, and keep the full frame that whoever connects later needs."""
        assert self.newest is not None
        turn = self.newest["turn"] + 1
        at = self.newest["at"] + more.pop("after_ms", 1000)
        before = self.newest["chairs"]
        now = {id_: _standing({**chair, **chairs.get(id_, {})}) for id_, chair in before.items()}
        told = {id_: frame.change(before[id_], chair) for id_, chair in now.items() if id_ in chairs}
        self.newest = {**self.newest, **more, "turn": turn, "at": at, "chairs": now}
        self._call(self._send({"k": "delta", "turn": turn, "at": at, "chairs": told, **more}))

    def close_all(self, code: int) -> None:
        async def close() -> None:
            for one in list(self._sockets):
                await one.close(code)

        self._call(close())

    def wait(self, until: Any, seconds: float = PATIENCE_S) -> None:
        """Wait until something that the browser does has come true."""
        with self.changed:
            assert self.changed.wait_for(until, seconds), (
                f"not in {seconds} s; posted {self.posted}, reports {self.reports}"
            )

    def _call(self, job: Any) -> None:
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(job, self._loop).result(PATIENCE_S)

    async def _send(self, message: dict[str, Any]) -> None:
        for one in list(self._sockets):
            await one.send_text(json.dumps(message))

    async def beat(self) -> None:
        """A turn a second, even empty, while `beating`."""
        self._loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(1)
            if self.beating and self.newest is not None:
                turn, at = self.newest["turn"] + 1, self.newest["at"] + 1000
                self.newest = {**self.newest, "turn": turn, "at": at}
                await self._send({"k": "delta", "turn": turn, "at": at, "chairs": {}})

    def note(self, where: list[Any], what: Any) -> None:
        with self.changed:
            where.append(what)
            self.changed.notify_all()

    async def live(self, ws: WebSocket) -> None:
        await ws.accept()
        if not self.signed_in:
            await ws.close(1008)
            return
        self._sockets.add(ws)
        try:
            if self.newest is not None:
                await ws.send_text(json.dumps(self.newest))
            while True:
                self.note(self.reports, json.loads(await ws.receive_text()))
        except WebSocketDisconnect:
            pass
        finally:
            self._sockets.discard(ws)

    async def post(self, request: Request) -> JSONResponse:
        path = request.url.path
        body = await request.json() if await request.body() else {}
        waiting = self.answers.get(path, [])
        status, answer = waiting.pop(0) if waiting else (200, {"accepted": True})
        self.note(self.posted, (path, body, request.headers.get("x-csrf-token")))
        return JSONResponse(answer, status)


def page(name: str, chair: str = "7", notes: str = "{}") -> HTMLResponse:
    files = sorted(path.name for path in ASSETS.iterdir() if path.is_file())
    styles = "".join(
        f'<link rel="stylesheet" href="/assets/{name}">\n' for name in files if name.endswith(".css")
    )
    scripts = "".join(f'<script src="/assets/{name}"></script>\n' for name in files if name.endswith(".js"))
    main = Template(PAGES[name]).substitute(chair=chair, notes=html.escape(notes))
    text = HARNESS.substitute(title=name.title(), page=name, main=main, styles=styles, scripts=scripts)
    if main == LOADING:
        text = text.replace(' data-live="topbar"', "")
    answer = HTMLResponse(text)
    answer.set_cookie("csrf", "token-1")
    return answer


def app_of(stage: Stage) -> FastAPI:
    server = FastAPI()
    server.mount("/assets", StaticFiles(directory=ASSETS))
    server.add_api_websocket_route("/live", stage.live)
    for path in ("/act", "/handover/confirm", "/unlock", "/logout"):
        server.add_api_route(path, stage.post, methods=["POST"])
    server.add_api_route("/me", lambda: JSONResponse(stage.me, 200 if stage.signed_in else 401))
    server.add_api_route("/recent/{session}", lambda session: JSONResponse(stage.recent))
    server.add_api_route(
        "/login",
        lambda: HTMLResponse('<link rel="icon" href="data:,"><title>Sign in</title>'),
        methods=["GET"],
    )
    server.add_api_route("/healthz", lambda: JSONResponse({"status": "ok"}))
    server.add_api_route("/", lambda: page("board" if stage.whole else "loading"))
    server.add_api_route("/alarms", lambda: page("alarms"))
    server.add_api_route("/handover", lambda: page("handover", notes=stage.notes))
    server.add_api_route("/history", lambda: page("history"))

    @server.get("/chair/{chair}")
    def chair_page(chair: str) -> HTMLResponse:
        return page("chair", chair)

    return server


@contextmanager
def staged() -> Iterator[Stage]:
    """Serve a stage on a free port until the block ends."""
    stage = Stage()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()  # who comes before the server is up waits for it
        stage.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        app = app_of(stage)
        up = threading.Event()

        async def serve() -> None:
            server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
            stage.stop = lambda: setattr(server, "should_exit", True)
            beating = asyncio.create_task(stage.beat())
            asyncio.get_running_loop().call_soon(up.set)
            await server.serve(sockets=[listening])
            beating.cancel()

        thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        thread.start()
        assert up.wait(PATIENCE_S)
        try:
            yield stage
        finally:
            stage.stop()
            thread.join(5)
