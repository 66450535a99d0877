"""All alarms of one chair in the turn: the engine's and the house's own, who is called, and who answers."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from monitor.alarms import escalation, flood
from monitor.alarms.chair import ChairAlarms
from monitor.alarms.escalation import Call
from monitor.alarms.flood import Onsets
from monitor.alarms.inactivation import is_paused
from monitor.alarms.ledger import already
from monitor.alarms.model import Change, Facts, NewId, Occurrence, Transition
from monitor.alarms.quality.chair import UNTOUCHED, QualityState
from monitor.alarms.state import ChairAlarmState
from monitor.alarms.suppression import asks_for_sound
from monitor.limits import FloodRule, LimitPreset, Pair
from monitor.sessions.actions import Accept, Acknowledge, OperatorAction, Reject, TakeOver
from monitor.sessions.refused import Refused
from monitor.store.snapshot import AlarmView, ChairView, CuffView
from monitor.terms import Baseline, LimitChange, Now, Phase, Priority, Role, Vital
from monitor.turn import cuff_control, pressures, quieting
from monitor.turn.house import HouseAlarms, Standing
from monitor.turn.moments import Deadline
from monitor.turn.views import alarm_view

Answer = Acknowledge | Accept | Reject | TakeOver
"""What an operator can say to one occurrence."""

NEXT = {True: "everyone and outside", False: "anesthesia"}
"""Whom a new level calls, in the words of the record: whether people outside are told."""


class Memory(msgspec.Struct, frozen=True):
    """What a chair's alarms remember over a restart."""

    alarms: ChairAlarmState
    house: dict[str, Standing]
    calls: dict[str, Call] = {}
    """By occurrence."""
    onsets: Onsets = flood.NONE
    quality: QualityState = UNTOUCHED
    cuff_control: cuff_control.Memory = cuff_control.NONE
    pressures: pressures.Memory = pressures.NONE


class Alarming:
    """The open occurrences of one chair, and who is called for them."""

    def __init__(self, chair: str, preset: LimitPreset, new_id: NewId) -> None:
        self._chair = chair
        self._preset = preset
        self._new_id = new_id
        self._alarms = ChairAlarms(chair, preset, new_id)
        self._house = HouseAlarms(new_id)
        self._calls: dict[str, Call] = {}
        self._deadlines: dict[str, Deadline] = {}
        self._pause_ends = Deadline()
        self._onsets = flood.NONE

    def restore(self, memory: Memory) -> None:
        """Go on from a dump."""
        self._alarms = ChairAlarms.restore(self._chair, self._preset, self._new_id, memory.alarms)
        self._house.restore(memory.house)
        self._calls = dict(memory.calls)
        self._onsets = memory.onsets

    def dump(self, quality: QualityState, cuff: cuff_control.Memory, taken: pressures.Memory) -> Memory:
        """All that a restart needs, with what quality, cuff control and pressures remember."""
        return Memory(
            alarms=self._alarms.dump(),
            house=self._house.dump(),
            calls=dict(self._calls),
            onsets=self._onsets,
            quality=quality,
            cuff_control=cuff,
            pressures=taken,
        )

    def nearly_high(self) -> Pair:
        """From which pressure on the next one is due sooner."""
        return self._alarms.nearly_high()

    def advance(self, facts: Facts, now: Now) -> list[Transition]:
        """Judge what is new, let time pass, and call whoever is next."""
        changes = self._alarms.advance(facts, now)
        changes += self._house.end_all(now) if facts.phase is None else self._house.expire(now)
        return changes + self.follow(now)

    def follow(self, now: Now) -> list[Transition]:
        """Call whoever is next by now."""
        step = escalation.advance(self._calls, self.open(), self._preset, now)
        self._calls = step.calls
        return [
            _said(each, "escalated", now, told=f"→ {NEXT[escalation.outside(step.calls[each.id])]}")
            for each in step.reached
        ]

    def seen(self, condition: str, priority: Priority, text: str, now: Now) -> list[Transition]:
        """Raise one of the house's own, whose cause was seen just now."""
        return self._house.seen(condition, priority, text, now) + self.follow(now)

    def strike(self, vitals: Iterable[Vital], now: Now) -> list[Transition]:
        """Take back the last cuff result."""
        return self._alarms.strike(vitals, now) + self.follow(now)

    def answer(self, act: Answer, user: str, role: Role, now: Now) -> list[Transition]:
        """Apply what an operator says to one occurrence.

        Raises:
            Refused: it has ended or risen, somebody else was first, or it is not theirs to answer.
        """
        occurrence = next((each for each in self.open() if each.id == act.occurrence), None)
        if occurrence is None:
            msg = "This alarm has ended."
            raise Refused(msg)
        match act:
            case Acknowledge():
                return self._acknowledge(occurrence, _seen(act.priority), user, role, now)
            case Accept():
                return self._accept(occurrence, _seen(act.priority), user, role, now)
            case Reject():
                return self._reject(occurrence, act, user, role, now)
            case TakeOver():
                return self._take_over(occurrence, user, role, now)

    def quiet(self, action: OperatorAction, now: Now) -> str:
        """Pause, resume, switch off or on; return what the record adds, empty for any other act.

        Raises:
            Refused: nothing was changed; `str()` says why.
        """
        return quieting.apply(action, self._alarms, self.open(), self._preset.audio_pause_s, now)

    def show_quiet(self, view: ChairView, now: Now) -> None:
        """Write into a chair's view what is quiet there, and by whom."""
        view.pause_s = self._preset.audio_pause_s
        answered = [call.role for call in self._calls.values() if call.held]
        quieting.show(view, self._alarms.inactivation, answered, self._pause_ends, now)

    def onsets(self, rule: FloodRule, now: Now) -> Onsets:
        """When alarms of this chair began to sound."""
        state = self._alarms.inactivation
        sounding = (o.id for o in self.open() if asks_for_sound(o) and not is_paused(state, o, now))
        self._onsets = flood.look(self._onsets, sounding, rule, now.mono_s)
        return self._onsets

    def open(self) -> list[Occurrence]:
        """The open occurrences."""
        return [*self._alarms.open(), *self._house.open()]

    def views(self, now: Now) -> list[AlarmView]:
        """The open occurrences as screens see them, highest priority first, then oldest first."""
        occurrences = sorted(self.open(), key=lambda o: (-o.priority.rank, o.since_ms))
        deadlines = {each.id: self._deadlines.get(each.id, Deadline()) for each in occurrences}
        self._deadlines = deadlines
        views = []
        for each in occurrences:
            call = self._calls.get(each.id) or escalation.begun(each, now)
            next_ms = deadlines[each.id].due_ms(escalation.next_s(call, self._preset), now)
            paused = is_paused(self._alarms.inactivation, each, now)
            views.append(alarm_view(each, call, next_ms, now, paused=paused))
        return views

    def due_s(self, now: Now) -> float | None:
        """When something may change by time alone, monotonic seconds."""
        due = [*escalation.due_times(self._calls, self._preset)]
        engine_s = self._alarms.next_due_s(now)
        return min([*due, engine_s] if engine_s is not None else due, default=None)

    def repeat_due_s(self) -> float | None:
        """When a repeat of the last pressure is wanted, monotonic seconds."""
        return self._alarms.repeat_due_s()

    def judge_shown(self, cuff: CuffView, repeat: Deadline, now: Now) -> None:
        """Add to the pressure that is shown the repeat that is wanted, and how likely it is truly high."""
        cuff.repeat_ms = repeat.due_ms(self.repeat_due_s(), now)
        cuff.repeat_number = self._alarms.repeat_number()
        chances = self._alarms.chances()
        if chances is not None and cuff.systolic is not None:
            cuff.p_high, cuff.p_medium = round(100 * chances.high), round(100 * chances.medium)

    def limits_in_force(
        self, phase: Phase | None, baseline: Baseline | None, changes: tuple[LimitChange, ...] = ()
    ) -> list[tuple[str, Priority, float]]:
        """Every absolute limit as (condition, priority, limit)."""
        return self._alarms.limits_in_force(phase, baseline, changes)

    def _acknowledge(
        self, occurrence: Occurrence, seen: Priority, user: str, role: Role, now: Now
    ) -> list[Transition]:
        call = self._calls[occurrence.id]
        if call.held and role in escalation.called(call):
            return self._accept(occurrence, seen, user, role, now)
        changes = [self._taken(occurrence, seen, user, now)]
        if call.urgency is escalation.Urgency.HIGH_PRESSURE and escalation.may_accept(call, role):
            self._calls[occurrence.id] = escalation.accepted(call, user, role, now)
            return [*changes, _said(occurrence, "accepted", now, by=user)]
        self._calls[occurrence.id] = escalation.acknowledged(call, role)
        return changes

    def _accept(
        self, occurrence: Occurrence, seen: Priority, user: str, role: Role, now: Now
    ) -> list[Transition]:
        call = self._calls[occurrence.id]
        if not escalation.may_accept(call, role):
            msg = "Anesthesia accepts a pressure that is too high. Acknowledge it to quiet the room."
            raise Refused(msg)
        if call.held and not escalation.called(call):
            msg = f"{already(occurrence, now)} Take it over instead."
            raise Refused(msg)
        change = self._taken(occurrence, seen, user, now, anew="accepted")
        self._calls[occurrence.id] = escalation.accepted(call, user, role, now)
        return (
            [change] if change.change == "accepted" else [change, _said(occurrence, "accepted", now, by=user)]
        )

    def _reject(
        self, occurrence: Occurrence, act: Reject, user: str, role: Role, now: Now
    ) -> list[Transition]:
        call = self._calls[occurrence.id]
        seen = _seen(act.priority)
        if occurrence.priority.rank > seen.rank:
            msg = f"This alarm has risen from {seen} to {occurrence.priority}; look at it again."
            raise Refused(msg)
        if role not in escalation.called(call):
            msg = f"No {role} is called for this alarm now."
            raise Refused(msg)
        if any(said.by == user for said in call.rejected):
            msg = "You have rejected this alarm already; whoever is next is called."
            raise Refused(msg)
        reason = act.reason.strip()
        after = self._calls[occurrence.id] = escalation.rejected(call, user, reason, now)
        changes = [_said(occurrence, "rejected", now, by=user, told=reason)]
        if after.level > call.level:
            told = f"→ {NEXT[escalation.outside(after)]}"
            changes.append(_said(occurrence, "escalated", now, told=told))
        return changes

    def _take_over(self, occurrence: Occurrence, user: str, role: Role, now: Now) -> list[Transition]:
        call = self._calls[occurrence.id]
        holder = _holder(occurrence, call)
        if not call.held:
            msg = "Nobody has this alarm yet; acknowledge or accept it."
            raise Refused(msg)
        if holder == user:
            msg = "You have this alarm already."
            raise Refused(msg)
        if call.accepted_by is not None and not escalation.may_accept(call, role):
            msg = f"{holder} has accepted this alarm; only anesthesia takes it over."
            raise Refused(msg)
        change = self._taken(occurrence, occurrence.priority, user, now, anew="taken_over")
        after = escalation.acknowledged(call, role)
        if escalation.may_accept(call, role):
            after = escalation.accepted(call, user, role, now)
        self._calls[occurrence.id] = after
        return [change]

    def _taken(
        self, occurrence: Occurrence, seen: Priority, user: str, now: Now, anew: Change | None = None
    ) -> Transition:
        """Acknowledge in this operator's name, at first or anew."""
        answer = self._house.acknowledge(occurrence.id, user, now, anew)
        if answer is None:
            answer = self._alarms.acknowledge(occurrence.id, seen, user, now, anew)
        if isinstance(answer, str):
            raise Refused(answer)
        return answer


def _seen(priority: str) -> Priority:
    try:
        return Priority(priority)
    except ValueError as error:
        msg = f"Unknown priority {priority!r}; expected one of {', '.join(Priority)}."
        raise Refused(msg) from error


def _holder(occurrence: Occurrence, call: Call) -> str | None:
    return call.accepted_by or occurrence.acknowledged_by


def _said(
    occurrence: Occurrence, change: Change, now: Now, *, by: str | None = None, told: str = ""
) -> Transition:
    """What became of the call for an occurrence; `told` follows the words of the alarm."""
    return Transition(
        occurrence=occurrence.id,
        condition=occurrence.condition,
        kind=occurrence.kind,
        change=change,
        priority=occurrence.priority,
        at_ms=now.utc_ms,
        value=occurrence.value,
        value_ms=occurrence.value_ms,
        limit=occurrence.limit,
        questionable=occurrence.questionable,
        presence=occurrence.presence,
        by=by,
        text=" ".join(filter(None, (occurrence.text, told))),
    )
