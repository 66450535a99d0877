"""Who is called, after how long, and who answers; without the rest of the alarm system."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from monitor.alarms import escalation
from monitor.alarms.escalation import LEVELS, STILL_CALLED, Call, Urgency
from monitor.alarms.model import Occurrence
from monitor.limits import LimitPreset, default_preset
from monitor.terms import ACTING_ROLES, Kind, Now, Presence, Priority, Role

PRESET = default_preset()
NURSE, ANESTHESIA = Role.NURSE, Role.ANESTHESIA
BEGIN_MS = 1_770_000_000_000


def at(seconds: float) -> Now:
    return Now(BEGIN_MS + round(seconds * 1000), seconds)


def occurrence(
    priority: Priority = Priority.HIGH, condition: str = "sbp_high", *, asks: bool = False
) -> Occurrence:
    return Occurrence("o1", condition, Kind.PHYSIOLOGICAL, priority, Presence.ON, BEGIN_MS, unconfirmed=asks)


class Story:
    """One occurrence and its call, with a hand on the clock."""

    def __init__(self, one: Occurrence, preset: LimitPreset = PRESET) -> None:
        self.one, self.preset = one, preset
        self.calls: dict[str, Call] = {}
        self.reached = 0
        self.wait(0)

    def wait(self, until_s: float) -> Story:
        self.now = at(until_s)
        step = escalation.advance(self.calls, [self.one], self.preset, self.now)
        self.calls = step.calls
        self.reached += len(step.reached)
        return self

    @property
    def call(self) -> Call:
        return self.calls["o1"]

    @property
    def called(self) -> set[Role]:
        return set(escalation.called(self.call))

    def acknowledge(self, role: Role) -> None:
        self.one.presence = Presence.ACKNOWLEDGED
        self.calls["o1"] = escalation.acknowledged(self.call, role)

    def accept(self, role: Role) -> None:
        self.one.presence = Presence.ACKNOWLEDGED
        self.calls["o1"] = escalation.accepted(self.call, "ruiz", role, self.now)

    def becomes(self, priority: Priority) -> None:
        self.one.priority = priority

    def expires(self) -> None:
        self.one.presence = Presence.ON


def test_a_medium_alarm_calls_nurses_and_after_two_minutes_anesthesia_too() -> None:
    story = Story(occurrence(Priority.MEDIUM))
    assert story.wait(119.9).called == {NURSE}
    assert story.wait(120).called == {NURSE, ANESTHESIA}
    assert story.wait(3600).called == {NURSE, ANESTHESIA}
    assert not escalation.outside(story.call)
    assert story.reached == 1


def test_a_medium_alarm_of_the_equipment_follows_the_same_row() -> None:
    assert Story(occurrence(Priority.MEDIUM, "device_lost_ox1")).wait(120).called == {NURSE, ANESTHESIA}


def test_a_high_alarm_calls_everyone_and_the_outside_after_a_minute() -> None:
    story = Story(occurrence(condition="spo2_low"))
    assert story.wait(59.9).called == {NURSE, ANESTHESIA}
    assert not escalation.outside(story.call)
    assert story.wait(60).called == set(Role)
    assert escalation.outside(story.call)


def test_a_low_alarm_calls_nobody_and_one_that_wants_a_cuff_only_nurses() -> None:
    assert Story(occurrence(Priority.LOW, "clock_step")).wait(3600).called == set()
    assert Story(occurrence(Priority.ADVISORY)).wait(3600).called == set()
    assert Story(occurrence(Priority.LOW, asks=True)).wait(3600).called == {NURSE}


def test_medium_can_be_kept_with_the_nurses_and_high_cannot() -> None:
    preset = replace(PRESET, escalate_medium_s=None)
    assert Story(occurrence(Priority.MEDIUM), preset).wait(3600).called == {NURSE}
    assert Story(occurrence(), preset).wait(60).called == set(Role)


def test_a_nurse_quiets_a_high_alarm_that_is_no_pressure() -> None:
    story = Story(occurrence(condition="spo2_low"))
    story.acknowledge(NURSE)
    assert story.wait(100).called == set()


@pytest.mark.parametrize("condition", ["sbp_high", "dbp_high", "map_high"])
def test_a_high_pressure_goes_on_calling_until_anesthesia_accepts(condition: str) -> None:
    story = Story(occurrence(condition=condition)).wait(20)
    story.acknowledge(NURSE)
    assert story.wait(59).called == {ANESTHESIA}
    assert not escalation.outside(story.call)
    assert story.wait(60).called == {ANESTHESIA}
    assert escalation.outside(story.call)
    story.accept(ANESTHESIA)
    assert story.wait(170).called == set()
    assert not escalation.outside(story.call)


def test_a_pressure_that_is_too_low_is_quiet_after_a_nurse() -> None:
    story = Story(occurrence(condition="sbp_low"))
    story.acknowledge(NURSE)
    assert story.called == set()


def test_when_an_acknowledgement_is_over_the_call_begins_anew() -> None:
    story = Story(occurrence()).wait(60)
    story.accept(ANESTHESIA)
    story.wait(240)
    story.expires()
    assert story.wait(241).called == {NURSE, ANESTHESIA}
    assert (story.call.accepted_by, story.call.rejected) == (None, ())
    assert story.wait(300.9).called == {NURSE, ANESTHESIA}
    assert story.wait(301).called == set(Role)


def test_a_rise_begins_at_the_first_level_of_what_it_rose_to() -> None:
    story = Story(occurrence(Priority.MEDIUM)).wait(120)
    story.becomes(Priority.HIGH)
    assert story.wait(130).called == {NURSE, ANESTHESIA}
    assert story.wait(190).called == set(Role)


def test_a_value_to_and_fro_does_not_put_the_call_off() -> None:
    story = Story(occurrence(condition="hr_high"))
    for second in range(10, 60, 10):
        story.becomes(Priority.MEDIUM if second % 20 else Priority.HIGH)
        story.wait(second)
    story.becomes(Priority.HIGH)
    assert story.wait(60).called == set(Role)


def test_anesthesia_stays_called_when_a_high_alarm_falls() -> None:
    story = Story(occurrence()).wait(10)
    story.becomes(Priority.MEDIUM)
    assert story.wait(11).called == {NURSE, ANESTHESIA}
    assert story.wait(3600).called == {NURSE, ANESTHESIA}
    assert not escalation.outside(story.call)


def test_who_rejects_is_remembered_and_the_next_level_is_called_at_once() -> None:
    story = Story(occurrence(Priority.MEDIUM)).wait(5)
    story.calls["o1"] = escalation.rejected(story.call, "leo", "with a patient", story.now)
    assert story.called == {NURSE, ANESTHESIA}
    (said,) = story.call.rejected
    assert (said.by, said.at_ms, said.reason) == ("leo", at(5).utc_ms, "with a patient")
    assert escalation.next_s(story.call, PRESET) is None


def test_the_last_level_cannot_be_rejected_away() -> None:
    story = Story(occurrence()).wait(60)
    story.calls["o1"] = escalation.rejected(story.call, "leo", "busy", story.now)
    assert story.called == set(Role)


def test_what_was_acknowledged_before_calls_were_kept_still_calls_anesthesia() -> None:
    one = occurrence()
    one.presence = Presence.ACKNOWLEDGED
    assert Story(one).called == {ANESTHESIA}


def test_the_tables_are_total() -> None:
    assert set(LEVELS) == set(STILL_CALLED) == set(Urgency)
    assert all(set(answered) == ACTING_ROLES for answered in STILL_CALLED.values())
    assert all(1 <= len(levels) <= 2 for levels in LEVELS.values())
    for levels in LEVELS.values():
        assert set(levels[0].roles) <= set(levels[-1].roles), "nobody who was called is left out later"


CONDITIONS = ["sbp_high", "spo2_low", "hr_high"]
KEPT = msgspec.msgpack.Decoder(dict[str, Call])


class Calls(RuleBasedStateMachine):
    """Occurrences that rise, fall, end and are answered in any order; and a twin that restarts."""

    def __init__(self) -> None:
        super().__init__()
        self.at_s = 1000.0
        self.open: dict[str, Occurrence] = {}
        self.calls: dict[str, Call] = {}
        self.twin: dict[str, Call] = {}
        self.count = 0
        self.unanswered_s: dict[str, float] = {}
        """Since when each has been high without any answer."""

    @property
    def now(self) -> Now:
        return at(self.at_s)

    def turn(self) -> None:
        occurrences = list(self.open.values())
        step = escalation.advance(self.calls, occurrences, PRESET, self.now)
        twin = escalation.advance(self.twin, occurrences, PRESET, self.now)
        assert step == twin, "a restart made a difference"
        self.calls, self.twin = step.calls, twin.calls
        for id_, each in self.open.items():
            waits = each.priority is Priority.HIGH and each.presence is not Presence.ACKNOWLEDGED
            if waits:
                self.unanswered_s.setdefault(id_, self.at_s)
            else:
                self.unanswered_s.pop(id_, None)

    def change(self, id_: str, call: Call) -> None:
        self.calls[id_] = self.twin[id_] = call

    def some(self, data: st.DataObject) -> Occurrence:
        return self.open[data.draw(st.sampled_from(sorted(self.open)))]

    @rule(condition=st.sampled_from(CONDITIONS), priority=st.sampled_from(Priority), asks=st.booleans())
    def begins(self, condition: str, priority: Priority, asks: bool) -> None:
        self.count += 1
        name = f"o{self.count}"
        self.open[name] = Occurrence(
            name, condition, Kind.PHYSIOLOGICAL, priority, Presence.ON, self.now.utc_ms, unconfirmed=asks
        )
        self.turn()

    @precondition(lambda self: self.open)
    @rule(data=st.data(), priority=st.sampled_from(Priority))
    def becomes(self, data: st.DataObject, priority: Priority) -> None:
        one = self.some(data)
        rises = priority.rank > one.priority.rank
        one.priority = priority
        if rises:
            one.presence = Presence.ON
        self.turn()

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def ends(self, data: st.DataObject) -> None:
        one = self.some(data)
        del self.open[one.id]
        self.unanswered_s.pop(one.id, None)
        self.turn()
        assert one.id not in self.calls

    @precondition(lambda self: self.open)
    @rule(data=st.data(), role=st.sampled_from(sorted(ACTING_ROLES)), accept=st.booleans())
    def answers(self, data: st.DataObject, role: Role, accept: bool) -> None:
        one = self.some(data)
        one.presence = Presence.ACKNOWLEDGED
        call = self.calls[one.id]
        alone = escalation.may_accept(call, role)
        taken = escalation.accepted(call, "ruiz", role, self.now)
        self.change(one.id, taken if accept and alone else escalation.acknowledged(call, role))
        assert (self.calls[one.id].accepted_by is not None) or not (accept and alone)
        assert bool(escalation.called(self.calls[one.id])) is not alone
        self.turn()

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def expires(self, data: st.DataObject) -> None:
        one = self.some(data)
        one.presence = Presence.ON
        self.turn()

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def rejects(self, data: st.DataObject) -> None:
        one = self.some(data)
        before = set(escalation.called(self.calls[one.id]))
        self.change(one.id, escalation.rejected(self.calls[one.id], "leo", "busy", self.now))
        assert before <= set(escalation.called(self.calls[one.id]))
        self.turn()

    @rule(seconds=st.floats(0, 200))
    def waits(self, seconds: float) -> None:
        self.at_s += seconds
        self.turn()

    @rule()
    def restarts(self) -> None:
        self.twin = KEPT.decode(msgspec.msgpack.encode(self.twin))

    @invariant()
    def what_is_high_calls_somebody_unless_it_was_answered(self) -> None:
        for id_, one in self.open.items():
            if one.priority is not Priority.HIGH:
                continue
            call = self.calls[id_]
            assert escalation.called(call) or call.held
            pressure = one.condition == "sbp_high"
            if pressure and not escalation.called(call):
                assert call.role is ANESTHESIA, "only anesthesia answers for a high pressure"

    @invariant()
    def whoever_waits_too_long_calls_everyone(self) -> None:
        for id_, since_s in self.unanswered_s.items():
            if self.at_s - since_s >= PRESET.escalate_high_s:
                assert set(escalation.called(self.calls[id_])) == set(Role)
                assert escalation.outside(self.calls[id_])

    @invariant()
    def every_open_occurrence_has_one_call(self) -> None:
        assert self.calls.keys() == self.open.keys()


Calls.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestCalls = Calls.TestCase
