"""The list of a chair's pressure readings, newest first, with the button that strikes one."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.dashboard.views import words
from monitor.dashboard.views.acts import Target
from monitor.language import t
from monitor.store.snapshot import ChairView, CuffPoint


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """One reading."""

    at: str
    value: str
    note: str
    """By whom, when taken by hand; that it is questionable; that it was struck."""
    struck: bool
    strike: Target


def reading_rows(chair: ChairView) -> tuple[ReadingRow, ...]:
    """Return the readings of the visit on a chair; none for a free one."""
    session = chair.session
    if session is None:
        return ()
    mine = [point for point in chair.trend if point.at_ms >= session.seated_ms]
    return tuple(_row(chair.id, session.id, point) for point in reversed(mine))


def _row(chair: str, session: str, point: CuffPoint) -> ReadingRow:
    return ReadingRow(
        words.clock(point.at_ms),
        words.pressure(point.systolic, point.diastolic, point.mean),
        describe(point),
        point.in_error,
        Target("entered_in_error", chair, session, point.key),
    )


def describe(point: CuffPoint) -> str:
    """Return what a reader must know of a reading beside its value."""
    said = [
        t("entered in error") if point.in_error else "",
        t("questionable") if point.validity == "questionable" else "",
        t("by hand, {by}", by=point.manual_by) if point.manual_by else "",
    ]
    return " · ".join(part for part in said if part)
