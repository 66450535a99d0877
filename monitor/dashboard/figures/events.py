"""The lane above the charts: alarms as they were raised, and what people did and noted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from monitor.dashboard.figures import palette
from monitor.dashboard.figures.axis import TimeAxis
from monitor.dashboard.figures.labels import Label, Span, placed
from monitor.dashboard.views import retold, words
from monitor.dashboard.views.acts import FORMS, MARKS
from monitor.language import t
from monitor.store.history import AlarmRecord, MarkRecord
from monitor.terms import Priority

Trace = dict[str, Any]

STEPS = ("start", "pause", "resume", "end", "mark_ready", "finish", "abort", "standby", "end_standby")
"""Acts that are drawn; the others stand in the visit's log."""

SHORT = {
    "start": "Start",
    "pause": "Pause",
    "resume": "Resume",
    "end": "End",
    "mark_ready": "Ready",
    "finish": "Left",
    "abort": "Abort",
    "standby": "Away",
    "end_standby": "Back",
}
ALARM_LEVEL = 1.0
EVENT_LEVEL = 0.0
CHARACTER_PX = 8.2
MARKER_PX = 10.0


@dataclass(frozen=True, slots=True)
class Event:
    """One point of the lane."""

    at_ms: int
    label: str
    hover: str
    colour: str
    weight: float


def event_traces(alarms: list[AlarmRecord], marks: list[MarkRecord], axis: TimeAxis, row: str) -> list[Trace]:
    """Return the two lines of the lane: alarms above, events below; every point tells all on hover."""
    return [
        _lane([_alarm(a) for a in alarms if _drawn(a)], ALARM_LEVEL, "square", "alarms", axis, row),
        _lane(
            [_mark(m) for m in marks if m.what in (*STEPS, *MARKS)],
            EVENT_LEVEL,
            "diamond",
            "events",
            axis,
            row,
        ),
    ]


def _drawn(alarm: AlarmRecord) -> bool:
    return alarm.change in ("raised", "priority") and Priority(alarm.priority) in palette.ALARM


def _alarm(alarm: AlarmRecord) -> Event:
    priority = Priority(alarm.priority)
    said = f"{words.PRIORITY_SIGNS[priority]} {retold.alarm(alarm.text)}"
    whole = f"{words.PRIORITY_SIGNS[priority]} {retold.measured(alarm)}"
    return Event(
        alarm.at_ms,
        said,
        f"<b>{whole}</b><br>{words.clock_seconds(alarm.at_ms)}",
        palette.ALARM[priority],
        priority.rank,
    )


def _mark(mark: MarkRecord) -> Event:
    label = t(SHORT[mark.what] if mark.what in SHORT else MARKS[mark.what].label)
    if mark.severity is not None:
        label = f"{label} {mark.severity}"
    hover = "<br>".join(
        part
        for part in (
            f"<b>{label}</b>",
            retold.note(mark.what, mark.text),
            f"{words.clock_seconds(mark.at_ms)} {mark.by}",
        )
        if part
    )
    return Event(mark.at_ms, label, hover, palette.EVENT, 1.0 if mark.what in FORMS else 2.0)


def _lane(events: list[Event], level: float, symbol: str, name: str, axis: TimeAxis, row: str) -> Trace:
    spots = [Span(axis.px(e.at_ms) - MARKER_PX / 2, MARKER_PX) for e in events]
    spots.append(Span(axis.width_px, axis.width_px))
    wanted = [Label(axis.px(e.at_ms) + MARKER_PX, CHARACTER_PX * len(e.label), e.weight) for e in events]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [axis.at(event.at_ms) for event in events],
        "y": [level] * len(events),
        "yaxis": row,
        "marker": {"color": [event.colour for event in events], "size": MARKER_PX, "symbol": symbol},
        "text": [
            f" {event.label}" if room else ""
            for event, room in zip(events, placed(wanted, spots, gap=0), strict=True)
        ],
        "textposition": "middle right",
        "textfont": {"size": 14, "color": [event.colour for event in events], "shadow": palette.HALO},
        "hovertext": [event.hover for event in events],
        "hoverinfo": "text",
        "cliponaxis": False,
        "name": name,
    }
