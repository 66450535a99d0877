"""What a browser does, without the browser: a `/live` websocket, or a dcc.Interval that fires."""

from __future__ import annotations

import asyncio
import json
import time

import httpx
from websockets.client import ClientProtocol
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from .clinic import Clinic

ASKED = {
    "output": "board.children",
    "outputs": {"id": "board", "property": "children"},
    "inputs": [{"id": "tick", "property": "n_intervals", "value": 1}],
    "changedPropIds": ["tick.n_intervals"],
}
"""What Dash's renderer posts when the Interval fires."""


class Tally:
    """What all browsers together received while `counting`."""

    def __init__(self) -> None:
        self.counting = False
        self.alive = 0
        """How many were up to date at the end."""
        self.bytes = 0
        self.frames = 0
        self.latencies_ms: list[float] = []
        self.alarm_latencies_ms: list[float] = []


class LiveBrowser(asyncio.Protocol):
    """One `/live` websocket; counts bytes as they come off the wire, compressed as Chromium asks for."""

    def __init__(self, origin: str, cookie: str, clinic: Clinic, tally: Tally) -> None:
        self._link = ClientProtocol(
            parse_uri(origin.replace("http", "ws") + "/live"),
            origin=origin,  # type: ignore[arg-type]
            extensions=[ClientPerMessageDeflateFactory(client_max_window_bits=True)],
        )
        self._cookie, self._clinic, self._tally = cookie, clinic, tally
        self.turn = 0
        """The newest turn that it was told."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        request = self._link.connect()
        request.headers["Cookie"] = self._cookie
        self._link.send_request(request)
        self._flush()

    def data_received(self, data: bytes) -> None:
        arrived = time.perf_counter()
        self._link.receive_data(data)
        for event in self._link.events_received():
            if isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                self.turn = json.loads(event.data)["turn"]
                if self._tally.counting:
                    self._count(self.turn, arrived)
        self._tally.bytes += len(data) if self._tally.counting else 0
        self._flush()

    def _count(self, turn: int, arrived: float) -> None:
        took_ms = (arrived - self._clinic.committed.get(turn, arrived)) * 1000
        self._tally.frames += 1
        self._tally.latencies_ms.append(took_ms)
        if turn in self._clinic.alarm_turns:
            self._tally.alarm_latencies_ms.append(took_ms)

    def _flush(self) -> None:
        for part in self._link.data_to_send():
            if part:
                self.transport.write(part)


class IntervalBrowsers:
    """Browsers that each ask for the whole board once a second, and wait for the answer."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.answers = 0
        self.bytes = 0
        self.latencies_ms: list[float] = []

    async def run(self, origin: str, seconds: float) -> None:
        stop = time.perf_counter() + seconds
        async with httpx.AsyncClient(base_url=origin, timeout=60) as client:
            await asyncio.gather(*(self._ask_until(client, stop) for _ in range(self._count)))

    async def _ask_until(self, client: httpx.AsyncClient, stop: float) -> None:
        while (asked := time.perf_counter()) < stop:
            answer = await client.post("/_dash-update-component", json=ASKED)
            answer.raise_for_status()
            self.answers += 1
            self.bytes += answer.num_bytes_downloaded
            self.latencies_ms.append((time.perf_counter() - asked) * 1000)
            await asyncio.sleep(max(0.0, asked + 1 - time.perf_counter()))
