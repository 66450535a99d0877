"""The dashboard's composition root: one FastAPI application with everything wired, nothing global."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from dash import Dash
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from monitor.clock import Clock, SystemClock
from monitor.config import Settings
from monitor.dashboard import act_routes, handover_routes, health, live, login_page, records
from monitor.dashboard.acts import Acts
from monitor.dashboard.audit import Audit
from monitor.dashboard.backing import StoreServices
from monitor.dashboard.guard import Guard
from monitor.dashboard.headers import SecurityHeaders, content_security_policy
from monitor.dashboard.hub import Hub
from monitor.dashboard.pages import build
from monitor.dashboard.pins import Pins
from monitor.dashboard.services import Services
from monitor.dashboard.sign_in import SignIns
from monitor.dashboard.sockets import Sockets
from monitor.dashboard.stations import Stations
from monitor.dashboard.watch import Watch
from monitor.store.desk import Desk
from monitor.store.faults import StoreFault
from monitor.store.queries import JournalReader
from monitor.store.snapshot import Snapshot

REFRESH_STATIONS_S = 5.0
"""How often the monitor hears of each station; after 12 s without, it takes it for gone."""

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
    build_pages: PageBuilder = build,
) -> FastAPI:
    """Return the whole dashboard as one ASGI application.

    `histories` is a second reader, so that a long query never holds up the watch; `clock` is the shown
    time, `real` the time of sign-in, pacing and health, which `--speed` does not touch. `listeners` are told
    every new snapshot, in the event loop.
    """
    real = real or SystemClock()
    secure = settings.server.behind_proxy or settings.server.tls_certificate is not None
    sockets, stations, hub = Sockets(), Stations(desk, real), Hub()
    audit, pins, sign_ins = Audit(desk, real), Pins(settings, desk, real), SignIns(settings, desk, real)
    watch = Watch(reader, hub, lambda: stations.count, real)
    acts = Acts(reader, desk, sign_ins, clock)
    watch.listeners += [acts.turned, *listeners]

    server = FastAPI(
        docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan(watch, stations, audit)
    )
    server.add_exception_handler(StoreFault, _store_fault)
    health.add_route(server, watch.pulse, real)
    login_page.Door(settings, pins, sign_ins, sockets, audit, secure=secure).add_routes(server)
    act_routes.add_routes(server, settings, acts, pins, sign_ins, audit)
    handover_routes.add_route(server, settings, acts)
    records.add_route(server, settings)
    live.add_route(server, hub, stations)
    pages = build_pages(server, StoreServices(settings, watch, histories or reader, acts))

    # The last one added is the outermost: every answer gets its headers, every request meets the guard.
    server.add_middleware(
        Guard,
        sign_ins=sign_ins,
        sockets=sockets,
        station_of=stations.station_of,
        audit=audit.note,
        secure=secure,
    )
    policy = content_security_policy([*pages.csp_hashes(), login_page.script_hash()])
    server.add_middleware(SecurityHeaders, policy=policy, secure=secure)
    return server


def _lifespan(
    watch: Watch, stations: Stations, audit: Audit
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_server: FastAPI) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(watch.run()), asyncio.create_task(_keep_stations(stations))]
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
    return JSONResponse({"message": f"Not done. {fault}"}, 503)


def _report_end(task: asyncio.Task[None]) -> None:
    """A background task that ends by itself is a fault; `/healthz` and every screen show the stall."""
    if not task.cancelled() and (error := task.exception()):
        log.critical("the dashboard no longer follows the journal", exc_info=error)


async def _keep_stations(stations: Stations) -> None:
    while True:
        await asyncio.sleep(REFRESH_STATIONS_S)
        await stations.refresh()
