"""A stand-in for the dashboard: serves harness and assets, feeds scripted frames, keeps what was posted."""

from __future__ import annotations

import asyncio
import html
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from string import Template
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from monitor.dashboard import bundle, frame

PATIENCE_S = 20.0
"""For a machine that is busy with other things; a quick one never waits so long."""
ASSETS = Path(__file__).parents[3] / "assets"
HARNESS = Template((Path(__file__).parent / "harness.html").read_text("utf-8"))
FILES = sorted(path.name for path in ASSETS.iterdir() if path.is_file())
STYLES = "".join(
    f'<link rel="stylesheet" href="/assets/{name}">\n' for name in FILES if name.endswith(".css")
)
SCRIPTS = "".join(f'<script src="/assets/{name}"></script>\n' for name in FILES if name.endswith(".js"))
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
    """What the browser of one test is told and what it said."""

    def __init__(self, loop: asyncio.AbstractEventLoop, url: str) -> None:
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
        self._loop = loop
        self._sockets: set[WebSocket] = set()
        self.url = url

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
        asyncio.run_coroutine_threadsafe(job, self._loop).result(PATIENCE_S)

    async def _send(self, message: dict[str, Any]) -> None:
        for one in list(self._sockets):
            await one.send_text(json.dumps(message))

    async def beat(self) -> None:
        """A turn a second, even empty, while `beating`."""
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
    main = Template(PAGES[name]).substitute(chair=chair, notes=html.escape(notes))
    text = HARNESS.substitute(title=name.title(), page=name, main=main, styles=STYLES, scripts=SCRIPTS)
    if main == LOADING:
        text = text.replace(' data-live="topbar"', "")
    answer = HTMLResponse(bundle.together(text, ASSETS))
    answer.set_cookie("csrf", "token-1")
    return answer


class Theatre:
    """A server for the stages of a module's tests, one at a time."""

    def __init__(self, listening: socket.socket) -> None:
        self._port = listening.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._stage: Stage | None = None
        self._stages = 0
        config = uvicorn.Config(self._app(), log_level="warning", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, args=(listening,))
        self._thread.start()

    @contextmanager
    def stage(self) -> Iterator[Stage]:
        """An empty stage, at an address of its own: nothing is left there of what a page stored before."""
        self._stages += 1
        self._stage = Stage(self._loop, f"http://stage-{self._stages}.localhost:{self._port}")
        beating = asyncio.run_coroutine_threadsafe(self._stage.beat(), self._loop)
        yield self._stage
        beating.cancel()

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(PATIENCE_S)

    def _run(self, listening: socket.socket) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._server.serve(sockets=[listening]))

    @property
    def _now(self) -> Stage:
        assert self._stage is not None
        return self._stage

    def _app(self) -> FastAPI:
        server = FastAPI()
        bundle.add_routes(server, ASSETS)
        server.mount("/assets", StaticFiles(directory=ASSETS))

        @server.websocket("/live")
        async def live(ws: WebSocket) -> None:
            await self._now.live(ws)

        for path in ("/act", "/handover/confirm", "/unlock", "/logout"):

            @server.post(path)
            async def post(request: Request) -> JSONResponse:
                return await self._now.post(request)

        @server.get("/me")
        async def me() -> JSONResponse:
            return JSONResponse(self._now.me, 200 if self._now.signed_in else 401)

        @server.get("/recent/{session}")
        async def recent(session: str) -> JSONResponse:
            return JSONResponse(self._now.recent)

        @server.get("/login")
        async def login() -> HTMLResponse:
            return HTMLResponse('<link rel="icon" href="data:,"><title>Sign in</title>')

        @server.get("/chair/{chair}")
        async def chair_page(chair: str) -> HTMLResponse:
            return page("chair", chair)

        @server.get("/handover")
        async def handover() -> HTMLResponse:
            return page("handover", notes=self._now.notes)

        @server.get("/")
        async def board() -> HTMLResponse:
            return page("board" if self._now.whole else "loading")

        @server.get("/healthz")
        async def healthz() -> JSONResponse:
            return JSONResponse({"status": "ok"})

        for name in ("alarms", "history"):
            server.add_api_route(f"/{name}", partial(page, name))
        return server


@contextmanager
def theatre() -> Iterator[Theatre]:
    """Serve stages on a free port until the block ends."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()  # who comes before the server is up waits for it
        made = Theatre(listening)
        try:
            yield made
        finally:
            made.close()
