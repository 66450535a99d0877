"""Wall displays by link: what they see, what they do not, and how they end."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from monitor.dashboard import app
from monitor.dashboard.pages import build
from monitor.dashboard.sign_in import digest
from monitor.dashboard.tries import MOST
from monitor.store.snapshot import ChairView, SessionView
from monitor.store.walls import WallLinks
from tests.monitor.dashboard_server.clinic import Clinic, running

SEATED = ChairView("1", "Chair 1", session=SessionView("v1", "J.D.", "infusion", 0, 0, 40, series="K7"))


@pytest.fixture
def wall_clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clinic]:
    monkeypatch.setattr(app, "REFRESH_STATIONS_S", 0.1)
    with running(tmp_path, pages=build) as clinic:
        clinic.crank.commit(SEATED)
        yield clinic


def link(clinic: Clinic, secret: str = "s3cret", *, labels: bool = False) -> int:
    id_ = WallLinks(clinic.desk).add("Corridor", digest(secret), labels=labels, at_ms=1, by="boss")
    clinic.people.refresh()
    return id_


def open_wall(client: httpx.Client, secret: str = "s3cret") -> httpx.Response:
    client.get(f"/wall/{secret}")
    return client.get("/wall")


def test_a_link_opens_a_display_and_leaves_the_address(wall_clinic: Clinic) -> None:
    link(wall_clinic)
    with wall_clinic.browser() as client:
        shown = client.get("/wall/s3cret")
        assert "s3cret" not in shown.text
        assert 'content="0; url=/wall"' in shown.text
        opened = client.get("/wall")
        assert (opened.status_code, opened.headers["location"]) == (303, "/")
        assert "wall" not in client.cookies
        assert client.get("/me").json()["role"] == "wall"
        assert client.get("/me").json()["display"] == "Corridor"
    assert WallLinks(wall_clinic.desk).all()[0].used_ms


def test_a_display_that_never_saw_the_sign_in_page_can_load_its_pages(wall_clinic: Clinic) -> None:
    link(wall_clinic)
    with wall_clinic.browser() as client:
        client.cookies.clear()
        opened = open_wall(client)
        assert any("csrf=" in kept and "Max-Age" in kept for kept in opened.headers.get_list("set-cookie"))
        token = {"X-CSRF-Token": client.cookies["csrf"]}
        assert client.post("/_dash-update-component", json={}, headers=token).status_code != 403


def test_a_display_keeps_its_session_for_the_same_link(wall_clinic: Clinic) -> None:
    link(wall_clinic)
    with wall_clinic.browser() as client:
        open_wall(client)
        before = client.cookies["session"]
        open_wall(client)
        assert client.cookies["session"] == before


@pytest.mark.parametrize("labels", [True, False])
def test_who_sits_in_a_chair_is_said_only_where_the_link_says_so(wall_clinic: Clinic, labels: bool) -> None:
    link(wall_clinic, labels=labels)
    with wall_clinic.browser() as client:
        open_wall(client)
        assert client.get("/me").json()["labels"] is labels
        with wall_clinic.socket(client) as socket:
            whole = socket.recv(timeout=5)
            changed = ChairView("1", "Chair 1", session=SessionView("v1", "J.D. 2", "paused", 0, 0, 40))
            wall_clinic.crank.commit(changed)
            change = socket.recv(timeout=5)
        for text in (whole, change):
            session = json.loads(text)["chairs"]["1"]["session"]
            assert session["label"].startswith("J.D.") == labels
            assert ("K7" in str(text)) == (labels and text is whole)
        page = {
            "output": "page.children",
            "outputs": {"id": "page", "property": "children"},
            "inputs": [{"id": "location", "property": "pathname", "value": "/visit/v1"}],
            "changedPropIds": ["location.pathname"],
        }
        client.headers["X-CSRF-Token"] = "x"
        client.cookies["csrf"] = "x"
        assert "J.D." not in client.post("/_dash-update-component", json=page).text


def test_revoking_ends_the_display_and_the_link(wall_clinic: Clinic) -> None:
    id_ = link(wall_clinic)
    with wall_clinic.browser() as client:
        open_wall(client)
        with wall_clinic.socket(client) as socket:
            WallLinks(wall_clinic.desk).revoke(id_, 2)
            wall_clinic.people.refresh()
            assert client.get("/me").status_code == 401
            with pytest.raises(ConnectionClosed) as closed:
                [socket.recv(timeout=8) for _ in range(100)]
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1008
        assert open_wall(client).status_code == 404


def test_a_wall_display_is_never_locked_nor_ended_by_time(wall_clinic: Clinic) -> None:
    link(wall_clinic)
    with wall_clinic.browser() as client:
        open_wall(client)
        wall_clinic.clock.shift_s = 30 * 86_400
        me = client.get("/me").json()
        assert (me["locked"], me["left_s"]) == (False, None)


def test_a_link_never_takes_the_place_of_somebody_who_is_signed_in(wall_clinic: Clinic) -> None:
    link(wall_clinic)
    with wall_clinic.browser("ana") as client:
        answer = open_wall(client)
        assert answer.status_code == 409
        assert "Ana is signed in here" in answer.text
        assert client.get("/me").json()["user"] == "ana"


def test_links_cannot_be_guessed_for_long(wall_clinic: Clinic) -> None:
    link(wall_clinic)
    with wall_clinic.browser() as client:
        assert [open_wall(client, f"guess{n}").status_code for n in range(MOST)] == [404] * MOST
        assert open_wall(client).status_code == 429
        assert wall_clinic.sign_in(client, "ana").status_code == 429
        wall_clinic.clock.shift_s = 301
        assert open_wall(client).status_code == 303


def test_the_secret_is_in_no_log_and_not_on_the_desk(
    wall_clinic: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    link(wall_clinic)
    with wall_clinic.browser() as client:
        open_wall(client)
        client.get("/wall/s3cret", headers={"Host": "evil.example"})
    ours = [line for line in caplog.records if not line.name.startswith(("httpx", "httpcore"))]
    assert any("/wall/…" in line.getMessage() for line in ours)
    assert not any("s3cret" in line.getMessage() for line in ours)
    for file in wall_clinic.settings.store.glob("desk.db*"):
        assert b"s3cret" not in file.read_bytes()
