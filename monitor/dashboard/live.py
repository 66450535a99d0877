"""`/live`: one websocket a browser; frames go out, what the browser says of itself comes in."""

from __future__ import annotations

import asyncio
import logging

import msgspec
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from starlette.websockets import WebSocketState

from monitor.dashboard.hub import Hub
from monitor.dashboard.sign_in import SignedIn
from monitor.dashboard.stations import Stations, Watcher, decode_report
from monitor.dashboard.viewer import present

STUCK_S = 5.0
"""A browser that takes no frame for so long is dropped; it connects again when it can."""
REPORT_PACE_S = 0.2
"""What a browser says of itself is read this often; what it says faster waits in its own machine."""
UNREADABLE = 1007

log = logging.getLogger(__name__)


def add_route(server: FastAPI, hub: Hub, stations: Stations) -> None:
    """Serve the `/live` websocket to whom the guard lets through."""

    @server.websocket("/live")
    async def live(socket: WebSocket) -> None:
        signed_in: SignedIn = socket.state.signed_in
        await socket.accept()
        with stations.watching(signed_in.token, signed_in.user.name) as watcher:
            await _serve(socket, hub, stations, watcher, labels=present().viewer.labels)


async def _serve(socket: WebSocket, hub: Hub, stations: Stations, watcher: Watcher, *, labels: bool) -> None:
    """Feed and listen until either ends."""
    tasks = {
        asyncio.create_task(_feed(socket, hub, labels=labels)),
        asyncio.create_task(_listen(socket, stations, watcher)),
    }
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in ended:
        task.result()


async def _feed(socket: WebSocket, hub: Hub, *, labels: bool) -> None:
    """Send the newest frame, again and again; skip those that came while the browser was busy."""
    seen = 0
    try:
        while True:
            newest = await hub.after(seen)
            async with asyncio.timeout(STUCK_S):
                await socket.send_text(newest.text_after(seen, labels=labels))
            seen = newest.seq
    except TimeoutError:
        log.info("a browser took no frame for %.0f s: dropped", STUCK_S)
    except WebSocketDisconnect:
        pass
    except RuntimeError:
        if not _gone(socket):
            raise


async def _listen(socket: WebSocket, stations: Stations, watcher: Watcher) -> None:
    """Read what the browser says of itself until it leaves."""
    try:
        while True:
            report = decode_report(await socket.receive_text())
            if watcher.report is not None and report.station != watcher.report.station:
                await socket.close(UNREADABLE)
                return
            await stations.take(watcher, report)
            await asyncio.sleep(REPORT_PACE_S)
    except WebSocketDisconnect:
        pass
    except RuntimeError:
        if not _gone(socket):
            raise
    except (msgspec.DecodeError, KeyError) as error:
        log.warning("a browser sent what is no station report: %s", error)
        await socket.close(UNREADABLE)


def _gone(socket: WebSocket) -> bool:
    """Tell whether a socket has ended: its reader hears of it as an error where its writer met the end."""
    return WebSocketState.DISCONNECTED in (socket.client_state, socket.application_state)
