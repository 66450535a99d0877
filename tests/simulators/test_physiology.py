"""Patients against the published means and spreads, and against themselves."""

import subprocess
import sys
from itertools import pairwise
from statistics import mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.chance import chance
from simulators.events import EVENTS, Episode, Event
from simulators.people import MEDICATION, Description
from simulators.pharmacology import Infusion
from simulators.physiology import GATE, PRESETS, Patient, cuff_noise

SEEDS = range(1500)
INFUSION = Infusion(0)
END_S = 2400.0


def changes(preset):
    """What two cuff readings show of each patient, before and at the end of the infusion."""
    for seed in SEEDS:
        patient, dice = Patient(seed, preset), chance("reading", seed)
        before, after = patient.true_state(0, INFUSION), patient.true_state(END_S, INFUSION)
        first, second = cuff_noise(dice), cuff_noise(dice)
        yield (
            after.systolic + second[0] - before.systolic - first[0],
            after.diastolic + second[1] - before.diastolic - first[1],
            after.heart_rate - before.heart_rate,
        )


@pytest.mark.parametrize(
    ("preset", "systolic", "diastolic"), [("yale", 16, 11), ("guangzhou", 7.4, 6.0), ("emory", 3.3, 3.2)]
)
def test_the_mean_rise_is_the_published_one(preset, systolic, diastolic):
    rises = list(zip(*changes(preset), strict=True))
    assert mean(rises[0]) == pytest.approx(systolic, abs=1)
    assert mean(rises[1]) == pytest.approx(diastolic, abs=1)


def test_yale_spreads_as_published():
    systolic, diastolic, pulse = zip(*changes("yale"), strict=True)
    assert stdev(systolic) == pytest.approx(11.2, abs=1)
    assert stdev(diastolic) == pytest.approx(8.45, abs=1)
    assert mean(pulse) == pytest.approx(4, abs=1)
    assert stdev(pulse) == pytest.approx(8, abs=1)


def test_baselines_spread_as_the_preset_says_and_pass_the_gate():
    systolic, diastolic = zip(*(Patient(seed).baseline for seed in SEEDS), strict=True)
    assert mean(systolic) == pytest.approx(121, abs=1.5)
    assert mean(diastolic) == pytest.approx(75, abs=1.5)
    assert stdev(systolic) == pytest.approx((10**2 + 5.5**2) ** 0.5, abs=1.5)
    assert max(systolic) < GATE[0] + 15


def test_a_seed_is_a_person_in_every_process():
    program = (
        "from simulators.physiology import Patient;"
        "from simulators.pharmacology import Infusion;"
        "print(Patient(7).true_state(12345.0, Infusion(12000)))"
    )
    elsewhere = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert elsewhere.stdout.strip() == str(Patient(7).true_state(12345.0, Infusion(12000)))


def test_another_visit_is_another_day_of_the_same_person():
    first, second, stranger = Patient(7), Patient(7, visit=2), Patient(8)
    assert first.heart_rate == second.heart_rate != stranger.heart_rate
    assert first.baseline != second.baseline


@pytest.mark.parametrize("preset", PRESETS)
def test_seconds_apart_is_a_small_step(preset):
    patient = Patient(3, preset)
    states = [patient.true_state(second, INFUSION) for second in range(3600)]
    for before, after in pairwise(states):
        assert abs(after.heart_rate - before.heart_rate) < 4
        assert abs(after.systolic - before.systolic) < 0.5
        assert abs(after.spo2 - before.spo2) < 1


def test_saturation_dips_rarely_and_comes_back():
    saturations = [Patient(5).true_state(second).spo2 for second in range(0, 20 * 3600, 5)]
    usual = Patient(5).spo2
    low = sum(value < usual - 1.5 for value in saturations) / len(saturations)
    assert 0 < low < 0.02
    assert min(saturations) > 90


def test_the_hypertensive_patient_passes_180_110_between_minute_15_and_35():
    first_crossings = []
    for seed in range(200):
        patient = Patient(seed, "hypertensive")
        for minute in range(0, 41, 5):
            truth = patient.true_state(minute * 60, INFUSION)
            error = cuff_noise(chance("crossing", seed, minute))
            if truth.systolic + error[0] >= 180 or truth.diastolic + error[1] >= 110:
                first_crossings.append(minute)
                break
    assert len(first_crossings) == 200
    assert sum(15 <= minute <= 35 for minute in first_crossings) >= 190


def test_a_vasovagal_episode_drops_rate_and_pressure_and_passes():
    fainting = next(patient for patient in map(Patient, range(3000)) if patient._faints)
    middle_s = fainting._faints[0].at_s + 90
    moments = (middle_s - 91, middle_s, middle_s + 91)
    before, during, after = (fainting.true_state(moment, INFUSION) for moment in moments)
    assert during.systolic < before.systolic - 30
    assert during.heart_rate < before.heart_rate - 15
    assert after.systolic > during.systolic + 30


@pytest.mark.parametrize(
    ("event", "changes"),
    [
        (Event.VASOVAGAL, {"systolic": -30, "diastolic": -15, "heart_rate": -18}),
        (Event.BRADYCARDIA, {"heart_rate": -20}),
        (Event.DESATURATION, {"spo2": -7, "respiratory_rate": -4}),
        (Event.ANXIETY, {"systolic": 11, "heart_rate": 12, "respiratory_rate": 5}),
    ],
)
def test_an_event_comes_when_it_is_told_and_passes(event, changes):
    usual, struck = Patient(3), Patient(3, event=Episode(event, 900))
    middle_s, gone_s = 900 + EVENTS[event].for_s / 2, 901 + EVENTS[event].for_s
    during, without = (p.true_state(middle_s, INFUSION) for p in (struck, usual))
    for vital, change in changes.items():
        changed = getattr(during, vital) - getattr(without, vital)
        assert changed < change if change < 0 else changed > change
    assert struck.true_state(gone_s, INFUSION) == usual.true_state(gone_s, INFUSION)


def test_events_are_as_rare_as_they_say():
    met = [episode.event for seed in range(3000) for episode in Patient(seed)._episodes]
    for event in (Event.BRADYCARDIA, Event.DESATURATION, Event.ANXIETY):
        assert met.count(event) / 3000 == pytest.approx(EVENTS[event].share, rel=0.5)


def test_labetalol_lowers_the_pressure_within_minutes_and_for_hours():
    patient = Patient(3, "hypertensive")
    given = [(1800.0, 50.0)]

    def lowered(t_s):
        without, treated = patient.true_state(t_s, INFUSION), patient.true_state(t_s, INFUSION, given)
        assert without.heart_rate == treated.heart_rate
        return ((without.systolic + 2 * without.diastolic) - (treated.systolic + 2 * treated.diastolic)) / 3

    assert lowered(1800) == 0
    assert lowered(1800 + 240) == pytest.approx(24, abs=3)
    assert lowered(1800 + 7200) > 10


def test_a_second_dose_of_labetalol_adds_less_than_the_first():
    patient = Patient(3)
    none, one, two = (
        patient.true_state(4000, INFUSION, given).systolic
        for given in ([], [(1000.0, 20.0)], [(1000.0, 20.0), (1600.0, 20.0)])
    )
    assert none - one > one - two > 0


def test_a_deep_effect_slows_breathing_and_lowers_the_saturation_and_the_standard_one_does_not():
    patient = Patient(3)
    deep = Infusion(0, dose_mg_per_kg=2)
    standard, much, none = (patient.true_state(END_S, infusion) for infusion in (INFUSION, deep, None))
    assert standard.spo2 == pytest.approx(none.spo2)
    assert standard.respiratory_rate == pytest.approx(none.respiratory_rate)
    assert much.spo2 < standard.spo2 - 1
    assert much.respiratory_rate < standard.respiratory_rate - 1


@given(
    seed=st.integers(0, 500),
    preset=st.sampled_from(sorted(PRESETS)),
    said=st.builds(
        Description,
        age=st.integers(18, 100),
        weight_kg=st.floats(30, 250),
        medication=st.sets(st.sampled_from(MEDICATION)).map(frozenset),
    ),
    baseline=st.none() | st.sampled_from([(60.0, 30.0), (240.0, 140.0)]),
    event=st.builds(Episode, st.sampled_from(Event), st.floats(0, 2400)),
    dose=st.floats(0.1, 2),
    labetalols=st.lists(st.tuples(st.floats(0, 2400), st.floats(1, 300)), max_size=3),
    at_s=st.floats(-600, 7200),
)
def test_whatever_is_said_and_given_the_patient_lives(
    seed, preset, said, baseline, event, dose, labetalols, at_s
):
    patient = Patient(seed, preset, said=said, baseline=baseline, event=event)
    found = patient.true_state(at_s, Infusion(0, dose_mg_per_kg=dose), labetalols)
    assert 20 <= found.diastolic <= found.systolic - 12 < 500
    assert 20 <= found.heart_rate < 200
    assert 50 <= found.spo2 <= 100
    assert 0 <= found.respiratory_rate < 60
    assert found.perfusion_index > 0.1


def test_all_at_once_makes_no_negative_number():
    worst = Patient(3)
    worst._episodes += [Episode(Event.BRADYCARDIA, 2400), Episode(Event.DESATURATION, 2400)] * 2
    found = worst.true_state(2475, Infusion(0, dose_mg_per_kg=2))
    assert found.heart_rate == 20
    assert found.respiratory_rate == 0


def test_the_day_drifts_by_a_few_mmhg_and_begins_at_nothing():
    patient = Patient(3)
    for hour in (0, 8, 15, 20):
        infusion = Infusion(hour * 3600.0)
        drifts = [
            patient.true_state(t, infusion).systolic - patient.pressure(t, infusion)[0]
            for t in (infusion.started_s, infusion.started_s + 7200)
        ]
        assert drifts[0] == pytest.approx(0, abs=1e-9)
        assert abs(drifts[1]) < 3


def test_the_dose_drives_the_pressure():
    patient = Patient(3)
    rises = [
        patient.pressure(END_S, Infusion(0, dose_mg_per_kg=dose))[0] - patient.baseline[0]
        for dose in (0.25, 0.5, 1.0)
    ]
    assert rises[0] == pytest.approx(rises[1] / 2)
    assert rises[1] == pytest.approx(patient.rise[0])
    assert rises[2] == pytest.approx(1.51 * rises[1], rel=0.02)
