"""The ledger of one chair: verdicts against open occurrences; every difference is a transition."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from monitor.alarms.delays import elapsed
from monitor.alarms.model import Change, NewId, Occurrence, Transition
from monitor.alarms.signal import SignalEvent, after
from monitor.alarms.verdict import Verdict
from monitor.limits import LimitPreset
from monitor.terms import Kind, Now, Presence, Priority


class Ledger:
    """The open occurrences of one chair, one a condition at most."""

    def __init__(self, preset: LimitPreset, new_id: NewId, occurrences: list[Occurrence]) -> None:
        self._preset = preset
        self._new_id = new_id
        self._open = {o.condition: replace(o) for o in occurrences}

    def __iter__(self) -> Iterator[Occurrence]:
        yield from self._open.values()

    def settle(
        self,
        condition: str,
        verdict: Verdict | None,
        now: Now,
        *,
        value: float | None = None,
        ending: str | None = None,
        worse_by: float | None = None,
    ) -> list[Transition]:
        """Bring one condition in line with its verdict; `value` and `ending` describe an end.

        A value that has moved by `worse_by` (negative: downwards) since it was acknowledged alarms anew.
        """
        occurrence = self._open.get(condition)
        if verdict is None:
            if occurrence is None or occurrence.presence is Presence.LATCHED:
                return []
            return [self._end(occurrence, now, value, ending)]
        if occurrence is None:
            return [self._begin(condition, verdict, now)]
        if occurrence.presence is Presence.LATCHED:
            return [self._drop(occurrence, now, occurrence.text), self._begin(condition, verdict, now)]
        return self._continue(occurrence, verdict, now, worse_by)

    def withdraw(self, condition: str, verdict: Verdict, now: Now) -> list[Transition]:
        """End what stands of a condition whose verdict is held back: its alarm is switched off.

        What was graver than the verdict has ended like any other and latches where signals latch.
        """
        occurrence = self._open.get(condition)
        if occurrence is None or occurrence.presence is Presence.LATCHED:
            return []
        if occurrence.priority.rank > verdict.priority.rank:
            return [self._end(occurrence, now, verdict.value, verdict.text)]
        return [self._drop(occurrence, now, "alarm off", verdict.value)]

    def end_all(self, now: Now, ending: str) -> list[Transition]:
        """End everything, latched signals too: nobody sits here any more."""
        return [self._drop(occurrence, now, ending) for occurrence in list(self)]

    def expire(self, now: Now) -> list[Transition]:
        """End the acknowledgements whose time is over."""
        over = [o for o in self if elapsed(o.acknowledged_until_s, 0.0, now.mono_s)]
        return [self._unacknowledge(o, "acknowledgement_expired", now) for o in over]

    def due_times(self) -> Iterator[float]:
        """Yield when each acknowledgement expires, monotonic seconds."""
        yield from (o.acknowledged_until_s for o in self if o.acknowledged_until_s is not None)

    def acknowledge(
        self, occurrence_id: str, seen: Priority, operator: str, now: Now, anew: Change | None = None
    ) -> Transition | str:
        """Acknowledge what the operator saw, or say in a sentence why not.

        `anew` acknowledges in this operator's name what somebody else has already, and is what the
        transition then calls it.
        """
        occurrence = next((o for o in self if o.id == occurrence_id), None)
        if occurrence is None:
            return "This alarm has ended."
        if occurrence.priority.rank > seen.rank:
            return f"This alarm has risen from {seen} to {occurrence.priority}; look at it again."
        held = occurrence.presence is Presence.ACKNOWLEDGED
        if held and anew is None:
            return already(occurrence, now)
        occurrence.presence = self._after(occurrence, SignalEvent.ACKNOWLEDGED)
        if occurrence.presence is Presence.OFF:
            del self._open[occurrence.condition]
        else:
            occurrence.acknowledged_by = operator
            occurrence.acknowledged_ms = now.utc_ms
            occurrence.acknowledged_until_s = now.mono_s + self._acknowledged_s(occurrence.priority)
            occurrence.acknowledged_value = occurrence.value
        change = anew if held and anew is not None else "acknowledged"
        return _transition(occurrence, change, now, by=operator)

    def _begin(self, condition: str, verdict: Verdict, now: Now) -> Transition:
        occurrence = Occurrence(
            id=self._new_id(),
            condition=condition,
            kind=verdict.kind,
            priority=verdict.priority,
            presence=after(Presence.OFF, SignalEvent.BEGINS, latching=self._preset.latching),
            since_ms=now.utc_ms,
        )
        _describe(occurrence, verdict)
        self._open[condition] = occurrence
        return _transition(occurrence, "raised", now)

    def _continue(
        self, occurrence: Occurrence, verdict: Verdict, now: Now, worse_by: float | None
    ) -> list[Transition]:
        if verdict.priority is occurrence.priority:
            confirmed = occurrence.unconfirmed and not verdict.unconfirmed
            if verdict.beyond:
                _describe(occurrence, verdict)
            occurrence.limit = verdict.limit
            anew = confirmed or _worsened(occurrence, worse_by)
            if anew and occurrence.presence is Presence.ACKNOWLEDGED:
                return [self._unacknowledge(occurrence, "acknowledgement_expired", now)]
            return []
        rises = verdict.priority.rank > occurrence.priority.rank
        occurrence.reached_ms = _reached(occurrence, verdict.priority, now)
        if occurrence.priority is Priority.ADVISORY:
            occurrence.since_ms = now.utc_ms
        occurrence.priority = verdict.priority
        _describe(occurrence, verdict)
        if rises and occurrence.presence is Presence.ACKNOWLEDGED:
            return [self._unacknowledge(occurrence, "priority", now)]
        return [_transition(occurrence, "priority", now)]

    def _unacknowledge(self, occurrence: Occurrence, change: Change, now: Now) -> Transition:
        occurrence.presence = self._after(occurrence, SignalEvent.EXPIRES)
        occurrence.acknowledged_by = None
        occurrence.acknowledged_ms = None
        occurrence.acknowledged_until_s = None
        occurrence.acknowledged_value = None
        return _transition(occurrence, change, now)

    def _end(self, occurrence: Occurrence, now: Now, value: float | None, ending: str | None) -> Transition:
        presence = self._after(occurrence, SignalEvent.ENDS)
        if presence is Presence.OFF:
            return self._drop(occurrence, now, ending or occurrence.text, value)
        occurrence.presence = presence
        return _transition(occurrence, "cleared", now, value=value, text=ending)

    def _drop(self, occurrence: Occurrence, now: Now, ending: str, value: float | None = None) -> Transition:
        occurrence.presence = Presence.OFF
        del self._open[occurrence.condition]
        return _transition(occurrence, "cleared", now, value=value, text=ending)

    def _after(self, occurrence: Occurrence, event: SignalEvent) -> Presence:
        latching = self._preset.latching and occurrence.kind is Kind.PHYSIOLOGICAL
        return after(occurrence.presence, event, latching=latching)

    def _acknowledged_s(self, priority: Priority) -> float:
        if priority is Priority.HIGH:
            return self._preset.acknowledge_high_s
        if priority is Priority.MEDIUM:
            return self._preset.acknowledge_medium_s
        return self._preset.acknowledge_low_s


def already(occurrence: Occurrence, now: Now) -> str:
    """The refusal for whoever comes second: who was first, and when."""
    ago_s = max(0, now.utc_ms - (occurrence.acknowledged_ms or now.utc_ms)) / 1000
    return f"Already acknowledged by {occurrence.acknowledged_by} {ago_s:.0f} s ago."


def _describe(occurrence: Occurrence, verdict: Verdict) -> None:
    occurrence.text = verdict.text
    occurrence.value = verdict.value
    occurrence.value_ms = verdict.value_ms
    occurrence.limit = verdict.limit
    occurrence.questionable = verdict.questionable
    occurrence.unconfirmed = verdict.unconfirmed


def _reached(occurrence: Occurrence, priority: Priority, now: Now) -> dict[Priority, int]:
    """Since when each priority was reached, once the occurrence has moved to this one."""
    begun = occurrence.reached_ms or dict.fromkeys(_up_to(occurrence.priority), occurrence.since_ms)
    return {each: begun.get(each, now.utc_ms) for each in _up_to(priority)}


def _up_to(priority: Priority) -> list[Priority]:
    return [each for each in Priority if each.rank <= priority.rank]


def _worsened(occurrence: Occurrence, by: float | None) -> bool:
    value, acknowledged = occurrence.value, occurrence.acknowledged_value
    if by is None or value is None or acknowledged is None:
        return False
    return value - acknowledged >= by if by > 0 else value - acknowledged <= by


def _transition(
    occurrence: Occurrence,
    change: Change,
    now: Now,
    *,
    by: str | None = None,
    value: float | None = None,
    text: str | None = None,
) -> Transition:
    return Transition(
        occurrence=occurrence.id,
        condition=occurrence.condition,
        kind=occurrence.kind,
        change=change,
        priority=occurrence.priority,
        at_ms=now.utc_ms,
        value=value if change == "cleared" else occurrence.value,
        value_ms=None if change == "cleared" else occurrence.value_ms,
        limit=occurrence.limit,
        questionable=occurrence.questionable,
        presence=occurrence.presence,
        by=by,
        text=occurrence.text if text is None else text,
    )
