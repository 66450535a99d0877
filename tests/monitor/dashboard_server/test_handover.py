"""The change of shift over HTTP: several chairs, one request; and who may not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from monitor.config import UserSettings
from monitor.dashboard import acts
from monitor.sessions.actions import HandOver
from monitor.store.desk import DeskReader
from monitor.store.snapshot import ChairView
from monitor.terms import Role
from tests.monitor.dashboard_server.clinic import (
    DEADLINE_S,
    PINS,
    QUICK_HASH,
    Clinic,
    clinic_settings,
    running,
)

TWO = {
    "to": "Leo",
    "chairs": [{"chair": "1", "session": "s1", "note": "wants it dark"}, {"chair": "2", "session": "s2"}],
}


@pytest.fixture
def staffed(tmp_path: Path) -> Iterator[Clinic]:
    """The clinic with a second nurse."""
    settings = clinic_settings(tmp_path)
    leo = UserSettings("leo", "Leo", Role.NURSE, QUICK_HASH(PINS["ana"]))
    with running(tmp_path, settings=replace(settings, users=(*settings.users, leo))) as clinic:
        yield clinic


@contextmanager
def answering(clinic: Clinic, answers: dict[int, str]) -> Iterator[None]:
    """A monitor that answers these acts as soon as all of them are on the desk."""

    def turn() -> None:
        reader = DeskReader.open(clinic.settings.store)
        tick, tries = threading.Event(), round(DEADLINE_S / 0.01)
        while reader.last_action() < max(answers) and tries:
            tick.wait(0.01)
            tries -= 1
        clinic.crank.commit(ChairView("1", "Chair 1"), desk_seq=max(answers), answers=answers)
        reader.close()

    thread = threading.Thread(target=turn)
    thread.start()
    yield
    thread.join()


def written(clinic: Clinic) -> list[tuple[str, str | None, Any]]:
    reader = DeskReader.open(clinic.settings.store)
    try:
        return [(a.chair, a.session, a.act) for a in reader.actions_after(0)]
    finally:
        reader.close()


def test_all_chairs_go_to_a_colleague_at_once_each_with_its_note(staffed: Clinic) -> None:
    with staffed.browser("ana") as client, answering(staffed, {1: "", 2: ""}):
        answer = client.post("/handover/confirm", json=TWO)
    assert answer.status_code == 200
    assert answer.json() == {"message": "Leo has chairs 1, 2.", "done": ["1", "2"]}
    assert sorted(written(staffed), key=lambda row: row[0]) == [
        ("1", "s1", HandOver("Leo", "wants it dark")),
        ("2", "s2", HandOver("Leo")),
    ]


def test_a_chair_that_stays_is_named_with_its_reason(staffed: Clinic) -> None:
    one = {"to": "Leo", "chairs": TWO["chairs"][:1]}
    with staffed.browser("ana") as client, answering(staffed, {1: "Leo is the nurse of chair 1 already."}):
        answer = client.post("/handover/confirm", json=one)
    assert answer.status_code == 409
    assert answer.json()["message"] == "Not handed over, chair 1: Leo is the nurse of chair 1 already."


def test_a_handover_that_is_not_answered_says_so(staffed: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "PATIENCE_S", 0.1)
    with staffed.browser("ana") as client:
        answer = client.post("/handover/confirm", json=TWO)
    assert (answer.status_code, answer.json()["message"]) == (202, "On its way, not answered yet: 1, 2.")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({**TWO, "to": "Ruiz"}, "There is no nurse 'Ruiz'"),
        ({**TWO, "to": "Ana"}, "your chairs already"),
        ({**TWO, "chairs": []}, "one at least; got none"),
        ({**TWO, "chairs": TWO["chairs"][:1] * 2}, "each chair once"),
        ({"to": "Leo", "chairs": [{"chair": "99", "session": "s"}]}, "no chair '99'"),
        ({"to": "Leo"}, "Not a handover"),
        ({**TWO, "by": "Leo"}, "Not a handover"),
    ],
)
def test_what_is_no_handover_is_refused_and_not_written(staffed: Clinic, body: Any, said: str) -> None:
    with staffed.browser("ana") as client:
        answer = client.post("/handover/confirm", json=body)
    assert answer.status_code == 400
    assert said in answer.json()["message"]
    assert written(staffed) == []


@pytest.mark.parametrize("user", ["ruiz", "boss", "wall"])
def test_only_a_nurse_hands_over(staffed: Clinic, user: str) -> None:
    with staffed.browser(user) as client:
        assert client.post("/handover/confirm", json=TWO).status_code == 403
    assert written(staffed) == []


def test_whoever_is_signed_in_is_told_the_nurses(staffed: Clinic) -> None:
    with staffed.browser("ruiz") as client:
        assert client.get("/me").json()["nurses"] == ["Ana", "Leo"]
