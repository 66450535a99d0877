"""Patients that stand still and leap, while the devices' own time goes on."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.bedside import Occupancy
from simulators.history import bedside_at_epoch
from simulators.patient_time import PatientTime
from simulators.pharmacology import Infusion
from simulators.physiology import Patient
from tests.simulators.conftest import EPOCH_MS

CHAIR = """
[chair.1]
patient = { label = "A. B.", seed = 5 }
visit = { phase = "infusion", minute = 10, of = 40 }
devices = [{ id = "vs", kind = "chairside-json", topic = "vs" }]
"""
MINUTE_MS = 60_000


def after(bedside, begin_ms, seconds):
    """Look at a chair each second; return what its oximeter showed and the cuff has told meanwhile."""
    shown, told = [], []
    for at_ms in range(begin_ms, begin_ms + seconds * 1000, 1000):
        told += bedside.advance(at_ms)
        now = bedside.oximetry(at_ms)
        shown.append((now.spo2, now.pulse_rate, now.perfusion_index))
    return shown, told


@pytest.fixture
def bedside(scenario_of):
    scenario = scenario_of(CHAIR)
    return bedside_at_epoch(scenario.chairs[0], scenario, EPOCH_MS)


def test_a_pause_never_was_for_the_patient():
    time = PatientTime()
    time.pause(1_000)
    time.resume(61_000)
    assert [time.at(ms) for ms in (500, 1_000, 30_000, 61_000, 62_000)] == [500, 1_000, 1_000, 1_000, 2_000]


def test_a_leap_while_it_stands_is_a_step():
    time = PatientTime()
    time.pause(1_000)
    time.leap(10, 5_000)
    assert time.stands
    assert [time.at(ms) for ms in (4_999, 5_000, 9_000)] == [1_000, 11_000, 11_000]


def test_no_time_goes_back():
    with pytest.raises(ValueError, match="expected seconds to go forward, got -1"):
        PatientTime().leap(-1, 0)


@given(
    st.lists(st.tuples(st.sampled_from(["pause", "resume", "leap"]), st.integers(0, 9_000)), max_size=12),
    st.lists(st.integers(0, 120_000), min_size=2, max_size=8),
)
def test_whatever_is_ordered_it_never_goes_back_and_the_past_stays(orders, moments):
    time, now_ms = PatientTime(), 1
    for what, later_ms in orders:
        now_ms += later_ms
        was = [time.at(ms) for ms in moments if ms < now_ms]
        time.leap(2, now_ms) if what == "leap" else getattr(time, what)(now_ms)
        assert [time.at(ms) for ms in moments if ms < now_ms] == was
    seen = [time.at(ms) for ms in sorted(moments)]
    assert all(a <= b for a, b in pairwise(seen))


def test_a_patient_who_stands_still_gives_one_number_for_ever(bedside):
    bedside.time.pause(EPOCH_MS)
    shown, told = after(bedside, EPOCH_MS, 600)
    assert len(set(shown)) == 1
    assert told == []


def test_afterwards_everything_goes_on_from_there(bedside, scenario_of):
    scenario = scenario_of(CHAIR)
    undisturbed, told = after(bedside_at_epoch(scenario.chairs[0], scenario, EPOCH_MS), EPOCH_MS, 600)
    bedside.time.pause(EPOCH_MS)
    after(bedside, EPOCH_MS, 600)
    bedside.time.resume(EPOCH_MS + 10 * MINUTE_MS)
    shown, later = after(bedside, EPOCH_MS + 10 * MINUTE_MS, 600)
    assert shown == undisturbed
    assert [each.pressure for each in later] == [each.pressure for each in told]
    assert [each.ended_ms - 10 * MINUTE_MS for each in later] == [each.ended_ms for each in told]


def test_a_cuff_that_is_inflated_stays_so(bedside):
    at_ms = EPOCH_MS
    while not bedside.cuff.busy(at_ms):
        at_ms += 1000
        bedside.advance(at_ms)
    bedside.time.pause(at_ms)
    _, told = after(bedside, at_ms, 300)
    assert told == []
    assert bedside.cuff.busy(at_ms + 299_000)


def test_what_a_leap_brought_is_told_as_of_now(bedside):
    after(bedside, EPOCH_MS, 60)
    at_ms = EPOCH_MS + MINUTE_MS
    bedside.time.leap(25 * 60, at_ms)
    told = bedside.advance(at_ms)
    assert told
    assert all(at_ms - 1000 <= each.ended_ms <= at_ms for each in told)
    thirty_six_minutes_into_it = Infusion(0, 40 * 60).effect(36 * 60)
    patient = bedside.occupancy.patient
    expected = patient.baseline[0] + patient.rise[0] * thirty_six_minutes_into_it
    assert bedside.truth(at_ms).systolic == pytest.approx(expected, abs=1)


def test_an_infusion_that_is_started_after_a_pause_begins_at_once(bedside):
    bedside.time.pause(EPOCH_MS)
    bedside.time.resume(EPOCH_MS + 10 * MINUTE_MS)
    began_ms = EPOCH_MS + 11 * MINUTE_MS
    bedside.advance(began_ms)
    patient = Patient(7)
    bedside.seat(Occupancy(patient, "infusion", Infusion(began_ms / 1000)), began_ms)
    assert bedside.truth(began_ms).systolic == pytest.approx(patient.baseline[0])
    risen = patient.baseline[0] + patient.rise[0]
    assert bedside.truth(began_ms + 40 * MINUTE_MS).systolic == pytest.approx(risen, abs=1)
