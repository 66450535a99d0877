"""What is published of the esketamine spray, from its label and pooled programme, and of ketamine in plasma.

Figures marked (m) are from memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import fmean, stdev

from simulators.calibration.cohorts import Study, average, share_of_subjects
from simulators.calibration.figures import (
    DIASTOLIC,
    SYSTOLIC,
    Figure,
    Status,
    ever,
    factor,
    largest,
    pair,
    rises,
    severe,
)
from simulators.compartments import Body
from simulators.people import Description
from simulators.pharmacology import STANDARD_S, Infusion
from simulators.physiology import Patient

_LARGE = "the model was made large enough for the shares of patients with rises of 40 and 25"
_DOMINO = "the constants of Domino 1982 are kept as they are, and only changes over the standard use them"


def spray(patients: int) -> Iterator[Figure]:
    """Yield what is known of the spray."""
    study, minutes, sessions = "Esketamine spray", (40, 60, 90), (0.5,) * 8
    sprayed = Study("esketamine", minutes, sessions).of(patients)
    placebo = Study("esketamine", minutes, (0.0,) * 8).of(patients)
    old = Study("esketamine", minutes, sessions, Description(age=70)).of(patients)
    yield Figure(
        study, "mean rise at 40 min, mmHg", "7-9 / 4-6 over placebo (m)", ((7, 9), (4, 6)),
        pair(sprayed, average, 40), Status.SEEN, why=_LARGE,
    )  # fmt: skip
    yield Figure(
        study, "mean rise at 90 min, mmHg", "2-5 / 1-3 over placebo (m)", ((2, 5), (1, 3)),
        pair(sprayed, average, 90), Status.FITTED, why=_LARGE,
    )  # fmt: skip
    for name, subjects, published, status in (
        ("mean largest rise", sprayed, (13.3, 8.7), Status.SEEN),
        ("mean largest rise, placebo", placebo, (6.1, 4.9), Status.PREDICTED),
        ("mean largest rise, from 65 years on", old, (16.0, 9.5), Status.PREDICTED),
    ):
        yield Figure(
            study, f"{name}, mmHg", " / ".join(map(str, published)),
            tuple((p - 1.5, p + 1.5) for p in published),
            (average(subjects, largest(SYSTOLIC)), average(subjects, largest(DIASTOLIC))), status,
            why="what a visit does without the drug, but for the errors of the cuff, is not in the model",
        )  # fmt: skip
    yield Figure(
        study, "patients with a rise of 40 or 25, 8 sessions, %", "8-19", ((8, 19),),
        (share_of_subjects(sprayed, lambda s: rises(s, SYSTOLIC, 40) or rises(s, DIASTOLIC, 25)),),
        Status.FITTED,
    )  # fmt: skip
    for name, subjects, published_40, published_25, status in (
        ("under 65 years", sprayed, 8, 13, Status.FITTED),
        ("from 65 years on", old, 17, 14, Status.PREDICTED),
    ):
        yield Figure(
            study, f"patients with a rise of 40, of 25, {name}, %", f"{published_40} / {published_25}",
            factor(published_40, published_25),
            (
                share_of_subjects(subjects, lambda s: rises(s, SYSTOLIC, 40)),
                share_of_subjects(subjects, lambda s: rises(s, DIASTOLIC, 25)),
            ),
            status,
        )  # fmt: skip
    yield Figure(
        study, "patients at 180 systolic, at 110 diastolic, %", "3 / 4", factor(3, 4),
        (
            share_of_subjects(sprayed, lambda s: ever(s, 180, 1000)),
            share_of_subjects(sprayed, lambda s: ever(s, 1000, 110)),
        ),
        Status.SEEN, why="baselines are those of `yale`: what these patients began with could not be read",
    )  # fmt: skip
    for name, having, accepted in (("with", True, (5.5, 7.6)), ("without", False, (2.9, 4.3))):
        some = [subject for subject in sprayed if subject.person.hypertension is having]
        yield Figure(
            study, f"patients at 180/110, {name} hypertension, %", f"{accepted[0]}-{accepted[1]}",
            ((accepted[0] / 2, accepted[1] * 2),), (share_of_subjects(some, severe),), Status.PREDICTED,
        )  # fmt: skip


def ketamine(patients: int) -> Iterator[Figure]:
    """Yield what is known of ketamine in plasma."""
    typical = Body()
    standard = Infusion(0.0, ended_s=STANDARD_S)
    ends = [standard.plasma_ng_ml(STANDARD_S, Patient(seed).body) for seed in range(patients)]
    mean = (fmean(ends), stdev(ends) / len(ends) ** 0.5)
    yield Figure(
        "Zarate 2006", "plasma at the end of 0.5 mg/kg over 40 min, ng/mL", "185 (veins)", ((148, 222),),
        (mean,), Status.PREDICTED, 0, _DOMINO,
    )  # fmt: skip
    yield Figure("Krystal 1994", "the same, ng/mL", "100-250", ((100, 250),), (mean,), Status.PREDICTED, 0)
    clearance = typical.k10 * typical.volume * 70 * 60
    steady = typical.volume * (1 + typical.k12 / typical.k21 + typical.k13 / typical.k31) * 70
    yield Figure(
        "Kamp 2020, 18 studies", "clearance, L/h for 70 kg", "79 (69-90)", ((69, 90),),
        ((clearance, 0.0),), Status.PREDICTED, 0, _DOMINO,
    )  # fmt: skip
    yield Figure(
        "Kamp 2020, 18 studies", "volume of distribution, L for 70 kg", "252 (200-304)", ((200, 304),),
        ((steady, 0.0),), Status.PREDICTED, 0, _DOMINO,
    )  # fmt: skip
