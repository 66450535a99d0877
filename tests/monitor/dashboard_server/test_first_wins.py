"""A hundred answers to one alarm over HTTP at the same moment: a real turn decides, and the first has it."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from dataclasses import replace
from itertools import count
from typing import Any

import httpx
import pytest

from monitor.dashboard import acts
from monitor.sessions.actions import Act, ManualCuff, OperatorAction, Seat
from monitor.store.desk import DeskReader
from monitor.store.rows import TurnRecord
from monitor.store.snapshot import AlarmView
from monitor.terms import Now, Role
from monitor.turn.maker import TurnMaker
from tests.monitor.dashboard_server.clinic import Clinic
from tests.monitor.turn import clinic as turns

MANY = 100


class Monitor:
    """A real turn behind the dashboard: the patient on chair 1 has a pressure that is far too low."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic
        self._now = Now(turns.BEGIN_MS, 100.0)
        settings = turns.settings(clinic.settings.store, chairs=1)
        ids = count(1)
        self._maker = TurnMaker(
            replace(settings, users=clinic.settings.users),
            {"oxi-1": turns.OXIMETER, "mon-1": turns.MONITOR},
            clinic.crank._journal.recover(),
            self._now,
            boot="boot",
            new_id=lambda: f"id{next(ids)}",
        )
        self._commit(self._by_hand(Seat("JD", identifiers_confirmed=True)))
        record = self._commit(self._by_hand(ManualCuff(75, 45)))
        (chair,) = record.snapshot.chairs
        assert chair.session is not None
        self.session = chair.session.id
        self.alarm: AlarmView = chair.alarms[0]

    def _by_hand(self, act: Act) -> OperatorAction:
        session = self._maker.open_session("1")
        return OperatorAction(0, self._now.utc_ms, "Ana", Role.NURSE, "", "1", session, act)

    def _commit(self, *actions: OperatorAction) -> TurnRecord:
        record = self._maker.step([], actions, self._now)
        self._clinic.crank._journal.commit(record)
        return record

    def run(self, stop: threading.Event) -> None:
        """Take acts off the desk until told to stop."""
        desk = DeskReader.open(self._clinic.settings.store)
        while not stop.wait(0.02):
            waiting = desk.actions_after(self._maker.desk_seq)
            if waiting:
                self._commit(*waiting)
        desk.close()


def many(clinic: Clinic, bodies: list[dict[str, Any]]) -> list[httpx.Response]:
    """Post all of them at once, by turns as Ana and as Ruiz."""
    with clinic.browser("ana") as ana, clinic.browser("ruiz") as ruiz:
        people = [(dict(client.headers), dict(client.cookies)) for client in (ana, ruiz)]

        async def post() -> list[httpx.Response]:
            limits = httpx.Limits(max_connections=MANY)
            async with httpx.AsyncClient(base_url=clinic.origin, limits=limits, timeout=60) as client:
                asked = []
                for place, body in enumerate(bodies):
                    headers, cookies = people[place % len(people)]
                    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
                    headers = {**headers, "Cookie": cookie}
                    asked.append(client.post("/act", json=body, headers=headers))
                return await asyncio.gather(*asked)

        return asyncio.run(post())


@pytest.mark.parametrize("kinds", [("acknowledge",), ("accept",), ("acknowledge", "accept")])
def test_of_a_hundred_answers_at_once_the_first_has_it(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, kinds: tuple[str, ...]
) -> None:
    monkeypatch.setattr(acts, "PATIENCE_S", 60.0)
    monitor = Monitor(clinic)
    assert (monitor.alarm.condition, monitor.alarm.priority) == ("sbp_low", "high")
    bodies = [
        {
            "chair": "1",
            "session": monitor.session,
            "act": {"type": kinds[place % len(kinds)], "occurrence": monitor.alarm.id, "priority": "high"},
        }
        for place in range(MANY)
    ]
    stop = threading.Event()
    thread = threading.Thread(target=monitor.run, args=(stop,))
    thread.start()
    try:
        answers = many(clinic, bodies)
    finally:
        stop.set()
        thread.join()
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: MANY - 1}
    snapshot = clinic.crank._journal.recover().snapshot
    assert snapshot is not None
    winner = snapshot.chairs[0].alarms[0].acknowledged_by
    refusals = {answer.json()["message"] for answer in answers if answer.status_code == 409}
    assert all(f"Already acknowledged by {winner} 0 s ago." in refusal for refusal in refusals)
