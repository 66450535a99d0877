"""One chair in the turn: what its devices and operators say, judged, and shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from devices.model import Arrival, Origin, Validity
from monitor.alarms.changes import holding
from monitor.alarms.flood import Onsets
from monitor.alarms.in_force import CUFF_VITALS
from monitor.alarms.model import PLANNED_S, Facts, NewId, Transition
from monitor.alarms.quality.swap import Track
from monitor.alarms.quality.words import POSSIBLE_SWAP
from monitor.config import ChairSettings, CuffSchedule, DeviceSettings, ExpectedResponse, LimitPreset
from monitor.limits import FloodRule, SwapRule
from monitor.sessions import fold, patient_limits
from monitor.sessions.actions import (
    Accept,
    Acknowledge,
    EnteredInError,
    ManualCuff,
    OperatorAction,
    Reject,
    TakeOver,
)
from monitor.sessions.checks import due_sooner
from monitor.sessions.gates import Observed
from monitor.sessions.refused import Refused
from monitor.sessions.session import CuffReading, Session, planned_end_s
from monitor.store.journal import Recovery
from monitor.store.rows import (
    AlarmRow,
    AlarmStateRow,
    CuffRow,
    PhaseRow,
    Rows,
    StruckRow,
    VisitRow,
)
from monitor.store.snapshot import ChairView
from monitor.terms import OPEN_PHASES, Baseline, Now, Phase, Priority
from monitor.turn import gatekeeper
from monitor.turn.alarming import Alarming, Answer, Memory
from monitor.turn.by_hand import cuff_row
from monitor.turn.cuff_control import CUFF_WITHOUT_RESULT, CuffControl
from monitor.turn.expectation import Expectation
from monitor.turn.house import CLOCK_STEP, MONITOR_FAULT
from monitor.turn.limits import LimitsInForce
from monitor.turn.marks import mark_row
from monitor.turn.moments import Deadline, moment_of
from monitor.turn.pressures import interval_s
from monitor.turn.sensors import Periods, Sensors
from monitor.turn.views import preset_view, session_view

ADVANCE_S = 1.0
"""A chair about which nothing was heard is judged this often all the same."""


class Chair:
    """The state of one chair; every change of it leaves its rows with the turn."""

    def __init__(
        self,
        settings: ChairSettings,
        devices: Sequence[DeviceSettings],
        periods: Periods,
        *,
        preset: LimitPreset,
        schedule: CuffSchedule,
        response: ExpectedResponse,
        swap: SwapRule,
        demo: bool,
        patience: float,
        new_id: NewId,
        now: Now,
    ) -> None:
        self._settings = settings
        self._preset = replace(
            preset, no_data_s=preset.no_data_s * patience, device_lost_s=preset.device_lost_s * patience
        )
        self._schedule = schedule
        self._expectation = Expectation(response)
        self._origin = Origin.DEMO if demo else settings.origin
        self._new_id = new_id
        self._session: Session | None = None
        rules = (self._preset, swap)
        self._sensors = Sensors(
            settings, devices, periods, rules, origin=self._origin, patience=patience, now=now
        )
        self._alarms = Alarming(settings.id, self._preset, new_id)
        self._limits = LimitsInForce()
        self._control = CuffControl(settings.id, devices, self._preset, schedule.cuff_timeout_s, patience)
        self._repeat = Deadline()
        self._advanced_s = now.mono_s - ADVANCE_S
        self._remembered = b""

    @property
    def session(self) -> Session | None:
        """The open visit."""
        return self._session

    @property
    def track(self) -> Track:
        """For the comparison with other chairs; an acknowledged suspicion is settled."""
        track = self._sensors.doubts.state.track
        seen = any(o.condition == POSSIBLE_SWAP and o.acknowledged_by for o in self._alarms.open())
        return msgspec.structs.replace(track, partner="") if seen else track

    def suspect(self, track: Track) -> None:
        """Take over what the comparison found."""
        self._sensors.doubts.track(track)

    def resume(self, recovery: Recovery, now: Now) -> None:
        """Go on where the last committed turn left this chair."""
        chair = self._settings.id
        self._session = recovery.sessions.get(chair)
        views = [] if recovery.snapshot is None else recovery.snapshot.chairs
        view = next((view for view in views if view.id == chair), None)
        if view is not None:
            self._sensors.resume(view, recovery.cuffs.get(chair, ()), now)
        self._limits.resume(recovery.limits.get(chair, ()))
        stored = recovery.alarm_states.get(chair)
        if stored is not None:
            memory = msgspec.msgpack.decode(stored, type=Memory)
            self._alarms.restore(memory)
            self._sensors.doubts.restore(memory.quality)
            self._sensors.pressures.restore(memory.pressures)
            self._control.restore(memory.cuff_control)

    def take(self, arrival: Arrival, now: Now, rows: Rows) -> None:
        """Keep one arrival; what it means is judged by the next `advance`."""
        repeat_wanted = self._alarms.repeat_due_s() is not None
        self._control.heard(arrival, now)
        cuff = self._sensors.take(arrival, self._session, now, rows, repeat_wanted=repeat_wanted)
        if cuff is not None:
            self._count_towards_baseline(cuff, now, rows)

    def act(self, action: OperatorAction, now: Now, rows: Rows) -> None:
        """Apply one operator's action, and judge at once what follows from it.

        Raises:
            Refused: nothing was changed; `str()` says why.
        """
        before = self._session
        applied = fold.apply(before, action, now, self._new_id, self._schedule.longest_infusion_min)
        passed = gatekeeper.admit(before, action, self._observed(now), self._preset, now)
        told = self._control.act(action, self._sensors, before, now, rows)
        visit, moved = patient_limits.change(applied.session, action, self._preset, now)
        quieted = self._alarms.quiet(action, now)
        text = "; ".join(filter(None, (quieted, told, applied.note.text, passed, moved)))
        applied = replace(applied, session=visit, note=replace(applied.note, text=text))
        match action.act:
            case Acknowledge() | Accept() | Reject() | TakeOver() as answer:
                self._journal(self._alarms.follow(now), rows)
                self._journal(self._alarms.answer(answer, action.user, action.role, now), rows)
            case EnteredInError():
                self._strike(action.act, action.user, now, rows)
        if before is None:
            self._sensors.forget()
        self._become(applied.session, rows, by=action.user, reason=applied.note.text)
        if isinstance(action.act, ManualCuff):
            self._measured_by_hand(action.act, action.user, now, rows)
        if not isinstance(action.act, Answer):
            rows.marks.append(mark_row(action, applied, now))
        self.advance(now, rows)
        if applied.session.phase not in OPEN_PHASES:
            self._control.leave(rows)
            self._free()

    def due(self, now: Now) -> bool:
        """Whether something may change by time alone."""
        due_s = self._alarms.due_s(now)
        return now.mono_s - self._advanced_s >= ADVANCE_S or (due_s is not None and due_s <= now.mono_s)

    def advance(self, now: Now, rows: Rows) -> None:
        """Let time pass and judge what is new."""
        self._advanced_s = now.mono_s
        readings = self._sensors.readings()
        session = self._session
        if session is not None:
            session = fold.watch(session, valid=self._sensors.complete(now), now=now)
            self._become(session, rows)
        phase, baseline = self._phase_and_baseline()
        changes = () if session is None else holding(session.limit_changes)
        due = self._pressure_due()
        facts = Facts(
            phase=phase,
            baseline=baseline,
            readings=readings,
            watched=self._sensors.watched,
            links=self._sensors.links.facts(),
            cuff_running=self._sensors.pressures.measuring(now),
            cuff_failed=self._sensors.cuff_failed(),
            standby=session is not None and session.away is not None,
            planned_s=PLANNED_S if session is None else session.planned_min * 60.0,
            changes=changes,
            cuff_due_s=None if due is None else due.mono_s,
            planned_end_s=None if session is None else planned_end_s(session, now),
            quality=self._sensors.doubts.facts(session, now),
        )
        self._journal(self._alarms.advance(facts, now), rows)
        if session is None or phase is None:
            return
        wanted_s = self._alarms.repeat_due_s()
        for text in self._control.advance(self._sensors, session, wanted_s, now, rows):
            self._journal(self._alarms.seen(CUFF_WITHOUT_RESULT, Priority.MEDIUM, text, now), rows)
        in_force = self._alarms.limits_in_force
        self._limits.update(session.id, (phase, baseline, changes), in_force, now, rows)

    def clock_set(self, seconds: float, now: Now, rows: Rows) -> None:
        """The wall clock was set by this much; steps back are the engine's to see."""
        if seconds < 0:
            self.advance(now, rows)
        elif self._session is not None:
            text = f"clock set forward {seconds:.0f} s"
            self._journal(self._alarms.seen(CLOCK_STEP, Priority.LOW, text, now), rows)

    def failed(self, now: Now, rows: Rows) -> None:
        """Judging this chair failed: say so where the patient is."""
        if self._session is not None:
            text = "not judged: monitor fault"
            self._journal(self._alarms.seen(MONITOR_FAULT, Priority.MEDIUM, text, now), rows)

    def remember(self, rows: Rows) -> None:
        """Leave what the alarms must remember with the turn, where it changed."""
        sensors = self._sensors
        dump = self._alarms.dump(sensors.doubts.state, self._control.dump(), sensors.pressures.dump())
        memory = msgspec.msgpack.encode(dump)
        if memory != self._remembered:
            self._remembered = memory
            rows.alarm_states.append(AlarmStateRow(self._settings.id, memory))

    def view(self, now: Now) -> ChairView:
        """The chair as screens see it."""
        sensors, session = self._sensors, self._session
        every_s = interval_s(self._schedule, None if session is None else session.phase)
        due = self._pressure_due()
        view = self.bare_view(now)
        if session is not None:
            seen = self._observed(now)
            verdict = gatekeeper.start_verdict(session, seen, self._preset)
            missing = gatekeeper.leave_missing(session, seen, self._preset, now)
            view.session = session_view(session, now, verdict, missing)
            view.preset = preset_view(self._preset)
        view.hr = sensors.hr_view(now)
        view.spo2 = sensors.spo2.view(now)
        view.pi = sensors.pi.view(now)
        due_ms = None if due is None else due.utc_ms
        view.cuff = sensors.pressures.view(now, every_s, sensors.links.names, due_ms)
        if session is not None:
            view.response = self._expectation.points(session)
            view.cuff.expected = self._expectation.of(view.cuff, session)
        self._alarms.judge_shown(view.cuff, self._repeat, now)
        view.cuff_control = self._control.view(sensors.links.names)
        view.trend = sensors.pressures.trend()
        view.limits = self._limits.lines()
        return view

    def bare_view(self, now: Now) -> ChairView:
        """The chair without its numbers: its alarms and its devices."""
        settings = self._settings
        view = ChairView(
            id=settings.id,
            label=settings.label,
            room=settings.room,
            demo=self._origin is not Origin.REAL,
            replay=self._origin is Origin.REPLAY,
            alarms=self._alarms.views(now),
            devices=self._sensors.links.views(),
        )
        self._alarms.show_quiet(view, now)
        return view

    def onsets(self, rule: FloodRule, now: Now) -> Onsets:
        """When alarms of this chair began to sound."""
        return self._alarms.onsets(rule, now)

    def _observed(self, now: Now) -> Observed:
        return gatekeeper.observed(self._sensors, self._session, self._alarms.open(), now)

    def _pressure_due(self) -> Now | None:
        """When the next pressure is or was due."""
        session = self._session
        if session is None or session.phase is Phase.SEATED:
            return None
        every_s = interval_s(self._schedule, session.phase)
        if due_sooner(self._sensors.pressures.taken(), self._alarms.nearly_high()):
            every_s = min(every_s, self._schedule.after_high_min * 60)
        return self._sensors.pressures.due(every_s, Now(session.phase_since_ms, session.phase_since_s))

    def _phase_and_baseline(self) -> tuple[Phase | None, Baseline | None]:
        session = self._session
        if session is None or session.phase not in OPEN_PHASES:
            return None, None
        return session.phase, session.baseline

    def _become(self, session: Session, rows: Rows, *, by: str = "", reason: str = "") -> None:
        before = self._session
        if session == before:
            return
        self._session = session
        rows.visits.append(VisitRow.of(session, self._origin))
        if before is None or before.phase is not session.phase:
            rows.phases.append(PhaseRow(session.id, session.phase.value, session.phase_since_ms, by, reason))

    def _free(self) -> None:
        """The patient has left: the chair forgets all that was theirs."""
        self._session = None
        self._sensors.forget()
        self._limits = LimitsInForce()

    def _count_towards_baseline(self, cuff: CuffRow, now: Now, rows: Rows) -> None:
        if self._session is None or cuff.validity != Validity.VALID:
            return
        if cuff.systolic is None or cuff.diastolic is None:
            return
        rate = self._sensors.hr.valid_value(now)
        rate = cuff.pulse_rate if rate is None else rate
        at_s = moment_of(cuff.at_ms, now).mono_s
        reading = CuffReading(cuff.key, cuff.at_ms, cuff.systolic, cuff.diastolic, rate, at_s)
        self._become(fold.with_reading(self._session, reading), rows)

    def _measured_by_hand(self, act: ManualCuff, user: str, now: Now, rows: Rows) -> None:
        if self._session is None:
            return
        row = cuff_row(act, self._new_id(), self._session, user, now, self._origin)
        rows.cuffs.append(row)
        self._sensors.measured_by_hand(row, now)
        self._count_towards_baseline(row, now, rows)

    def _strike(self, act: EnteredInError, user: str, now: Now, rows: Rows) -> None:
        pressures = self._sensors.pressures
        row = pressures.get(act.cuff)
        if row is None or self._session is None:
            msg = "This value is not among the chair's pressures, or was struck before."
            raise Refused(msg)
        judged_last = row is pressures.newest()
        pressures.strike(row.key, user, now.utc_ms, act.reason)
        self._sensors.doubts.struck(row.key)
        rows.struck.append(StruckRow(user, now.utc_ms, act.reason, row.key))
        if judged_last:
            self._journal(self._alarms.strike(CUFF_VITALS, now), rows)

    def _journal(self, changes: Sequence[Transition], rows: Rows) -> None:
        visit = None if self._session is None else self._session.id
        rows.alarms += [AlarmRow.of(self._settings.id, visit, change) for change in changes]
