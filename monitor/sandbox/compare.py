"""A visit under two sets of limits: what sounded then, what would now, what would be missed. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from monitor.alarms.model import Transition
from monitor.limits import LimitPreset
from monitor.sandbox.rejudge import rejudge
from monitor.store.history import SessionSummary
from monitor.store.visit import VisitRecord
from monitor.terms import Kind, Priority

AUDIBLE = (Priority.MEDIUM, Priority.HIGH)
PAIR = {"sbp_high": "pressure_high", "dbp_high": "pressure_high"}
"""Both say that the pressure is high: an alarm of one stands for the other."""

Preset = Callable[[str], LimitPreset]
"""The preset of a chair."""


@dataclass(frozen=True, slots=True)
class Event:
    """One stretch at or above a priority, of one condition."""

    condition: str
    priority: Priority
    from_ms: int
    until_ms: int
    value: float | None
    """With which it began."""
    limit: float | None


@dataclass(frozen=True, slots=True)
class Judged:
    """A visit under one set of limits."""

    onsets: Counter[tuple[Priority, str]]
    """How often a condition rose into a priority."""
    audible: tuple[Event, ...]
    """Stretches at medium priority or above."""
    high: tuple[Event, ...]
    alarm_s: float
    """Seconds with at least one medium or high alarm."""

    @property
    def audible_onsets(self) -> int:
        """How often something rose into medium or high."""
        return sum(n for (priority, _), n in self.onsets.items() if priority in AUDIBLE)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One visit under the limits in force and under others."""

    visit: SessionSummary
    then: Judged
    now: Judged
    missed: tuple[Event, ...]
    """High alarms of then that are not high at any moment of theirs now."""
    removed: tuple[Event, ...]
    """Audible alarms of then without one now."""
    added: tuple[Event, ...]
    """Audible alarms of now without one then."""
    recorded: int
    """Audible onsets about the patient that the journal holds."""

    @property
    def infused(self) -> bool:
        """Whether an infusion was begun."""
        return self.visit.started_ms is not None


def compare(record: VisitRecord, then: LimitPreset, now: LimitPreset) -> Comparison:
    """Judge one visit under both."""
    end_ms = _end_ms(record)
    before, after = (judged(rejudge(record, preset), end_ms) for preset in (then, now))
    kept = [a for a in record.history.alarms if a.kind == Kind.PHYSIOLOGICAL]
    stored = _onsets((a.occurrence, a.change, a.condition, Priority(a.priority)) for a in kept)
    return Comparison(
        visit=record.history.summary,
        then=before,
        now=after,
        missed=_without(before.high, after.high),
        removed=_without(before.audible, after.audible),
        added=_without(after.audible, before.audible),
        recorded=sum(n for (priority, _), n in stored.items() if priority in AUDIBLE),
    )


def judged(transitions: Sequence[Transition], end_ms: int) -> Judged:
    """Sum up what the alarms said of a visit that ended, or is looked at, at `end_ms`."""
    audible = _events(transitions, Priority.MEDIUM, end_ms)
    return Judged(
        onsets=_onsets((t.occurrence, t.change, t.condition, t.priority) for t in transitions),
        audible=audible,
        high=_events(transitions, Priority.HIGH, end_ms),
        alarm_s=_covered_ms(audible) / 1000,
    )


def _onsets(changes: Iterable[tuple[str, str, str, Priority]]) -> Counter[tuple[Priority, str]]:
    """Count each rise: an occurrence that begins, or that goes to a graver priority."""
    reached: dict[str, int] = {}
    found: Counter[tuple[Priority, str]] = Counter()
    for occurrence, change, condition, priority in changes:
        if change in {"raised", "priority"}:
            if priority.rank > reached.get(occurrence, -1):
                found[priority, condition] += 1
            reached[occurrence] = priority.rank
    return found


def _events(transitions: Iterable[Transition], least: Priority, end_ms: int) -> tuple[Event, ...]:
    """The stretches in which a condition stood at this priority or above."""
    begun: dict[str, Transition] = {}
    events: list[Event] = []

    def end(occurrence: str, at_ms: int) -> None:
        first = begun.pop(occurrence, None)
        if first is not None:
            events.append(
                Event(first.condition, first.priority, first.at_ms, at_ms, first.value, first.limit)
            )

    for change in transitions:
        if change.change in {"raised", "priority"} and change.priority.rank >= least.rank:
            begun.setdefault(change.occurrence, change)
        elif change.change in {"cleared", "priority"}:
            end(change.occurrence, change.at_ms)
    for occurrence in list(begun):
        end(occurrence, end_ms)
    return tuple(sorted(events, key=lambda event: event.from_ms))


def _without(events: Iterable[Event], others: Sequence[Event]) -> tuple[Event, ...]:
    """Those during which none of the others stands for the same."""
    return tuple(
        event
        for event in events
        if not any(
            _meaning(other) == _meaning(event)
            and other.from_ms <= event.until_ms
            and event.from_ms <= other.until_ms
            for other in others
        )
    )


def _meaning(event: Event) -> str:
    return PAIR.get(event.condition, event.condition)


def _covered_ms(events: Iterable[Event]) -> int:
    covered, until = 0, 0
    for event in sorted(events, key=lambda each: each.from_ms):
        covered += max(0, event.until_ms - max(event.from_ms, until))
        until = max(until, event.until_ms)
    return covered


def _end_ms(record: VisitRecord) -> int:
    """When the visit ended, or the last that is known of an open one."""
    if record.history.summary.left_ms is not None:
        return record.history.summary.left_ms
    last = [rows[-1].received_ms for rows in record.continuous.values() if rows]
    last += [cuff.received_ms for cuff in record.cuffs]
    return max(last, default=record.history.summary.seated_ms)
