"""Anything may happen to a chair, in any order; what must hold, holds after every step."""

from __future__ import annotations

from itertools import count

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from devices.model import DeviceState, Validity
from monitor.alarms.chair import ChairAlarms
from monitor.alarms.model import Facts, LinkFact, Reading, Transition
from monitor.alarms.state import ChairAlarmState
from monitor.limits import Estimator, PressureRule
from monitor.terms import Baseline, Kind, Now, Phase, Presence, Priority, Vital
from tests.monitor.alarms.bench import START_MS, plain_preset

RANGES = {Vital.HR: (30, 150), Vital.SPO2: (75, 100), Vital.SBP: (70, 210), Vital.DBP: (40, 125)}
LIVE = {Presence.ON, Presence.LATCHED}


def readings() -> st.SearchStrategy[tuple[Vital, float | None, Validity]]:
    def of(vital: Vital) -> st.SearchStrategy[tuple[Vital, float | None, Validity]]:
        believable = st.sampled_from([Validity.VALID, Validity.QUESTIONABLE])
        values = st.integers(*RANGES[vital]).map(float)
        return st.tuples(st.just(vital), values, believable) | st.just((vital, None, Validity.INVALID))

    return st.sampled_from(list(RANGES)).flatmap(of)


class ChairMachine(RuleBasedStateMachine):
    """The chair, its restarted twin, and the journal's view of both."""

    preset = plain_preset()

    def __init__(self) -> None:
        super().__init__()
        numbers, twin_numbers = count(1), count(1)
        self.alarms = ChairAlarms("7", self.preset, lambda: f"o{next(numbers)}")
        self.twin_id = lambda: f"o{next(twin_numbers)}"
        self.twin = ChairAlarms("7", self.preset, self.twin_id)
        self.at_s, self.skew_ms = 1000.0, 0
        self.phase: Phase | None = Phase.INFUSION
        self.baseline: Baseline | None = None
        self.standby = self.cuff_running = False
        self.link = DeviceState.CONNECTED
        self.due_s: float | None = None
        self.journal: dict[str, Transition] = {}

    @property
    def now(self) -> Now:
        return Now(START_MS + round(self.at_s * 1000) + self.skew_ms, self.at_s)

    def turn(self, given: tuple[Reading, ...] = ()) -> list[Transition]:
        links = (LinkFact("ox1", "Oximeter", self.link),)
        watched = frozenset({Vital.HR, Vital.SPO2})
        facts = Facts(
            self.phase,
            self.baseline,
            given,
            watched,
            links,
            cuff_running=self.cuff_running,
            standby=self.standby,
            cuff_due_s=self.due_s,
        )
        transitions = self.alarms.advance(facts, self.now)
        assert self.twin.advance(facts, self.now) == transitions, "a restart made a difference"
        self.record(transitions)
        self.assert_that_nothing_waits_too_long()
        return transitions

    def assert_that_nothing_waits_too_long(self) -> None:
        assert self.twin.repeat_due_s() == self.alarms.repeat_due_s()
        due_s, rule = self.alarms.repeat_due_s(), self.preset.pressure_rule
        if due_s is not None:
            longest_s = rule.running_cuff_s if self.cuff_running else rule.decide_s + rule.react_s
            assert self.at_s < due_s - rule.repeat_s * self.alarms.repeat_number() + longest_s

    def assert_that_no_patient_alarm_ends(self, given: tuple[Reading, ...]) -> None:
        standing = {
            o.id
            for o in self.alarms.open()
            if o.kind is Kind.PHYSIOLOGICAL and o.presence is not Presence.LATCHED
        }
        ended = {t.occurrence for t in self.turn(given) if t.change == "cleared"}
        assert standing.isdisjoint(ended)

    def record(self, transitions: list[Transition]) -> None:
        for transition in transitions:
            known = transition.occurrence in self.journal
            assert known is (transition.change != "raised"), "raised exactly once, before all else"
            self.journal[transition.occurrence] = transition
            if transition.presence is Presence.OFF:
                del self.journal[transition.occurrence]

    @rule(given=st.lists(readings(), min_size=1, max_size=3), after_s=st.floats(0, 20))
    def measure(self, given: list[tuple[Vital, float | None, Validity]], after_s: float) -> None:
        self.at_s += after_s
        self.turn(tuple(Reading(vital, value, validity, self.now) for vital, value, validity in given))

    @rule(given=st.lists(readings(), min_size=1, max_size=3), after_s=st.floats(0, 20))
    def measure_without_a_valid_value(
        self, given: list[tuple[Vital, float | None, Validity]], after_s: float
    ) -> None:
        self.at_s += after_s
        doubtful = tuple(
            Reading(vital, value, Validity.INVALID if value is None else Validity.QUESTIONABLE, self.now)
            for vital, value, _ in given
        )
        self.assert_that_no_patient_alarm_ends(doubtful)

    @rule(after_s=st.floats(0, 700))
    def wait(self, after_s: float) -> None:
        self.at_s += after_s
        self.assert_that_no_patient_alarm_ends(())

    @rule(back_ms=st.integers(1, 100_000))
    def step_the_clock_back(self, back_ms: int) -> None:
        self.skew_ms -= back_ms
        self.turn()

    @rule(in_s=st.none() | st.floats(-400, 400))
    def expect_a_pressure(self, in_s: float | None) -> None:
        self.due_s = None if in_s is None else self.at_s + in_s
        self.turn()

    @rule(state=st.sampled_from(DeviceState), standby=st.booleans())
    def change_the_equipment(self, state: DeviceState, standby: bool) -> None:
        self.link, self.standby = state, standby
        self.turn()

    @rule(running=st.booleans())
    def start_or_stop_the_cuff(self, running: bool) -> None:
        self.cuff_running = running
        self.turn()

    @rule(phase=st.none() | st.sampled_from(Phase), rate=st.none() | st.integers(45, 80))
    def change_the_visit(self, phase: Phase | None, rate: int | None) -> None:
        self.phase, self.baseline = phase, None if rate is None else Baseline(118, 74, rate)
        self.turn()
        assert self.phase is not None or not self.alarms.open()

    @precondition(lambda self: self.alarms.open())
    @rule(data=st.data(), seen=st.sampled_from(Priority))
    def acknowledge(self, data: st.DataObject, seen: Priority) -> None:
        occurrence = data.draw(st.sampled_from(self.alarms.open()))
        risen = occurrence.priority.rank > seen.rank
        answer = self.alarms.acknowledge(occurrence.id, seen, "ana", self.now)
        assert self.twin.acknowledge(occurrence.id, seen, "ana", self.now) == answer
        if isinstance(answer, Transition):
            assert not risen
            self.record([answer])
        else:
            assert risen or occurrence.presence is Presence.ACKNOWLEDGED

    @rule()
    def strike(self) -> None:
        struck = (Vital.SBP, Vital.DBP)
        transitions = self.alarms.strike(struck, self.now)
        assert self.twin.strike(struck, self.now) == transitions
        assert all(t.condition.startswith(struck) for t in transitions)
        self.record(transitions)

    @rule()
    def restart(self) -> None:
        encoded = msgspec.json.encode(self.twin.dump())
        state = msgspec.json.decode(encoded, type=ChairAlarmState)
        self.twin = ChairAlarms.restore("7", self.preset, self.twin_id, state)

    @invariant()
    def what_is_high_is_signalled_or_acknowledged(self) -> None:
        for occurrence in self.alarms.open():
            acknowledged = occurrence.presence is Presence.ACKNOWLEDGED
            assert acknowledged or occurrence.presence in LIVE
            assert acknowledged is (occurrence.acknowledged_by is not None)
            assert acknowledged is (occurrence.acknowledged_until_s is not None)

    @invariant()
    def the_journal_tells_what_is_open(self) -> None:
        told = {(t.occurrence, t.condition, t.priority, t.presence) for t in self.journal.values()}
        assert told == {(o.id, o.condition, o.priority, o.presence) for o in self.alarms.open()}

    @invariant()
    def a_condition_has_one_occurrence(self) -> None:
        conditions = [o.condition for o in self.alarms.open()]
        assert len(conditions) == len(set(conditions))

    @invariant()
    def what_is_due_lies_ahead(self) -> None:
        due_s = self.alarms.next_due_s(self.now)
        assert due_s is None or due_s > self.at_s


class ConfirmingMachine(ChairMachine):
    preset = plain_preset(confirm_pressure=True)


class FilteringMachine(ChairMachine):
    preset = plain_preset(confirm_pressure=True, pressure_rule=PressureRule(estimator=Estimator.FILTER))

    @invariant()
    def chances_are_chances(self) -> None:
        found = self.alarms.chances()
        assert found == self.twin.chances()
        if found is not None:
            for chance in (found.high, found.medium, *found.high_of, *found.medium_of):
                assert 0 <= chance <= 1


class LatchingMachine(ChairMachine):
    preset = plain_preset(latching=True)


for machine in (ChairMachine, ConfirmingMachine, FilteringMachine, LatchingMachine):
    machine.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)

TestChair = ChairMachine.TestCase
TestConfirmingChair = ConfirmingMachine.TestCase
TestFilteringChair = FilteringMachine.TestCase
TestLatchingChair = LatchingMachine.TestCase
