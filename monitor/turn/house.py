"""Alarms that the turn raises by itself: a judgement that failed, a clock that was set forward."""

from __future__ import annotations

import msgspec

from monitor.alarms.ledger import already
from monitor.alarms.model import Change, NewId, Occurrence, Transition
from monitor.terms import Kind, Now, Presence, Priority

MONITOR_FAULT = "monitor_fault"
CLOCK_STEP = "clock_step"
"""The engine's own name for it; the engine sees the steps back."""
STANDS_S = 60.0
"""How long one stands after its cause was last seen."""


class Standing(msgspec.Struct, frozen=True):
    """An open occurrence, and when it ends unless its cause is seen again."""

    occurrence: Occurrence
    until_s: float


class HouseAlarms:
    """The open occurrences of one chair that no reading can raise or clear."""

    def __init__(self, new_id: NewId) -> None:
        self._new_id = new_id
        self._open: dict[str, Standing] = {}

    def dump(self) -> dict[str, Standing]:
        """All that a restart needs."""
        return dict(self._open)

    def restore(self, standing: dict[str, Standing]) -> None:
        """Go on from a dump."""
        self._open = dict(standing)

    def open(self) -> list[Occurrence]:
        """The open occurrences."""
        return [standing.occurrence for standing in self._open.values()]

    def seen(self, condition: str, priority: Priority, text: str, now: Now) -> list[Transition]:
        """Raise a condition whose cause was seen just now; one that is open stays open longer."""
        until_s = now.mono_s + STANDS_S
        before = self._open.get(condition)
        if before is not None:
            self._open[condition] = Standing(before.occurrence, until_s)
            return []
        occurrence = Occurrence(
            id=self._new_id(),
            condition=condition,
            kind=Kind.TECHNICAL,
            priority=priority,
            presence=Presence.ON,
            since_ms=now.utc_ms,
            text=text,
        )
        self._open[condition] = Standing(occurrence, until_s)
        return [_transition(occurrence, "raised", now)]

    def expire(self, now: Now) -> list[Transition]:
        """End those whose time is over."""
        return self._end([c for c, standing in self._open.items() if now.mono_s >= standing.until_s], now)

    def end_all(self, now: Now) -> list[Transition]:
        """End everything: nobody sits here any more."""
        return self._end(list(self._open), now)

    def acknowledge(
        self, occurrence: str, operator: str, now: Now, anew: Change | None = None
    ) -> Transition | str | None:
        """Acknowledge one until it ends, or say in a sentence why not; None where it is none of these.

        `anew` is what it is called to take it from whoever has acknowledged it.
        """
        standing = next((each for each in self.open() if each.id == occurrence), None)
        if standing is None:
            return None
        held = standing.presence is Presence.ACKNOWLEDGED
        if held and anew is None:
            return already(standing, now)
        standing.presence = Presence.ACKNOWLEDGED
        standing.acknowledged_by = operator
        standing.acknowledged_ms = now.utc_ms
        change = anew if held and anew is not None else "acknowledged"
        return _transition(standing, change, now, by=operator)

    def _end(self, conditions: list[str], now: Now) -> list[Transition]:
        ended = [self._open.pop(condition).occurrence for condition in conditions]
        for occurrence in ended:
            occurrence.presence = Presence.OFF
        return [_transition(occurrence, "cleared", now) for occurrence in ended]


def _transition(occurrence: Occurrence, change: Change, now: Now, by: str | None = None) -> Transition:
    return Transition(
        occurrence=occurrence.id,
        condition=occurrence.condition,
        kind=occurrence.kind,
        change=change,
        priority=occurrence.priority,
        at_ms=now.utc_ms,
        presence=occurrence.presence,
        by=by,
        text=occurrence.text,
    )
