"""What is told, in one sentence that names no patient."""

from __future__ import annotations

import re
from enum import StrEnum

from devices.model import Origin
from monitor.store.snapshot import AlarmView

TITLE = "Chairside"
MARKS = {Origin.DEMO: "DEMO · ", Origin.REPLAY: "REPLAY · "}
"""What stands before a text about data that are no patient's."""
SECONDARY = "Secondary system: look at the bedside monitor."


class What(StrEnum):
    """Why somebody is told."""

    CALLED = "called"
    ROSE = "rose"
    AGAIN = "again"
    ANSWERED = "answered"
    ENDED = "ended"


CALLS = frozenset({What.CALLED, What.ROSE, What.AGAIN})
"""What asks somebody to come; the others say that nobody need come any more."""

_NEWS = {
    What.CALLED: "{priority} alarm for {s} s, {state} ({text})",
    What.ROSE: "now {priority}, alarm for {s} s, {state} ({text})",
    What.AGAIN: "{priority} alarm for {s} s, still {state} ({text})",
    What.ANSWERED: "answered by {by} after {s} s ({text})",
}

MINUTE_S = 60

_PARTS = re.compile(r"^(?P<place>.*?): .*?(?P<cause>\(.*\)\.)")


def message(
    what: What,
    alarm: AlarmView,
    *,
    place: str,
    clinic: str,
    at_ms: int,
    by: str = "",
    origin: Origin = Origin.REAL,
) -> str:
    """Return the text about one alarm; `place` names the chair, `by` who has answered so far."""
    seconds = max(0, round((at_ms - (alarm.priority_ms or alarm.since_ms)) / 1000))
    state = f"acknowledged by {by} only" if by else "unanswered"
    text = alarm.text if alarm.value_ms is None else f"{alarm.text}, {_ago(at_ms - alarm.value_ms)}"
    news = _NEWS[what].format(priority=alarm.priority.upper(), s=seconds, text=text, by=by, state=state)
    return f"{MARKS.get(origin, '')}{place}: {news}. {clinic}. {SECONDARY}"


def _ago(ms: int) -> str:
    seconds = max(0, ms // 1000)
    return f"{seconds} s ago" if seconds < MINUTE_S else f"{seconds // MINUTE_S} min ago"


def ending(text: str) -> str:
    """Return the text that takes back an earlier one, whose alarm has ended."""
    return _PARTS.sub(r"\g<place>: ended \g<cause>", text)


def trial_message(clinic: str, origin: Origin) -> str:
    """Return the text that tries out a channel."""
    return f"{MARKS.get(origin, '')}TEST, no alarm: {clinic} can reach you here. {SECONDARY}"


def title_of(text: str) -> str:
    """Return the subject line that goes with a text."""
    return next((mark + TITLE for mark in MARKS.values() if text.startswith(mark)), TITLE)


def place_of(label: str) -> str:
    """Return how a text names a chair."""
    return label if label.lower().startswith("chair") else f"Chair {label}"
