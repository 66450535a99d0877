"""The cuff's own cycle: interval, busy time, failures, and what it measures."""

from itertools import pairwise
from statistics import mean

import pytest

from simulators.cuff import FIRST_AFTER_MS, LEAKING_MS, RETRY_AFTER_MS, Cuff
from simulators.faults import FaultKind
from simulators.physiology import VitalSigns

TRUTH = VitalSigns(128, 76, 71, 98, 2.0)
HOUR_MS = 3_600_000


def truth(_at_ms):
    return TRUTH


def working(_at_ms):
    return set()


def broken(_at_ms):
    return {FaultKind.CUFF_FAILURE}


def cycling(interval_min=5.0):
    cuff = Cuff("test")
    cuff.cycle(interval_min, 0)
    return cuff


def test_a_cuff_without_an_interval_never_inflates():
    assert Cuff("test").advance(HOUR_MS, truth, working) == []


def test_it_is_busy_for_25_to_35_seconds_every_five_minutes():
    done = cycling().advance(6 * HOUR_MS, truth, working)
    good = [d for d in done if d.pressure]
    assert all(25_000 <= d.ended_ms - d.started_ms <= 35_000 for d in done)
    in_a_row = [(a, b) for a, b in pairwise(good) if b.number == a.number + 1]
    assert {b.started_ms - a.started_ms for a, b in in_a_row} == {300_000}


def test_busy_from_the_inflation_until_the_result():
    cuff = cycling()
    assert not cuff.busy(FIRST_AFTER_MS - 1)
    assert cuff.busy(FIRST_AFTER_MS)
    (first,) = cuff.advance(60_000, truth, working)
    assert not cuff.busy(60_000)
    assert cuff.last == first


def test_readings_scatter_about_the_truth():
    found = [d.pressure for d in cycling(1.0).advance(100 * HOUR_MS, truth, working) if d.pressure]
    assert mean(p.systolic for p in found) == pytest.approx(128, abs=0.5)
    assert mean(p.diastolic for p in found) == pytest.approx(76, abs=0.5)
    assert all(p.diastolic < p.mean < p.systolic for p in found)


def test_a_few_determinations_fail_and_are_repeated_after_a_minute():
    done = cycling(1.0).advance(100 * HOUR_MS, truth, working)
    failed = [n for n, d in enumerate(done[:-1]) if d.pressure is None]
    assert 0.005 < len(failed) / len(done) < 0.03
    assert {done[n + 1].started_ms - done[n].ended_ms for n in failed} == {RETRY_AFTER_MS}


def test_a_broken_cuff_finds_nothing():
    assert all(d.pressure is None for d in cycling().advance(HOUR_MS, truth, broken))


def test_stopping_ends_an_inflation_and_keeps_the_last_result():
    cuff = cycling()
    (first,) = cuff.advance(60_000, truth, working)
    cuff.advance(310_000, truth, working)
    assert cuff.busy(310_000)
    cuff.cycle(None, 310_000)
    assert not cuff.busy(310_000)
    assert cuff.advance(HOUR_MS, truth, working) == []
    assert cuff.last == first


def test_it_is_started_and_cancelled_by_hand():
    cuff = cycling()
    first = cuff.advance(60_000, truth, working)
    cuff.start(100_000)
    assert cuff.busy(100_000)
    cuff.cancel(110_000)
    assert not cuff.busy(110_000)
    assert cuff.advance(140_000, truth, working) == []
    assert [cuff.last] == first
    cuff.start(150_000)
    (found,) = cuff.advance(190_000, truth, working)
    assert found.started_ms == 150_000


def test_often_or_seldom_asked_the_same_happens():
    at_once = cycling().advance(HOUR_MS, truth, working)
    often, seconds = cycling(), range(0, HOUR_MS + 1, 1000)
    assert [d for at in seconds for d in often.advance(at, truth, working)] == at_once


def test_a_leaking_cuff_pumps_for_long_and_says_so():
    done = cycling().advance(HOUR_MS, truth, lambda _at_ms: {FaultKind.CUFF_LEAK})
    assert all(d.leak and d.pressure is None for d in done)
    assert {d.ended_ms - d.started_ms for d in done} == {LEAKING_MS}


def test_a_cuff_in_another_unit_tells_kpa():
    done = cycling().advance(HOUR_MS, truth, lambda _at_ms: {FaultKind.WRONG_UNIT})
    assert {d.pressure.systolic for d in done if d.pressure} <= set(range(15, 20))
    assert {d.pressure.pulse_rate for d in done if d.pressure} == {71}
