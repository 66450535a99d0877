"""TurnMaker: arrivals and actions in, one complete record of a turn out. No clock, no I/O."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from devices.model import Arrival, Origin
from monitor.alarms.flood import Onsets, is_flood
from monitor.alarms.model import NewId
from monitor.config import Settings
from monitor.notify import Outbox, Outcome
from monitor.sessions.actions import AssignNurse, HandOver, OperatorAction
from monitor.sessions.refused import Refused
from monitor.store.journal import Recovery
from monitor.store.rows import OutcomeRow, Rows, TurnRecord
from monitor.store.snapshot import ChairView, FloodView, Snapshot
from monitor.terms import Now, Phase, Priority, Role
from monitor.turn.chair import Chair
from monitor.turn.house import STANDS_S
from monitor.turn.moments import step_s
from monitor.turn.sensors import Periods
from monitor.turn.stations import CLINIC, Hearing, StationAlarm
from monitor.turn.swaps import Swaps

log = logging.getLogger(__name__)

REAL_SHARE = 0.5
"""However fast the demo's clock runs, freshness and silence keep this share of their times in real seconds:
polled devices are asked, and processes are scheduled, in real time."""
FAILED = "The monitor failed while doing this; look at the chair before you try again."


class TurnMaker:
    """The whole clinic, one turn after the other.

    `absorb` takes in and judges as often as there is something; `seal` closes the turn. `step` does both.
    """

    def __init__(
        self, settings: Settings, periods: Periods, recovery: Recovery, now: Now, *, boot: str, new_id: NewId
    ) -> None:
        self._settings = settings
        self._boot = boot
        self._demo = settings.demo or any(chair.origin is not Origin.REAL for chair in settings.chairs)
        self._turn = recovery.turn
        self._desk_seq = recovery.desk_seq
        self._last = now if recovery.at_ms is None else Now(recovery.at_ms, recovery.mono_s)
        self._clock_notice: tuple[str, float] | None = None
        self.nurses: Sequence[str] = [user.display for user in settings.users if user.role is Role.NURSE]
        """To whom a patient may be given, as screens show them."""
        self._faults_s: dict[str, float] = {}
        self._rows = Rows()
        self._chair_of = {device.id: device.chair for device in settings.devices}
        self._outbox = Outbox(settings, recovery.deliveries)
        stored = recovery.alarm_states.get(CLINIC)
        self._stations = StationAlarm(settings.notify.no_station_s, new_id, stored)
        self._chairs: dict[str, Chair] = {}
        self._swaps = Swaps(settings.swap)
        self._onsets: dict[str, Onsets] = {}
        for chair in settings.chairs:
            self._chairs[chair.id] = Chair(
                chair,
                [device for device in settings.devices if device.chair == chair.id],
                periods,
                preset=settings.presets[chair.preset],
                schedule=settings.schedule,
                response=settings.response,
                swap=settings.swap,
                demo=settings.demo,
                patience=max(1.0, settings.speed * REAL_SHARE),
                new_id=new_id,
                now=now,
            )
            self._chairs[chair.id].resume(recovery, now)

    @property
    def desk_seq(self) -> int:
        """The last action of the desk that was taken in."""
        return self._desk_seq

    def open_session(self, chair: str) -> str | None:
        """The open visit of a chair."""
        session = self._chairs[chair].session
        return None if session is None else session.id

    def step(
        self,
        arrivals: Sequence[Arrival],
        actions: Sequence[OperatorAction],
        now: Now,
        notices: Iterable[str] = (),
        hearing: Hearing | None = None,
    ) -> TurnRecord:
        """Make one whole turn."""
        self.absorb(arrivals, actions, now)
        return self.seal(now, notices, hearing)

    def absorb(self, arrivals: Sequence[Arrival], actions: Sequence[OperatorAction], now: Now) -> bool:
        """Take in and judge; return whether the turn should be committed at once.

        An action without a number (`seq` 0) comes from inside the house and gets no outcome.
        """
        self._mind_the_clock(now)
        heard: dict[str, None] = {}
        for arrival in arrivals:
            chair = self._chair_of.get(arrival.device)
            if chair is None:
                log.warning("device %s belongs to no chair; its data is dropped", arrival.device)
                continue
            heard[chair] = None
            self._guarded(chair, now, self._take(arrival, now))
        for chair in heard:
            self._guarded(chair, now, self._advance(now))
        for action in actions:
            self._act(action, now)
        rows = self._rows
        return bool(rows.alarms or rows.outcomes or rows.phases or rows.orders)

    def seal(self, now: Now, notices: Iterable[str] = (), hearing: Hearing | None = None) -> TurnRecord:
        """Let time pass everywhere and close the turn.

        Without a `hearing`, whether a station can sound is not judged.
        """
        self._mind_the_clock(now)
        self._swaps.mind(self._chairs, now)
        for chair_id in self._chairs:
            self._guarded(chair_id, now, self._let_time_pass(chair_id, now))
        views = [self._view(chair, now) for chair in self._chairs]
        self._turn += 1
        rows, self._rows = self._rows, Rows()
        snapshot = Snapshot(
            turn=self._turn,
            at_ms=now.utc_ms,
            boot=self._boot,
            clinic=self._settings.name,
            demo=self._demo,
            speed=self._settings.speed,
            chairs=views,
            desk_seq=self._desk_seq,
            flood=self._flood(views, now),
            notices=[*notices, *self._own_notices(now), *self._outbox.notices()],
        )
        snapshot.alarms = self._stations.look(self._phases(), hearing, now, rows)
        rows.deliveries += self._outbox.tell(snapshot, now)
        return TurnRecord(now, snapshot, rows)

    def delivered(self, outcomes: Iterable[Outcome], now: Now) -> None:
        """Take in what became of messages to people outside the screen."""
        self._outbox.settle(outcomes, now)

    def _act(self, action: OperatorAction, now: Now) -> None:
        if 0 < action.seq <= self._desk_seq:
            return
        message = self._refusal(action, now)
        if action.seq > 0:
            self._desk_seq = action.seq
            self._rows.outcomes.append(OutcomeRow(action.seq, int(message is None), message or ""))

    def _refusal(self, action: OperatorAction, now: Now) -> str | None:
        """Apply an action; return why it was refused, None where it was not."""
        chair = self._chairs.get(action.chair)
        if chair is None:
            return f"There is no chair {action.chair!r} in this clinic."
        named = _nurse_named(action)
        if named is not None and named not in self.nurses:
            names = ", ".join(self.nurses) or "nobody"
            return f"There is no nurse {named!r} in this clinic; expected one of {names}."
        refused: list[str] = []

        def act(chair: Chair) -> None:
            try:
                chair.act(action, now, self._rows)
            except Refused as refusal:
                refused.append(str(refusal))

        if not self._guarded(action.chair, now, act):
            return FAILED
        return refused[0] if refused else None

    def _take(self, arrival: Arrival, now: Now) -> Callable[[Chair], None]:
        return lambda chair: chair.take(arrival, now, self._rows)

    def _advance(self, now: Now) -> Callable[[Chair], None]:
        return lambda chair: chair.advance(now, self._rows)

    def _let_time_pass(self, chair_id: str, now: Now) -> Callable[[Chair], None]:
        def pass_time(chair: Chair) -> None:
            if chair.due(now):
                chair.advance(now, self._rows)
            self._onsets[chair_id] = chair.onsets(self._settings.flood, now)
            chair.remember(self._rows)

        return pass_time

    def _flood(self, views: Sequence[ChairView], now: Now) -> FloodView | None:
        if not is_flood(self._onsets.values(), self._settings.flood, now.mono_s):
            return None
        waiting = Counter(
            alarm.priority for view in views for alarm in view.alarms if alarm.audible or alarm.paused
        )
        return FloodView(waiting[Priority.HIGH], waiting[Priority.MEDIUM], waiting[Priority.LOW])

    def _guarded(self, chair_id: str, now: Now, work: Callable[[Chair], None]) -> bool:
        """Do something for one chair; a fault there is that chair's alarm, and no other's."""
        chair = self._chairs[chair_id]
        try:
            work(chair)
        except Exception:
            log.exception("judging chair %s failed", chair_id)
            self._faults_s[chair_id] = now.mono_s
            chair.failed(now, self._rows)
            return False
        return True

    def _phases(self) -> list[Phase]:
        sessions = (chair.session for chair in self._chairs.values())
        return [session.phase for session in sessions if session is not None]

    def _view(self, chair_id: str, now: Now) -> ChairView:
        views: list[ChairView] = []
        if self._guarded(chair_id, now, lambda chair: views.append(chair.view(now))):
            return views[0]
        return self._chairs[chair_id].bare_view(now)

    def _mind_the_clock(self, now: Now) -> None:
        seconds = step_s(self._last, now)
        if seconds:
            log.warning("the host's clock was set by %+.1f s", seconds)
            way = "forward" if seconds > 0 else "back"
            self._clock_notice = (f"The clock was set {way} by {abs(seconds):.0f} s.", now.mono_s)
            for chair_id in self._chairs:
                self._guarded(chair_id, now, lambda chair: chair.clock_set(seconds, now, self._rows))
        self._last = now

    def _own_notices(self, now: Now) -> list[str]:
        notices = [
            f"Chair {chair} could not be judged; the monitor's log says why."
            for chair, at_s in self._faults_s.items()
            if now.mono_s - at_s < STANDS_S
        ]
        if self._clock_notice is not None and now.mono_s - self._clock_notice[1] < STANDS_S:
            notices.append(self._clock_notice[0])
        return notices


def _nurse_named(action: OperatorAction) -> str | None:
    """The nurse to whom an action gives a patient; None for any other action."""
    match action.act:
        case AssignNurse(nurse=nurse):
            return nurse
        case HandOver(to=nurse):
            return nurse
        case _:
            return None
