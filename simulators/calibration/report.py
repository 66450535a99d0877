"""The simulated patients beside every published figure that can be held against them, misses included."""

from __future__ import annotations

from collections.abc import Iterator

from simulators.calibration.cohorts import Study, average, share_of_sessions
from simulators.calibration.drug import ketamine, spray
from simulators.calibration.figures import Figure, ever, pair
from simulators.calibration.infusions import infusions

DOSES = (0.25, 0.5, 0.75, 1.0)
"""Of the table of doses, mg/kg over 40 min."""
IN_EACH_STUDY = 1000
"""Patients, unless told otherwise."""


def figures(patients: int = IN_EACH_STUDY) -> Iterator[Figure]:
    """Yield every figure, with so many simulated patients in each study."""
    yield from infusions(patients)
    yield from spray(patients)
    yield from ketamine(patients)


def report(patients: int = IN_EACH_STUDY) -> Iterator[str]:
    """Yield the calibration report, line by line, in Markdown."""
    found = list(figures(patients))
    missed = [figure for figure in found if not figure.fits]
    told = "" if patients == IN_EACH_STUDY else f" --patients {patients}"
    yield _HEAD.format(told=told, patients=patients, all=len(found), missed=len(missed))
    yield "| study | what | published | model | accepted | status | |"
    yield "|---|---|---|---|---|---|---|"
    for figure in found:
        cells = (
            figure.study,
            figure.quantity,
            figure.published,
            figure.model,
            figure.accepting,
            figure.status,
        )
        yield f"| {' | '.join(cells)} | {'fits' if figure.fits else '**misses**'} |"
    yield "\n## The misses\n"
    for figure in missed:
        reason = figure.why or "not explained; fewer patients than usual may do it"
        yield f"* **{figure.study}, {figure.quantity}**: {figure.published}; here {figure.model}: {reason}."
    yield _DOSES
    for dose in DOSES:
        yield _dose(dose, patients)
    yield _FOOT.rstrip()


def _dose(dose: float, patients: int) -> str:
    """One row of the table of doses."""
    subjects = Study("yale", (10, 20, 30, 40), (dose,)).of(patients)
    rises = (f"{value:.1f}" for value, _ in pair(subjects, average, 40))
    over, _ = share_of_sessions(subjects, lambda session: ever(session, 165, 100))
    return f"| {dose:g} | {' / '.join(rises)} | {over:.1f} |"


_HEAD = """# Calibration of the simulated patients

Made by `chairside simulate --calibrate{told}`: {patients} simulated patients in each study, measured when
the study measured, with the errors of a cuff, held against every figure that could be read and checked. Of
{all} figures {missed} miss. It shows how far the [patients of the simulator](simulator.md#the-patients), and
so the figures of the [trial](trial.md), can be believed. It is no clinical evidence.

| status | meaning |
|---|---|
| fitted | a number of the model was set to it: a fit proves nothing |
| seen | it was looked at while numbers were chosen: a fit proves little |
| built in | its direction was put in, the size is our own |
| predicted | it had no part in the model |

Pairs are systolic / diastolic. (m) is a published figure that we know from memory and could not read again.
Accepted is what lies within 1 mmHg where it was fitted, in the published interval where there is one, within
a factor of two for rare things. Where a study does not say what it counted, our reading stands in brackets.
"""

_DOSES = """
## Other doses

What the model makes of other doses, patients of `yale`, over 40 minutes. That more drug raises the pressure
further is published; by how much, at which dose, could not be read.

| mg/kg | mean rise at 40 min, mmHg | sessions at 165/100, % |
|---|---|---|"""

_FOOT = """
## Not in the model

Habituation; the earlier peak of patients who begin with a high pressure (Liebe 2017); dissociation, diabetes
and mood stabilizers; norketamine; drugs against pressure but labetalol. No table could be read that says how
mean and spread go over the minutes of an infusion: the shape between start, peak and return is our own curve.
For the same reason nothing here proves the three-compartment model: no cohort changed a rate or gave a bolus.
"""
