"""A form's answers become exactly the act they mean, or a sentence for staff."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.dashboard.views.acts import FORMS, MARKS, Target, act_from, form_of
from monitor.dashboard.views.fields import FormFault
from monitor.sessions import actions
from monitor.sessions.actions import MARK_EVENTS, Act
from monitor.sessions.transitions import name_of

SEATING = {
    "label": " R. T. ",
    "identifiers_confirmed": ["Full name matches", "Date of birth matches"],
    "planned_min": "45",
    "weight_kg": 82.5,
    "dose_mg_per_kg": "",
}
TARGETS = [Target(act, "7", "s7", "cuff-1") for act in FORMS] + [Target("mark", "7", "s7", m) for m in MARKS]


LIVE = {
    *("acknowledge", "accept", "reject", "take_over", "assign_nurse", "hand_over"),
    *("pause_audio", "resume_audio", "alarm_off", "alarm_on", "call_back", "call_heard"),
}
"""Acts that the live script asks for, from what stands on the screen at that moment."""


def test_every_act_but_the_live_ones_can_be_asked_for_here() -> None:
    offered = {*FORMS, "mark"}
    assert offered == {name_of(act) for act in get_args(Act)} - LIVE
    assert set(MARKS) == set(MARK_EVENTS)


def test_seating_takes_the_label_trimmed_and_leaves_out_what_was_left_empty() -> None:
    assert act_from(Target("seat", "7"), SEATING) == actions.Seat("R. T.", True, 45, weight_kg=82.5)


@pytest.mark.parametrize("ticked", [[], ["Full name matches"], ["Date of birth matches"], None])
def test_seating_needs_both_identifiers(ticked: list[str] | None) -> None:
    with pytest.raises(FormFault, match="Two identifiers"):
        act_from(Target("seat", "7"), {**SEATING, "identifiers_confirmed": ticked})


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("label", "   ", "Label: please fill this in."),
        ("label", "Rosalind Torres", "at most 12 characters, got 15"),
        ("planned_min", "39", "choose one of 40, 45, 50, 55, 60; got '39'"),
        ("weight_kg", 4, "Weight, kg: expected 20 to 300, got 4."),
        ("weight_kg", "heavy", "expected a number, got 'heavy'"),
        ("weight_kg", "nan", "expected 20 to 300"),
    ],
)
def test_a_wrong_answer_is_refused_with_what_was_expected(field: str, value: Any, says: str) -> None:
    with pytest.raises(FormFault, match=says):
        act_from(Target("seat", "7"), {**SEATING, field: value})


def test_starting_without_a_baseline_needs_its_own_tick() -> None:
    start = Target("start", "7", "s7")
    (box,) = form_of(start, {"without_baseline"}).fields
    assert act_from(start, {}) == actions.Start()
    assert act_from(start, {"without_baseline": list(box.options)}) == actions.Start(without_baseline=True)
    with pytest.raises(FormFault, match="No baseline is confirmed"):
        act_from(start, {"without_baseline": []})


def test_leaving_takes_the_two_boxes_and_a_reason() -> None:
    ready, finish = Target("mark_ready", "7", "s7"), Target("finish", "7", "s7")
    asked = form_of(finish, {"assessed", "escort", "override_reason"}).fields
    assert asked == form_of(ready).fields
    ticked = {field.name: list(field.options) for field in asked if field.kind == "checks"}
    assert act_from(ready, ticked) == actions.MarkReady(assessed=True, escort=True)
    assert act_from(ready, {"assessed": ticked["assessed"]}) == actions.MarkReady(assessed=True)
    given = {**ticked, "escort": [], "override_reason": " by ambulance "}
    assert act_from(finish, given) == actions.Finish(assessed=True, override_reason="by ambulance")
    assert act_from(finish, {}) == actions.Finish()


def test_minutes_ago_of_a_cuff_by_hand_are_whole() -> None:
    target = Target("manual_cuff", "7", "s7")
    given = {"systolic": 151, "diastolic": 92, "minutes_ago": "3"}
    assert act_from(target, given) == actions.ManualCuff(151, 92, minutes_ago=3)
    with pytest.raises(FormFault, match="whole number"):
        act_from(target, {**given, "minutes_ago": 2.5})


def test_a_struck_reading_and_a_mark_name_their_subject() -> None:
    strike = Target("entered_in_error", "7", "s7", "cuff-1")
    assert act_from(strike, {"reason": "moved"}) == actions.EnteredInError("cuff-1", "moved")
    assert act_from(Target("mark", "7", "s7", "nausea"), {}) == actions.Mark("nausea")
    strong = act_from(Target("mark", "7", "s7", "dissociation"), {"severity": "6", "note": ""})
    assert strong == actions.Mark("dissociation", 6)


def test_answers_of_another_form_are_not_taken() -> None:
    assert act_from(Target("pause", "7", "s7"), {"reason": "left from another form"}) == actions.Pause()


FIELDS = sorted({field.name for form in (*FORMS.values(), *MARKS.values()) for field in form.fields})
TYPED = st.text("az09 .-é☃", max_size=20)


@given(
    st.sampled_from(TARGETS),
    st.dictionaries(
        st.sampled_from(FIELDS),
        st.none() | TYPED | st.floats() | st.integers() | st.lists(TYPED, max_size=3),
    ),
)
def test_whatever_a_browser_sends_is_an_act_or_a_sentence(target: Target, typed: dict[str, Any]) -> None:
    made: Act | FormFault
    try:
        made = act_from(target, typed)
    except FormFault as fault:
        made = fault
    if isinstance(made, FormFault):
        assert str(made).endswith(".")
    else:
        assert name_of(type(made)) == target.act
