"""What an alarm is read with: the last minutes of a visit's numbers, and what was done. Pure."""

from __future__ import annotations

from typing import Any

from monitor.dashboard.views import retold, words
from monitor.dashboard.views.visits import mark_text
from monitor.store.history import SessionHistory

TREND_MS = 15 * 60_000
DONE_MS = 30 * 60_000
DONE_LINES = 12
VITALS = ("hr", "spo2")


def recent(history: SessionHistory, now_ms: int) -> dict[str, Any]:
    """Return the continuous numbers of the last 15 minutes, and the acts of the last 30, newest first.

    A number is `[UTC ms, value]`, its value null where there is a gap or nothing believable.
    """
    return {
        **{
            vital: [
                [sample.at_ms, sample.value]
                for sample in history.continuous.get(vital, [])
                if sample.at_ms >= now_ms - TREND_MS
            ]
            for vital in VITALS
        },
        "done": _done(history, now_ms - DONE_MS),
    }


def _done(history: SessionHistory, from_ms: int) -> list[dict[str, Any]]:
    """What people did: answers to alarms, marks such as medication, acts on the visit."""
    answers = [
        (alarm.at_ms, f"{retold.measured(alarm)} {words.change(alarm.change, alarm.priority)}", alarm.by)
        for alarm in history.alarms
        if alarm.by
    ]
    marks = [(mark.at_ms, mark_text(mark), mark.by) for mark in history.marks]
    newest = sorted((line for line in answers + marks if line[0] >= from_ms), reverse=True)[:DONE_LINES]
    return [{"at": at_ms, "text": text, "by": by} for at_ms, text, by in newest]
