"""What the cohorts of ketamine infusions published, and how the simulated patients count in the same way.

Figures marked (m) are from memory; the others were read in abstracts or reviews.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean, stdev

from simulators.calibration.cohorts import (
    Found,
    Session,
    Study,
    Subject,
    apart,
    average,
    minute_of_largest,
    odds_by_year,
    share_of_sessions,
    share_of_subjects,
    spread,
)
from simulators.calibration.figures import (
    DIASTOLIC,
    PULSE,
    SPO2,
    SYSTOLIC,
    Figure,
    Status,
    change,
    ever,
    largest,
    pair,
    rises,
    severe,
)
from simulators.events import EVENTS, Event
from simulators.people import FEMALE

EVERY_TEN = (10, 20, 30, 40)
SURGE = 20.0
"""The Yale paper's surge is not defined in what could be read: taken as this rise, mm[Hg]."""
INFUSIONS = {"yale": 2342, "guangzhou": 741, "emory": 684}
"""Of each cohort: the weights of a pool."""


def infusions(patients: int) -> Iterator[Figure]:
    """Yield what is known of infusions, with so many simulated patients in each study."""
    yale = Study("yale", EVERY_TEN, (0.5,) * 17).of(patients)
    guangzhou = Study("guangzhou", EVERY_TEN, (0.5,) * 6).of(patients)
    emory = Study("emory", EVERY_TEN, (0.5,) * 6).of(patients)
    yield from _yale(yale)
    yield from _guangzhou(guangzhou)
    yield from _emory(emory)
    yield from _pooled({"yale": yale, "guangzhou": guangzhou, "emory": emory})
    yield from _others(yale, patients)


def _yale(subjects: Sequence[Subject]) -> Iterator[Figure]:
    study = "Yale"
    yield Figure(
        study, "mean rise at 40 min, mmHg", "16.0 / 11.0", ((15, 17), (10, 12)),
        pair(subjects, average, 40), Status.FITTED,
    )  # fmt: skip
    yield Figure(
        study, "SD of that rise, mmHg", "11.2 / 8.45", ((10.2, 12.2), (7.5, 9.5)),
        pair(subjects, spread, 40), Status.FITTED,
    )  # fmt: skip
    yield Figure(
        study, "minute of the largest mean rise", "40", ((40, 40),),
        (minute_of_largest(subjects, SYSTOLIC),), Status.FITTED, 0,
    )  # fmt: skip
    yield Figure(
        study, "sessions with severe hypertension (taken as 180/110), %", "0.98", ((0.5, 2.0),),
        (share_of_sessions(subjects, severe),), Status.SEEN,
    )  # fmt: skip
    yield Figure(
        study, "patients with it, 17 sessions each, %", "12.5", ((6.2, 25),),
        (share_of_subjects(subjects, severe),), Status.SEEN,
    )  # fmt: skip
    yield Figure(
        study, "of it, in the first three sessions, %", "43.4", ((30, 60),),
        (_in_first_three(subjects),), Status.PREDICTED, why="nobody in the model gets used to the drug",
    )  # fmt: skip
    yield Figure(
        study, "odds of a surge (taken as 20 mmHg) for a year of age", "1.04 (1.02-1.05)", ((1.02, 1.05),),
        (odds_by_year(subjects, _surges),), Status.SEEN, 3,
    )  # fmt: skip
    hypertensive = [subject for subject in subjects if subject.person.hypertension]
    yield Figure(
        study, "patients with hypertension who had a surge, %", "100", ((95, 100),),
        (share_of_subjects(hypertensive, _surges),), Status.PREDICTED,
    )  # fmt: skip


def _guangzhou(subjects: Sequence[Subject]) -> Iterator[Figure]:
    study = "Guangzhou"
    yield Figure(
        study, "largest mean rise, mmHg", "7.4 / 6.0", ((6.4, 8.4), (5, 7)),
        pair(subjects, average, 40), Status.FITTED,
    )  # fmt: skip
    yield Figure(
        study, "minute of the largest", "30-40", ((30, 40),),
        (minute_of_largest(subjects, SYSTOLIC),), Status.FITTED, 0,
    )  # fmt: skip
    yield Figure(
        study, "mean rise of the pulse, /min", "1.9", ((0.9, 2.9),),
        (average(subjects, change(PULSE, 40)),), Status.FITTED,
    )  # fmt: skip
    yield Figure(
        study, "sessions 2 to 6 over session 1, systolic rise, mmHg", "no change", ((-1, 1),),
        (_later(subjects),), Status.PREDICTED,
    )  # fmt: skip
    yield Figure(
        study, "rise from 50 years on, over that of younger patients, mmHg", "larger", ((1, 10),),
        (apart(subjects, lambda s: s.person.age >= 50, change(SYSTOLIC, 40)),), Status.BUILT_IN,
    )  # fmt: skip
    for vital, published, accepted in ((SYSTOLIC, "larger", (1, 10)), (PULSE, "smaller", (-10, -1))):
        yield Figure(
            study, f"with hypertension, {vital} rise over that of the others", published, (accepted,),
            (apart(subjects, lambda s: s.person.hypertension, change(vital, 40)),), Status.BUILT_IN,
        )  # fmt: skip


def _emory(subjects: Sequence[Subject]) -> Iterator[Figure]:
    study = "Emory"
    yield Figure(
        study, "largest mean rise, mmHg", "3.28 / 3.17", ((2.3, 4.3), (2.2, 4.2)),
        pair(subjects, average, 40), Status.FITTED,
    )  # fmt: skip
    yield Figure(
        study, "minute of the largest", "30", ((30, 30),),
        (minute_of_largest(subjects, SYSTOLIC),), Status.PREDICTED, 0,
        "in the model the pressure rises until the infusion ends",
    )  # fmt: skip
    yield Figure(
        study, "with hypertension, systolic rise over that of the others, mmHg", "higher peaks", ((1, 10),),
        (apart(subjects, lambda s: s.person.hypertension, change(SYSTOLIC, 40)),), Status.BUILT_IN,
    )  # fmt: skip
    yield Figure(
        study, "sessions stopped for vital signs (taken as 200/120), %", "0 of 684", ((0, 0.54),),
        (share_of_sessions(subjects, lambda s: ever(s, 200, 120)),), Status.PREDICTED, 2,
    )  # fmt: skip


def _pooled(cohorts: Mapping[str, Sequence[Subject]]) -> Iterator[Figure]:
    """The meta-analysis, against the three cohorts weighted by their infusions."""
    found = []
    for vital in (SYSTOLIC, DIASTOLIC, PULSE):
        means = {name: average(subjects, change(vital, 40)) for name, subjects in cohorts.items()}
        weight = sum(INFUSIONS.values())
        value = sum(INFUSIONS[name] * mean for name, (mean, _) in means.items()) / weight
        error = sum((INFUSIONS[name] / weight * error) ** 2 for name, (_, error) in means.items()) ** 0.5
        found.append((value, error))
    yield Figure(
        "Vankawala 2021, 15 articles", "mean rise, mmHg and /min", "12.61 / 8.49 / 4.09 (m)",
        ((10.40, 14.82), (6.89, 10.09), (0.55, 7.63)), tuple(found), Status.PREDICTED,
    )  # fmt: skip


def _others(yale: Sequence[Subject], patients: int) -> Iterator[Figure]:
    twice = [Subject(subject.person, subject.sessions[:2]) for subject in yale]
    yield Figure(
        "Wan 2015", "mean largest rise, mmHg", "19.6 / 13.4 (m)", ((17.6, 21.6), (11.4, 15.4)),
        (average(twice, largest(SYSTOLIC)), average(twice, largest(DIASTOLIC))), Status.PREDICTED,
    )  # fmt: skip
    yield Figure(
        "Wan 2015", "SD of that, mmHg", "12.8 / 9.8 (m)", ((10.8, 14.8), (7.8, 11.8)),
        (spread(twice, largest(SYSTOLIC)), spread(twice, largest(DIASTOLIC))), Status.PREDICTED,
        why="the model spreads as the Yale cohort does",
    )  # fmt: skip
    yield Figure(
        "Wan 2015", "patients over 180/100 or a rate of 110, 2 sessions, %", "29.9 (m)", ((15, 60),),
        (share_of_subjects(twice, _wan),), Status.PREDICTED,
    )  # fmt: skip
    yield Figure(
        "Keith", "sessions without a systolic rise at 40 min, %", "some", ((1, 30),),
        (share_of_sessions(yale, lambda s: s.change(SYSTOLIC, 40) <= 0),), Status.PREDICTED,
    )  # fmt: skip
    crtce = Study("yale", EVERY_TEN, (0.5, 0.5, 0.75, 0.75)).of(patients)
    yield Figure(
        "Toronto (CRTCE)", "patients at 165/100, 4 sessions (0.5, 0.5, 0.75, 0.75 mg/kg), %", "44.3",
        ((35, 55),), (share_of_subjects(crtce, lambda s: ever(s, 165, 100)),), Status.PREDICTED,
    )  # fmt: skip
    after = Study("yale", (40, 100, 130, 280)).of(patients)
    yield Figure(
        "Fang 2019", "mean systolic rise at 100 and 280 min, mmHg", "none to see in 13 patients",
        ((-3, 3), (-3, 3)), tuple(average(after, change(SYSTOLIC, m)) for m in (100, 280)), Status.SEEN,
    )  # fmt: skip
    yield Figure(
        "Fang 2019", "mean change of the saturation at 40 min, %", "none", ((-0.3, 0.3),),
        (average(after, change(SPO2, 40)),), Status.BUILT_IN,
    )  # fmt: skip
    yield Figure(
        "Szarmach 2020", "mean rise 1.5 h after the infusion, mmHg", "back to baseline", ((-2, 2), (-2, 2)),
        pair(after, average, 130), Status.PREDICTED,
    )  # fmt: skip
    yield Figure(
        "Liebe 2017", "in women, diastolic rise over that of men, mmHg", "larger", ((0.5, 6),),
        (apart(yale, lambda s: s.person.sex == FEMALE, change(DIASTOLIC, 40)),), Status.BUILT_IN,
    )  # fmt: skip
    faints = 100 * (EVENTS[Event.VASOVAGAL].share + EVENTS[Event.BRADYCARDIA].share)
    yield Figure(
        "Murrough 2013", "infusions with bradycardia or a fall of pressure, %", "1 of 47 (m)",
        ((0.05, 11.3),), ((faints, 0.0),), Status.SEEN,
    )  # fmt: skip


def _surges(session: Session) -> bool:
    return rises(session, SYSTOLIC, SURGE)


def _wan(session: Session) -> bool:
    return ever(session, 180, 100) or any(reading.pulse > 110 for reading in session.after.values())


def _in_first_three(subjects: Sequence[Subject]) -> Found:
    early = [n < 3 for subject in subjects for n, s in enumerate(subject.sessions) if severe(s)]
    share = fmean(early) if early else 0.0
    return 100 * share, 100 * (0.25 / max(1, len(early))) ** 0.5


def _later(subjects: Sequence[Subject]) -> Found:
    """Return by how much the systolic rise of later sessions lies above that of the first."""
    first, *_ = zip(
        *([s.change(SYSTOLIC, 40) for s in subject.sessions] for subject in subjects), strict=True
    )
    differences = [
        fmean(s.change(SYSTOLIC, 40) for s in subject.sessions[1:]) - change
        for change, subject in zip(first, subjects, strict=True)
    ]
    return fmean(differences), stdev(differences) / len(differences) ** 0.5
