"""Which buttons a chair shows, by phase and by who is looking."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.dashboard.views.actions import STEPS, Panel, panel
from monitor.dashboard.views.acts import FORMS, MARKS
from monitor.sessions.transitions import possible
from monitor.store.snapshot import ChairView, CuffControlView, CuffView, SessionView
from monitor.terms import OPEN_PHASES, Phase, Role
from tests.monitor.dashboard_pages.fake_services import ANA, START, cuff, seen_by


def occupied(phase: str, cuffs: tuple[Any, ...] = (), **more: Any) -> ChairView:
    session = SessionView("s7", "R. T.", phase, START, START, 40, **more)
    return ChairView("7", "7", session=session, trend=list(cuffs))


def steps(view: Panel) -> list[str]:
    return [button.target.act for button in view.steps]


@pytest.mark.parametrize(
    ("phase", "shown"),
    [
        ("seated", ["begin_baseline", "manual_cuff", "set_limbs", "standby", "abort"]),
        ("baseline", ["confirm_baseline", "start", "manual_cuff", "set_limbs", "standby", "abort"]),
        ("infusion", ["pause", "extend", "end", "manual_cuff", "set_limbs", "standby"]),
        ("paused", ["resume", "extend", "end", "manual_cuff", "set_limbs", "standby"]),
        ("recovery", ["mark_ready", "finish", "manual_cuff", "set_limbs", "standby"]),
        ("ready", ["finish", "manual_cuff", "set_limbs", "standby"]),
    ],
)
def test_each_phase_offers_its_steps_the_next_one_first(phase: str, shown: list[str]) -> None:
    view = panel(occupied(phase), ANA)
    assert steps(view) == shown
    assert [mark.target.subject for mark in view.marks] == list(MARKS)
    assert {button.target.session for button in (*view.steps, *view.marks)} == {"s7"}


@pytest.mark.parametrize(
    ("control", "measuring", "shown"),
    [
        (None, True, []),
        (CuffControlView("V100"), False, ["start_cuff"]),
        (CuffControlView("V100"), True, ["cancel_cuff"]),
        (CuffControlView("V100", START, "nina"), False, ["cancel_cuff"]),
    ],
)
def test_a_cuff_that_may_be_told_so_is_started_or_cancelled(
    control: CuffControlView | None, measuring: bool, shown: list[str]
) -> None:
    view = occupied("infusion")
    view.cuff_control, view.cuff = control, CuffView(measuring=measuring)
    offered = steps(panel(view, ANA))
    assert [step for step in offered if step in ("start_cuff", "cancel_cuff")] == shown


@pytest.mark.parametrize("phase", sorted(OPEN_PHASES))
def test_whatever_the_state_machine_allows_has_a_place_on_the_page(phase: Phase) -> None:
    answers = {"acknowledge", "accept", "reject", "take_over"}
    quiet = {"pause_audio", "resume_audio", "alarm_off", "alarm_on"}
    elsewhere = {
        "mark",
        "entered_in_error",
        "assign_nurse",
        "hand_over",
        "change_limit",
        "reset_limits",
        "call_back",
        "call_heard",
        *answers,
        *quiet,
    }
    assert possible(phase) <= {*STEPS, *elsewhere}


def test_a_free_chair_offers_nothing_but_its_seat() -> None:
    assert panel(ChairView("7", "7"), ANA) == Panel("7", occupied=False)


def test_on_standby_the_first_button_brings_the_patient_back() -> None:
    view = panel(occupied("infusion", standby_reason="Bathroom", standby_until_ms=START), ANA)
    assert steps(view) == ["end_standby", "pause", "extend", "end", "manual_cuff", "set_limbs"]


@pytest.mark.parametrize(("count", "disabled"), [(0, True), (1, True), (2, False)])
def test_a_baseline_cannot_be_confirmed_before_it_has_two_readings(count: int, disabled: bool) -> None:
    confirm = panel(occupied("baseline", baseline_readings=count), ANA).steps[0]
    assert (confirm.target.act, confirm.disabled) == ("confirm_baseline", disabled)


def test_start_is_the_next_step_only_once_the_baseline_is_confirmed() -> None:
    def tone(**more: Any) -> str:
        view = panel(occupied("baseline", **more), ANA)
        return next(button.tone for button in view.steps if button.target.act == "start")

    assert tone() == "plain"
    assert tone(baseline=(138, 84, None)) == "primary"


def test_a_baseline_is_told_with_its_readings_its_median_and_what_is_missing() -> None:
    readings = (cuff(1, 140, 90), cuff(1.5, 190, 95), cuff(3, 130, 80), cuff(5, 125, 70, "questionable"))
    baseline = panel(occupied("baseline", readings, baseline_readings=2), ANA).baseline
    assert baseline is not None
    assert baseline.median == "135/85"
    assert [line.split()[1] for line in baseline.readings] == ["140/90", "130/80"]
    assert baseline.missing == ""


def test_one_reading_of_a_baseline_asks_for_another() -> None:
    baseline = panel(occupied("baseline", (cuff(1, 140, 90),), baseline_readings=1), ANA).baseline
    assert baseline is not None
    assert baseline.missing.startswith("One more valid reading")


@pytest.mark.parametrize(
    ("viewer", "says"),
    [
        (seen_by(Role.WALL), "nurses and anesthesia staff act here"),
        (seen_by(Role.ADMIN), "nurses and anesthesia staff act here"),
        (seen_by(Role.NURSE, locked=True), "enter your PIN"),
    ],
)
def test_who_may_not_act_sees_every_button_disabled_and_why(viewer: Any, says: str) -> None:
    view = panel(occupied("infusion"), viewer)
    assert says in view.notice
    assert all(button.disabled for button in (*view.steps, *view.marks))


@pytest.mark.parametrize("viewer", [seen_by(Role.NURSE), seen_by(Role.ANESTHESIA)])
def test_nurses_and_anesthesia_act(viewer: Any) -> None:
    view = panel(occupied("infusion"), viewer)
    assert view.notice == ""
    assert not any(button.disabled for button in (*view.steps, *view.marks))


def test_what_cannot_be_undone_asks_first() -> None:
    assert all(
        FORMS[act].confirm for act in ("start", "end", "mark_ready", "finish", "abort", "entered_in_error")
    )
