"""How times, lengths and phases are said to staff."""

from __future__ import annotations

from babel.dates import format_date, format_time
from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol

from monitor import language
from monitor.alarms import changes
from monitor.language import t
from monitor.local_time import local
from monitor.store.snapshot import SessionView
from monitor.terms import Phase, Priority

PHASES = {
    Phase.SEATED: "Seated",
    Phase.BASELINE: "Baseline",
    Phase.INFUSION: "Infusion",
    Phase.PAUSED: "Paused",
    Phase.RECOVERY: "Recovery",
    Phase.READY: "Ready to leave",
    Phase.LEFT: "Left",
    Phase.ABORTED: "Aborted",
}

PRIORITY_SIGNS = {Priority.HIGH: "!!!", Priority.MEDIUM: "!!", Priority.LOW: "!", Priority.ADVISORY: "·"}
"""Said beside every alarm colour, so that colour is never alone."""

CHANGES = {
    "raised": "raised",
    "cleared": "ended",
    "acknowledged": "acknowledged",
    "acknowledgement_expired": "acknowledgement expired",
    "escalated": "called further",
    "accepted": "accepted",
    "rejected": "rejected",
    "taken_over": "taken over",
}
"""What happened to an alarm; a new priority names itself."""


def clock(at_ms: int) -> str:
    """Return a stamp as hours and minutes, e.g. `14:32`."""
    return _time(at_ms, "HH:mm")


def clock_seconds(at_ms: int) -> str:
    """Return a stamp with its seconds, e.g. `14:32:07`."""
    return _time(at_ms, "HH:mm:ss")


def _time(at_ms: int, pattern: str) -> str:
    return format_time(local(at_ms).time(), pattern, locale=language.current())


def day(at_ms: int) -> str:
    """Return the day of a stamp, e.g. `Tue 3 Feb 2026`."""
    at = local(at_ms)
    return format_date(at, "EEE d MMM y", language.current())


def minutes(span_ms: int) -> str:
    """Return a length in whole minutes, e.g. `41 min`."""
    return f"{round(span_ms / 60_000)} min"


def planned(session: SessionView) -> str:
    """Return the planned minutes of an infusion, with what it was extended by apart, e.g. `40 + 10`."""
    first = session.planned_min - session.extended_min
    return f"{first} + {session.extended_min}" if session.extended_min else str(first)


def number(value: float) -> str:
    """Return a number without a needless fraction, e.g. `97`, `3.4` or `0.25`."""
    return format_decimal(value, "0.###", language.current())


def fixed(value: float, digits: int) -> str:
    """Return a number with so many digits behind its point, e.g. `1.50`."""
    return format_decimal(value, f"0.{'0' * digits}", language.current())


def decimal_sign() -> str:
    """Return what stands before the fraction of a number."""
    return get_decimal_symbol(language.current())


def separators() -> str:
    """Return the decimal sign and what groups thousands, as charts want them."""
    return decimal_sign() + get_group_symbol(language.current())


def pressure(systolic: float, diastolic: float, mean: float | None = None) -> str:
    """Return a blood pressure, e.g. `151/92 (112)`."""
    text = f"{systolic:.0f}/{diastolic:.0f}"
    return text if mean is None else f"{text} ({mean:.0f})"


def phase(name: str) -> str:
    """Return a phase as staff call it."""
    return t(PHASES[Phase(name)])


def change(name: str, priority: str) -> str:
    """Return what happened to an alarm, e.g. `ended` or `now high`."""
    return t(CHANGES[name]) if name in CHANGES else t("now {priority}", priority=t(priority))


def limit_name(condition: str, priority: Priority) -> str:
    """Return what staff call a limit, e.g. `SYS high, medium`."""
    vital, side = changes.split(condition)
    if vital is None:
        return changes.title(condition, priority)
    return f"{t(changes.LABELS[vital])} {t(side)}, {t(priority)}"


def priority_sign(name: str) -> str:
    """Return the sign of a priority: `!!!`, `!!`, `!` or a dot."""
    return PRIORITY_SIGNS[Priority(name)]
