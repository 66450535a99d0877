"""Limits for one patient: who may change them, how far, and in which order they stand."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alarms import changes
from monitor.limits import Band, default_preset
from monitor.sessions import patient_limits
from monitor.sessions.actions import Act, ChangeLimit, OperatorAction, ResetLimits
from monitor.sessions.refused import Refused
from monitor.sessions.session import Session
from monitor.terms import Now, Priority, Role

LOW, MEDIUM, HIGH = Priority.LOW, Priority.MEDIUM, Priority.HIGH
NOW = Now(1_770_000_000_000, 50.0)
PRESET = default_preset()
MOVABLE = [
    (f"{vital}_{side}", priority, band)
    for side, vitals in (("high", PRESET.high), ("low", PRESET.low))
    for vital, limits in vitals.items()
    for priority, band in limits.bands.items()
]


def visit() -> Session:
    return Session("s1", "1", "JD", 0, 0.0, "nina", 40, 0, 0.0)


def does(session: Session, act: Act, role: Role = Role.ANESTHESIA) -> tuple[Session, str]:
    action = OperatorAction(1, NOW.utc_ms, "ruiz", role, "desk", "1", "s1", act)
    return patient_limits.change(session, action, PRESET, NOW)


def move(session: Session, condition: str, priority: Priority, limit: float | None) -> Session:
    return does(session, ChangeLimit(condition, priority, "known hypertensive", limit))[0]


def limit_of(session: Session, condition: str, priority: Priority) -> float | None:
    preset = changes.changed(PRESET, changes.holding(session.limit_changes))
    band = changes.band_of(preset, condition, priority)
    assert band is not None
    return band.limit


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ANESTHESIA])
@pytest.mark.parametrize("act", [ChangeLimit("sbp_high", HIGH, "because", 170), ResetLimits()])
def test_only_anesthesia_changes_a_limit(act: Act, role: Role) -> None:
    with pytest.raises(Refused, match=f"Only anesthesia .* signed in as {role}"):
        does(visit(), act, role)


def test_a_change_is_told_with_what_it_was_and_why() -> None:
    session, told = does(visit(), ChangeLimit("sbp_high", HIGH, " stroke last year ", 170))
    assert told == "SYS high, high 180 → 170: stroke last year"
    (change,) = session.limit_changes
    assert (change.limit, change.was, change.by, change.at_ms) == (170, 180, "ruiz", NOW.utc_ms)
    _, again = does(session, ChangeLimit("sbp_high", HIGH, "still", 175))
    assert again == "SYS high, high 170 → 175: still"


def test_a_limit_out_of_bounds_is_refused_with_the_bounds() -> None:
    with pytest.raises(Refused, match=r"^SYS high, high: expected 160 to 200, got 201\.$"):
        move(visit(), "sbp_high", HIGH, 201)


@pytest.mark.parametrize("priority", [MEDIUM, HIGH])
def test_what_sounds_is_never_switched_off(priority: Priority) -> None:
    with pytest.raises(Refused, match="got off; what sounds stays on"):
        move(visit(), "spo2_low", priority, None)


def test_a_silent_limit_may_be_switched_off() -> None:
    session, told = does(visit(), ChangeLimit("spo2_low", LOW, "lives at 93", None))
    assert told == "SpO₂ low, low 94 → off: lives at 93"
    assert limit_of(session, "spo2_low", LOW) is None


def test_a_limit_that_would_pass_a_graver_one_is_refused_with_it() -> None:
    with pytest.raises(Refused, match=r"SYS high, medium: expected below 180, the high limit, got 180\."):
        move(visit(), "sbp_high", MEDIUM, 180)
    raised = move(visit(), "sbp_high", HIGH, 195)
    assert limit_of(move(raised, "sbp_high", MEDIUM, 180), "sbp_high", MEDIUM) == 180


def test_a_limit_set_to_the_presets_is_no_change_any_more() -> None:
    session = move(move(visit(), "hr_high", HIGH, 150), "hr_high", HIGH, 140)
    assert changes.holding(session.limit_changes) == ()
    assert len(session.limit_changes) == 2


def test_the_preset_itself_may_lie_out_of_bounds_and_is_found_again() -> None:
    assert changes.refusal(PRESET, (), "map_high", MEDIUM, None) == ""


def test_reset_brings_every_limit_of_the_preset_back() -> None:
    session = move(move(visit(), "sbp_high", HIGH, 170), "hr_low", MEDIUM, 45)
    after, told = does(session, ResetLimits())
    assert told == "SYS high, high 170 → 180, HR low, medium 45 → 50"
    assert changes.holding(after.limit_changes) == ()
    with pytest.raises(Refused, match="No limit of JD was changed"):
        does(after, ResetLimits())


@pytest.mark.parametrize("condition", ["sbp", "sbp_up", "no_data_hr", "dbp_low", "", "x_high"])
def test_an_unknown_limit_is_refused(condition: str) -> None:
    with pytest.raises(Refused, match="There is no limit"):
        move(visit(), condition, HIGH, 100)


def test_what_holds_at_an_earlier_moment_can_be_told() -> None:
    session = move(visit(), "sbp_high", HIGH, 170)
    assert changes.holding(session.limit_changes, NOW.utc_ms - 1) == ()
    assert len(changes.holding(session.limit_changes, NOW.utc_ms)) == 1


@pytest.mark.parametrize(("condition", "priority", "band"), MOVABLE)
def test_every_shipped_limit_stands_within_its_bounds(condition: str, priority: Priority, band: Band) -> None:
    assert band.bounds is not None
    low, high = band.bounds
    assert low < high
    assert band.limit is None or low <= band.limit <= high


@given(st.sampled_from(MOVABLE), st.floats(0, 400))
def test_outside_the_bounds_is_always_refused(of: tuple[str, Priority, Band], limit: float) -> None:
    condition, priority, band = of
    assert band.bounds is not None
    refused = changes.refusal(PRESET, (), condition, priority, limit) != ""
    if not band.bounds[0] <= limit <= band.bounds[1]:
        assert refused


@given(st.lists(st.tuples(st.sampled_from(MOVABLE), st.floats(30, 220) | st.none()), max_size=12))
def test_whatever_is_tried_the_limits_keep_their_order_and_their_bounds(
    tried: list[tuple[tuple[str, Priority, Band], float | None]],
) -> None:
    session = visit()
    for (condition, priority, _), limit in tried:
        with suppress(Refused):
            session = move(session, condition, priority, limit)
    for side, sign in (("high", 1), ("low", -1)):
        preset = changes.changed(PRESET, changes.holding(session.limit_changes))
        for vital, limits in getattr(preset, side).items():
            bands = [limits.bands[p] for p in (LOW, MEDIUM, HIGH) if p in limits.bands]
            levels = [sign * band.limit for band in bands if band.limit is not None]
            assert levels == sorted(set(levels)), vital
            for priority, band in limits.bands.items():
                shipped = changes.band_of(PRESET, f"{vital}_{side}", priority)
                assert shipped is not None
                assert shipped.bounds is not None
                if band.limit is not None and band.limit != shipped.limit:
                    assert shipped.bounds[0] <= band.limit <= shipped.bounds[1]
                if shipped.limit is not None and priority in (MEDIUM, HIGH):
                    assert band.limit is not None


@given(st.sampled_from(MOVABLE), st.data())
def test_within_the_bounds_and_in_order_is_always_accepted(
    of: tuple[str, Priority, Band], data: st.DataObject
) -> None:
    condition, priority, band = of
    assert band.bounds is not None
    limit = data.draw(st.floats(*band.bounds))
    refusal = changes.refusal(PRESET, (), condition, priority, limit)
    assert refusal == "" or "limit" in refusal.partition("expected")[2]
