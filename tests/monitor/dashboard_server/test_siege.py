"""Whoever means harm, with a sign-in or without: what they can fill, hold up or keep others from."""

from __future__ import annotations

import socket as sockets
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from monitor.cli import patience
from monitor.cli.patience import Patience
from monitor.dashboard import app, body, guard, live, packed
from monitor.dashboard.known import COOKIE as KNOWN
from monitor.dashboard.pages import build
from monitor.dashboard.pins import FREE_TRIES
from monitor.dashboard.sockets import MOST as MOST_SOCKETS
from monitor.dashboard.tries import MOST
from tests.brokers import wait_until
from tests.monitor.dashboard_server.clinic import PINS, Clinic, running


def lock_out(clinic: Clinic, user: str, times: int = FREE_TRIES) -> None:
    """What a stranger does to a name, who has no sign-in and no browser that anybody knows."""
    with clinic.browser() as stranger:
        for _ in range(times):
            clinic.sign_in(stranger, user, "0000")


# ---- keeping somebody out -----------------------------------------------------------------------------


def test_a_stranger_cannot_keep_somebody_out_of_a_browser_that_knows_them(clinic: Clinic) -> None:
    with clinic.browser("ruiz") as station:
        station.post("/logout")
        lock_out(clinic, "ruiz")
        with clinic.browser() as elsewhere:
            assert clinic.sign_in(elsewhere, "ruiz").status_code == 429
        assert clinic.sign_in(station, "ruiz").status_code == 303


def test_a_stranger_cannot_keep_a_locked_session_from_its_pin(clinic: Clinic) -> None:
    with clinic.browser("ruiz") as client:
        del client.cookies[KNOWN]
        clinic.clock.shift_s = 601
        lock_out(clinic, "ruiz")
        assert client.post("/unlock", json={"pin": PINS["ruiz"]}).status_code == 200


def test_a_crowd_at_one_address_keeps_nobody_out_who_is_known_there(clinic: Clinic) -> None:
    with clinic.browser("ruiz") as station, clinic.browser() as stranger:
        station.post("/logout")
        for n in range(MOST):
            clinic.sign_in(stranger, f"name{n}", "0000")
        assert "from this address" in clinic.sign_in(stranger, "ana").text
        assert clinic.sign_in(station, "ruiz").status_code == 303
    told = [line for line in clinic.desk.audit_trail() if line.event == "too many wrong tries"]
    assert [line.user for line in told] == ["(address 127.0.0.1)"]


def test_a_browser_that_knows_somebody_has_five_tries_of_its_own(clinic: Clinic) -> None:
    with clinic.browser("ruiz") as station:
        station.post("/logout")
        wrong = [clinic.sign_in(station, "ruiz", "0000").status_code for _ in range(FREE_TRIES)]
        assert wrong == [401] * (FREE_TRIES - 1) + [429]
        assert clinic.sign_in(station, "ruiz").status_code == 429
        with clinic.browser() as elsewhere:
            assert clinic.sign_in(elsewhere, "ruiz").status_code == 303
    assert {line.user for line in clinic.desk.audit_trail() if line.event == "wrong PIN"} == {"ruiz"}


@pytest.mark.parametrize("forged", ["x", "0011223344556677.aa", ""])
def test_nobody_makes_a_known_browser_of_their_own(clinic: Clinic, forged: str) -> None:
    lock_out(clinic, "ruiz")
    with clinic.browser("ana") as client:
        known = client.cookies[KNOWN]
        for cookie in (forged, known, known.replace(".", "..", 1)):
            client.cookies.delete(KNOWN)
            client.cookies.set(KNOWN, cookie, domain="127.0.0.1")
            assert client.post("/switch", json={"user": "ruiz", "pin": PINS["ruiz"]}).status_code == 429


def test_a_known_browser_names_nobody(clinic: Clinic) -> None:
    with clinic.browser() as client:
        answer = clinic.sign_in(client, "ruiz")
        cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(f"{KNOWN}="))
        assert "ruiz" not in cookie.lower()
        assert all(flag in cookie for flag in ("HttpOnly", "SameSite=strict"))


def test_many_guesses_sent_together_are_no_more_than_one_after_the_other(clinic: Clinic) -> None:
    with clinic.browser() as stranger:
        stranger.get("/login")
        token = stranger.cookies["csrf"]

        def guess(n: int) -> int:
            form = {"user": f"name{n}", "pin": "0000", "csrf": token}
            return stranger.post("/login", data=form, timeout=30).status_code

        with ThreadPoolExecutor(MOST * 2) as crowd:
            answers = list(crowd.map(guess, range(MOST * 2)))
    assert answers.count(401) <= MOST


def test_which_names_share_a_counter_cannot_be_worked_out(tmp_path: Path) -> None:
    """Otherwise a stranger fills the counter that a name would use, and the lock tells whether it exists."""
    kept = []
    for folder in ("one", "two"):
        with running(tmp_path / folder) as clinic:
            lock_out(clinic, "nobody", times=1)
            lock_out(clinic, "somebody", times=1)
            kept.append({line.user for line in clinic.desk.audit_trail() if line.event == "wrong PIN"})
    assert kept[0] != kept[1]


def test_a_page_elsewhere_cannot_use_up_the_tries_of_an_address(clinic: Clinic) -> None:
    with clinic.browser() as client:
        for _ in range(MOST):
            assert client.get("/wall").status_code == 404
        assert clinic.sign_in(client, "ana").status_code == 303


# ---- sessions that are over ---------------------------------------------------------------------------


def test_a_session_that_ends_is_over_before_the_desk_has_written_it(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the same browser asks for meanwhile must not bring it back."""
    writing, go_on = threading.Event(), threading.Event()
    revoke = clinic.desk.revoke

    def slowly(token: str, at_ms: int) -> None:
        writing.set()
        assert go_on.wait(10)
        revoke(token, at_ms)

    monkeypatch.setattr(clinic.desk, "revoke", slowly)
    with clinic.browser("ana") as client, ThreadPoolExecutor(1) as beside:
        leaving = beside.submit(client.post, "/logout")
        assert writing.wait(10)
        cookies = {"Cookie": f"session={client.cookies['session']}"}
        meanwhile = httpx.get(clinic.origin + "/me", headers=cookies).status_code
        go_on.set()
        assert leaving.result(10).status_code == 303
        assert (meanwhile, httpx.get(clinic.origin + "/me", headers=cookies).status_code) == (401, 401)


def test_a_full_disk_keeps_nobody_signed_in(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "REFRESH_STATIONS_S", 0.1)

    def full(*_given: Any) -> None:
        raise app.StoreFault("desk.db: the disk is full.")

    with clinic.browser("ana") as client, clinic.socket(client) as link:
        cookies = {"Cookie": f"session={client.cookies['session']}"}
        with monkeypatch.context() as broken:
            broken.setattr(clinic.desk, "revoke", full)
            assert client.post("/logout").status_code == 503
            assert httpx.get(clinic.origin + "/me", headers=cookies).status_code == 401
            with pytest.raises(ConnectionClosed):
                [link.recv(timeout=5) for _ in range(100)]


def test_a_pin_that_was_changed_in_the_file_ends_the_sessions_before(tmp_path: Path) -> None:
    with running(tmp_path) as before, before.browser("ana") as client:
        cookies, settings = dict(client.cookies), before.settings
    ana, *others = settings.users
    changes: list[dict[str, Any]] = [{"pin_hash": others[0].pin_hash}, {"role": others[0].role}]
    for changed in changes:
        now = replace(settings, users=(replace(ana, **changed), *others))
        with running(tmp_path, settings=now) as after, after.browser() as client:
            client.cookies.update(cookies)
            assert client.get("/me").status_code == 401
    with running(tmp_path, settings=settings) as again, again.browser() as client:
        client.cookies.update(cookies)
        assert client.get("/me").status_code == 200


# ---- filling and flooding -----------------------------------------------------------------------------


def test_dash_takes_no_callbacks_over_a_websocket(quiet_clinic: Clinic) -> None:
    """None of ours are meant for it, and who asks would be who opened it, whatever became of them since."""
    for user in PINS:
        with quiet_clinic.browser(user) as client, pytest.raises(InvalidStatus):
            quiet_clinic.socket(client, "/_dash-ws-callback")


def test_a_sign_in_has_so_many_websockets_and_others_have_theirs(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clinic.browser("wall") as client, clinic.browser("ana") as ana, ExitStack() as tabs:
        for _ in range(MOST_SOCKETS):
            tabs.enter_context(clinic.socket(client))
        with pytest.raises(InvalidStatus):
            clinic.socket(client)
        with clinic.socket(ana):
            pass
        tabs.close()
        wait_until(lambda: opens(clinic, client), 5)


def opens(clinic: Clinic, client: httpx.Client) -> bool:
    try:
        with clinic.socket(client):
            return True
    except InvalidStatus:
        return False


def test_what_a_browser_says_of_itself_is_read_at_its_pace(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "REPORT_PACE_S", 30.0)
    with clinic.browser("ana") as client, clinic.socket(client, close_timeout=0.1) as link:
        for sound in ("off", "armed") * 50:
            link.send(f'{{"station": "tablet", "sound": "{sound}", "page": "/"}}')
        wait_until(lambda: clinic.desk.stations(), 5)
        clinic.crank.commit()
        assert link.recv(timeout=5)
        assert [station.sound for station in clinic.desk.stations()] == ["off"]


def test_one_websocket_is_one_station(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "REPORT_PACE_S", 0.0)
    with clinic.browser("ana") as client, clinic.socket(client) as link:
        for name in ("one", "two"):
            link.send(f'{{"station": "{name}", "sound": "off", "page": "/"}}')
        with pytest.raises(ConnectionClosed):
            link.recv(timeout=5)
        assert [station.id for station in clinic.desk.stations()] == ["one"]


def test_the_audit_keeps_so_many_refusals_of_one_user(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clinic.browser("wall") as client:
        for _ in range(guard.KEPT_AT_ONCE + 10):
            assert client.post("/act", json={}).status_code == 403
        client.post("/logout")
    refused = [line for line in clinic.desk.audit_trail() if line.event == "refused"]
    assert len(refused) == guard.KEPT_AT_ONCE


def test_acts_come_at_a_persons_pace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "ACTS_AT_ONCE", 2)
    monkeypatch.setattr("monitor.dashboard.acts.PATIENCE_S", 0.01)
    with running(tmp_path) as clinic, clinic.browser("ana") as client:
        said = [act(client) for _ in range(3)]
        assert [answer.status_code for answer in said] == [202, 202, 403]
        assert "too many actions" in said[-1].json()["message"]
        clinic.clock.shift_s += 2
        assert act(client).status_code == 202


def act(client: httpx.Client) -> httpx.Response:
    return client.post("/act", json={"chair": "1", "session": None, "act": {"type": "begin_baseline"}})


@pytest.mark.parametrize("path", ["/_dash-update-component", "/act", "/unlock", "/switch"])
def test_a_body_beyond_all_measure_is_refused(quiet_clinic: Clinic, path: str) -> None:
    with quiet_clinic.browser("ana") as client:
        assert client.post(path, content=b" " * (body.LARGEST_OF_ALL + 1)).status_code == 413
        endless = client.post(path, content=(b" " * 65_536 for _ in range(20)))
        assert endless.status_code in (413, 500), "Dash calls it a fault of its own"


def test_a_form_that_never_comes_to_an_end_is_given_up(
    quiet_clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body, "LONGEST_S", 0.05)
    with sockets.create_connection(("127.0.0.1", quiet_clinic.port)) as slow:
        here = f"Host: 127.0.0.1:{quiet_clinic.port}\r\nOrigin: {quiet_clinic.origin}"
        slow.sendall(f"POST /login HTTP/1.1\r\n{here}\r\nContent-Length: 100\r\n\r\nuser=a".encode())
        slow.settimeout(10)
        assert b" 408 " in slow.recv(200)


def test_scripts_of_no_version_do_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packed, "MOST", 3)
    with running(tmp_path, pages=build) as clinic, clinic.browser("wall") as client:
        assert '"websocket"' not in client.get("/").text, "Dash's socket is asked for"
        whole: Any = clinic.app.middleware_stack
        while not isinstance(whole, packed.Packed):
            whole = getattr(whole, "app", None) or whole._app
        for version in range(6):
            script = f"/_dash-component-suites/dash/html/dash_html_components.v1_0_0m{version}.min.js"
            assert client.get(script).status_code == 200
        assert len(whole._kept) == 3


# ---- slow clients -------------------------------------------------------------------------------------


async def hello(scope: Any, receive: Any, send: Any) -> None:
    """Answer everything: HTTP with two letters, a websocket by taking it."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await receive()
        await send({"type": "websocket.send", "text": "still here"})
        await receive()
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@contextmanager
def patient(timeout_keep_alive: int = 5) -> Iterator[int]:
    listening = sockets.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        hello, http=Patience, log_level="error", lifespan="off", timeout_keep_alive=timeout_keep_alive
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        wait_until(lambda: server.started, 10)
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


@pytest.mark.parametrize("said", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nA: "])
def test_a_head_that_never_comes_to_an_end_is_cut_off(said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HEAD_S", 0.05)
    with patient() as port, sockets.create_connection(("127.0.0.1", port)) as slow:
        slow.sendall(said)
        slow.settimeout(10)
        assert slow.recv(10) == b""


def test_the_second_head_of_a_connection_has_an_end_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    with patient(60) as port, sockets.create_connection(("127.0.0.1", port)) as slow:
        slow.settimeout(10)
        slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = b""
        while not answer.endswith(b"ok"):
            answer += slow.recv(1000)
        monkeypatch.setattr(patience, "HEAD_S", 0.05)
        slow.sendall(b"GET /")
        assert slow.recv(10) == b""


def test_a_head_beyond_all_measure_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    with patient() as port, sockets.create_connection(("127.0.0.1", port)) as large:
        large.settimeout(10)
        with pytest.raises(OSError, match=r"reset|[Bb]roken"):
            large.sendall(b"GET / HTTP/1.1\r\n" + (b"A: " + b"x" * 1000 + b"\r\n") * 50_000)


def test_who_is_being_answered_and_a_websocket_have_no_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HEAD_S", 0.05)
    with patient() as port, connect(f"ws://127.0.0.1:{port}/") as link:
        with sockets.create_connection(("127.0.0.1", port)) as slow:  # its deadline passes while we look
            slow.settimeout(10)
            assert slow.recv(1) == b""
        link.send("?")
        assert link.recv(timeout=10) == "still here"
