"""The demo's staff at the two gates: they wait, and when that takes too long, anesthesia goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.demo.staff import (
    AT_THE_CUFF_MS,
    LEAVE_PATIENCE_MIN,
    REASON,
    RECOVERY_MIN,
    STAFF,
    START_PATIENCE_MIN,
    Staff,
    role_for,
)
from monitor.sessions.actions import Act, Finish, MarkReady, Start, StartCuff
from monitor.store.desk import Desk
from monitor.store.prepare import prepare
from monitor.store.snapshot import ChairView, CuffControlView, CuffView, SessionView, Snapshot
from monitor.terms import Phase, Role
from tests.monitor.turn.clinic import BEGIN_MS

HIGH = ("pressure 164/98 ≥ 160/100",)
READY = MarkReady(assessed=True, escort=True)
OVERRIDDEN = MarkReady(assessed=True, escort=True, override_reason=REASON)


def wanted(staff: Staff, phase: Phase, minutes: float, **more: object) -> list[Act]:
    """What the staff does after so long in a phase."""
    since = BEGIN_MS - round(minutes * 60_000)
    session = SessionView("s1", "B. N.", phase, since, since, 40, seated_by=STAFF, **more)  # type: ignore[arg-type]
    chairs = [ChairView("1", "1", session=session)]
    snapshot = Snapshot(1, BEGIN_MS, "boot", "Demo", demo=True, speed=1, chairs=chairs)
    return [act for _, _, act in staff.acts(snapshot)]


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[Staff]:
    prepare(tmp_path)
    desk = Desk.open(tmp_path)
    yield Staff(desk)
    desk.close()


def test_a_start_waits_for_its_gate_and_then_for_anesthesia(staff: Staff) -> None:
    baseline = {"baseline": (150.0, 90.0, None)}
    assert wanted(staff, Phase.BASELINE, 2, **baseline) == [Start()]
    assert wanted(staff, Phase.BASELINE, 2, **baseline, start_needs=HIGH) == []
    late = wanted(staff, Phase.BASELINE, START_PATIENCE_MIN, **baseline, start_needs=HIGH)
    assert late == [Start(override_reason=REASON)]


def test_leaving_waits_for_what_only_time_brings(staff: Staff) -> None:
    by_hand = ("assessment", "escort")
    assert wanted(staff, Phase.RECOVERY, RECOVERY_MIN, leave_missing=by_hand) == [READY]
    assert wanted(staff, Phase.RECOVERY, RECOVERY_MIN, leave_missing=("5 more min", *by_hand)) == []
    late = wanted(staff, Phase.RECOVERY, LEAVE_PATIENCE_MIN, leave_missing=("valid SpO₂", *by_hand))
    assert late == [OVERRIDDEN]


def test_only_anesthesia_overrides_in_the_demo_too() -> None:
    assert role_for(OVERRIDDEN) is Role.ANESTHESIA
    assert {role_for(READY), role_for(Start()), role_for(Finish())} == {Role.NURSE}


def cuff_acts(staff: Staff, cuff: CuffView, control: CuffControlView | None) -> list[Act]:
    session = SessionView("s1", "B. N.", Phase.INFUSION, BEGIN_MS, BEGIN_MS, 40, seated_by=STAFF)
    chairs = [ChairView("1", "1", session=session, cuff=cuff, cuff_control=control)]
    snapshot = Snapshot(1, BEGIN_MS, "boot", "Demo", demo=True, speed=1, chairs=chairs)
    return [act for _, _, act in staff.acts(snapshot)]


@pytest.mark.parametrize("wanted", ["repeat_ms", "due_ms"])
def test_a_pressure_that_is_wanted_is_taken_shortly_after(staff: Staff, wanted: str) -> None:
    control, late, soon = CuffControlView("D"), BEGIN_MS - AT_THE_CUFF_MS, BEGIN_MS - AT_THE_CUFF_MS + 1
    assert cuff_acts(staff, CuffView(**{wanted: late}), control) == [StartCuff()]
    assert cuff_acts(staff, CuffView(**{wanted: soon}), control) == []


def test_a_cuff_that_is_at_work_or_cannot_be_started_is_left_alone(staff: Staff) -> None:
    late = BEGIN_MS - AT_THE_CUFF_MS
    assert cuff_acts(staff, CuffView(due_ms=late, measuring=True), CuffControlView("D")) == []
    assert cuff_acts(staff, CuffView(due_ms=late), CuffControlView("D", late, STAFF)) == []
    assert cuff_acts(staff, CuffView(due_ms=late), None) == []
