"""The calibration report: what it counts, and that the page in the manual is what the model says."""

import re
from math import sqrt
from pathlib import Path

import pytest

from monitor.cli import main
from simulators.calibration.cohorts import (
    Reading,
    Session,
    Study,
    Subject,
    apart,
    average,
    minute_of_largest,
    odds_by_year,
    share_of_sessions,
    share_of_subjects,
)
from simulators.calibration.figures import Figure, Status, change, severe
from simulators.calibration.report import DOSES, figures
from simulators.people import Person

PAGE = Path(__file__).parents[2] / "docs" / "calibration.md"


def subject(*rises, age=40):
    """Systolic pressure rises from 120 by so much at minute 10 of each session, and by half of it at 20."""
    sessions = [
        Session(
            Reading(120, 80, 70, 98), {10: Reading(120 + r, 80, 70, 98), 20: Reading(120 + r / 2, 80, 70, 98)}
        )
        for r in rises
    ]
    return Subject(Person(age, "female", 70, False, frozenset()), sessions)


def test_means_and_shares_count_what_they_say():
    subjects = [subject(10, 20), subject(0, 70)]
    assert average(subjects, change("systolic", 10))[0] == 25
    assert share_of_sessions(subjects, severe)[0] == 25
    assert share_of_subjects(subjects, severe)[0] == 50
    assert minute_of_largest(subjects, "systolic")[0] == 10
    assert apart(subjects, lambda s: s is subjects[1], change("systolic", 20))[0] == 10


def test_odds_rise_by_the_year_where_older_ones_surge():
    young = [subject(*[30] * 2, *[0] * 8, age=40) for _ in range(10)]
    old = [subject(*[30] * 5, *[0] * 5, age=60) for _ in range(10)]
    odds, _ = odds_by_year([*young, *old], lambda s: s.largest("systolic") >= 20)
    assert odds == pytest.approx((1 / 0.25) ** (1 / 20))


def test_a_placebo_changes_nothing_on_average_and_the_same_study_is_the_same():
    placebo = Study("yale", (40,), (0.0,) * 4)
    mean, error = average(placebo.of(60), change("systolic", 40))
    assert abs(mean) < 4 * error + 0.5
    assert placebo.of(3) == placebo.of(3)


def test_a_figure_misses_when_one_of_its_values_does():
    def figure(*values):
        accepted = ((15, 17), (10, 12))
        return Figure("Yale", "rise", "16 / 11", accepted, tuple((v, 0.1) for v in values), Status.FITTED)

    assert figure(15, 12).fits
    assert not figure(16, 12.1).fits
    assert figure(16.04, -0.01).model == "16.0 / 0.0"


def test_the_page_of_the_manual_is_what_the_model_says():
    """A tenth of the patients: each value within four standard errors, and of what the page rounds away."""
    table = re.findall(r"^\| (.+) \|$", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    told = [row.split(" | ") for row in table if row.endswith(("fits", "**misses**"))]
    found = list(figures(100))
    assert [row[:3] for row in told] == [[f.study, f.quantity, f.published] for f in found]
    for (*_, model, accepted, status, verdict), figure in zip(told, found, strict=True):
        assert (accepted, status) == (figure.accepting, figure.status)
        values = [float(value) for value in model.split(" / ")]
        for value, (now, error) in zip(values, figure.found, strict=True):
            assert value == pytest.approx(now, abs=4 * sqrt(1.1) * error + 0.6 * 10**-figure.digits), figure
        within = all(low <= v <= high for v, (low, high) in zip(values, figure.accepted, strict=True))
        assert within is (verdict == "fits"), figure


def test_the_page_says_what_other_doses_do():
    table = re.findall(
        r"^\| ([\d.]+) \| ([\d.]+) / ([\d.]+) \| ([\d.]+) \|$", PAGE.read_text("utf-8"), re.MULTILINE
    )
    rows = {float(dose): [float(value) for value in values] for dose, *values in table}
    assert list(rows) == list(DOSES)
    for vital in range(3):
        assert rows[0.25][vital] < rows[0.5][vital] < rows[0.75][vital] < rows[1.0][vital]
    assert rows[0.25][0] == pytest.approx(rows[0.5][0] / 2, abs=0.6)
    assert rows[1.0][0] == pytest.approx(rows[0.5][0] * 1.51, abs=1)


def test_the_page_explains_every_miss():
    assert "not explained" not in PAGE.read_text("utf-8")


def test_the_command_prints_the_page_and_says_how_many_patients(capsys):
    assert main(["simulate", "--calibrate", "--patients", "20"]) == 0
    printed = capsys.readouterr().out
    assert "chairside simulate --calibrate --patients 20" in printed
    assert "| Yale | mean rise at 40 min, mmHg |" in printed


def test_too_few_patients_are_refused(capsys):
    with pytest.raises(SystemExit):
        main(["simulate", "--calibrate", "--patients", "3"])
    assert "expected a whole number from 20 on, got '3'" in capsys.readouterr().err
