"""The outbox: from a turn's alarms to what is told on which channel. No clock, no I/O.

All that it knows is a fold over the rows of `delivery`, so a restart tells nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from devices.model import Origin
from monitor.config import Settings
from monitor.notify.messages import CALLS, What, ending, message, place_of
from monitor.store.delivery import Delivery, DeliveryRow
from monitor.store.snapshot import AlarmView, ChairView, Snapshot, Told
from monitor.terms import Now, Priority

CLINIC = "Clinic"
"""What texts call the place of an alarm that is no chair's."""
PENDING = frozenset({Delivery.QUEUED, Delivery.FAILING})
OVER = frozenset({Delivery.SENT, Delivery.FAILED, Delivery.WITHDRAWN})
CONDITIONS = {"no_station": "no_station", "monitor_fault": "monitor_fault"}
"""Conditions that are told at once, and the event of the configuration that says so."""
_SHOWN: Mapping[str, str] = {
    Delivery.QUEUED: "sending",
    Delivery.SENT: "sent",
    Delivery.FAILING: "failed",
    Delivery.FAILED: "failed",
}

Line = tuple[str, str]
"""An occurrence and a channel."""


class Outcome(NamedTuple):
    """What a channel says of a message."""

    id: str
    outcome: Delivery
    attempts: int
    error: str = ""


class Outbox:
    """Decides who is told of what; remembers what became of it."""

    def __init__(self, settings: Settings, known: Iterable[DeliveryRow] = ()) -> None:
        self._clinic = settings.name
        self._notify = settings.notify
        self._channels = [channel.name for channel in settings.notify.channels]
        self._newest: dict[Line, DeliveryRow] = {}
        self._counts: dict[Line, int] = {}
        self._reached: set[Line] = set()
        self._unsettled: dict[str, DeliveryRow] = {}
        """What a channel has been handed and has not answered for good."""
        self._broken: dict[str, str] = {}
        self._changed: dict[str, DeliveryRow] = {}
        for row in known:
            self._resume(row)

    def settle(self, outcomes: Iterable[Outcome], now: Now) -> None:
        """Take note of what became of messages."""
        for outcome in outcomes:
            row = self._unsettled.get(outcome.id)
            if row is None:
                continue
            self._note_channel(row.channel, outcome)
            if row.outcome == Delivery.WITHDRAWN and outcome.outcome not in OVER:
                continue
            self._keep(
                row._replace(
                    outcome=outcome.outcome.value,
                    outcome_ms=now.utc_ms,
                    attempts=outcome.attempts,
                    error=outcome.error,
                )
            )
            if outcome.outcome in OVER:
                del self._unsettled[row.id]

    def tell(self, snapshot: Snapshot, now: Now) -> list[DeliveryRow]:
        """Decide what this turn tells, write `told` into its alarms, and return the rows that changed."""
        standing: set[str] = set()
        for alarm, chair in _alarms(snapshot):
            standing.add(alarm.id)
            calls = self._calls(alarm, chair, snapshot)
            for channel in self._channels:
                self._follow(alarm, chair, channel, snapshot, now, calls=calls)
            alarm.told = self._told(alarm.id)
        for line in [line for line in self._newest if line[0] not in standing]:
            self._wind_up(line, now)
        changed, self._changed = self._changed, {}
        return list(changed.values())

    def notices(self) -> list[str]:
        """Return which channels take no messages, in words."""
        return [f"{channel} cannot be told: {error}" for channel, error in sorted(self._broken.items())]

    def _resume(self, row: DeliveryRow) -> None:
        line = (row.occurrence, row.channel)
        self._newest[line] = row
        self._counts[line] = max(self._counts.get(line, 0), int(row.id.rpartition("/")[2]))
        if row.outcome == Delivery.SENT and row.what in CALLS:
            self._reached.add(line)
        if row.outcome not in PENDING:
            return
        if row.channel in self._channels:
            self._unsettled[row.id] = row
        else:
            self._keep(row._replace(outcome=Delivery.WITHDRAWN.value, error="no such channel any more"))

    def _calls(self, alarm: AlarmView, chair: ChairView | None, snapshot: Snapshot) -> bool:
        """Tell whether this alarm is one that somebody outside must hear of."""
        if _origin(chair, snapshot) is not Origin.REAL and not self._notify.demo:
            return False
        event = CONDITIONS.get(alarm.condition)
        if event is not None and event in self._notify.events:
            return True
        high_enough = Priority(alarm.priority).rank >= self._notify.min_priority.rank
        return alarm.outside and high_enough and "escalated" in self._notify.events

    def _follow(
        self,
        alarm: AlarmView,
        chair: ChairView | None,
        channel: str,
        snapshot: Snapshot,
        now: Now,
        *,
        calls: bool,
    ) -> None:
        """Tell one channel what is news of one alarm."""
        line = (alarm.id, channel)
        what = self._news(alarm, line, now, calls=calls)
        if what is None:
            return
        self._withdraw(line, now)
        if what not in CALLS and line not in self._reached:
            return
        text = message(
            what,
            alarm,
            place=CLINIC if chair is None else place_of(chair.label),
            clinic=self._clinic,
            at_ms=now.utc_ms,
            by=_answered_by(alarm) or alarm.acknowledged_by or "",
            origin=_origin(chair, snapshot),
        )
        visit = None if chair is None or chair.session is None else chair.session.id
        place = "" if chair is None else chair.id
        self._queue(line, what, place, visit, alarm.priority, text, now)

    def _news(self, alarm: AlarmView, line: Line, now: Now, *, calls: bool) -> What | None:
        before = self._newest.get(line)
        if _answered_by(alarm) is not None:
            pending = before is not None and before.outcome in PENDING
            if before is None or before.what == What.ANSWERED:
                return None
            return What.ANSWERED if pending or line in self._reached else None
        if not calls:
            return None
        if before is None or before.what not in CALLS or before.outcome == Delivery.WITHDRAWN:
            return What.CALLED
        if Priority(alarm.priority).rank > Priority(before.priority).rank:
            return What.ROSE
        waits = before.outcome in PENDING or now.mono_s - before.mono_s < self._notify.repeat_s
        return None if waits else What.AGAIN

    def _wind_up(self, line: Line, now: Now) -> None:
        """The alarm is over: tell those who were called, forget what is settled."""
        before = self._newest[line]
        if before.what != What.ENDED:
            self._withdraw(line, now)
            if line in self._reached:
                text = ending(before.text)
                self._queue(line, What.ENDED, before.chair, before.visit, before.priority, text, now)
                return
        if not any((row.occurrence, row.channel) == line for row in self._unsettled.values()):
            del self._newest[line]
            self._counts.pop(line, None)
            self._reached.discard(line)

    def _withdraw(self, line: Line, now: Now) -> None:
        row = self._newest.get(line)
        if row is not None and row.outcome in PENDING:
            withdrawn = row._replace(outcome=Delivery.WITHDRAWN.value, outcome_ms=now.utc_ms)
            self._unsettled[row.id] = withdrawn
            self._keep(withdrawn)

    def _queue(
        self, line: Line, what: What, chair: str, visit: str | None, priority: str, text: str, now: Now
    ) -> None:
        number = self._counts[line] = self._counts.get(line, 0) + 1
        row = DeliveryRow(
            id=f"{line[0]}/{line[1]}/{number}",
            occurrence=line[0],
            chair=chair,
            visit=visit,
            channel=line[1],
            what=what.value,
            priority=priority,
            text=text,
            at_ms=now.utc_ms,
            mono_s=now.mono_s,
            outcome=Delivery.QUEUED.value,
        )
        self._newest[line] = row
        self._keep(row)

    def _keep(self, row: DeliveryRow) -> None:
        """Note a row that is new or has changed."""
        line = (row.occurrence, row.channel)
        self._changed[row.id] = row
        if row.outcome in PENDING or row.id in self._unsettled:
            self._unsettled[row.id] = row
        if self._newest[line].id == row.id:
            self._newest[line] = row
        if row.outcome == Delivery.SENT and row.what in CALLS:
            self._reached.add(line)

    def _note_channel(self, channel: str, outcome: Outcome) -> None:
        if outcome.outcome == Delivery.SENT:
            self._broken.pop(channel, None)
        elif outcome.outcome in (Delivery.FAILING, Delivery.FAILED):
            self._broken[channel] = outcome.error

    def _told(self, occurrence: str) -> list[Told]:
        rows = (self._newest.get((occurrence, channel)) for channel in self._channels)
        return [
            Told(row.channel, row.outcome_ms or row.at_ms, _SHOWN[row.outcome])  # type: ignore[arg-type]
            for row in rows
            if row is not None and row.outcome in _SHOWN
        ]


def _alarms(snapshot: Snapshot) -> list[tuple[AlarmView, ChairView | None]]:
    own: list[tuple[AlarmView, ChairView | None]] = [(alarm, None) for alarm in snapshot.alarms]
    return own + [(alarm, chair) for chair in snapshot.chairs for alarm in chair.alarms]


def _origin(chair: ChairView | None, snapshot: Snapshot) -> Origin:
    """The clinic's own alarms are demo ones where no patient is real."""
    if chair is None:
        real = any(seated.session is not None and not seated.demo for seated in snapshot.chairs)
        return Origin.REAL if real else Origin.DEMO
    if chair.replay:
        return Origin.REPLAY
    return Origin.DEMO if chair.demo else Origin.REAL


def _answered_by(alarm: AlarmView) -> str | None:
    """Who has it; nobody while people outside are called: a nurse's acknowledgement may not be enough."""
    return None if alarm.outside else alarm.accepted_by or alarm.acknowledged_by
