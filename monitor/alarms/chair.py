"""The alarm system of one chair: facts in, transitions out; its state can be dumped and restored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from monitor.alarms import confirmation, detection, estimation, inactivation, pressure, technical
from monitor.alarms.filter import Chances, Estimate
from monitor.alarms.in_force import CUFF_VITALS, Comparison, ConditionInForce, conditions_in_force
from monitor.alarms.inactivation import Author, Inactivation
from monitor.alarms.ledger import Ledger
from monitor.alarms.model import Change, Facts, NewId, Occurrence, Reading, Transition
from monitor.alarms.pairs import CONDITIONS, PairLimits, below
from monitor.alarms.state import ChairAlarmState
from monitor.alarms.together import together
from monitor.alarms.verdict import Verdict
from monitor.limits import LimitPreset, Pair
from monitor.terms import OPEN_PHASES, Baseline, LimitChange, Now, Phase, Priority, Vital


class ChairAlarms:
    """Judges one chair. Pure: every time comes in as `now`, every name of an occurrence from `new_id`."""

    def __init__(self, chair: str, preset: LimitPreset, new_id: NewId) -> None:
        self.chair = chair
        self._preset = preset
        self._new_id = new_id
        self._load(ChairAlarmState())

    def _load(self, state: ChairAlarmState) -> None:
        self._phase, self._baseline, self._changes = state.phase, state.baseline, state.changes
        self._conditions = conditions_in_force(self._preset, state.phase, state.baseline, state.changes)
        self._pair_limits = PairLimits.of(self._conditions)
        self._weighed: tuple[Estimate | None, bool, PairLimits] | None = None
        self._chances: Chances | None = None
        self._detections = {
            name: state.detections.get(name, detection.UNTOUCHED) for name in self._conditions
        }
        self._before_cuff = dict(state.before_cuff)
        self._confirmation = state.confirmation
        self._confirmation_before_cuff = state.confirmation_before_cuff
        if self._preset.confirm_pressure is not state.confirming:
            self._confirmation = confirmation.adopt(state.detections)
            self._confirmation_before_cuff = confirmation.adopt(state.before_cuff)
        self._estimation = state.estimation
        self._technical = state.technical
        self._ledger = Ledger(self._preset, self._new_id, list(state.occurrences))
        self._inactivation = state.inactivation

    @classmethod
    def restore(cls, chair: str, preset: LimitPreset, new_id: NewId, state: ChairAlarmState) -> ChairAlarms:
        """Return alarms that go on from a dump exactly as if they had never stopped."""
        alarms = cls(chair, preset, new_id)
        alarms._load(state)
        return alarms

    def dump(self) -> ChairAlarmState:
        """Return everything remembered; later advances do not change it."""
        return ChairAlarmState(
            phase=self._phase,
            baseline=self._baseline,
            changes=self._changes,
            detections=dict(self._detections),
            before_cuff=dict(self._before_cuff),
            confirming=self._preset.confirm_pressure,
            confirmation=self._confirmation,
            confirmation_before_cuff=self._confirmation_before_cuff,
            estimation=self._estimation,
            technical=self._technical,
            occurrences=tuple(replace(o) for o in self._ledger),
            inactivation=self._inactivation,
        )

    def advance(self, facts: Facts, now: Now) -> list[Transition]:
        """Judge what is new and let time pass; return what changed, ordered by condition."""
        if facts.phase not in OPEN_PHASES:
            transitions = self._ledger.end_all(now, "session ended")
            self._load(ChairAlarmState())
            return sorted(transitions, key=lambda t: t.condition)
        transitions = self._ledger.expire(now)
        self._rejudge(facts, now)
        if facts.cuff_failed:
            self._confirmation = pressure.failed(self._confirmation, self._preset.pressure_rule, now.mono_s)
        for readings in together(facts.readings):
            transitions += self._take(readings, now)
            self._hold(now)
        transitions += self._judge_equipment(facts, now)
        transitions += self._elapse(facts, now)
        self._hold(now)
        self._inactivation = inactivation.remind(
            self._inactivation, self._ledger, self._preset.reminder_s, now
        )
        return sorted(transitions, key=lambda t: t.condition)

    def acknowledge(
        self,
        occurrence_id: str,
        priority_seen: Priority,
        operator: str,
        now: Now,
        anew: Change | None = None,
    ) -> Transition | str:
        """Acknowledge exactly the occurrence seen; a sentence says why it is refused.

        Refused when it is gone, when its priority has risen above what was seen, and when somebody else
        was first, unless `anew` says what it is called to take it from them. The acknowledgement expires
        after the preset's time for its priority.
        """
        answer = self._ledger.acknowledge(occurrence_id, priority_seen, operator, now, anew)
        self._hold(now)
        return answer

    def strike(self, vitals: Iterable[Vital], now: Now) -> list[Transition]:
        """Take back the last cuff result: it was entered in error.

        What it alone raised ends, what it alone cleared stands again. Only the last result can be taken
        back; after a second strike in a row the next reading decides.
        """
        transitions: list[Transition] = []
        struck = frozenset(vitals)
        for name, condition in self._conditions.items():
            if condition.vital in struck and name in self._before_cuff:
                self._detections[name] = self._before_cuff.pop(name)
                self._confirmation = self._confirmation_before_cuff
                self._estimation = estimation.struck(self._estimation)
                transitions += self._settle(condition, now, ending="entered in error")
        self._hold(now)
        return transitions

    @property
    def inactivation(self) -> Inactivation:
        """What is paused, what is switched off, and the reminder of it."""
        return self._inactivation

    def pause_audio(self, author: Author, sounding: Iterable[Occurrence], now: Now) -> str | None:
        """Pause the sound of exactly these occurrences of the chair; a sentence says why it is refused."""
        seconds = self._preset.audio_pause_s
        return self._take_over(inactivation.pause(self._inactivation, author, sounding, seconds, now))

    def resume_audio(self) -> str | None:
        """End the pause; a sentence says why it is refused."""
        return self._take_over(inactivation.resume(self._inactivation))

    def switch_off(self, condition: str, author: Author, reason: str, now: Now) -> str | None:
        """Switch a condition off from the next advance on; a sentence says why it is refused."""
        held = self._detections.get(condition, detection.UNTOUCHED).priority
        standing = [o.priority for o in self._ledger if o.condition == condition]
        standing += [] if held is None else [held]
        reached = max(standing, key=lambda p: p.rank, default=None)
        return self._take_over(
            inactivation.switch_off(self._inactivation, condition, author, reason, reached, now)
        )

    def switch_on(self, condition: str) -> str | None:
        """Switch a condition on again from the next advance on; a sentence says why it is refused."""
        return self._take_over(inactivation.switch_on(self._inactivation, condition))

    def open(self) -> list[Occurrence]:
        """Return the open occurrences, by priority, then by age; of one cuff the systolic first."""
        return sorted(
            self._ledger,
            key=lambda o: (-o.priority.rank, o.since_ms, o.condition.startswith("dbp"), o.condition),
        )

    def limits_in_force(
        self, phase: Phase | None, baseline: Baseline | None, changes: Sequence[LimitChange] = ()
    ) -> list[tuple[str, Priority, float]]:
        """Return every absolute limit of this phase, baseline and patient as (condition, priority, limit)."""
        conditions = conditions_in_force(self._preset, phase, baseline, changes).values()
        return [(c.name, band.priority, band.limit) for c in conditions for band in c.bands]

    def next_due_s(self, now: Now) -> float | None:
        """Return when something changes by time alone (monotonic seconds), None if nothing will."""
        due = [
            *technical.due_times(self._technical, self._phase, self._preset),
            *self._ledger.due_times(),
            *inactivation.due_times(self._inactivation, self._preset.reminder_s),
        ]
        for name, condition in self._conditions.items():
            due += detection.due_times(self._detections[name], condition)
        due += pressure.due_times(self._confirmation, self._preset.pressure_rule)
        return min((due_s for due_s in due if due_s > now.mono_s), default=None)

    def repeat_due_s(self) -> float | None:
        """Return when a repeat of the last pressure is wanted (monotonic seconds), None if none is."""
        return pressure.repeat_due_s(self._confirmation, self._preset.pressure_rule)

    def nearly_high(self) -> Pair:
        """Return from which pressure on, systolic and diastolic, the next one is due sooner.

        It is the one at which a high alarm would not clear: the high limits less their deadband.
        """
        return below(self._pair_limits.high, self._pair_limits.deadband)

    def repeat_number(self) -> int:
        """Return which repeat of the last pressure is wanted, 1 or 2; 0 for none."""
        return pressure.repeat_number(self._confirmation)

    def chances(self) -> Chances | None:
        """Return how likely the last pressure is truly over its limits; None where it is not estimated."""
        if not self._preset.confirm_pressure:
            return None
        weighs = self._estimation.estimate, self._estimation.passed_over, self._pair_limits
        if weighs != self._weighed:  # each turn asks, and little of it is new
            self._weighed, self._chances = weighs, estimation.chances(self._estimation, self._pair_limits)
        return self._chances

    def _rejudge(self, facts: Facts, now: Now) -> None:
        """Where phase, baseline or anesthesia move the limits, hold the last reading against the new ones."""
        self._estimation = estimation.follow(self._estimation, facts, now, self._preset)
        moved = facts.phase, facts.baseline, facts.changes
        if moved == (self._phase, self._baseline, self._changes):
            return
        for_patient = facts.changes != self._changes
        self._phase, self._baseline, self._changes = moved
        before, self._conditions = self._conditions, conditions_in_force(self._preset, *moved)
        self._pair_limits = PairLimits.of(self._conditions)
        for name, condition in self._conditions.items():
            held = self._detections.setdefault(name, detection.UNTOUCHED)
            if condition != before.get(name) and held.value is not None:
                self._detections[name] = detection.judge(
                    held, condition, held.value, held.validity, now.mono_s, held.at_ms
                )
        if for_patient and self._preset.confirm_pressure:
            self._confirmation = confirmation.move(
                self._confirmation,
                (before, self._conditions),
                self._detections,
                self._preset.pressure_rule,
                now.mono_s,
            )

    def _take(self, readings: Sequence[Reading], now: Now) -> list[Transition]:
        """Judge one continuous value, or the components of one cuff result."""
        by_vital = {reading.vital: reading for reading in readings}
        touched = [c for c in self._conditions.values() if c.vital in by_vital]
        for condition in touched:
            self._judge(condition, by_vital[condition.vital], now)
        ending = None
        if self._preset.confirm_pressure and not by_vital.keys().isdisjoint(CONDITIONS):
            before, limits = self._confirmation, self._pair_limits
            self._confirmation_before_cuff = before
            self._estimation = estimation.learn(self._estimation, by_vital, limits, now, self._preset)
            chances = estimation.chances(self._estimation, limits)
            self._confirmation = confirmation.judge(
                before, by_vital, self._baseline, limits, chances, self._preset, now.mono_s
            )
            ending = "not confirmed" if pressure.refuted(before, self._confirmation) else None
        return [t for condition in touched for t in self._settle(condition, now, ending)]

    def _judge(self, condition: ConditionInForce, reading: Reading, now: Now) -> None:
        held = self._detections[condition.name]
        # A reading from before the last one is judged all the same: a wrong stamp must not hide it.
        at_s = min(now.mono_s, max(reading.at.mono_s, held.at_s or reading.at.mono_s))
        if condition.vital in CUFF_VITALS:
            self._before_cuff[condition.name] = held
        self._detections[condition.name] = (
            detection.missing(held, at_s)
            if reading.value is None
            else detection.judge(held, condition, reading.value, reading.validity, at_s, reading.at.utc_ms)
        )

    def _elapse(self, facts: Facts, now: Now) -> list[Transition]:
        """Let time pass; high pressures come last, as any other alarm may confirm them."""
        transitions: list[Transition] = []
        for condition in sorted(self._conditions.values(), key=self._confirms):
            held = self._detections[condition.name]
            self._detections[condition.name] = detection.elapse(held, condition, now.mono_s)
            if self._confirms(condition):
                supported = any(map(confirmation.second_vital, self._ledger))
                self._confirmation = pressure.elapse(
                    self._confirmation,
                    self._preset.pressure_rule,
                    now.mono_s,
                    second_vital=supported,
                    cuff_running=facts.cuff_running,
                )
            transitions += self._settle(condition, now)
        return transitions

    def _confirms(self, condition: ConditionInForce) -> bool:
        return self._preset.confirm_pressure and condition.name in confirmation.NAMES

    def _judge_equipment(self, facts: Facts, now: Now) -> list[Transition]:
        before, self._technical = (
            self._technical,
            technical.advance(self._technical, facts, now, self._preset),
        )
        silent = technical.silent(self._technical, now, self._preset)
        for name, condition in self._conditions.items():
            if condition.vital in silent:
                self._detections[name] = detection.missing(self._detections[name], now.mono_s)
        found = technical.verdicts(self._technical, facts, now, self._preset)
        standing = {o.condition for o in self._ledger}
        transitions: list[Transition] = []
        if technical.stepped(before, self._technical):
            transitions += self._ledger.settle(technical.CLOCK_STEP, None, now)
        named = standing | found.keys() | self._inactivation.off.keys()
        # An occurrence whose condition no longer exists (another preset since a restart) ends here as well.
        for name in sorted(named - self._conditions.keys()):
            verdict = found.get(name)
            if self._admits(name, verdict):
                transitions += self._ledger.settle(name, verdict, now)
            elif verdict is not None:
                transitions += self._ledger.withdraw(name, verdict, now)
        return transitions

    def _admits(self, condition: str, verdict: Verdict | None, reached: Priority | None = None) -> bool:
        """Hold a verdict against what is switched off."""
        self._inactivation, admitted = inactivation.admit(self._inactivation, condition, verdict, reached)
        return admitted

    def _hold(self, now: Now) -> None:
        self._inactivation = inactivation.hold(self._inactivation, self._ledger, self._preset.worse_by, now)

    def _take_over(self, answer: Inactivation | str) -> str | None:
        if isinstance(answer, str):
            return answer
        self._inactivation = answer
        return None

    def _settle(self, condition: ConditionInForce, now: Now, ending: str | None = None) -> list[Transition]:
        held = self._detections[condition.name]
        if self._confirms(condition):
            verdict = confirmation.verdict(self._confirmation, self._preset.pressure_rule, condition, held)
        else:
            verdict = detection.verdict(held, condition)
        if not self._admits(condition.name, verdict, held.priority) and verdict is not None:
            return self._ledger.withdraw(condition.name, verdict, now)
        if verdict is None and ending is None:
            ending = detection.described(held.value, condition)
        worse_by = None
        if condition.vital in CUFF_VITALS:
            downwards = condition.comparison is Comparison.BELOW
            worse_by = -self._preset.worse_by if downwards else self._preset.worse_by
        return self._ledger.settle(
            condition.name, verdict, now, value=held.value, ending=ending, worse_by=worse_by
        )
