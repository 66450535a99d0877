"""A patient who comes again: the series through the turn, the journal and back."""

from __future__ import annotations

import logging

import pytest

from monitor.dashboard.views.series import earlier_rows, heading
from monitor.sessions.actions import Abort, BeginBaseline, ConfirmBaseline, End, Seat, Start
from tests.monitor.turn.clinic import Clinic


def infusion(clinic: Clinic, code: str, peak: float) -> str:
    """One whole visit of a series; its patient has left."""
    clinic.connected()
    clinic.must(Seat("JD", identifiers_confirmed=True, dose_mg_per_kg=0.5, series=code))
    visit = clinic.session().id
    clinic.must(BeginBaseline())
    for _ in range(2):
        clinic.pass_time(60)
        clinic.run(1)
        clinic.cuff(121, 75)
        clinic.turn()
    clinic.must(ConfirmBaseline())
    clinic.must(Start())
    for minutes, systolic in ((20, peak), (20, peak - 5), (15, 125)):
        clinic.pass_time(minutes * 60)
        clinic.run(1)
        clinic.cuff(systolic, 80)
        clinic.turn()
        if systolic == peak - 5:
            clinic.must(End())
    clinic.leaves()
    return visit


def test_a_series_counts_its_infusions_and_shows_the_earlier_ones(
    clinic: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    first, second = infusion(clinic, "R-17", 158), infusion(clinic, "R-17", 157)
    infusion(clinic, "R-18", 140)
    clinic.must(Seat("JD", identifiers_confirmed=True, series="R-17"))
    clinic.must(Abort("does not feel well"))
    clinic.must(Seat("JD", identifiers_confirmed=True, series=" R-17 "))
    here = clinic.session()
    assert here.series == "R-17"
    series = clinic.reader.series(here.id)
    assert series is not None
    assert heading(series) == "Infusion 3 of series R-17", "a visit without an infusion does not count"
    assert [(e.number, e.summary.id) for e in series.earlier] == [(2, second), (1, first)]
    row = earlier_rows(series, 20)[1]
    assert (row.dose, row.baseline, row.peak, row.peak_minute) == ("0.5 mg/kg", "121/75", "158/80", "20")
    assert row.returned == "15 min"
    assert row.alarms == "2 medium"
    assert "R-17" not in caplog.text, "the code never stands in a log"


def test_visits_can_be_listed_by_series(clinic: Clinic) -> None:
    infusion(clinic, "R-17", 140)
    infusion(clinic, "", 140)
    assert [visit.series for visit in clinic.reader.sessions(series="R-17")] == ["R-17"]
    assert len(clinic.reader.sessions()) == 2
    assert clinic.reader.sessions(series="r-17") == []


def test_a_visit_outside_a_series_has_no_place_in_one(clinic: Clinic) -> None:
    infusion(clinic, "", 140)
    assert clinic.reader.series(infusion(clinic, "", 150)) is None
    assert clinic.reader.series("nobody") is None


def test_a_strangers_series_moves_no_limit_no_baseline_and_no_alarm(clinic: Clinic) -> None:
    infusion(clinic, "R-17", 158)
    for chair, code in (("1", "R-17"), ("2", "")):
        clinic.connected(chair)
        clinic.must(Seat("JD", identifiers_confirmed=True, series=code), chair)
        clinic.must(BeginBaseline(), chair)
        clinic.cuff(162, 80, chair)
    clinic.turn()
    stranger, own = clinic.chair("1"), clinic.chair("2")
    assert stranger.limits == own.limits
    assert stranger.session is not None
    assert stranger.session.baseline is None
    assert {a.condition: a.priority for a in stranger.alarms} == {a.condition: a.priority for a in own.alarms}
    assert "sbp_high" in {alarm.condition for alarm in own.alarms}
