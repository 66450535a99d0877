from __future__ import annotations

import asyncio
import json
import random
import socket as sockets
import string
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import WebSocket
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from monitor.dashboard import frame, live
from monitor.dashboard.frame import StationCount
from monitor.dashboard.hub import Hub
from monitor.store.snapshot import ChairView, Snapshot
from tests.monitor.dashboard_server.clinic import DEADLINE_S, Clinic, alarm, number

WAIT_S = DEADLINE_S


def chair(rate: float = 70, **more: Any) -> ChairView:
    return ChairView("1", "Chair 1", hr=number(rate), **more)


def receive(link: ClientConnection) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(link.recv(timeout=WAIT_S))
    return answer


def until(link: ClientConnection, key: str, wanted: Any) -> dict[str, Any]:
    """Read frames until one carries this."""
    while (answer := receive(link)).get(key) != wanted:
        pass
    return answer


def beating(clinic: Clinic) -> None:
    """Let the dashboard see the turn move."""
    clinic.crank.commit(chair())


def test_a_browser_gets_everything_first_and_then_what_changes(clinic: Clinic) -> None:
    with clinic.browser("wall") as client, clinic.socket(client) as link:
        clinic.crank.commit(chair(70))
        first = receive(link)
        assert (first["k"], first["clinic"], first["order"]) == ("full", "Test clinic", ["1"])
        clinic.crank.commit(chair(71, alarms=[alarm()]))
        change = receive(link)
        assert change["k"] == "delta"
        assert change["chairs"]["1"]["alarms"][0]["id"] == "a1"
        with clinic.socket(client) as late:
            assert receive(late)["turn"] == 2


def test_frames_are_compressed(clinic: Clinic) -> None:
    with clinic.browser("ana") as client, clinic.socket(client) as link:
        assert link.response is not None
        assert "permessage-deflate" in link.response.headers["Sec-WebSocket-Extensions"]


def test_stations_are_counted_and_told_to_the_desk(clinic: Clinic) -> None:
    with clinic.browser("ana") as client, clinic.socket(client) as one:
        beating(clinic)
        one.send('{"station": "tablet", "sound": "armed", "page": "/"}')
        until(one, "stations", {"watching": 1, "sound": 1})
        with clinic.socket(client) as tab, clinic.socket(client) as two:
            tab.send('{"station": "tablet", "sound": "blocked", "page": "/alarms"}')
            two.send('{"station": "wall", "sound": "high_only", "page": "/"}')
            until(one, "stations", {"watching": 2, "sound": 1})
        until(one, "stations", {"watching": 1, "sound": 1})
        one.send('{"station": "tablet", "sound": "off", "page": "/"}')
        until(one, "stations", {"watching": 1, "sound": 0})
        known = {station.id: station for station in clinic.desk.stations()}
        assert known.keys() == {"tablet", "wall"}
        assert (known["tablet"].user, known["tablet"].sound) == ("ana", "off")


@pytest.mark.parametrize(
    "said", ["", "{}", "[1]", '{"station": "../x", "sound": "off"}', '{"station": "x", "sound": 1}']
)
def test_a_browser_that_talks_nonsense_is_dropped(clinic: Clinic, said: str) -> None:
    with clinic.browser("ana") as client, clinic.socket(client) as link:
        link.send(said)
        with pytest.raises(ConnectionClosed) as closed:
            link.recv(timeout=WAIT_S)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1007


def test_a_binary_message_is_dropped_too(clinic: Clinic) -> None:
    with clinic.browser("ana") as client, clinic.socket(client) as link:
        link.send(b"\x00")
        with pytest.raises(ConnectionClosed):
            link.recv(timeout=WAIT_S)


def test_a_browser_that_takes_nothing_is_dropped_and_the_others_go_on(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "STUCK_S", 0.3)
    noise = random.Random(1)
    with clinic.browser("ana") as client, clinic.socket(client) as watching:
        beating(clinic)
        stuck = stuck_browser(clinic, client)
        try:
            until(watching, "stations", {"watching": 1, "sound": 0})
            clinic.crank.commit(chair(label_noise := 1.0))
            for turn in range(60):
                text = "".join(noise.choices(string.printable, k=200_000))
                clinic.crank.commit(chair(label_noise + turn, room=text, alarms=[alarm(str(turn))]))
                if receive(watching).get("stations") == {"watching": 0, "sound": 0}:
                    break
            else:
                pytest.fail("the stuck browser still counts as watching")
        finally:
            stuck.close()


def stuck_browser(clinic: Clinic, client: httpx.Client) -> sockets.socket:
    """Open `/live` by hand, report a station, and never read again."""
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    link = sockets.socket()
    link.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 2048)
    link.connect(("127.0.0.1", clinic.port))
    link.sendall(
        f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{clinic.port}\r\nOrigin: {clinic.origin}\r\n"
        f"Cookie: {cookies}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
    )
    assert b"101" in link.recv(64)
    report = b'{"station": "stuck", "sound": "off", "page": "/"}'
    link.sendall(bytes([0x81, 0x80 | len(report)]) + bytes(4) + report)
    return link


def publish(hub: Hub, turn: int, rate: float) -> None:
    before = hub.latest.picture if hub.latest else None
    snapshot = Snapshot(turn, turn, "b", "C", False, 1.0, [chair(rate)])
    now = frame.picture(snapshot, StationCount(), before)
    hub.publish(now, frame.delta(before, now) if before else None)


def test_whoever_missed_a_frame_gets_a_full_one() -> None:
    hub = Hub()
    for turn in range(1, 4):
        publish(hub, turn, turn)
    assert hub.latest is not None
    kinds = [json.loads(hub.latest.text_after(seen))["k"] for seen in (0, 1, 2)]
    assert kinds == ["full", "full", "delta"]


def test_a_slow_screen_skips_to_the_newest_frame() -> None:
    async def story() -> list[int]:
        hub = Hub()
        waiting = asyncio.create_task(hub.after(0))
        await asyncio.sleep(0)
        publish(hub, 1, 1)
        publish(hub, 2, 2)
        first = await waiting
        publish(hub, 3, 3)
        return [first.picture.turn, (await hub.after(first.seq)).picture.turn]

    assert asyncio.run(story()) == [2, 3]


@pytest.mark.parametrize("met_by", ["writer", "reader"])
def test_a_browser_that_is_gone_in_the_middle_of_a_frame_is_no_fault(met_by: str) -> None:
    async def story() -> None:
        async def torn(message: Any) -> None:
            if message["type"] == "websocket.send":
                raise OSError("connection lost")

        async def says() -> Any:
            return {"type": "websocket.connect"}

        socket = WebSocket({"type": "websocket", "headers": []}, says, torn)
        await socket.accept()
        hub = Hub()
        hub.publish(
            frame.picture(Snapshot(1, 1000, "boot", "Test", False, 1.0, [chair()]), StationCount(1, 1)), None
        )
        await live._feed(socket, hub, labels=True)
        if met_by == "reader":
            await live._listen(socket, SimpleNamespace(take=None), None)  # type: ignore[arg-type]

    asyncio.run(story())
