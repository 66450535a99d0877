"""The history of alarms as rows of a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.dashboard.views import retold, words
from monitor.language import t
from monitor.store.history import AlarmRecord
from monitor.terms import Priority


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """One change of one alarm."""

    at: str
    chair: str
    priority: str
    text: str
    change: str
    by: str


def alarm_rows(records: Iterable[AlarmRecord]) -> tuple[AlarmRow, ...]:
    """Return the changes in the order given, newest first as the store hands them out; no advisories."""
    return tuple(
        AlarmRow(
            words.clock_seconds(record.at_ms),
            record.chair or t("Clinic"),
            record.priority,
            retold.measured(record),
            words.change(record.change, record.priority),
            record.by or "",
        )
        for record in records
        if record.priority != Priority.ADVISORY
    )
