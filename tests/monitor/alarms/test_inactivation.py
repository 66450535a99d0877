"""Audio paused, alarm off, their reminder: what is quiet, for whom, and what sounds all the same."""

from __future__ import annotations

import msgspec
import pytest

from devices.model import DeviceState, Validity
from monitor.alarms.chair import ChairAlarms
from monitor.alarms.inactivation import Author, is_paused
from monitor.alarms.model import Occurrence, Reading
from monitor.alarms.state import ChairAlarmState
from monitor.alarms.suppression import COLUMNS, TABLE, Event, Signal, State, asks_for_sound
from monitor.terms import Kind, Now, Phase, Priority, Role, Vital
from tests.monitor.alarms.bench import MISSING, Bench, plain_preset

LEO, ANA = Author("Leo", Role.NURSE), Author("Ana", Role.ANESTHESIA)


def pause(bench: Bench, author: Author = LEO) -> str | None:
    sounding = [o for o in bench.alarms.open() if asks_for_sound(o)]
    return bench.alarms.pause_audio(author, sounding, bench.now)


def off(bench: Bench, condition: str, author: Author = ANA) -> str | None:
    return bench.alarms.switch_off(condition, author, "probe is being moved", bench.now)


def sounds(bench: Bench, occurrence: Occurrence) -> bool:
    return asks_for_sound(occurrence) and not is_paused(bench.alarms.inactivation, occurrence, bench.now)


def sounding(bench: Bench) -> list[str]:
    return [o.condition for o in bench.alarms.open() if sounds(bench, o)]


def restart(bench: Bench) -> None:
    stored = msgspec.msgpack.encode(bench.alarms.dump())
    state = msgspec.msgpack.decode(stored, type=ChairAlarmState)
    bench.alarms = ChairAlarms.restore("7", bench.preset, bench.new_id, state)


def test_a_pause_is_quiet_for_two_minutes_and_ends_by_itself(bench: Bench) -> None:
    bench.give(sbp=185)
    assert pause(bench) is None
    bench.give(after=119.9)
    assert sounding(bench) == []
    assert bench.alarms.next_due_s(bench.now) == pytest.approx(bench.at_s + 0.1)
    bench.give(after=0.1)
    assert sounding(bench) == ["sbp_high"]


def test_a_pause_is_over_in_time_even_where_nothing_is_judged(bench: Bench) -> None:
    bench.give(sbp=185)
    pause(bench)
    bench.at_s += 120
    assert sounding(bench) == ["sbp_high"]


def test_a_pause_ends_by_hand(bench: Bench) -> None:
    bench.give(sbp=185)
    pause(bench)
    assert bench.alarms.resume_audio() is None
    assert sounding(bench) == ["sbp_high"]
    assert bench.alarms.resume_audio() == "The sound of this chair is not paused."


def test_where_nothing_sounds_there_is_nothing_to_pause(bench: Bench) -> None:
    bench.give(sbp=152)
    assert pause(bench) == "No alarm sounds on this chair; there is nothing to pause."


def test_another_alarm_sounds_in_a_pause(bench: Bench) -> None:
    bench.give(sbp=185)
    pause(bench)
    bench.give(after=1, spo2=79)
    assert sounding(bench) == ["spo2_low"]


def test_what_comes_again_in_a_pause_sounds(bench: Bench) -> None:
    bench.give(sbp=185)
    pause(bench)
    bench.give(after=30, sbp=120)
    bench.give(after=30, sbp=185)
    assert sounding(bench) == ["sbp_high"]


def test_a_rise_in_priority_ends_the_pause_of_that_alarm_for_good(bench: Bench) -> None:
    bench.give(sbp=170, dbp=101)
    pause(bench)
    bench.give(after=30, sbp=185, dbp=101)
    assert sounding(bench) == ["sbp_high"]
    bench.give(after=30, sbp=170, dbp=101)
    assert sounding(bench) == ["sbp_high"]


def test_what_fell_in_a_pause_and_rises_again_sounds(bench: Bench) -> None:
    bench.give(sbp=185)
    pause(bench)
    bench.give(after=30, sbp=170)
    assert sounding(bench) == []
    bench.give(after=30, sbp=185)
    assert sounding(bench) == ["sbp_high"]


@pytest.mark.parametrize(("sbp", "heard"), [(189, []), (190, ["sbp_high"])])
def test_a_pressure_that_is_ten_worse_sounds_in_a_pause(bench: Bench, sbp: int, heard: list[str]) -> None:
    bench.give(sbp=180)
    pause(bench)
    bench.give(after=30, sbp=sbp)
    assert sounding(bench) == heard


def test_a_low_pressure_that_is_ten_lower_sounds_in_a_pause(bench: Bench) -> None:
    bench.give(sbp=75)
    pause(bench)
    bench.give(after=30, sbp=66)
    assert sounding(bench) == []
    bench.give(after=30, sbp=65)
    assert sounding(bench) == ["sbp_low"]


def test_a_worse_value_between_two_others_of_one_turn_sounds(bench: Bench) -> None:
    bench.give(sbp=180)
    pause(bench)
    bench.at_s += 60
    readings = tuple(
        Reading(Vital.SBP, value, Validity.VALID, Now(bench.now.utc_ms - 1000 * ago_s, bench.at_s - ago_s))
        for value, ago_s in ((195.0, 30), (184.0, 0))
    )
    bench.alarms.advance(bench.facts(readings), bench.now)
    assert sounding(bench) == ["sbp_high"]


def test_confirming_what_was_paused_unconfirmed_sounds() -> None:
    bench = Bench(plain_preset(confirm_pressure=True))
    bench.give(sbp=158, dbp=80)
    bench.give(after=300, sbp=182, dbp=80)
    (occurrence,) = (o for o in bench.alarms.open() if o.condition == "sbp_high")
    assert (occurrence.priority, occurrence.unconfirmed) == (Priority.MEDIUM, True)
    pause(bench)
    bench.give(after=60, sbp=165, dbp=80)
    assert (occurrence.priority, occurrence.unconfirmed) == (Priority.MEDIUM, False)
    assert sounding(bench) == ["sbp_high"]


def test_an_acknowledgement_that_ends_in_a_pause_sounds(bench: Bench) -> None:
    bench.give(sbp=175)
    pause(bench)
    bench.give(after=10, sbp=166)
    (occurrence,) = bench.alarms.open()
    bench.alarms.acknowledge(occurrence.id, Priority.MEDIUM, "Leo", bench.now)
    bench.give(after=10, sbp=176)
    assert sounding(bench) == ["sbp_high"]


def test_pausing_again_covers_what_began_meanwhile(bench: Bench) -> None:
    bench.give(sbp=185)
    pause(bench)
    bench.give(after=60, spo2=79)
    pause(bench, ANA)
    assert sounding(bench) == []
    paused = bench.alarms.inactivation.paused
    assert paused is not None
    assert (paused.by, paused.until_s) == ("Ana", bench.at_s + 120)


def test_the_pause_is_as_long_as_configured() -> None:
    bench = Bench(plain_preset(audio_pause_s=30.0))
    bench.give(sbp=185)
    pause(bench)
    bench.give(after=30)
    assert sounding(bench) == ["sbp_high"]


def test_switching_off_ends_what_stands_and_holds_back_what_comes(bench: Bench) -> None:
    bench.give(sbp=170)
    assert off(bench, "sbp_high") is None
    assert bench.give(after=1) == ["sbp_high cleared medium"]
    assert bench.said[-1].text == "alarm off"
    assert bench.give(after=60, sbp=175) == []
    assert bench.alarms.inactivation.off["sbp_high"].holds is Priority.MEDIUM


def test_what_is_switched_off_is_raised_when_it_becomes_high(bench: Bench) -> None:
    off(bench, "sbp_high")
    assert bench.give(after=60, sbp=170) == []
    assert bench.give(after=60, sbp=185) == ["sbp_high raised high"]
    assert sounding(bench) == ["sbp_high"]
    assert bench.give(after=60, sbp=170) == ["sbp_high cleared high"]


def test_a_value_over_the_high_limit_shows_although_it_waits_for_its_confirmation() -> None:
    bench = Bench(plain_preset(confirm_pressure=True))
    off(bench, "sbp_high")
    bench.give(sbp=165, dbp=80)
    bench.give(after=60, sbp=166, dbp=80)
    assert bench.open() == []
    bench.give(after=300, sbp=184, dbp=80)
    assert bench.open() == ["sbp_high medium"]
    assert bench.give(after=120) == ["sbp_high priority high"]


def test_what_is_high_cannot_be_switched_off(bench: Bench) -> None:
    bench.give(sbp=185)
    said = "SYS high is of high priority; what is high cannot be switched off."
    assert off(bench, "sbp_high") == said
    assert bench.open() == ["sbp_high high"]


def test_a_nurse_switches_off_what_is_low_and_anesthesia_what_is_medium(bench: Bench) -> None:
    bench.each_second(31, spo2=93)
    assert bench.open() == ["spo2_low low"]
    assert off(bench, "spo2_low", LEO) is None
    assert bench.each_second(5, spo2=93) == ["1 spo2_low cleared low"]
    assert bench.each_second(16, spo2=89)[-1].endswith("spo2_low raised medium")
    assert off(bench, "spo2_low", LEO) == "Already switched off by Leo."
    assert off(bench, "spo2_low", ANA) is None
    assert bench.each_second(2, spo2=89) == ["1 spo2_low cleared medium"]
    assert off(bench, "spo2_low", LEO) == "Already switched off by Ana."


def test_a_nurse_is_told_that_only_anesthesia_may(bench: Bench) -> None:
    bench.give(sbp=170)
    assert off(bench, "sbp_high", LEO) == (
        "SYS high is of medium priority; only anesthesia may switch it off."
    )


@pytest.mark.parametrize("condition", ["device_lost_ox1", "monitor_fault", "clock_step", "nonsense"])
def test_some_conditions_are_never_off(bench: Bench, condition: str) -> None:
    assert off(bench, condition) == f"{condition} cannot be switched off."


def test_a_technical_alarm_that_is_off_is_not_raised(bench: Bench) -> None:
    bench.watched = frozenset({Vital.SPO2})
    bench.give(spo2=97)
    assert off(bench, "no_data_spo2", LEO) is None
    assert bench.each_second(120, spo2=MISSING) == []
    assert bench.alarms.inactivation.off["no_data_spo2"].holds is Priority.MEDIUM


def test_a_lost_device_is_raised_whatever_is_off(bench: Bench) -> None:
    bench.link(DeviceState.CONNECTED)
    bench.give(spo2=97)
    off(bench, "no_data_spo2", LEO)
    bench.link(DeviceState.DISCONNECTED)
    bench.each_second(10)
    assert bench.open() == ["device_lost_ox1 low"]


def test_switching_on_raises_anew_at_once(bench: Bench) -> None:
    bench.give(sbp=170)
    off(bench, "sbp_high")
    bench.give(after=1)
    assert bench.alarms.switch_on("sbp_high") is None
    assert bench.give(after=1) == ["sbp_high raised medium"]
    assert bench.alarms.switch_on("sbp_high") == "SYS high is not switched off."


def test_a_latched_alarm_that_was_high_stays_where_medium_is_off() -> None:
    bench = Bench(plain_preset(latching=True))
    off(bench, "sbp_high")
    bench.give(sbp=185)
    assert bench.give(after=60, sbp=170) == ["sbp_high cleared high latched"]
    assert bench.give(after=60, sbp=171) == []
    assert sounding(bench) == ["sbp_high"]


def test_a_latching_alarm_that_is_switched_off_does_not_latch() -> None:
    bench = Bench(plain_preset(latching=True))
    bench.give(sbp=170)
    off(bench, "sbp_high")
    assert bench.give(after=1) == ["sbp_high cleared medium"]
    assert bench.open() == []


def test_everything_is_on_for_the_next_patient(bench: Bench) -> None:
    bench.give(sbp=170)
    off(bench, "spo2_low")
    pause(bench)
    bench.phase = Phase.LEFT
    bench.give(after=1)
    bench.phase = Phase.SEATED
    assert bench.give(after=1, sbp=170, spo2=97) == ["sbp_high raised medium"]
    assert bench.alarms.inactivation.off == {}
    assert sounding(bench) == ["sbp_high"]


def test_a_restart_forgets_neither_pause_nor_what_is_off_nor_the_reminder(bench: Bench) -> None:
    bench.give(sbp=185, dbp=101)
    off(bench, "dbp_high")
    pause(bench)
    bench.give()
    bench.give(after=100)
    restart(bench)
    assert sounding(bench) == []
    assert bench.give(after=19, dbp=102) == []
    bench.give(after=1)
    assert sounding(bench) == ["sbp_high"]
    bench.give(after=29.9)
    assert reminded(bench) is None
    restart(bench)
    bench.give(after=0.1)
    assert reminded(bench) == bench.now.utc_ms


def reminded(bench: Bench) -> int | None:
    reminder = bench.alarms.inactivation.reminder
    return None if reminder is None else reminder.at_ms


def test_what_is_acknowledged_is_recalled_every_interval(bench: Bench) -> None:
    bench.give(sbp=170)
    (occurrence,) = bench.alarms.open()
    bench.alarms.acknowledge(occurrence.id, Priority.MEDIUM, "Leo", bench.now)
    bench.give()
    bench.give(after=149)
    assert reminded(bench) is None
    assert bench.alarms.next_due_s(bench.now) == bench.at_s + 1
    bench.give(after=1)
    first_ms = bench.now.utc_ms
    assert reminded(bench) == first_ms
    bench.give(after=149)
    assert reminded(bench) == first_ms
    bench.give(after=1)
    assert reminded(bench) == bench.now.utc_ms


def test_nothing_is_recalled_once_nothing_is_quiet(bench: Bench) -> None:
    bench.give(sbp=170)
    (occurrence,) = bench.alarms.open()
    bench.alarms.acknowledge(occurrence.id, Priority.MEDIUM, "Leo", bench.now)
    bench.give()
    bench.give(after=100, sbp=120)
    bench.give(after=60)
    assert bench.alarms.inactivation.reminder is None


def test_what_is_off_is_recalled_only_while_it_holds_back_what_would_sound(bench: Bench) -> None:
    off(bench, "sbp_high")
    bench.give(sbp=120)
    bench.give(after=200)
    assert reminded(bench) is None
    bench.give(after=1, sbp=170)
    bench.give(after=150)
    assert reminded(bench) == bench.now.utc_ms


def test_without_an_interval_nothing_is_recalled() -> None:
    bench = Bench(plain_preset(reminder_s=None))
    bench.give(sbp=170)
    off(bench, "sbp_high")
    bench.give(after=1000)
    assert bench.alarms.inactivation.reminder is None


# ---- the table ------------------------------------------------------------------------------------------


def test_the_table_is_total() -> None:
    assert set(TABLE) == set(State)
    assert all(set(rows) == set(Event) for rows in TABLE.values())
    assert all(len(row) == len(COLUMNS) for rows in TABLE.values() for row in rows.values())


def test_no_state_hides_or_quiets_what_is_high_but_an_act_against_it() -> None:
    high = COLUMNS.index((Kind.PHYSIOLOGICAL, Priority.HIGH))
    quiet = {
        (state, event)
        for state, rows in TABLE.items()
        for event, row in rows.items()
        if row[high] is not Signal.SOUNDS
    }
    assert quiet == {(State.ACKNOWLEDGED, Event.SAME), (State.AUDIO_PAUSED, Event.SAME)}
