"""Acknowledging, striking, leaving, and stopping in the middle."""

from __future__ import annotations

import msgspec
import pytest

from monitor.alarms.chair import ChairAlarms
from monitor.alarms.model import Occurrence, Transition
from monitor.alarms.state import ChairAlarmState
from monitor.terms import Baseline, Phase, Presence, Priority, Vital
from tests.monitor.alarms.bench import MISSING, Bench, brief, plain_preset

PRESSURE = (Vital.SBP, Vital.DBP, Vital.MAP)


def only(bench: Bench) -> Occurrence:
    (occurrence,) = bench.alarms.open()
    return occurrence


def acknowledge(bench: Bench, occurrence: Occurrence, by: str = "ana") -> Transition | str:
    return bench.alarms.acknowledge(occurrence.id, occurrence.priority, by, bench.now)


def test_an_acknowledgement_names_who_and_when(bench: Bench) -> None:
    bench.give(sbp=170)
    answer = acknowledge(bench, only(bench))
    assert isinstance(answer, Transition)
    assert (answer.change, answer.by, answer.presence) == ("acknowledged", "ana", Presence.ACKNOWLEDGED)
    assert (only(bench).acknowledged_by, only(bench).acknowledged_ms) == ("ana", bench.now.utc_ms)


def test_an_alarm_that_has_ended_cannot_be_acknowledged(bench: Bench) -> None:
    bench.give(sbp=170)
    seen = only(bench)
    bench.give(after=60, sbp=120)
    assert acknowledge(bench, seen) == "This alarm has ended."


def test_an_alarm_that_rose_since_it_was_seen_cannot_be_acknowledged(bench: Bench) -> None:
    bench.give(sbp=170)
    seen = only(bench).id
    bench.give(after=60, sbp=185)
    answer = bench.alarms.acknowledge(seen, Priority.MEDIUM, "ana", bench.now)
    assert answer == "This alarm has risen from medium to high; look at it again."
    assert only(bench).presence is Presence.ON


def test_an_alarm_that_fell_since_it_was_seen_can(bench: Bench) -> None:
    bench.give(sbp=185)
    seen = only(bench).id
    bench.give(after=60, sbp=170)
    assert isinstance(bench.alarms.acknowledge(seen, Priority.HIGH, "ana", bench.now), Transition)


def test_the_first_of_two_nurses_wins(bench: Bench) -> None:
    bench.give(sbp=170)
    acknowledge(bench, only(bench), "ana")
    bench.at_s += 12
    assert acknowledge(bench, only(bench), "ben") == "Already acknowledged by ana 12 s ago."


def test_one_acknowledgement_leaves_other_alarms_sounding(bench: Bench) -> None:
    bench.give(sbp=185, dbp=115)
    dbp, sbp = bench.alarms.open()
    acknowledge(bench, sbp)
    assert dbp.presence is Presence.ON


def test_a_rise_in_priority_ends_an_acknowledgement(bench: Bench) -> None:
    bench.give(sbp=170)
    acknowledge(bench, only(bench))
    assert bench.give(after=60, sbp=185) == ["sbp_high priority high"]
    assert (only(bench).presence, only(bench).acknowledged_by) == (Presence.ON, None)


def test_a_fall_in_priority_leaves_it(bench: Bench) -> None:
    bench.give(sbp=185)
    acknowledge(bench, only(bench))
    bench.give(after=60, sbp=170)
    assert only(bench).presence is Presence.ACKNOWLEDGED


@pytest.mark.parametrize(("sbp", "lasts_s"), [(185, 180), (170, 600), (152, 1800)])
def test_an_acknowledgement_expires(bench: Bench, sbp: float, lasts_s: float) -> None:
    bench.give(sbp=sbp)
    acknowledge(bench, only(bench))
    assert bench.give(after=lasts_s - 1) == []
    (said,) = bench.give(after=1)
    assert said.startswith("sbp_high acknowledgement_expired")
    assert (only(bench).presence, only(bench).acknowledged_by) == (Presence.ON, None)


def test_everything_ends_when_the_patient_leaves(bench: Bench) -> None:
    bench.give(sbp=185, spo2=79)
    bench.phase = None
    assert bench.give(after=1) == ["sbp_high cleared high", "spo2_low cleared high"]
    assert {t.text for t in bench.said[-2:]} == {"session ended"}
    bench.phase = Phase.SEATED
    assert bench.give(after=1) == []


def test_the_next_patient_inherits_no_running_delay(bench: Bench) -> None:
    bench.each_second(9, spo2=84)
    bench.phase = Phase.LEFT
    bench.give(after=1)
    bench.phase = Phase.SEATED
    assert bench.each_second(10, spo2=84) == []


def test_a_latched_alarm_stays_until_it_is_acknowledged() -> None:
    bench = Bench(plain_preset(latching=True))
    bench.give(sbp=185)
    assert bench.give(after=60, sbp=120) == ["sbp_high cleared high latched"]
    assert only(bench).presence is Presence.LATCHED
    answer = acknowledge(bench, only(bench))
    assert isinstance(answer, Transition)
    assert answer.presence is Presence.OFF
    assert bench.open() == []


def test_a_latched_alarm_that_comes_back_is_a_new_occurrence() -> None:
    bench = Bench(plain_preset(latching=True))
    bench.give(sbp=185)
    bench.give(after=60, sbp=120)
    assert bench.give(after=60, sbp=185) == ["sbp_high cleared high", "sbp_high raised high"]
    assert only(bench).presence is Presence.ON


def test_an_acknowledged_alarm_does_not_latch() -> None:
    bench = Bench(plain_preset(latching=True))
    bench.give(sbp=185)
    acknowledge(bench, only(bench))
    assert bench.give(after=60, sbp=120) == ["sbp_high cleared high"]
    assert bench.open() == []


def test_striking_a_value_ends_what_it_alone_raised(bench: Bench) -> None:
    bench.give(sbp=121, dbp=75)
    bench.give(after=60, sbp=210, dbp=75)
    struck = bench.alarms.strike(PRESSURE, bench.now)
    assert [(brief(t), t.text) for t in struck] == [("sbp_high cleared high", "entered in error")]


def test_striking_a_value_takes_back_only_the_priority_it_added(bench: Bench) -> None:
    bench.give(sbp=165)
    bench.give(after=60, sbp=210)
    assert [brief(t) for t in bench.alarms.strike(PRESSURE, bench.now)] == ["sbp_high priority medium"]


def test_striking_a_wrong_normal_value_brings_the_alarm_back(bench: Bench) -> None:
    bench.give(sbp=190)
    bench.give(after=60, sbp=119)
    assert [brief(t) for t in bench.alarms.strike(PRESSURE, bench.now)] == ["sbp_high raised high"]


def test_a_second_strike_leaves_the_decision_to_the_next_reading(bench: Bench) -> None:
    bench.give(sbp=190)
    bench.give(after=60, sbp=191)
    assert bench.alarms.strike(PRESSURE, bench.now) == []
    assert bench.alarms.strike(PRESSURE, bench.now) == []
    assert bench.give(after=60, sbp=120) == ["sbp_high cleared high"]


def test_striking_a_pressure_leaves_other_vitals_alone(bench: Bench) -> None:
    bench.give(spo2=79, sbp=190)
    assert [brief(t) for t in bench.alarms.strike(PRESSURE, bench.now)] == ["sbp_high cleared high"]
    assert bench.open() == ["spo2_low high"]


def test_open_alarms_come_by_priority_then_by_age(bench: Bench) -> None:
    bench.give(sbp=165)
    bench.give(after=1, dbp=101)
    bench.give(after=1, spo2=79)
    assert bench.open() == ["spo2_low high", "sbp_high medium", "dbp_high medium"]


def test_of_one_cuff_the_systolic_pressure_is_named_first(bench: Bench) -> None:
    bench.give(sbp=190, dbp=112)
    assert bench.open() == ["sbp_high high", "dbp_high high"]


def test_changes_of_one_turn_come_by_condition(bench: Bench) -> None:
    assert bench.give(spo2=79, sbp=185, dbp=115) == [
        "dbp_high raised high",
        "sbp_high raised high",
        "spo2_low raised high",
    ]


def test_a_dump_goes_through_json_and_is_not_touched_afterwards(bench: Bench) -> None:
    bench.baseline = Baseline(121, 75, 58)
    bench.watched = frozenset({Vital.SPO2})
    bench.give(sbp=185, spo2=84)
    acknowledge(bench, only(bench))
    state = bench.alarms.dump()
    encoded = msgspec.json.encode(state)
    bench.give(after=300, sbp=120, spo2=MISSING)
    assert msgspec.json.encode(state) == encoded
    assert msgspec.json.decode(encoded, type=ChairAlarmState) == state


def test_a_restart_forgets_neither_delay_nor_acknowledgement(bench: Bench) -> None:
    bench.each_second(6, spo2=84, sbp=170)
    acknowledge(bench, only(bench))
    bench.alarms = ChairAlarms.restore("7", bench.preset, bench.new_id, bench.alarms.dump())
    assert bench.each_second(5, spo2=84) == ["5 spo2_low raised high"]
    assert {o.acknowledged_by for o in bench.alarms.open()} == {"ana", None}


def test_a_condition_that_the_new_configuration_lacks_ends_at_once(bench: Bench) -> None:
    bench.give(sbp=185)
    preset = plain_preset(high={})
    bench.alarms = ChairAlarms.restore("7", preset, bench.new_id, bench.alarms.dump())
    assert bench.give(after=1) == ["sbp_high cleared high"]


def test_the_next_due_time_is_the_end_of_the_delay(bench: Bench) -> None:
    bench.give(spo2=97)
    assert bench.alarms.next_due_s(bench.now) is None
    bench.give(after=1, spo2=84)
    due_s = bench.alarms.next_due_s(bench.now)
    assert due_s == bench.at_s + 10
    assert bench.give(after=9.9) == []
    assert bench.give(after=0.1) == ["spo2_low raised high"]
