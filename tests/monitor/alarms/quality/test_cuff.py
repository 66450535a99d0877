"""Is a pressure a measurement at all: what is rejected, what is doubted, and what no rule may silence."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codecs.judging import judged_cuff
from devices.model import CuffResult, Validity
from monitor.alarms.quality import cuff
from monitor.alarms.quality.cuff import CuffMemory, Surroundings
from monitor.limits import QualityRule
from monitor.terms import Baseline

RULE = QualityRule()
VALID, QUESTIONABLE, INVALID = Validity.VALID, Validity.QUESTIONABLE, Validity.INVALID
RANK = {VALID: 2, QUESTIONABLE: 1, INVALID: 0}
CALM = Surroundings(heart_rate=70, pulse=70)


def result(
    systolic: float | None, diastolic: float | None, mean: float | None = None, **how: object
) -> CuffResult:
    return judged_cuff(systolic, diastolic, mean, 70, **how)  # type: ignore[arg-type]


class Chair:
    """One cuff after the other, each a number of minutes after the last."""

    def __init__(self, rule: QualityRule = RULE) -> None:
        self.rule = rule
        self.memory = cuff.UNTOUCHED
        self.at_s = 1000.0
        self.count = 0

    def says(self, taken: CuffResult, around: Surroundings = CALM, after_min: float = 5) -> CuffResult:
        self.at_s += after_min * 60
        self.count += 1
        judged, self.memory = cuff.judge(taken, f"k{self.count}", self.memory, around, self.rule, self.at_s)
        return judged

    def gives(self, systolic: float, diastolic: float, **how: object) -> Validity:
        return self.says(result(systolic, diastolic), **how).validity  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("systolic", "diastolic", "mean"),
    [
        (95, 14, None),
        (120, 80, 19),
        (120, 80, 201),
        (120, 116, None),
        (120, 80, 80),
        (120, 80, 120),
        (90, 81, None),
        (120, 106, None),
        (160, 131, None),
        (100, 86, None),
        (150, 136, None),
    ],
)
def test_numbers_that_cannot_be_are_no_measurement(
    systolic: float, diastolic: float, mean: float | None
) -> None:
    # A diastolic of 110 or more is spared: the narrow ones are tested with it lower.
    rule = replace(RULE, spare_diastolic=300)
    judged, memory = cuff.judge(result(systolic, diastolic, mean), "k", cuff.UNTOUCHED, CALM, rule, 0.0)
    assert (judged.validity, judged.systolic, judged.flags) == (INVALID, None, ("implausible",))
    assert memory.rejected
    assert f"said {systolic}/{diastolic}" in str(judged.status)


@pytest.mark.parametrize(("systolic", "diastolic"), [(99, 89), (100, 85), (150, 105), (151, 109), (82, 60)])
def test_narrow_but_possible_pressures_are_believed(systolic: float, diastolic: float) -> None:
    assert Chair().gives(systolic, diastolic) is VALID


@pytest.mark.parametrize(
    ("systolic", "diastolic", "mean"),
    [
        (265, 150, None),
        (190, 175, 180),
        (185, 184, 20),
        (112, 111, None),
        (79, 76, None),
        (30, 20, 300),
        (300, 1, None),
    ],
)
def test_a_dangerous_pressure_is_shown_and_doubted_however_odd(
    systolic: float, diastolic: float, mean: float | None
) -> None:
    judged = Chair().says(result(systolic, diastolic, mean))
    assert (judged.validity, judged.systolic, judged.diastolic) == (QUESTIONABLE, systolic, diastolic)
    assert "implausible" in judged.flags


PRESSURES = st.one_of(
    st.integers(1, 300), st.sampled_from([79, 80, 109, 110, 179, 180]), st.floats(1, 300, allow_nan=False)
)
VALIDITIES = st.sampled_from([VALID, QUESTIONABLE, INVALID])
SURROUNDINGS = st.builds(
    Surroundings,
    heart_rate=st.none() | st.integers(20, 250),
    pulse=st.none() | st.integers(20, 250),
    cycle_s=st.none() | st.floats(0, 180),
    baseline=st.none() | st.builds(Baseline, st.integers(80, 160), st.integers(40, 100)),
    repeat_wanted=st.booleans(),
)


@given(
    cuffs=st.lists(
        st.tuples(PRESSURES, PRESSURES, st.none() | PRESSURES, VALIDITIES, SURROUNDINGS, st.floats(0, 30)),
        max_size=12,
    )
)
def test_no_rule_silences_a_dangerous_pressure_or_gives_belief(cuffs: list[tuple]) -> None:
    chair = Chair()
    for systolic, diastolic, mean, validity, around, minutes in cuffs:
        said = result(systolic, diastolic, mean, validity=validity)
        judged = chair.says(said, around, after_min=minutes)
        assert RANK[judged.validity] <= RANK[said.validity]
        if said.systolic is not None and (systolic >= 180 or diastolic >= 110 or systolic < 80):
            assert (judged.systolic, judged.diastolic) == (said.systolic, said.diastolic)
        dump = msgspec.json.encode(chair.memory)
        assert len(dump) < 500
        assert msgspec.json.decode(dump, type=CuffMemory) == chair.memory


def test_a_jump_without_the_heart_rate_is_doubted() -> None:
    chair = Chair()
    assert chair.gives(122, 76) is VALID
    jumped = chair.says(result(155, 90))
    assert (jumped.validity, jumped.flags) == (QUESTIONABLE, ("unlike_last",))


def test_a_jump_is_compared_with_the_last_reading_that_nothing_spoke_against() -> None:
    """The repeat that contradicts an artifact lies as far from it; it must be able to refute it."""
    chair = Chair()
    chair.gives(122, 76)
    assert chair.gives(190, 115) is QUESTIONABLE
    assert chair.gives(124, 77, after_min=1) is VALID


def test_a_second_reading_that_agrees_is_believed() -> None:
    chair = Chair()
    chair.gives(122, 76)
    assert chair.gives(155, 90, after_min=2) is QUESTIONABLE
    assert chair.gives(152, 92, after_min=2) is VALID
    assert chair.gives(125, 78, after_min=2) is VALID, "within 30/20 of the new one"


def test_a_repeat_that_was_asked_for_is_no_jump() -> None:
    chair = Chair()
    chair.gives(150, 90)
    assert chair.gives(178, 105) is VALID
    asked = replace(CALM, repeat_wanted=True)
    assert chair.gives(144, 84, around=asked, after_min=1) is VALID


def test_coming_back_to_the_baseline_is_no_jump() -> None:
    """A surge that is over must be able to clear."""
    known = replace(CALM, baseline=Baseline(121, 75))
    chair = Chair()
    for systolic, diastolic in ((150, 92), (175, 102)):
        assert chair.gives(systolic, diastolic, around=known) is VALID
    assert chair.gives(124, 77, around=known) is VALID
    assert chair.gives(90, 50, around=known, after_min=1) is QUESTIONABLE


@pytest.mark.parametrize(
    ("how", "validity"),
    [
        ({"around": replace(CALM, heart_rate=85)}, VALID),
        ({"around": replace(CALM, heart_rate=84)}, QUESTIONABLE),
        ({"after_min": 10}, VALID),
        ({"after_min": 9.9}, QUESTIONABLE),
    ],
)
def test_a_jump_with_the_heart_rate_or_after_a_while_is_believed(how: dict, validity: Validity) -> None:
    chair = Chair()
    chair.gives(122, 76)
    assert chair.gives(153, 90, **how) is validity


@pytest.mark.parametrize(
    ("taken", "around", "flag"),
    [
        (result(120, 80, 110), CALM, "mean_off"),
        (result(120, 80, 93), replace(CALM, pulse=86), "pulse_differs"),
        (result(120, 80, 93), replace(CALM, cycle_s=91), "long_cycle"),
        (result(120, 80, 93, flags=("movement",)), CALM, "movement"),
    ],
)
def test_what_makes_a_pressure_doubtful(taken: CuffResult, around: Surroundings, flag: str) -> None:
    judged = Chair().says(taken, around)
    assert (judged.validity, judged.flags) == (QUESTIONABLE, (flag,))


def test_a_fast_clock_stretches_what_a_cuff_may_take() -> None:
    assert Chair().says(result(120, 80), replace(CALM, cycle_s=170, slowness=2)).validity is VALID


def test_a_failed_cuff_leaves_everything_as_it_was() -> None:
    chair = Chair()
    chair.gives(122, 76)
    chair.gives(120, 106)
    before = chair.memory
    assert before.rejected
    failed = result(None, None, validity=INVALID, flags=("nibp_failed",))
    assert chair.says(failed) == failed
    assert chair.memory == before
    chair.gives(121, 75)
    assert not chair.memory.rejected


def test_nothing_is_compared_with_a_pressure_that_was_struck() -> None:
    chair = Chair()
    chair.gives(190, 100)
    chair.memory = cuff.without(chair.memory, "k1")
    assert chair.gives(122, 76) is VALID
