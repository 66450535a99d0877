from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from monitor.dashboard import acts
from monitor.sessions.actions import Seat
from monitor.store.desk import DeskReader
from monitor.store.snapshot import ChairView
from monitor.terms import Role
from tests.monitor.dashboard_server.clinic import DEADLINE_S, Clinic

SEAT = {"chair": "1", "session": None, "act": {"type": "seat", "label": "AB", "identifiers_confirmed": True}}


def answering(clinic: Clinic, message: str) -> threading.Thread:
    """A monitor that answers the next act; an empty message accepts it."""

    def turn() -> None:
        reader = DeskReader.open(clinic.settings.store)
        tick, deadline = threading.Event(), round(DEADLINE_S / 0.01)
        while reader.last_action() == 0 and deadline:
            tick.wait(0.01)
            deadline -= 1
        clinic.crank.commit(ChairView("1", "Chair 1"), desk_seq=1, answers={1: message})
        reader.close()

    thread = threading.Thread(target=turn)
    thread.start()
    return thread


def test_a_callback_acts_as_whoever_pressed_the_button(clinic: Clinic) -> None:
    with clinic.browser("ana") as ana, clinic.browser("wall") as wall:
        assert clinic.callback(wall, "done").startswith("refused: The role wall")
        monitor = answering(clinic, "")
        assert clinic.callback(ana, "done") == "True "
        monitor.join()
        clinic.clock.shift_s = 601
        assert clinic.callback(ana, "done").startswith("refused: Locked")


def test_a_callback_that_gets_no_answer_says_so(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "PATIENCE_S", 0.1)
    with clinic.browser("ruiz") as client:
        assert clinic.callback(client, "done") == "unanswered"


def act(clinic: Clinic, client: httpx.Client, message: str) -> httpx.Response:
    monitor = answering(clinic, message)
    answer = client.post("/act", json=SEAT)
    monitor.join()
    return answer


def test_an_accepted_act_carries_its_author_and_station(clinic: Clinic) -> None:
    with clinic.browser("ana") as client, clinic.socket(client) as link:
        link.send('{"station": "tablet", "sound": "off", "page": "/"}')
        clinic.crank.commit(ChairView("1", "Chair 1"))
        while "stations" not in link.recv(timeout=DEADLINE_S):
            pass
        answer = act(clinic, client, "")
        assert (answer.status_code, answer.json()) == (200, {"accepted": True})
    reader = DeskReader.open(clinic.settings.store)
    (written,) = reader.actions_after(0)
    reader.close()
    assert (written.user, written.role, written.station) == ("Ana", Role.NURSE, "tablet")
    assert written.act == Seat("AB", identifiers_confirmed=True)


def test_a_refusal_of_the_turn_is_told_in_its_words(clinic: Clinic) -> None:
    with clinic.browser("ruiz") as client:
        answer = act(clinic, client, "Chair 1 is taken.")
        assert (answer.status_code, answer.json()) == (409, {"message": "Chair 1 is taken."})


def test_an_act_that_nobody_answers_is_pending(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "PATIENCE_S", 0.1)
    with clinic.browser("ana") as client:
        assert client.post("/act", json=SEAT).status_code == 202


@pytest.mark.parametrize("user", ["boss", "wall"])
def test_who_only_looks_on_cannot_act(clinic: Clinic, user: str) -> None:
    with clinic.browser(user) as client:
        assert client.post("/act", json=SEAT).status_code == 403
    assert nothing_written(clinic.settings.store)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        {},
        {**SEAT, "act": {"type": "dance"}},
        {**SEAT, "act": {"type": "seat"}},
        {**SEAT, "user": "ruiz"},
        {**SEAT, "chair": "99"},
        {**SEAT, "session": 1},
    ],
)
def test_what_is_no_act_is_refused_and_not_written(quiet_clinic: Clinic, body: Any) -> None:
    with quiet_clinic.browser("ana") as client:
        answer = client.post("/act", **({"content": body} if isinstance(body, bytes) else {"json": body}))
        assert answer.status_code == 400
        assert answer.json()["message"]
    assert nothing_written(quiet_clinic.settings.store)


def test_acting_keeps_the_session_unlocked(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "PATIENCE_S", 0.01)
    with clinic.browser("ana") as client:
        for shift in (500, 1000, 1500):
            clinic.clock.shift_s = shift
            assert client.post("/act", json=SEAT).status_code == 202


def nothing_written(store: Path) -> bool:
    reader = DeskReader.open(store)
    try:
        return reader.last_action() == 0
    finally:
        reader.close()


def fill_disk(clinic: Clinic) -> None:
    """The desk may not grow by another page, as on a full disk."""
    clinic.desk._connection.exec_driver_sql("PRAGMA max_page_count=1")


def test_on_a_full_disk_the_act_is_refused_in_words_and_the_screens_go_on(clinic: Clinic) -> None:
    with clinic.browser("ana") as client, clinic.socket(client) as link:
        clinic.crank.commit(ChairView("1", "Chair 1"))
        link.recv(timeout=DEADLINE_S)
        fill_disk(clinic)
        long = {"type": "abort", "reason": "x" * 9000}
        answer = client.post("/act", json={"chair": "1", "session": "s", "act": long})
        assert answer.status_code == 503
        assert "Free space" in answer.json()["message"]
        link.send(json.dumps({"station": "tablet", "sound": "off", "page": "/" + "x" * 150}))
        clinic.crank.commit(ChairView("1", "Chair 1 again"))
        assert "again" in link.recv(timeout=DEADLINE_S)
