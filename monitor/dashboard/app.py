"""The dashboard's composition root: one FastAPI application with everything wired, nothing global."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from dash import Dash
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from monitor.clock import Clock, SystemClock
from monitor.config import Settings
from monitor.dashboard import (
    act_routes,
    handover_routes,
    health,
    languages,
    live,
    login_page,
    recent_routes,
    records,
)
from monitor.dashboard.acts import Acts
from monitor.dashboard.administration import Administration
from monitor.dashboard.audit import Audit
from monitor.dashboard.backing import StoreServices
from monitor.dashboard.body import LARGEST_OF_ALL
from monitor.dashboard.guard import Guard
from monitor.dashboard.headers import SecurityHeaders, content_security_policy
from monitor.dashboard.hub import Hub
from monitor.dashboard.known import KnownBrowsers
from monitor.dashboard.pace import Pace
from monitor.dashboard.packed import Packed
from monitor.dashboard.pages import build
from monitor.dashboard.people import People
from monitor.dashboard.pin_gate import PinGate
from monitor.dashboard.pin_routes import PinRoutes
from monitor.dashboard.pins import Pins
from monitor.dashboard.services import Ports, Services
from monitor.dashboard.sign_in import SECRET_FILE, SignIns, secret_of
from monitor.dashboard.sockets import Sockets
from monitor.dashboard.stations import Stations
from monitor.dashboard.tries import Tries
from monitor.dashboard.views import retold
from monitor.dashboard.wall_page import WallDoor
from monitor.dashboard.watch import Watch
from monitor.store.desk import Desk
from monitor.store.faults import StoreFault
from monitor.store.queries import JournalReader
from monitor.store.snapshot import Snapshot

REFRESH_STATIONS_S = 5.0
"""How often the monitor hears of each station; after 12 s without, it takes it for gone."""

ACTS_AT_ONCE, ACTS_PER_MIN = 120, 60.0
"""What one sign-in may do: a change of shift over thirty chairs, with many taps beside it, and no flood."""
ENDED = "its time was up, its PIN or role changed, or its user may not sign in any more"

log = logging.getLogger(__name__)

PageBuilder = Callable[[FastAPI, Services], Dash]


def create_app(
    settings: Settings,
    reader: JournalReader,
    desk: Desk,
    clock: Clock,
    *,
    histories: JournalReader | None = None,
    real: Clock | None = None,
    listeners: Sequence[Callable[[Snapshot], None]] = (),
    ports: Ports | None = None,
    build_pages: PageBuilder = build,
) -> FastAPI:
    """Return the whole dashboard as one ASGI application.

    `histories` is a second reader, so that a long query never holds up the watch; `clock` is the shown
    time, `real` the time of sign-in, pacing and health, which `--speed` does not touch. `listeners` are told
    every new snapshot, in the event loop. `ports` listens on serial ports for administrators.
    """
    real = real or SystemClock()
    secure = settings.server.behind_proxy or settings.server.tls_certificate is not None
    sockets, stations, hub = Sockets(), Stations(desk, real), Hub()
    secret = secret_of(settings.store / SECRET_FILE)
    people, audit = People(settings, desk), Audit(desk, real)
    tries = Tries(real, lambda address: audit.note(f"(address {address})", "too many wrong tries"))
    pins, sign_ins = Pins(people, desk, real, secret), SignIns(settings, desk, people, real)
    gate = PinGate(people, pins, tries, KnownBrowsers(secret, secure=secure))
    watch = Watch(reader, hub, lambda: stations.count, real)
    acts = Acts(reader, desk, sign_ins, clock, Pace(real, at_once=ACTS_AT_ONCE, per_min=ACTS_PER_MIN))
    watch.listeners += [acts.turned, *listeners]

    server = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        max_body_size=LARGEST_OF_ALL,
        lifespan=_lifespan(watch, stations, audit, lambda: end_what_is_over(sign_ins, sockets, audit)),
    )
    server.state.people = people
    server.add_exception_handler(StoreFault, _store_fault)
    health.add_route(server, watch.pulse, real)
    languages.add_route(server, settings.timezone)
    login_page.Door(settings, gate, sign_ins, sockets, audit, secure=secure).add_routes(server)
    PinRoutes(people, gate, sign_ins, sockets, audit, secure=secure).add_routes(server)
    WallDoor(desk, people, sign_ins, audit, tries, real, secure=secure).add_routes(server)
    act_routes.add_routes(server, settings, acts, people, sign_ins)
    handover_routes.add_route(server, settings, acts, people)
    records.add_route(server, settings)
    live.add_route(server, hub, stations)

    async def end_sessions(name: str) -> None:
        await end_what_is_over(sign_ins, sockets, audit, name)

    admin = Administration(settings, desk, people, pins, audit, real, end_sessions, ports)
    services = StoreServices(settings, watch, histories or reader, acts, admin)
    recent_routes.add_route(server, services)
    pages = build_pages(server, services)

    # The last one added is the outermost: each answer gets headers, each request its language and the guard.
    server.add_middleware(Packed)
    server.add_middleware(
        Guard,
        sign_ins=sign_ins,
        sockets=sockets,
        station_of=stations.station_of,
        audit=audit.note,
        real=real,
        secure=secure,
    )
    policy = content_security_policy([*pages.csp_hashes(), login_page.script_hash()])
    server.add_middleware(SecurityHeaders, policy=policy, secure=secure)
    server.add_middleware(languages.Languages, clinic=settings.language, zone=settings.timezone)
    return server


async def end_what_is_over(
    sign_ins: SignIns, sockets: Sockets, audit: Audit, user: str | None = None
) -> None:
    """End sessions that are too old or whose user is another now, and close their websockets."""
    for session in sign_ins.end_what_is_over():
        sockets.close(session.token)
        audit.note(session.user.name, "session ended", ENDED)
    await sign_ins.settle(user)


def _lifespan(
    watch: Watch, stations: Stations, audit: Audit, end_old: Callable[[], Awaitable[None]]
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_server: FastAPI) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(watch.run()), asyncio.create_task(_keep(stations, end_old))]
        for task in tasks:
            task.add_done_callback(_report_end)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await audit.finish()

    return lifespan


async def _store_fault(_request: Request, fault: Exception) -> JSONResponse:
    """Say in words that nothing was written: the disk is full, or the file damaged."""
    log.error("%s", fault)
    return JSONResponse({"message": retold.trouble(f"Not done. {fault}")}, 503)


def _report_end(task: asyncio.Task[None]) -> None:
    """A background task that ends by itself is a fault; `/healthz` and every screen show the stall."""
    if not task.cancelled() and (error := task.exception()):
        log.critical("the dashboard no longer follows the journal", exc_info=error)


async def _keep(stations: Stations, end_old: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(REFRESH_STATIONS_S)
        await stations.refresh()
        try:
            await end_old()
        except StoreFault as fault:
            log.warning("old sessions could not be ended on the desk: %s", fault)
