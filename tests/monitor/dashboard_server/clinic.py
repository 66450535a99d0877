"""A small clinic for the server's tests: real store, real uvicorn, a hand-cranked monitor."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import uvicorn
from argon2 import PasswordHasher
from dash import Dash, Input, Output, html
from fastapi import FastAPI
from websockets.sync.client import ClientConnection, connect

from monitor.clock import SystemClock
from monitor.config import ChairSettings, ServerSettings, Settings, UserSettings
from monitor.dashboard.app import create_app
from monitor.dashboard.people import People
from monitor.dashboard.services import ActRefused, Ports, Services
from monitor.sessions.actions import BeginBaseline
from monitor.store.desk import Desk
from monitor.store.journal import Journal
from monitor.store.prepare import prepare
from monitor.store.queries import JournalReader
from monitor.store.rows import OutcomeRow, Rows, TurnRecord
from monitor.store.snapshot import AlarmView, ChairView, NumberView, Snapshot
from monitor.terms import Now, Role

QUICK_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash
PINS = {"ana": "1111", "ruiz": "2222", "boss": "3333", "wall": "4444"}
ROLES = {"ana": Role.NURSE, "ruiz": Role.ANESTHESIA, "boss": Role.ADMIN, "wall": Role.WALL}
DEADLINE_S = 5.0


def clinic_settings(store: Path, **server: Any) -> Settings:
    users = tuple(UserSettings(n, n.title(), ROLES[n], QUICK_HASH(pin)) for n, pin in PINS.items())
    chairs = tuple(ChairSettings(str(n), f"Chair {n}") for n in range(1, 4))
    return Settings("Test clinic", "test", chairs, (), users, {}, store, server=ServerSettings(**server))


@cache
def _empty_store() -> dict[str, bytes]:
    with TemporaryDirectory() as folder:
        prepare(Path(folder))
        return {file.name: file.read_bytes() for file in Path(folder).glob("*.db")}


def open_store(folder: Path) -> None:
    """Make an empty store where there is none; the migrations run once for all tests."""
    (folder / "records").mkdir(parents=True, exist_ok=True)
    for name, content in _empty_store().items():
        if not (folder / name).exists():
            (folder / name).write_bytes(content)


class ShiftedClock(SystemClock):
    """The real time, which a test may push forward."""

    shift_s = 0.0

    def utc_ms(self) -> int:
        return super().utc_ms() + round(self.shift_s * 1000)

    def mono_s(self) -> float:
        return super().mono_s() + self.shift_s


def number(value: float, label: str = "HR", at_ms: int = 0) -> NumberView:
    return NumberView("/min", label, value, "valid", freshness="live", at_ms=at_ms)


def alarm(name: str = "a1", priority: str = "high") -> AlarmView:
    return AlarmView(name, "sbp_high", "physiological", priority, "on", 1, "SYS 184 ≥ 180", audible=True)


class Crank:
    """Stands in for the monitor: commits one turn to the real journal when told."""

    def __init__(self, store: Path) -> None:
        self._journal = Journal.open(store)
        self.turn = 0

    def close(self) -> None:
        self._journal.close()

    def commit(self, *chairs: ChairView, desk_seq: int = 0, answers: dict[int, str] | None = None) -> None:
        self.turn += 1
        now = Now(self.turn * 1000, float(self.turn))
        snapshot = Snapshot(self.turn, now.utc_ms, "boot", "Test clinic", False, 1.0, list(chairs), desk_seq)
        outcomes = [OutcomeRow(seq, not message, message) for seq, message in (answers or {}).items()]
        self._journal.commit(TurnRecord(now, snapshot, Rows(outcomes=outcomes)))


def tiny_pages(server: FastAPI, services: Services) -> Dash:
    """One page whose callbacks say who asks, and act."""
    app = Dash("tiny", server=server, assets_folder="nowhere")
    app.layout = html.Div([html.Button(id="ask"), html.Div(id="who"), html.Div(id="done")])

    @app.callback(Output("who", "children"), Input("ask", "n_clicks"))
    async def ask(_clicks: int | None) -> str:
        return services.viewer().user

    @app.callback(Output("done", "children"), Input("ask", "n_clicks"))
    async def begin(_clicks: int | None) -> str:
        try:
            outcome = await services.act("1", None, BeginBaseline())
        except ActRefused as refused:
            return f"refused: {refused}"
        return "unanswered" if outcome is None else f"{outcome.accepted} {outcome.message}"

    return app


class Clinic:
    """A running dashboard and the ways into it."""

    def __init__(
        self, settings: Settings, app: FastAPI, crank: Crank, desk: Desk, clock: ShiftedClock
    ) -> None:
        self.settings = settings
        self.app = app
        self.crank = crank
        self.desk = desk
        self.clock = clock
        self.port = 0

    @property
    def people(self) -> People:
        """The same that the running dashboard knows."""
        return self.app.state.people

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def browser(self, user: str | None = None) -> Iterator[httpx.Client]:
        """A client with its own cookies; signed in if a user is named."""
        with httpx.Client(base_url=self.origin, headers={"Origin": self.origin}) as client:
            if user:
                assert self.sign_in(client, user).status_code == 303
                client.headers["X-CSRF-Token"] = client.cookies["csrf"]
            yield client

    def sign_in(
        self, client: httpx.Client, user: str, pin: str | None = None, wanted: str = "/"
    ) -> httpx.Response:
        client.get("/login")
        form = {"user": user, "pin": pin or PINS[user], "csrf": client.cookies["csrf"], "next": wanted}
        return client.post("/login", data=form)

    def callback(self, client: httpx.Client, output: str) -> Any:
        """Press the tiny page's button, as Dash's renderer would, and return what it shows."""
        asked = {
            "output": f"{output}.children",
            "outputs": {"id": output, "property": "children"},
            "inputs": [{"id": "ask", "property": "n_clicks", "value": 1}],
            "changedPropIds": ["ask.n_clicks"],
        }
        answer = client.post("/_dash-update-component", json=asked)
        return answer.json()["response"][output]["children"]

    def socket(self, client: httpx.Client, path: str = "/live", **options: Any) -> ClientConnection:
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        options.setdefault("origin", self.origin)
        headers = {"Cookie": cookies} if cookies else {}
        return connect(f"ws://127.0.0.1:{self.port}{path}", additional_headers=headers, **options)


@contextmanager
def running(
    store: Path,
    pages: Callable[[FastAPI, Services], Dash] = tiny_pages,
    settings: Settings | None = None,
    ports: Ports | None = None,
    **server: Any,
) -> Iterator[Clinic]:
    """A dashboard on uvicorn in a thread, over a store in `store`."""
    open_store(store)
    settings = settings or clinic_settings(store, **server)
    clock = ShiftedClock()
    desk, reader, crank = Desk.open(store), JournalReader.open(store), Crank(store)
    app = create_app(settings, reader, desk, clock, build_pages=pages, real=clock, ports=ports)
    clinic = Clinic(settings, app, crank, desk, clock)
    listening = socket.create_server(("127.0.0.1", 0))
    clinic.port = listening.getsockname()[1]
    ready = threading.Event()
    uvicorn_server = _Server(
        uvicorn.Config(app, log_level="warning", lifespan="on", timeout_graceful_shutdown=1), ready
    )
    thread = threading.Thread(target=uvicorn_server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        assert ready.wait(DEADLINE_S)
        yield clinic
    finally:
        uvicorn_server.should_exit = True
        thread.join(DEADLINE_S)
        for part in (listening, crank, reader, desk):
            part.close()
        assert not thread.is_alive()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()
