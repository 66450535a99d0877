"""The trainer's page and its API, on a loopback port of the simulator's own.

GET  /                the page
GET  /words.js        its language, and the words of that
GET  /api             everything that the page shows
POST /api/time        {"do": "pause"}, {"do": "resume"} or {"do": "step", "seconds": 60}
POST /api/chairs/ID   an order (see `simulators.desk`)

Only this machine may call, and only by a name of this machine: a page of elsewhere that a browser here has
open can neither read nor order anything.

Source: docs/simulator.md, section "The control page".
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulators.control import LONGEST_STEP_S, TIME_ORDERS
from simulators.desk import Desk
from simulators.physiology import PRESETS
from simulators.run import Simulation
from simulators.speech import COOKIE, ENGLISH, Speech
from simulators.tables import ScenarioFault, Table

FILES = Path(__file__).parent / "page"
NAMES = ("127.0.0.1", "localhost", "::1")
"""By which a browser of this machine may call."""
ANSWERS_S = 5.0
LONGEST_BODY = 10_000
_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)

Answer = Callable[[Request], Awaitable[Response]]


def listen(address: tuple[str, int]) -> socket.socket:
    """Return a socket that listens there; raises OSError if it is taken, or not this machine's alone."""
    host, port = address
    if host not in NAMES:
        expected = f"one of {', '.join(NAMES)}, as it is for this machine alone"
        raise OSError(f"--control: expected {expected}; got {host!r}")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server(address, family=family)
    except OSError as error:
        raise OSError(f"--control: expected a free port, got {host}:{port}: {error}") from error


class ControlPage:
    """Serves the page of a simulation on a socket that listens, while it is entered."""

    def __init__(
        self,
        simulation: Simulation,
        title: str,
        speed: float,
        listening: socket.socket,
        speech: Speech = ENGLISH,
    ) -> None:
        self._socket = listening
        host, port = listening.getsockname()[:2]
        self.url = f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
        app = application(simulation, title, speed, speech)
        config = uvicorn.Config(
            app, log_config=None, log_level="warning", lifespan="off", access_log=False, ws="none"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="control page", daemon=True
        )

    def __enter__(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Answer no more."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


def application(simulation: Simulation, title: str, speed: float, speech: Speech = ENGLISH) -> Starlette:
    """Return the page and the API of one simulation."""

    async def asked(act: Callable[[Desk], Any]) -> Any:
        return await asyncio.wait_for(asyncio.wrap_future(simulation.ask(act)), ANSWERS_S)

    async def shown(_request: Request) -> Response:
        def look(desk: Desk) -> dict[str, Any]:
            return {"shown_ms": desk.now_ms, "paused": simulation.paused, "chairs": desk.shown()}

        return JSONResponse({"title": title, "speed": speed, "patients": list(PRESETS), **await asked(look)})

    async def time(request: Request) -> Response:
        table = Table("order", await _body(request), faults=[])
        what = table.choice("do", TIME_ORDERS)
        seconds = table.number("seconds", 0, LONGEST_STEP_S) if what == "step" else 0.0
        table.close()
        table.check()
        acts: dict[str, Callable[[Desk], None]] = {
            "pause": lambda _: simulation.pause(),
            "resume": lambda _: simulation.resume(),
            "step": lambda _: simulation.step(seconds),
        }
        await asked(acts[what])
        return JSONResponse({"done": what})

    async def order(request: Request) -> Response:
        data, chair = await _body(request), request.path_params["chair"]
        await asked(lambda desk: desk.order(chair, data))
        return JSONResponse({"done": data["do"]})

    async def page(_request: Request) -> Response:
        return Response((FILES / "index.html").read_bytes(), media_type="text/html")

    async def words(request: Request) -> Response:
        language = speech.chosen(request.cookies.get(COOKIE))
        known = {
            "language": language,
            "names": dict(speech.names),
            "words": dict(speech.words.get(language, {})),
        }
        return Response(f"window.trainer = {json.dumps(known)};\n", media_type="text/javascript")

    return Starlette(
        routes=[
            Route("/", page),
            Route("/words.js", words),
            Route("/api", shown),
            Route("/api/time", time, methods=["POST"]),
            Route("/api/chairs/{chair}", order, methods=["POST"]),
            Mount("/page", StaticFiles(directory=FILES)),
        ],
        middleware=[Middleware(OwnMachineOnly)],
        exception_handlers={ScenarioFault: _refused, TimeoutError: _late},
    )


class OwnMachineOnly:
    """Lets in who calls by a name of this machine, and orders from this page or from no page at all."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse in words."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        refusal = _refusal(scope["method"], headers)
        if refusal is None:
            await self._app(scope, receive, with_headers)
        else:
            await JSONResponse({"message": refusal}, 403)(scope, receive, with_headers)


def _refusal(method: str, headers: Mapping[str, str]) -> str | None:
    host = headers.get("host", "")
    if host.rpartition(":")[0].strip("[]") not in NAMES:
        return f"Host: expected this machine by one of {', '.join(NAMES)}, got {host!r}"
    origin = headers.get("origin", f"http://{host}")
    if origin != f"http://{host}":
        return f"Origin: expected http://{host} or none, got {origin!r}"
    kind = headers.get("content-type", "").partition(";")[0].strip()
    if method == "POST" and kind != "application/json":
        return f"Content-Type: expected application/json, got {kind!r}"
    return None


async def _body(request: Request) -> dict[str, Any]:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LONGEST_BODY:
            raise ScenarioFault(f"order: expected at most {LONGEST_BODY} bytes, got more")
    try:
        data = json.loads(body)
    except ValueError as error:
        raise ScenarioFault(f"order: expected JSON, got {body[:80]!r}: {error}") from error
    if not isinstance(data, dict):
        raise ScenarioFault(f"order: expected an object, got {data!r}")
    return data


async def _refused(_request: Request, fault: Exception) -> Response:
    return JSONResponse({"message": str(fault)}, 400)


async def _late(_request: Request, _fault: Exception) -> Response:
    return JSONResponse({"message": "The simulation does not answer."}, 503)
