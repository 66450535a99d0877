"""A word to the patient's nurse: on the tile until it is heard, in the record for good."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.dashboard.views.recent import recent
from monitor.sessions.actions import Acknowledge, AssignNurse, CallBack, CallHeard, Mark
from monitor.store.snapshot import CalledBackView
from monitor.terms import Role
from tests.monitor.turn.clinic import Clinic

RUIZ: dict[str, Any] = {"role": Role.ANESTHESIA, "user": "ruiz"}


def said(clinic: Clinic) -> CalledBackView | None:
    return clinic.session().called_back


def test_it_stands_until_it_is_heard_over_a_restart_too(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.must(CallBack(" On my way "), **RUIZ)
    word = CalledBackView("On my way", "ruiz", clinic.now.utc_ms)
    assert said(clinic) == word
    clinic.must(AssignNurse("leo"))
    clinic.crash(away_s=2)
    clinic.connected()
    clinic.turn()
    assert said(clinic) == word
    clinic.must(CallHeard())
    assert said(clinic) is None
    history = clinic.reader.history(clinic.session().id)
    assert history is not None
    noted = [(mark.what, mark.by, mark.text) for mark in history.marks if mark.what.startswith("call_")]
    assert noted == [("call_back", "ruiz", "On my way"), ("call_heard", "nina", "")]


@pytest.mark.parametrize("text", ["", "   ", "x" * 81, "two\nlines"])
def test_what_does_not_fit_on_a_tile_is_refused(clinic: Clinic, text: str) -> None:
    clinic.infuse()
    outcome = clinic.does(CallBack(text), **RUIZ)
    assert not outcome.accepted
    assert "1 to 80 characters" in outcome.message
    assert said(clinic) is None


def test_nothing_can_be_heard_that_nobody_said(clinic: Clinic) -> None:
    clinic.infuse()
    outcome = clinic.does(CallHeard())
    assert outcome.message == "Nobody has called back to chair 1."


def test_an_alarm_is_read_with_the_last_minutes_and_what_was_done(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.must(Mark("nausea", 3))
    clinic.pass_time(31 * 60)
    clinic.run(20, pulse=130)
    clinic.must(Mark("medication", None, "labetalol 10 mg"))
    clinic.run(2, pulse=130)
    clinic.must(Acknowledge(clinic.alarms()["hr_high"].id, "medium"), **RUIZ)
    history = clinic.reader.history(clinic.session().id)
    assert history is not None
    shown = recent(history, clinic.now.utc_ms)
    newest, medication, *rest = shown["done"]
    assert (newest["text"].split()[-1], newest["by"]) == ("acknowledged", "ruiz")
    assert medication["text"] == "Medication: labetalol 10 mg"
    assert not any("Nausea" in line["text"] for line in rest)
    assert [value for _, value in shown["hr"]][-1] == 130
    assert all(at >= clinic.now.utc_ms - 15 * 60_000 for at, _ in shown["hr"])
