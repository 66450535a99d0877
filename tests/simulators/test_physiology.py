"""Patients against the published means and spreads, and against themselves."""

import subprocess
import sys
from itertools import pairwise
from statistics import mean, stdev

import pytest

from simulators.chance import chance
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
    fainting = next(patient for patient in map(Patient, range(3000)) if patient._episode_s)
    middle_s = fainting._episode_s + 90
    moments = (middle_s - 91, middle_s, middle_s + 91)
    before, during, after = (fainting.true_state(moment, INFUSION) for moment in moments)
    assert during.systolic < before.systolic - 30
    assert during.heart_rate < before.heart_rate - 15
    assert after.systolic > during.systolic + 30
