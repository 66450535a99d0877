"""Faults: when they are there, and what they do to a message."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.faults import FAULTS, Fault, FaultKind, on_the_wire

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
    assert on_the_wire(message, set(), Random(1)) == [message]


@given(st.binary(min_size=1))
def test_duplicate_sends_the_same_twice(message):
    assert on_the_wire(message, {FaultKind.DUPLICATE}, Random(1)) == [message, message]


@given(st.binary(min_size=1))
def test_garbage_never_leaves_a_message_whole(message):
    (broken,) = on_the_wire(message, {FaultKind.GARBAGE}, Random(1))
    assert broken != message
    assert len(broken) > len(message)


def test_silence_and_nothing_to_say_send_nothing():
    assert on_the_wire(b"x", {FaultKind.SILENT, FaultKind.DUPLICATE}, Random(1)) == []
    assert on_the_wire(b"", {FaultKind.GARBAGE}, Random(1)) == []
