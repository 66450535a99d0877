"""Acknowledge, pause, switch off and on in any order: nothing high is silent without an act against it."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from devices.model import Validity
from monitor.alarms.inactivation import Author, is_paused
from monitor.alarms.model import Reading
from monitor.alarms.suppression import asks_for_sound
from monitor.terms import Presence, Priority, Role, Vital
from tests.monitor.alarms.bench import plain_preset
from tests.monitor.alarms.test_machine import ChairMachine

CONDITIONS = ["sbp_high", "dbp_high", "sbp_low", "spo2_low", "no_data_spo2", "device_lost_ox1", "clock_step"]
AUTHORS = [Author("Leo", Role.NURSE), Author("Ana", Role.ANESTHESIA)]


class QuietMachine(ChairMachine):
    """The chair and its twin, and by its side a plain memory of who was quiet about what, since when."""

    def __init__(self) -> None:
        super().__init__()
        self.high_since_s: dict[str, float] = {}
        self.paused_s: dict[str, float] = {}

    @rule(author=st.sampled_from(AUTHORS))
    def pause(self, author: Author) -> None:
        both = [self.alarms, self.twin]
        answers = [
            alarms.pause_audio(author, [o for o in alarms.open() if asks_for_sound(o)], self.now)
            for alarms in both
        ]
        assert answers[0] == answers[1]
        if answers[0] is None:
            sounding = (o.id for o in self.alarms.open() if asks_for_sound(o))
            self.paused_s = dict.fromkeys(sounding, self.at_s)

    @rule()
    def resume(self) -> None:
        assert self.alarms.resume_audio() == self.twin.resume_audio()
        self.paused_s = {}

    @rule(condition=st.sampled_from(CONDITIONS), author=st.sampled_from(AUTHORS))
    def switch_off(self, condition: str, author: Author) -> None:
        answer = self.alarms.switch_off(condition, author, "seen", self.now)
        assert self.twin.switch_off(condition, author, "seen", self.now) == answer
        high = {o.condition for o in self.alarms.open() if o.priority is Priority.HIGH}
        self.turn()
        if answer is None:
            assert condition not in high
            assert not condition.startswith(("device_lost", "clock_step"))

    @rule(author=st.just(AUTHORS[1]), systolic=st.integers(175, 199), diastolic=st.integers(70, 119))
    def measure_a_high_pressure_that_is_off(self, author: Author, systolic: int, diastolic: int) -> None:
        for condition in ("sbp_high", "dbp_high"):
            answer = self.alarms.switch_off(condition, author, "seen", self.now)
            assert self.twin.switch_off(condition, author, "seen", self.now) == answer
        self.at_s += 61
        pair = ((Vital.SBP, systolic), (Vital.DBP, diastolic))
        self.turn(tuple(Reading(vital, float(value), Validity.VALID, self.now) for vital, value in pair))

    @precondition(lambda self: self.alarms.inactivation.off)
    @rule(data=st.data())
    def switch_on(self, data: st.DataObject) -> None:
        condition = data.draw(st.sampled_from(sorted(self.alarms.inactivation.off)))
        assert self.alarms.switch_on(condition) is None
        assert self.twin.switch_on(condition) is None
        self.turn()

    @invariant()
    def nothing_high_is_silent_without_an_act_against_it(self) -> None:
        high = {o.id: o for o in self.alarms.open() if o.priority is Priority.HIGH}
        self.high_since_s = {id_: self.high_since_s.get(id_, self.at_s) for id_ in high}
        for id_, occurrence in high.items():
            if occurrence.presence is Presence.ACKNOWLEDGED:
                assert occurrence.acknowledged_until_s is not None
                assert self.at_s < occurrence.acknowledged_until_s
                continue
            assert asks_for_sound(occurrence)
            if is_paused(self.alarms.inactivation, occurrence, self.now):
                assert self.at_s - self.paused_s[id_] < 120
                assert self.paused_s[id_] >= self.high_since_s[id_]

    @invariant()
    def what_is_off_never_hides_what_reached_its_high_limit(self) -> None:
        raised = {o.condition for o in self.alarms.open() if o.presence is not Presence.LATCHED}
        reached = {n for n, d in self.alarms.dump().detections.items() if d.priority is Priority.HIGH}
        assert reached <= raised
        assert Priority.HIGH not in {off.holds for off in self.alarms.inactivation.off.values()}

    @invariant()
    def a_restart_changes_nothing(self) -> None:
        assert self.twin.inactivation == self.alarms.inactivation


class ConfirmingQuietMachine(QuietMachine):
    preset = plain_preset(confirm_pressure=True)


class LatchingQuietMachine(QuietMachine):
    preset = plain_preset(latching=True)


for machine in (QuietMachine, ConfirmingQuietMachine, LatchingQuietMachine):
    machine.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)

TestQuietChair = QuietMachine.TestCase
TestConfirmingQuietChair = ConfirmingQuietMachine.TestCase
TestLatchingQuietChair = LatchingQuietMachine.TestCase
