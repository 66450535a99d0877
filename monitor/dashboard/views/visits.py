"""Visits as rows of a table, and one visit as a list of what happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.dashboard.views import retold, words
from monitor.dashboard.views.acts import FORMS, MARKS
from monitor.language import t
from monitor.store.history import MarkRecord, SessionHistory, SessionSummary
from monitor.terms import OPEN_PHASES, Phase


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit in a list."""

    session: str
    chair: str
    label: str
    day: str
    seated: str
    infusion: str
    """How long the infusion stood, pauses included; empty when there was none."""
    state: str
    """How the visit stands: left with its time, aborted, or the phase of an open one."""
    alarms: str
    tag: str
    """DEMO or REPLAY for data that are no patient's, else empty."""
    record: bool
    series: str = ""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One thing that happened in a visit."""

    at_ms: int
    at: str
    text: str
    by: str = ""
    priority: str = ""
    """Set for an alarm."""


def visit_rows(summaries: Iterable[SessionSummary]) -> tuple[VisitRow, ...]:
    """Return the visits in the order given."""
    return tuple(_row(summary) for summary in summaries)


def _row(visit: SessionSummary) -> VisitRow:
    infusion = ""
    if visit.started_ms is not None and visit.ended_ms is not None:
        infusion = words.minutes(visit.ended_ms - visit.started_ms)
    state = words.phase(visit.phase)
    if visit.left_ms is not None and Phase(visit.phase) not in OPEN_PHASES:
        state = f"{state} {words.clock(visit.left_ms)}"
    return VisitRow(
        visit.id,
        visit.chair,
        visit.label,
        words.day(visit.seated_ms),
        words.clock(visit.seated_ms),
        infusion,
        state,
        _alarms(visit),
        data_tag(visit),
        visit.record,
        visit.series,
    )


def data_tag(visit: SessionSummary) -> str:
    """Return what marks a visit whose data are no patient's; empty for real ones."""
    if visit.replay:
        return "REPLAY"
    return "DEMO" if visit.demo else ""


def _alarms(visit: SessionSummary) -> str:
    counts = [(visit.alarms_high, "high"), (visit.alarms_medium, "medium")]
    return ", ".join(f"{count} {t(name)}" for count, name in counts if count)


def mark_text(mark: MarkRecord) -> str:
    """Return what was done or noted, with its strength and its details."""
    name = t(MARKS[mark.what].label if mark.what in MARKS else _done(mark.what))
    strength = "" if mark.severity is None else f" {mark.severity}/10"
    details = f": {retold.note(mark.what, mark.text)}" if mark.text else ""
    return f"{name}{strength}{details}"


DONE = {
    "pause_audio": "Sound paused",
    "resume_audio": "Sound on again",
    "alarm_off": "Alarm switched off",
    "alarm_on": "Alarm switched on",
    "assign_nurse": "Another nurse",
    "hand_over": "Handed over",
    "call_back": "Word to the nurse",
    "call_heard": "Word to the nurse heard",
}
"""What was done by the acts that have no form."""


def _done(act: str) -> str:
    return FORMS[act].done if act in FORMS else DONE.get(act, act.replace("_", " ").capitalize())


HANDOVER_NOTES = 8


def handover_notes(history: SessionHistory) -> tuple[str, ...]:
    """Return the newest things that people noted in a visit, newest first, each with its time and author."""
    noted = [mark for mark in history.marks if mark.what in (*MARKS, "hand_over", "manual_cuff", "standby")]
    newest = sorted(noted, key=lambda mark: mark.at_ms)[: -HANDOVER_NOTES - 1 : -1]
    return tuple(f"{words.clock(mark.at_ms)} {mark_text(mark)} · {mark.by}" for mark in newest)


def visit_log(history: SessionHistory) -> tuple[LogLine, ...]:
    """Return what happened in a visit, newest first: its alarms and what people did and noted."""
    lines = [
        LogLine(
            alarm.at_ms,
            words.clock(alarm.at_ms),
            f"{retold.measured(alarm)} {words.change(alarm.change, alarm.priority)}",
            alarm.by or "",
            alarm.priority,
        )
        for alarm in history.alarms
    ]
    lines += [
        LogLine(mark.at_ms, words.clock(mark.at_ms), mark_text(mark), mark.by) for mark in history.marks
    ]
    return tuple(sorted(lines, key=lambda line: line.at_ms))[::-1]
