"""The earlier infusions of a patient as rows of a table."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.dashboard.views import words
from monitor.language import t
from monitor.sessions.series import Taken, effect
from monitor.store.history import EarlierInfusion, Series
from monitor.store.snapshot import CuffPoint
from monitor.terms import Baseline


@dataclass(frozen=True, slots=True)
class EarlierRow:
    """One earlier infusion."""

    number: str
    session: str
    day: str
    dose: str
    baseline: str
    peak: str
    peak_minute: str
    returned: str
    """From the end of the infusion until the pressure was near the baseline and stayed there."""
    alarms: str


def heading(series: Series) -> str:
    """Return where this visit stands, e.g. `infusion 4 of series R-17`."""
    return t("Infusion {n} of series {code}", n=series.number, code=series.code)


def earlier_rows(series: Series, within_percent: float) -> tuple[EarlierRow, ...]:
    """Return the earlier infusions, newest first."""
    return tuple(_row(infusion, within_percent) for infusion in series.earlier)


def valid(cuffs: list[CuffPoint]) -> list[Taken]:
    """Return the pressures that count."""
    return [
        Taken(cuff.at_ms, cuff.systolic, cuff.diastolic)
        for cuff in cuffs
        if cuff.validity == "valid" and not cuff.in_error
    ]


def _row(infusion: EarlierInfusion, within_percent: float) -> EarlierRow:
    visit, base = infusion.summary, infusion.baseline
    baseline = None if base is None else Baseline(*base)
    started_ms = visit.started_ms or visit.seated_ms
    found = effect(valid(infusion.cuffs), started_ms, visit.ended_ms, baseline, within_percent)
    dose = infusion.dose_mg_per_kg
    alarms = [(visit.alarms_high, "high"), (visit.alarms_medium, "medium")]
    return EarlierRow(
        number=str(infusion.number),
        session=visit.id,
        day=words.day(visit.seated_ms),
        dose="" if dose is None else f"{words.number(dose)} mg/kg",
        baseline="" if base is None else words.pressure(*base[:2]),
        peak="" if found.peak is None else words.pressure(*found.peak[1:]),
        peak_minute="" if found.peak_min is None else f"{found.peak_min:.0f}",
        returned=t("not seen") if found.returned_min is None else f"{found.returned_min:.0f} min",
        alarms=", ".join(f"{count} {t(name)}" for count, name in alarms if count) or t("none"),
    )
