"""The gates before the start and before leaving: what stands in the way, in words, and who may go on."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.limits import LeaveGate, StartGate
from monitor.sessions import gates
from monitor.sessions.actions import Act, Finish, MarkReady, OperatorAction, Start
from monitor.sessions.gates import Observed, TakenPressure
from monitor.sessions.refused import Refused
from monitor.sessions.session import Session
from monitor.terms import Baseline, Now, Phase, Role, Vital

START, LEAVE = StartGate(), LeaveGate()
NOW = Now(1_770_000_000_000, 10_000.0)
CALM = {Vital.HR: 72.0, Vital.SPO2: 97.0}
BASELINE = Baseline(120, 75, 70)
ENDED = Session(
    id="s1",
    chair="7",
    label="JD",
    seated_ms=NOW.utc_ms - 7_200_000,
    seated_s=NOW.mono_s - 7200,
    seated_by="nina",
    planned_min=40,
    phase_since_ms=NOW.utc_ms - 2_400_000,
    phase_since_s=NOW.mono_s - 2400,
    phase=Phase.RECOVERY,
    baseline=BASELINE,
)


def taken(minutes_ago: float, systolic: float, diastolic: float, *, valid: bool = True) -> TakenPressure:
    return TakenPressure(NOW.mono_s - minutes_ago * 60, systolic, diastolic, valid)


WELL = (taken(16, 128, 78), taken(1, 124, 76))


def verdict(
    *pressures: TakenPressure, baseline: Baseline | None = BASELINE, **vitals: float | None
) -> gates.StartVerdict:
    seen = Observed(pressures, CALM | {Vital(name): value for name, value in vitals.items()})
    return gates.before_start(baseline, seen, START)


def missing(*pressures: TakenPressure, session: Session = ENDED, **more: Any) -> tuple[str, ...]:
    observed = Observed(pressures, more.pop("vitals", CALM), more.pop("alarms", 0))
    given = {"assessed": True, "escort": True} | more
    return gates.missing_to_leave(session, observed, LEAVE, NOW, **given)


def test_a_calm_patient_may_start() -> None:
    assert verdict(taken(1, 122, 76)) == ((), ())


@pytest.mark.parametrize(
    ("pressure", "needs", "caution"),
    [
        ((139, 89), (), ()),
        ((140, 80), (), ("pressure 140/80 ≥ 140/90",)),
        ((120, 90), (), ("pressure 120/90 ≥ 140/90",)),
        ((159, 99), (), ("pressure 159/99 ≥ 140/90",)),
        ((160, 80), ("pressure 160/80 ≥ 160/100",), ()),
        ((120, 100), ("pressure 120/100 ≥ 160/100",), ()),
    ],
)
def test_a_pressure_cautions_and_then_needs_anesthesia(
    pressure: tuple[float, float], needs: tuple[str, ...], caution: tuple[str, ...]
) -> None:
    assert verdict(taken(1, *pressure)) == (needs, caution)


@pytest.mark.parametrize(
    ("vital", "value", "says"),
    [
        ("hr", 50, ()), ("hr", 110, ()), ("hr", 49, ("HR 49 < 50",)), ("hr", 111, ("HR 111 > 110",)),
        ("spo2", 94, ()), ("spo2", 93, ("SpO₂ 93 < 94 %",)),
    ],
)  # fmt: skip
def test_rate_and_saturation_need_anesthesia(vital: str, value: float, says: tuple[str, ...]) -> None:
    assert verdict(taken(1, 122, 76), **{vital: value}).needs == says


def test_the_baseline_is_judged_beside_the_last_pressure() -> None:
    said = verdict(taken(1, 130, 80), baseline=Baseline(164, 92, 118))
    assert said.needs == ("baseline 164/92 ≥ 160/100", "baseline HR 118 > 110")


def test_only_the_newest_pressure_counts_and_a_questionable_one_does_too() -> None:
    assert verdict(taken(5, 190, 115), taken(1, 122, 76)).needs == ()
    assert verdict(taken(5, 122, 76), taken(1, 190, 115, valid=False)).needs != ()


def test_what_is_not_known_is_a_caution() -> None:
    assert verdict(baseline=None, spo2=None) == ((), ("no pressure yet", "no valid SpO₂"))


def test_a_patient_who_is_well_may_leave() -> None:
    assert missing(*WELL) == ()


def test_all_that_is_missing_is_named() -> None:
    early = replace(ENDED, phase_since_s=NOW.mono_s - 61)
    vitals = {Vital.HR: 120.0, Vital.SPO2: None}
    said = missing(session=early, vitals=vitals, alarms=1, assessed=False, escort=False)
    assert said == (
        "29 more min",
        "two pressures 10 min apart",
        "HR 50–110",
        "valid SpO₂",
        "end of the alarm",
        "assessment",
        "escort",
    )


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"vitals": CALM | {Vital.SPO2: 94.0, Vital.HR: 110.0}}, ()),
        ({"vitals": CALM | {Vital.SPO2: 93.0}}, ("SpO₂ ≥ 94 %",)),
        ({"vitals": CALM | {Vital.HR: 49.0}}, ("HR 50–110",)),
        ({"vitals": {}}, ()),
        ({"alarms": 2}, ("end of 2 alarms",)),
        ({"escort": False}, ("escort",)),
    ],
)
def test_each_thing_that_is_missing_keeps_the_patient(more: dict[str, Any], says: tuple[str, ...]) -> None:
    assert missing(*WELL, **more) == says


@pytest.mark.parametrize(
    ("pressures", "says"),
    [
        ((taken(1, 124, 76),), "a pressure 10 min after 124/76"),
        ((taken(10, 124, 76), taken(0, 124, 76)), None),
        ((taken(9.9, 124, 76), taken(0, 124, 76)), "a pressure 10 min after 124/76"),
        ((taken(45, 124, 76), taken(1, 120, 75)), "a pressure 10 min after 120/75"),
        ((taken(16, 124, 76), taken(1, 145, 76)), "pressure 145/76 within 20 % of 120/75"),
        ((taken(16, 124, 76), taken(1, 95, 60)), "pressure 95/60 within 20 % of 120/75"),
        ((taken(16, 144, 76), taken(1, 96, 60)), None),
        ((taken(16, 124, 76), taken(1, 130, 100)), "pressure 130/100 below 160/100"),
        ((taken(30, 124, 76), taken(8, 170, 76), taken(1, 124, 76)), "a pressure 10 min after 124/76"),
        ((taken(30, 124, 76), taken(8, 170, 76, valid=False), taken(1, 124, 76)), "a pressure 10 min after"),
        ((taken(30, 124, 76), taken(1, 124, 76, valid=False)), "a pressure 10 min after 124/76"),
        ((taken(1, 124, 76, valid=False),), "two pressures 10 min apart"),
    ],
)
def test_good_pressures_span_ten_minutes_up_to_the_newest(
    pressures: tuple[TakenPressure, ...], says: str | None
) -> None:
    said = missing(*pressures)
    assert len(said) == (says is not None)
    assert says is None or said[0].startswith(says)


def test_without_a_baseline_there_is_nothing_to_compare_with() -> None:
    assert missing(*WELL, session=replace(ENDED, baseline=None)) == ("baseline to compare with",)


def act(asked: Act, role: Role, phase: Phase, observed: Observed) -> str:
    action = OperatorAction(1, NOW.utc_ms, "ruiz", role, "desk", "7", "s1", asked)
    since = NOW.mono_s - (300 if phase is Phase.READY else 2400)
    found = replace(ENDED, phase=phase, phase_since_s=since)
    return gates.admit(found, action, observed, (START, LEAVE), NOW)


HIGH = Observed((taken(1, 170, 80),), CALM)


@pytest.mark.parametrize(
    ("role", "reason"), [(Role.NURSE, ""), (Role.NURSE, "it will be fine"), (Role.ANESTHESIA, "  ")]
)
@pytest.mark.parametrize(
    ("asked", "phase"),
    [
        (Start(), Phase.BASELINE),
        (MarkReady(), Phase.RECOVERY),
        (Finish(), Phase.RECOVERY),
        (Finish(), Phase.READY),
    ],
)
def test_a_shut_gate_opens_only_to_anesthesia_with_a_reason(
    asked: Any, phase: Phase, role: Role, reason: str
) -> None:
    with pytest.raises(Refused, match=r"anesthesia.*: pressure 170/80 |anesthesia.*: .*pressure 170/80 "):
        act(replace(asked, override_reason=reason), role, phase, HIGH)
    told = act(replace(asked, override_reason="white coat"), Role.ANESTHESIA, phase, HIGH)
    assert "override: white coat (" in told
    assert "pressure 170/80" in told


def test_the_record_says_who_was_cautioned_and_what_was_confirmed() -> None:
    cautioned = Observed((taken(1, 145, 80),), CALM)
    assert act(Start(), Role.NURSE, Phase.BASELINE, cautioned) == "caution: pressure 145/80 ≥ 140/90"
    leaves = MarkReady(assessed=True, escort=True)
    assert act(leaves, Role.NURSE, Phase.RECOVERY, Observed(WELL, CALM)) == "confirmed: assessment, escort"


def test_a_reason_that_was_not_needed_is_not_recorded() -> None:
    calm = Observed((taken(1, 122, 76),), CALM)
    assert act(Start(override_reason="just in case"), Role.ANESTHESIA, Phase.BASELINE, calm) == ""


READY = replace(ENDED, phase=Phase.READY, phase_since_s=NOW.mono_s - 300)


def since_ready(*pressures: TakenPressure, **more: Any) -> tuple[str, ...]:
    observed = Observed(pressures, more.pop("vitals", CALM), more.pop("alarms", 0))
    return gates.changed_since_ready(replace(READY, **more), observed, LEAVE)


@pytest.mark.parametrize(
    ("pressures", "more", "says"),
    [
        ((), {}, ()),
        ((taken(6, 170, 80),), {}, ()),
        ((taken(1, 170, 80),), {}, ("pressure 170/80 below 160/100",)),
        ((taken(2, 170, 80), taken(1, 124, 76)), {}, ()),
        ((taken(1, 150, 80, valid=False),), {}, ("pressure 150/80 within 20 % of 120/75",)),
        ((taken(1, 150, 80),), {"baseline": None}, ()),
        ((), {"vitals": {Vital.HR: None, Vital.SPO2: None}}, ()),
        ((), {"vitals": {Vital.HR: 120.0, Vital.SPO2: 97.0}}, ("HR 50–110",)),
        ((), {"alarms": 1}, ("end of the alarm",)),
    ],
)
def test_who_is_ready_is_kept_only_by_what_has_come_up_since(
    pressures: tuple[TakenPressure, ...], more: dict[str, Any], says: tuple[str, ...]
) -> None:
    assert since_ready(*pressures, **more) == says


NUMBERS = st.none() | st.floats(30, 250)


@given(
    pressures=st.lists(st.builds(taken, st.floats(0, 60), st.floats(40, 260), st.floats(20, 160))),
    rate=NUMBERS,
    saturation=NUMBERS,
    baseline=st.none() | st.just(BASELINE),
    asked=st.sampled_from([kind() for kind in get_args(Act) if kind in (Start, MarkReady, Finish)]),
    phase=st.sampled_from(Phase),
    role=st.sampled_from([Role.NURSE, Role.ANESTHESIA]),
    reason=st.sampled_from(["", "seen"]),
)
def test_whatever_is_measured_a_gate_answers_with_a_sentence(
    pressures: list[TakenPressure],
    rate: float | None,
    saturation: float | None,
    baseline: Baseline | None,
    asked: Any,
    phase: Phase,
    role: Role,
    reason: str,
) -> None:
    """Total; and unless anesthesia gives a reason, nobody passes with what the gate forbids."""
    observed = Observed(sorted(pressures), {Vital.HR: rate, Vital.SPO2: saturation})
    session = replace(ENDED, phase=phase, baseline=baseline)
    wanted = replace(asked, override_reason=reason)
    action = OperatorAction(1, NOW.utc_ms, "ruiz", role, "desk", "7", "s1", wanted)
    may_override = role is Role.ANESTHESIA and reason != ""
    refused = ""
    try:
        gates.admit(session, action, observed, (START, LEAVE), NOW)
    except Refused as refusal:
        refused = str(refusal)
    assert not refused or (refused.endswith(".") and not may_override)
    if refused or may_override:
        return
    if isinstance(asked, Start):
        assert saturation is None or saturation >= START.spo2
        assert not observed.pressures or observed.pressures[-1].systolic < START.systolic
    else:
        assert phase is not Phase.RECOVERY
