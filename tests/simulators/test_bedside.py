"""A chair: probe on and off, patients coming and going, the past that joins the present."""

from dataclasses import replace
from itertools import pairwise

import pytest

from simulators.bedside import SEARCH_MS, Bedside, Occupancy, Probe
from simulators.history import bedside_at_epoch, past
from simulators.pharmacology import Infusion
from simulators.physiology import Patient
from simulators.plans import Given
from simulators.scenario import load
from tests.simulators.conftest import EPOCH_MS

CHAIR = """
[chair.1]
patient = { label = "A. B.", seed = 5 }
visit = { phase = "infusion", minute = 21.3, of = 40 }
devices = [
  { id = "bp", kind = "%s", topic = "bp", measures = ["cuff"] },
  { id = "ox", kind = "chairside-json", topic = "ox", measures = ["oximetry"] },
]
"""
NATIVE = CHAIR % "chairside-json"
FAULTY = """
[[faults]]
device = "ox"
kind = "probe_off"
every_min = 2
for_s = 40
[[faults]]
device = "bp"
kind = "cuff_failure"
every_min = 120
for_s = 7200
"""


@pytest.fixture
def build(scenario_of):
    def build(text):
        scenario = scenario_of(text)
        return scenario, scenario.chairs[0]

    return build


def test_a_probe_put_on_searches_and_then_reads(build):
    scenario, chair = build(NATIVE)
    bedside = Bedside(chair, scenario, EPOCH_MS)
    assert bedside.oximetry(EPOCH_MS).probe is Probe.OFF
    bedside.seat(Occupancy(Patient(1), "seated"), EPOCH_MS)
    assert bedside.oximetry(EPOCH_MS + SEARCH_MS - 1).probe is Probe.SEARCHING
    assert bedside.oximetry(EPOCH_MS + SEARCH_MS).spo2 == round(bedside.truth(EPOCH_MS + SEARCH_MS).spo2)


def test_a_probe_that_falls_off_holds_then_shows_nothing_then_searches(build):
    scenario, chair = build(NATIVE + FAULTY)
    bedside = bedside_at_epoch(chair, scenario, EPOCH_MS)
    probes, held = [], set()
    for second in range(2 * 240):
        at_ms = EPOCH_MS + second * 500
        bedside.advance(at_ms)
        shown = bedside.oximetry(at_ms)
        if not probes or probes[-1] is not shown.probe:
            probes.append(shown.probe)
        if shown.probe is Probe.HOLDING:
            held.add((shown.spo2, shown.pulse_rate))
    cycle = [Probe.READING, Probe.HOLDING, Probe.OFF, Probe.SEARCHING]
    begin = probes.index(Probe.READING)
    assert probes[begin : begin + 5] == [*cycle, Probe.READING]
    assert 1 <= len(held) <= 2


def test_a_broken_cuff_fails_every_time(build):
    scenario, chair = build(NATIVE + FAULTY)
    bedside = bedside_at_epoch(chair, scenario, EPOCH_MS)
    assert all(done.pressure is None for done in bedside.advance(EPOCH_MS + 600_000))


def test_ending_the_infusion_takes_a_pressure_at_once(build):
    scenario, chair = build(NATIVE)
    bedside = bedside_at_epoch(chair, scenario, EPOCH_MS)
    before = bedside.occupancy
    now_ms = EPOCH_MS + 1000
    bedside.seat(Occupancy(before.patient, "recovery", before.infusion), now_ms)
    done = bedside.advance(now_ms + 60_000)
    assert done[0].started_ms < now_ms + 10_000


def test_the_same_state_told_again_does_not_disturb_the_cuff(build):
    scenario, chair = build(NATIVE)
    told, left_alone = (bedside_at_epoch(chair, scenario, EPOCH_MS) for _ in range(2))
    for second in range(600):
        told.seat(told.occupancy, EPOCH_MS + second * 1000)
    told_last = told.cuff.last
    left_alone.advance(EPOCH_MS + 599_000)
    assert told_last == left_alone.cuff.last


def test_an_empty_chair_has_no_truth(build):
    scenario, chair = build(NATIVE)
    bedside = bedside_at_epoch(chair, scenario, EPOCH_MS)
    bedside.seat(None, EPOCH_MS)
    assert bedside.advance(EPOCH_MS + 3_600_000) == []
    assert bedside.oximetry(EPOCH_MS + 1).probe is Probe.OFF
    with pytest.raises(LookupError):
        bedside.truth(EPOCH_MS)


@pytest.mark.parametrize("name", ["demo_clinic", "mqtt_clinic"])
def test_the_past_is_in_order_before_the_epoch_and_repeatable(name):
    scenario = load(name)
    for chair in scenario.chairs:
        told = list(past(scenario, EPOCH_MS, chair))
        times = [at_ms for at_ms, _, _ in told]
        assert bool(told) == (chair.visit is not None)
        assert all(at_ms <= EPOCH_MS for at_ms in times)
        assert all(after > before - 6000 for before, after in pairwise(times))
        assert told == list(past(scenario, EPOCH_MS, chair))


def test_the_past_joins_the_present(build):
    scenario, chair = build(NATIVE)
    later_ms = EPOCH_MS + 600_000
    bedside = bedside_at_epoch(chair, scenario, EPOCH_MS)
    lived = bedside.advance(later_ms)
    *_, last = (values for _, kind, values in past(scenario, EPOCH_MS, chair) if kind == "oximetry")
    now = bedside.oximetry(EPOCH_MS)
    assert abs(last["hr"] - now.pulse_rate) <= 6
    assert lived[0].number == len([1 for _, kind, _ in past(scenario, EPOCH_MS, chair) if kind == "cuff"]) + 1


def test_pressures_of_the_past_follow_the_infusion(build):
    scenario, chair = build(NATIVE.replace("seed = 5", 'seed = 5, preset = "hypertensive"'))
    pressures = [
        v["systolic"] for _, kind, v in past(scenario, EPOCH_MS, chair) if kind == "cuff" and v["systolic"]
    ]
    assert pressures[-1] > pressures[0] + 25


def test_pauses_reach_the_pressure(build):
    scenario, chair = build(NATIVE)
    bedside = Bedside(chair, scenario, EPOCH_MS)
    began_s, at_ms = EPOCH_MS / 1000, EPOCH_MS + 1_800_000

    def systolic(infusion):
        bedside.seat(Occupancy(Patient(5, "hypertensive"), "infusion", infusion), at_ms)
        return bedside.truth(at_ms).systolic

    paused = Infusion(began_s, pauses=((began_s + 600, None),))
    assert systolic(paused) < systolic(Infusion(began_s)) - 15


@pytest.mark.parametrize(("seconds", "late"), [(1, (0, 1)), (8, (4, 7)), (16, (10, 15))])
def test_an_oximeter_that_averages_shows_a_fall_late(build, seconds, late):
    course = '[[course]]\nchair = "1"\nvital = "spo2"\nto = 80\nat_min = 1\nover_min = 0\n'
    device = f'measures = ["oximetry"], averages_s = {seconds} }}'
    scenario, chair = build(NATIVE.replace('measures = ["oximetry"] }', device) + course)
    bedside = bedside_at_epoch(chair, scenario, EPOCH_MS)
    low = []
    for second in range(50, 90):
        bedside.advance(EPOCH_MS + second * 1000)
        low += [second - 60] if bedside.oximetry(EPOCH_MS + second * 1000).spo2 <= 82 else []
    assert late[0] <= low[0] <= late[1]


GIVEN = (
    NATIVE
    + """
[[given]]
chair = "1"
what = "labetalol"
amount = 20
at_min = 5

[[given]]
chair = "1"
what = "rate"
amount = 0
at_min = 5
"""
)


def test_what_a_scenario_gives_reaches_the_patient_who_sits_there(build):
    scenario, chair = build(GIVEN)
    plain = bedside_at_epoch(chair, replace(scenario, given=()), EPOCH_MS)
    treated = bedside_at_epoch(chair, scenario, EPOCH_MS)
    before_ms, after_ms = EPOCH_MS + 300_000, EPOCH_MS + 600_000
    assert treated.truth(before_ms) == plain.truth(before_ms)
    assert treated.truth(after_ms).systolic < plain.truth(after_ms).systolic - 12


def test_what_is_given_while_it_runs_ends_with_the_patient(build):
    scenario, chair = build(NATIVE)
    bedside = bedside_at_epoch(chair, scenario, EPOCH_MS)
    patient, at_ms = bedside.occupancy.patient, EPOCH_MS + 600_000
    usual = bedside.truth(at_ms)
    bedside.give(Given("bolus", EPOCH_MS / 1000 + 300, 0.2))
    assert bedside.truth(at_ms).systolic > usual.systolic + 1
    occupancy = bedside.occupancy
    bedside.seat(None, at_ms)
    bedside.seat(occupancy, at_ms)
    assert occupancy.patient is patient
    assert bedside.truth(at_ms) == usual
