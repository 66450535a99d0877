"""Saturation and heart rate: sudden changes, poor perfusion, two sources, values that never move."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codecs.judging import judged_observation
from devices.model import MetricCode, Observation, Validity
from monitor.alarms.quality import chair
from monitor.alarms.quality.chair import QualityState
from monitor.alarms.quality.limbs import Limbs
from monitor.alarms.quality.rates import Pair, more_dangerous
from monitor.limits import QualityRule, default_preset
from monitor.terms import IV_ARMS, LIMBS

RULE = QualityRule()
NOWHERE = Limbs()
SPO2, PULSE, ECG = MetricCode.SPO2, MetricCode.PULSE_RATE, MetricCode.HEART_RATE
VALID, QUESTIONABLE, INVALID = Validity.VALID, Validity.QUESTIONABLE, Validity.INVALID
RANK = {VALID: 2, QUESTIONABLE: 1, INVALID: 0}


class Signals:
    def __init__(self) -> None:
        self.state = chair.UNTOUCHED
        self.at_s = 1000.0

    def give(
        self, metric: MetricCode, value: float | None, validity: Validity = VALID, **how: object
    ) -> Observation:
        said = judged_observation(metric, value, validity if value is not None else INVALID)
        self.state, judged = chair.observe(self.state, said, self.at_s, RULE, **how)  # type: ignore[arg-type]
        return judged

    def second(self, **values: float) -> dict[str, Observation]:
        self.at_s += 1
        return {name: self.give(MetricCode(name), value) for name, value in values.items()}

    def seconds(self, count: int, **values: float) -> list[dict[str, Observation]]:
        return [self.second(**values) for _ in range(count)]

    def conditions(self, limbs: Limbs = NOWHERE) -> list[str]:
        return [fact.condition for fact in chair.conditions(self.state, limbs, self.at_s, RULE)]


def test_a_sudden_drop_is_doubted_for_ten_seconds_and_then_believed() -> None:
    signals = Signals()
    signals.seconds(5, spo2=98)
    fallen = [taken["spo2"] for taken in signals.seconds(12, spo2=88)]
    assert [taken.validity for taken in fallen] == [QUESTIONABLE] * 10 + [VALID] * 2
    assert {taken.value for taken in fallen} == {88}
    assert fallen[0].flags == ("sudden_drop",)


def test_a_saturation_that_is_back_is_believed_at_once() -> None:
    signals = Signals()
    signals.seconds(5, spo2=98)
    assert signals.second(spo2=85)["spo2"].validity is QUESTIONABLE
    assert signals.second(spo2=97)["spo2"].validity is VALID
    assert signals.second(spo2=85)["spo2"].validity is QUESTIONABLE


def test_a_real_desaturation_and_a_recovery_are_believed_all_along() -> None:
    signals = Signals()
    falling = [signals.second(spo2=98 - 2 * n)["spo2"].validity for n in range(8)]
    rising = [signals.second(spo2=84 + 14 * n)["spo2"].validity for n in range(2)]
    assert set(falling + rising) == {VALID}


def test_a_fall_in_two_seconds_with_a_step_between_is_sudden() -> None:
    signals = Signals()
    signals.seconds(2, spo2=98)
    assert signals.second(spo2=94)["spo2"].validity is VALID
    assert signals.second(spo2=90)["spo2"].validity is QUESTIONABLE


@pytest.mark.parametrize("after", [70 + 40, 70 - 40])
def test_an_impossible_change_of_the_heart_rate_is_doubted(after: float) -> None:
    signals = Signals()
    signals.seconds(3, heart_rate=70)
    jumped = [taken["heart_rate"].validity for taken in signals.seconds(11, heart_rate=after)]
    assert jumped == [QUESTIONABLE] * 10 + [VALID]


@pytest.mark.parametrize(
    ("value", "how", "flag"),
    [
        (49, {}, "implausible"),
        (97, {"perfusion": 0.29}, "low_perfusion"),
        (97, {"cuff_near": True}, "cuff_running"),
    ],
)
def test_what_makes_a_saturation_doubtful(value: float, how: dict, flag: str) -> None:
    judged = Signals().give(SPO2, value, **how)
    assert (judged.value, judged.validity, judged.flags) == (value, QUESTIONABLE, (flag,))


def test_two_heart_rates_that_differ_for_half_a_minute_are_a_technical_condition() -> None:
    signals = Signals()
    signals.seconds(31, heart_rate=75, pulse_rate=88)
    assert signals.conditions() == ["hr_sources_differ"]
    assert signals.second(heart_rate=75)["heart_rate"].flags == ("sources_differ",)
    signals.second(heart_rate=75, pulse_rate=80)
    assert signals.conditions() == []


def test_rates_of_different_times_are_not_compared() -> None:
    signals = Signals()
    signals.seconds(5, pulse_rate=90)
    signals.seconds(60, heart_rate=70)
    assert signals.conditions() == []
    signals.seconds(20, heart_rate=70, pulse_rate=90)
    assert signals.conditions() == []


@pytest.mark.parametrize(
    ("pair", "worse"), [((75, 150), 150), ((75, 30), 30), ((150, 75), 150), ((100, 89), 100), ((60, 71), 60)]
)
def test_the_more_dangerous_of_two_rates_is_judged(pair: tuple[float, float], worse: float) -> None:
    assert more_dangerous(Pair(*pair), default_preset()) == worse


def test_a_saturation_and_a_rate_that_never_move_are_technical_conditions() -> None:
    signals = Signals()
    signals.seconds(601, spo2=97, pulse_rate=70)
    assert signals.conditions() == []
    signals.second(spo2=97, pulse_rate=70)
    assert signals.conditions() == ["flat_line_spo2", "flat_line_hr"]
    signals.second(spo2=97, pulse_rate=73)
    assert signals.conditions() == []


def test_a_saturation_that_stays_while_the_heart_rate_moves_is_a_calm_patient() -> None:
    signals = Signals()
    for n in range(1800):
        signals.second(spo2=97, pulse_rate=70 + n // 60 % 4)
    assert signals.conditions() == []


def test_a_gap_begins_anew() -> None:
    signals = Signals()
    signals.seconds(590, spo2=97, pulse_rate=70)
    signals.at_s += 11
    signals.seconds(300, spo2=97, pulse_rate=70)
    assert signals.conditions() == []


@pytest.mark.parametrize("cuff", [None, *LIMBS])
@pytest.mark.parametrize("iv_arm", [None, *IV_ARMS])
def test_a_cuff_on_the_iv_arm_is_a_technical_condition(cuff: str | None, iv_arm: str | None) -> None:
    limbs = Limbs(cuff=cuff, iv_arm=iv_arm)
    expected = ["cuff_on_iv_arm"] if (cuff, iv_arm) in {("left arm", "left"), ("right arm", "right")} else []
    assert Signals().conditions(limbs) == expected


def test_a_cuff_and_an_oximeter_share_a_limb_unless_it_is_known_that_they_do_not() -> None:
    assert Limbs().shared
    assert Limbs("left arm", None).shared
    assert Limbs("left arm", "left arm").shared
    assert not Limbs("left arm", "right arm").shared


@given(
    said=st.lists(
        st.tuples(
            st.sampled_from([SPO2, PULSE, ECG]),
            st.none() | st.integers(-5, 320) | st.floats(0, 320, allow_nan=False),
            st.sampled_from([VALID, QUESTIONABLE, INVALID]),
            st.floats(-2, 20),
            st.none() | st.floats(0, 20),
            st.booleans(),
        ),
        max_size=60,
    )
)
def test_belief_is_taken_and_never_given_and_memory_is_bounded(said: list[tuple]) -> None:
    state, at_s = chair.UNTOUCHED, 1000.0
    for metric, value, validity, later_s, perfusion, near in said:
        at_s += later_s
        event = judged_observation(metric, value, validity)
        state, judged = chair.observe(state, event, at_s, RULE, perfusion=perfusion, cuff_near=near)
        assert RANK[judged.validity] <= RANK[event.validity]
        assert judged.value == event.value
        assert set(event.flags) <= set(judged.flags)
    dump = msgspec.json.encode(state)
    assert len(dump) < 1500
    assert msgspec.json.decode(dump, type=QualityState) == state


def test_memory_stays_small_however_fast_and_long_a_device_speaks() -> None:
    state = chair.UNTOUCHED
    for n in range(20_000):
        event = judged_observation(SPO2, 97 + n % 2)
        state, _ = chair.observe(state, event, n / 75, RULE)
    assert len(msgspec.json.encode(state)) < 500
