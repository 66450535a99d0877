"""Faults: when they are there, and what they do to a message."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.faults import COPIES, DRIBBLE_BYTES, FAULTS, Fault, FaultKind, Wire, at_double_speed


def carried(message, *present):
    return Wire(Random(1)).carry(message, present)


SILENT = Fault("dev", FaultKind.SILENT, every_s=360, for_s=40)


def test_every_kind_is_explained():
    assert set(FAULTS) == set(FaultKind)


@pytest.mark.parametrize("span", [-2, -1, 0, 1, 7])
def test_once_in_each_span_for_its_length(span):
    seconds = [SILENT.active(span * 360 + second) for second in range(360)]
    begin = seconds.index(True)
    assert 39 <= sum(seconds) <= 41
    assert all(seconds[begin : begin + sum(seconds)])


def test_the_moment_is_irregular_and_repeatable():
    begins = [next(s for s in range(360) if SILENT.active(span * 360 + s)) for span in range(8)]
    again = Fault("dev", FaultKind.SILENT, every_s=360, for_s=40)
    assert len(set(begins)) > 4
    assert begins == [next(s for s in range(360) if again.active(span * 360 + s)) for span in range(8)]


def test_two_devices_do_not_fail_in_step():
    other = Fault("other", FaultKind.SILENT, every_s=360, for_s=40)
    assert [SILENT.active(s) for s in range(3600)] != [other.active(s) for s in range(3600)]


@given(st.binary(min_size=1))
def test_a_good_wire_changes_nothing(message):
    assert carried(message) == [message]


@given(st.binary(min_size=1))
def test_duplicate_sends_the_same_twice(message):
    assert carried(message, FaultKind.DUPLICATE) == [message, message]


@given(st.binary(min_size=1))
def test_garbage_never_leaves_a_message_whole(message):
    (broken,) = carried(message, FaultKind.GARBAGE)
    assert broken != message
    assert len(broken) > len(message)


def test_silence_and_nothing_to_say_send_nothing():
    assert carried(b"x", FaultKind.SILENT, FaultKind.DUPLICATE) == []
    assert carried(b"", FaultKind.GARBAGE) == []


def test_a_fault_of_a_moment_is_there_once():
    once = Fault("dev", FaultKind.SILENT, for_s=40, at_s=120)
    assert [s for s in range(-500, 2000) if once.active(s)] == list(range(120, 160))


def test_an_exchange_is_there_for_both_at_the_same_time():
    one = Fault("a", FaultKind.SWAP, every_s=360, for_s=40, other="b", seed="a")
    two = one.of_the_other()
    assert (two.device, two.other) == ("b", "a")
    assert [one.active(s) for s in range(720)] == [two.active(s) for s in range(720)]


def test_reordered_messages_arrive_each_after_the_one_behind_it():
    wire = Wire(Random(1))
    arrived = [wire.carry(message, {FaultKind.REORDER}) for message in (b"1", b"2", b"3", b"4")]
    assert arrived == [[], [b"2", b"1"], [], [b"4", b"3"]]
    wire.carry(b"5", {FaultKind.REORDER})
    assert wire.carry(b"6", set()) == [b"6", b"5"], "what is under way arrives when the fault is over"


def test_a_line_that_dribbles_gives_a_few_bytes_at_a_time_in_order():
    wire = Wire(Random(1))
    message = bytes(range(60))
    first, second = (wire.carry(m, {FaultKind.DRIBBLE}) for m in (message, b""))
    assert first == [message[:DRIBBLE_BYTES]]
    assert second == [message[DRIBBLE_BYTES : 2 * DRIBBLE_BYTES]]


def test_a_flood_repeats_and_a_bad_line_loses_some():
    assert len(carried(b"x", FaultKind.FLOOD)) == COPIES
    wire = Wire(Random(1))
    arrived = sum(len(wire.carry(b"x", {FaultKind.DROP})) for _ in range(1000))
    assert 500 < arrived < 700


@given(st.binary(min_size=4, max_size=40))
def test_at_the_wrong_speed_other_bytes_are_read(message):
    assert at_double_speed(message) != message


def test_a_u_at_half_speed_is_read_as_two_bytes():
    # 0x55 is 0 10101010 1 on the line: each bit twice is 0 01100110 0, then 1 again.
    assert at_double_speed(b"\x55")[:1] == b"\x66"
