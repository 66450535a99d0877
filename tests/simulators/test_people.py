"""Who seeded patients are: strong responders are the ones that are published; what is said moves them."""

from statistics import mean

import pytest

from simulators.people import SHIFTS, Description, Response, shift
from simulators.physiology import PRESETS, Patient

PATIENTS = [Patient(seed) for seed in range(3000)]
HYPERTENSIVE = [p for p in PATIENTS if p.person.hypertension]
OTHERS = [p for p in PATIENTS if not p.person.hypertension]


def usual_rises(patients):
    return mean(p.rise[0] for p in patients)


def test_a_seed_is_one_person_at_every_visit():
    assert Patient(7).person == Patient(7, visit=3).person != Patient(8).person


@pytest.mark.parametrize("preset", ["yale", "emory"])
def test_the_population_has_its_shares(preset):
    people, shares = [Patient(seed, preset).person for seed in range(1500)], PRESETS[preset].people
    assert mean(p.age for p in people) == pytest.approx(shares.age, abs=1.5)
    assert mean(p.hypertension for p in people) == pytest.approx(shares.hypertension, abs=0.04)
    assert mean(p.sex == "female" for p in people) == pytest.approx(shares.female, abs=0.04)


def test_those_with_hypertension_begin_higher_rise_further_and_their_pulse_less():
    said = SHIFTS["hypertension"]
    higher = mean(p.baseline[0] for p in HYPERTENSIVE) - mean(p.baseline[0] for p in OTHERS)
    assert higher == pytest.approx(said.systolic, abs=2)
    assert usual_rises(HYPERTENSIVE) - usual_rises(OTHERS) == pytest.approx(said.systolic_rise, abs=1.5)
    slower = mean(p.pulse_rise for p in HYPERTENSIVE) - mean(p.pulse_rise for p in OTHERS)
    assert slower == pytest.approx(said.pulse_rise, abs=1.5)


def test_older_patients_rise_further():
    old, young = ([p for p in PATIENTS if (p.person.age >= 50) is elder] for elder in (True, False))
    years = mean(p.person.age for p in old) - mean(p.person.age for p in young)
    assert usual_rises(old) - usual_rises(young) == pytest.approx(0.2 * years, abs=1.5)


def test_only_those_with_hypertension_take_something_for_it():
    assert all(p.person.hypertension for p in PATIENTS if "antihypertensive" in p.person.medication)
    assert any("antihypertensive" in p.person.medication for p in HYPERTENSIVE)


def test_what_is_said_moves_the_patient_and_what_is_not_stays():
    usual = Patient(7)
    other = Patient(7, said=Description(age=usual.person.age + 20))
    assert other.rise[0] - usual.rise[0] == pytest.approx(4)
    assert (other.baseline, other.heart_rate) == (usual.baseline, usual.heart_rate)
    assert Patient(7, said=Description(age=usual.person.age)).rise == usual.rise


def test_a_trait_that_is_denied_is_taken_away():
    hypertensive = HYPERTENSIVE[0]
    without = Patient(hypertensive.seed, said=Description(hypertension=False))
    assert without.rise[0] == pytest.approx(hypertensive.rise[0] - SHIFTS["hypertension"].systolic_rise)
    assert shift(hypertensive.person, hypertensive.person) == Response()


def test_a_heavier_patient_is_exposed_to_more_by_the_same_dose_by_weight():
    light, heavy = (Patient(7, said=Description(weight_kg=kg)) for kg in (50, 120))
    assert light._exposure < heavy._exposure < 1.5
    assert Patient(7)._exposure == 1
