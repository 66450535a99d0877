"""Every refusal is a sentence that says what was expected and what was found."""

from __future__ import annotations

import pytest

from monitor.sessions import fold
from monitor.sessions.actions import (
    Abort,
    Act,
    ConfirmBaseline,
    ManualCuff,
    Mark,
    OperatorAction,
    Pause,
    Seat,
    Standby,
)
from monitor.sessions.refused import Refused
from monitor.sessions.session import Session
from monitor.terms import Now, Phase, Role

NOW = Now(1_770_000_000_000, 500.0)
SEATED = Session(
    id="s1",
    chair="7",
    label="JD",
    seated_ms=NOW.utc_ms - 120_000,
    seated_s=NOW.mono_s - 120,
    seated_by="nina",
    planned_min=40,
    phase_since_ms=NOW.utc_ms - 120_000,
    phase_since_s=NOW.mono_s - 120,
)


def refusal(act: Act, session: Session | None = SEATED, role: Role = Role.NURSE) -> str:
    seen = None if session is None else session.id
    action = OperatorAction(1, NOW.utc_ms, "nina", role, "desk", "7", seen, act)
    with pytest.raises(Refused) as refused:
        fold.apply(session, action, NOW, lambda: "new")
    return str(refused.value)


@pytest.mark.parametrize(
    ("act", "session", "said"),
    [
        (Seat("JD", identifiers_confirmed=False), None, "two identifiers"),
        (Seat("", identifiers_confirmed=True), None, "1 to 12 characters; this one has 0"),
        (Seat("thirteen char", identifiers_confirmed=True), None, "this one has 13"),
        (Seat("JD", identifiers_confirmed=True, planned_min=39), None, "expected 40 to 60, got 39"),
        (Seat("JD", identifiers_confirmed=True, weight_kg=7), None, "expected 20 to 350, got 7"),
        (Seat("JD", identifiers_confirmed=True, dose_mg_per_kg=50), None, "expected 0.01 to 5, got 50"),
        (Pause(), SEATED, "Pause is possible in infusion; chair 7 is in seated"),
        (Mark("nausea"), None, "nobody sits on chair 7"),
        (ConfirmBaseline(), SEATED, "possible in baseline"),
        (Abort("  "), SEATED, "A reason is needed"),
        (Mark("hiccups"), SEATED, "Unknown event 'hiccups'; expected one of nausea"),
        (Mark("nausea", 11), SEATED, "expected 0 to 10, got 11"),
        (Mark("note", None, "x" * 501), SEATED, "at most 500 characters; this one has 501"),
        (ManualCuff(75, 121), SEATED, "Systolic must lie above diastolic; got 75/121"),
        (ManualCuff(301, 80), SEATED, "expected 1 to 300, got 301"),
        (ManualCuff(120, 80, minutes_ago=3), SEATED, "not seated yet"),
        (Standby("", 5), SEATED, "A reason is needed"),
        (Standby("bathroom", 31), SEATED, "expected 1 to 30, got 31"),
    ],
)
def test_says_what_was_expected(act: Act, session: Session | None, said: str) -> None:
    assert said in refusal(act, session)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.WALL])
def test_who_does_not_act_is_named(role: Role) -> None:
    assert f"nina is signed in as {role}" in refusal(Mark("nausea"), role=role)


def test_a_reading_from_before_the_baseline_phase_does_not_count() -> None:
    session = fold.enter(SEATED, Phase.BASELINE, NOW)
    early = fold.CuffReading("k", NOW.utc_ms, 120, 70, None, NOW.mono_s - 1)
    assert fold.with_reading(session, early) == session
