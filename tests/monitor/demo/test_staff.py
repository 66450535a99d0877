"""The demo's staff at the two gates: they wait, and when that takes too long, anesthesia goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.demo.staff import (
    LEAVE_PATIENCE_MIN,
    REASON,
    RECOVERY_MIN,
    STAFF,
    START_PATIENCE_MIN,
    Staff,
    role_for,
)
from monitor.sessions.actions import Act, Finish, MarkReady, Start
from monitor.store.desk import Desk
from monitor.store.prepare import prepare
from monitor.store.snapshot import ChairView, SessionView, Snapshot
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
