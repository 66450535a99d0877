"""Changing hands at one screen: another user, a sign-in that ends by itself, too many wrong tries."""

from __future__ import annotations

from contextlib import ExitStack

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import HTTPConnection
from websockets.exceptions import ConnectionClosed

from monitor.dashboard import app, pin_routes
from monitor.dashboard.pins import FREE_TRIES
from monitor.dashboard.tries import ADDRESSES, MOST, TooManyTries, Tries
from tests.monitor.dashboard_server.clinic import PINS, Clinic, ShiftedClock


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done every few seconds is done at once here."""
    monkeypatch.setattr(app, "REFRESH_STATIONS_S", 0.1)
    monkeypatch.setattr(pin_routes, "OLD_LINK_S", 0.1)


def switch(client: httpx.Client, user: str, pin: str | None = None) -> httpx.Response:
    return client.post("/switch", json={"user": user, "pin": pin or PINS[user]})


def test_switching_opens_a_session_for_the_other_and_ends_the_one_before(clinic: Clinic) -> None:
    with clinic.browser("ana") as client:
        before = client.cookies["session"]
        with clinic.socket(client) as socket:
            assert switch(client, "ruiz").json() == {"user": "ruiz"}
            assert client.get("/me").json()["user"] == "ruiz"
            old = httpx.get(clinic.origin + "/me", headers={"Cookie": f"session={before}"})
            assert old.status_code == 401
            with pytest.raises(ConnectionClosed) as closed:
                socket.recv(timeout=5)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1008


def test_a_wrong_pin_changes_nobody_and_says_how_long_to_wait(clinic: Clinic) -> None:
    with clinic.browser("ana") as client:
        answers = [switch(client, "ruiz", "0000") for _ in range(FREE_TRIES)]
        assert [answer.status_code for answer in answers] == [403] * (FREE_TRIES - 1) + [429]
        assert answers[-1].json()["wait_s"] == pytest.approx(30, abs=1)
        assert client.get("/me").json()["user"] == "ana"
        assert client.post("/switch", json={"user": "ruiz"}).status_code == 400


def test_a_locked_screen_can_be_taken_over(clinic: Clinic) -> None:
    with clinic.browser("ana") as client:
        clinic.clock.shift_s = 601
        assert client.get("/me").json()["locked"] is True
        assert switch(client, "ruiz").status_code == 200
        assert client.get("/me").json()["locked"] is False


def test_the_pad_offers_everybody_but_wall_displays(clinic: Clinic) -> None:
    with clinic.browser("ana") as client:
        assert [person["user"] for person in client.get("/people").json()] == ["ana", "ruiz", "boss"]
    for user, status in ((None, 401), ("wall", 403)):
        with clinic.browser(user) as client:
            assert client.get("/people").status_code == status


def test_a_sign_in_ends_by_itself_however_busy(clinic: Clinic) -> None:
    with clinic.browser("ana") as client, clinic.browser("wall") as wall:
        clinic.clock.shift_s = 12 * 3600 - 60
        assert client.post("/unlock", json={"pin": PINS["ana"]}).status_code == 200
        assert 0 < client.get("/me").json()["left_s"] <= 60
        with clinic.socket(client) as socket:
            clinic.clock.shift_s += 61
            assert client.get("/me").status_code == 401
            with pytest.raises(ConnectionClosed):
                socket.recv(timeout=8)
        assert wall.get("/me").status_code == 200
    assert ("ana", "session ended") in {(line.user, line.event) for line in clinic.desk.audit_trail()}


def test_switching_to_oneself_begins_the_time_anew(clinic: Clinic) -> None:
    with clinic.browser("ana") as client:
        clinic.clock.shift_s = 12 * 3600 - 60
        assert switch(client, "ana").status_code == 200
        assert client.get("/me").json()["left_s"] > 11 * 3600


def seen_from(host: str) -> HTTPConnection:
    return HTTPConnection({"type": "http", "client": (host, 1), "headers": []})


def wrong(tries: Tries, host: str) -> None:
    with tries.one(seen_from(host)) as tried:
        tried.wrong = True


def admitted(tries: Tries, host: str) -> bool:
    try:
        with tries.one(seen_from(host)):
            return True
    except TooManyTries:
        return False


def test_one_address_waits_and_others_do_not() -> None:
    told: list[str] = []
    clock = ShiftedClock()
    tries = Tries(clock, told.append)
    for n in range(MOST):
        wrong(tries, f"2001:db8::{n:x}")
    assert not admitted(tries, "2001:db8::ffff")
    assert admitted(tries, "2001:db8:0:1::1")
    assert admitted(tries, "10.0.0.1")
    clock.shift_s = 301
    assert admitted(tries, "2001:db8::ffff")
    assert told == ["2001:db8::/64"]


def test_tries_sent_together_count_before_they_are_answered() -> None:
    tries = Tries(ShiftedClock())
    with ExitStack() as under_way:
        for _ in range(MOST):
            under_way.enter_context(tries.one(seen_from("10.0.0.1")))
        assert not admitted(tries, "10.0.0.1")
        assert admitted(tries, "10.0.0.2")
    assert admitted(tries, "10.0.0.1"), "right PINs leave nothing behind"


@given(st.lists(st.integers(0, 3), min_size=MOST, max_size=MOST * 4))
def test_nobody_is_refused_before_the_thirtieth_wrong_try(hosts: list[int]) -> None:
    tries, counts = Tries(ShiftedClock()), dict.fromkeys(range(4), 0)
    for host in hosts:
        if counts[host] < MOST:
            wrong(tries, f"10.0.0.{host}")
            counts[host] += 1
    for host, count in counts.items():
        assert admitted(tries, f"10.0.0.{host}") == (count < MOST)


def test_memory_does_not_grow_with_addresses() -> None:
    tries = Tries(ShiftedClock())
    for n in range(ADDRESSES + 10):
        wrong(tries, f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}")
    assert len(tries._addresses) == ADDRESSES
