"""Confirmation of high pressures: one cuff value is a doubt, a second one decides it, or time does.

Where detection judges each component for itself, this rule judges the pair: at or above a pair of limits is
either component at or above its own. It says how urgent the pair is; the components take their share.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from operator import ge, gt

import msgspec
from msgspec.structs import replace

from monitor.alarms.delays import elapsed
from monitor.alarms.in_force import ConditionInForce
from monitor.limits import PressureRule
from monitor.terms import Priority, Vital

CONDITIONS = {Vital.SBP: "sbp_high", Vital.DBP: "dbp_high"}
"""The two conditions that this rule speaks for."""


class Pressure(msgspec.Struct, frozen=True):
    """One cuff result; a component that is missing is None."""

    systolic: float | None
    diastolic: float | None
    at_s: float
    """Monotonic."""


class Doubt(StrEnum):
    """Which reading waits for a repeat."""

    MEDIUM = "medium"
    """Over the medium limit; silent until a repeat agrees."""
    NEAR_HIGH = "near high"
    """The same, close to the high limit."""
    HIGH = "high"
    """Over the high limit; sounds as medium meanwhile."""
    LEAP = "leap"
    """Over the high limit, straight from a normal reading."""


class Grade(StrEnum):
    """How high a reading is."""

    HIGH = "over the high limit"
    NEAR_HIGH = "near the high limit"
    MEDIUM = "at or near the medium limit"
    BELOW = "below"


class Answer(StrEnum):
    """What a repeat makes of a doubt."""

    HIGH = "high"
    MEDIUM = "medium"
    DOUBT_HIGH = "medium, and a new doubt: high"
    AGAINST = "speaks against it"


_D, _G, _A = Doubt, Grade, Answer

REPEAT: dict[Doubt, dict[Grade, Answer]] = {
    _D.MEDIUM: {
        _G.HIGH: _A.DOUBT_HIGH,
        _G.NEAR_HIGH: _A.MEDIUM,
        _G.MEDIUM: _A.MEDIUM,
        _G.BELOW: _A.AGAINST,
    },
    _D.NEAR_HIGH: {_G.HIGH: _A.HIGH, _G.NEAR_HIGH: _A.MEDIUM, _G.MEDIUM: _A.MEDIUM, _G.BELOW: _A.AGAINST},
    _D.HIGH: {_G.HIGH: _A.HIGH, _G.NEAR_HIGH: _A.HIGH, _G.MEDIUM: _A.MEDIUM, _G.BELOW: _A.AGAINST},
    _D.LEAP: {_G.HIGH: _A.HIGH, _G.NEAR_HIGH: _A.HIGH, _G.MEDIUM: _A.MEDIUM, _G.BELOW: _A.AGAINST},
}
"""What a repeat decides; total over doubts × grades."""

UNREPEATED = {
    _D.MEDIUM: Priority.MEDIUM,
    _D.NEAR_HIGH: Priority.MEDIUM,
    _D.HIGH: Priority.HIGH,
    _D.LEAP: Priority.HIGH,
}
"""What time decides when no valid repeat came; a leap with one repeat against it becomes medium."""


class Pending(msgspec.Struct, frozen=True, omit_defaults=True):
    """A doubt that waits for its repeats."""

    doubt: Doubt
    since_s: float
    against: int = 0


class Confirmation(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that the rule remembers."""

    level: Priority | None = None
    """Medium or high once confirmed."""
    pending: Pending | None = None
    clear: int = 0
    """Readings in a row that are clear of the level."""
    last: Pressure | None = None
    reached: dict[Vital, Priority] = {}
    """How far each component went while something stands or waits."""


UNTOUCHED = Confirmation()


@dataclass(frozen=True, slots=True)
class PairLimits:
    """The limits of both components, systolic first; a limit that is off is infinite."""

    medium: tuple[float, float]
    high: tuple[float, float]
    ceiling: tuple[float, float]
    deadband: tuple[float, float]

    @classmethod
    def of(cls, conditions: Mapping[str, ConditionInForce]) -> PairLimits:
        """Gather them from the conditions in force."""
        systolic, diastolic = (conditions.get(name) for name in CONDITIONS.values())

        def pair(priority: Priority, *, immediate: bool = False) -> tuple[float, float]:
            found = []
            for condition in (systolic, diastolic):
                bands = condition.bands if condition else ()
                limits = (b.immediate if immediate else b.limit for b in bands if b.priority is priority)
                limit = next(limits, None)
                found.append(math.inf if limit is None else limit)
            return found[0], found[1]

        return cls(
            medium=pair(Priority.MEDIUM),
            high=pair(Priority.HIGH),
            ceiling=pair(Priority.HIGH, immediate=True),
            deadband=(systolic.deadband if systolic else 0.0, diastolic.deadband if diastolic else 0.0),
        )


def judge(
    before: Confirmation,
    pressure: Pressure,
    previous: Pressure | None,
    limits: PairLimits,
    rule: PressureRule,
    *,
    valid: bool,
) -> Confirmation:
    """Judge one cuff result; one that is questionable or lacks a component may raise but never clears."""
    after = replace(before, reached=_reached(before, pressure, limits, rule))
    grade = _grade(pressure, limits, rule)
    may_clear = valid and pressure.systolic is not None and pressure.diastolic is not None
    if grade is Grade.BELOW and not may_clear:
        return before
    if _over(pressure, limits.ceiling):
        after = _confirmed(after, Priority.HIGH)
    elif before.level is not Priority.HIGH:
        if before.pending is not None:
            after = _repeat(after, before.pending, grade, pressure, rule)
        else:
            after = _first(after, grade, pressure, previous, limits, rule)
    after = _recede(after, before, pressure, limits, rule, may_clear=may_clear)
    if after.level is None and after.pending is None:
        after = replace(after, reached={})
    return replace(after, last=pressure)


def elapse(
    before: Confirmation, rule: PressureRule, now_s: float, *, second_vital: bool, cuff_running: bool
) -> Confirmation:
    """Let time pass; a second vital in alarm confirms a high doubt at once, a running cuff is waited for."""
    pending = before.pending
    if pending is None:
        return before
    if second_vital and UNREPEATED[pending.doubt] is Priority.HIGH:
        return _confirmed(before, Priority.HIGH)
    if not elapsed(pending.since_s, rule.running_cuff_s if cuff_running else rule.decide_s, now_s):
        return before
    return _confirmed(before, Priority.MEDIUM if pending.against else UNREPEATED[pending.doubt])


def due_times(state: Confirmation, rule: PressureRule) -> Iterator[float]:
    """Yield when time decides, monotonic seconds."""
    if state.pending is not None:
        yield state.pending.since_s + rule.decide_s
        yield state.pending.since_s + rule.running_cuff_s


def doubted_high(state: Confirmation, vital: Vital) -> bool:
    """Return whether this component is over its high limit in a reading that waits for its repeat."""
    waits = state.pending is not None and UNREPEATED[state.pending.doubt] is Priority.HIGH
    return waits and state.reached.get(vital) is Priority.HIGH


def repeat_due_s(state: Confirmation, rule: PressureRule) -> float | None:
    """Return when a repeat is wanted, monotonic seconds; once past, it is wanted at once."""
    return None if state.pending is None else state.pending.since_s + rule.repeat_s


def share(state: Confirmation, rule: PressureRule, vital: Vital) -> Priority | None:
    """Return the pair's urgency as far as this component has part in it."""
    prompts = {Doubt.HIGH: Priority.MEDIUM, Doubt.LEAP: rule.leap_priority}
    prompt = prompts.get(state.pending.doubt) if state.pending is not None else None
    urgencies = [priority for priority in (state.level, prompt) if priority is not None]
    if not urgencies or vital not in state.reached:
        return None
    return min(max(urgencies, key=_rank), state.reached[vital], key=_rank)


def refuted(before: Confirmation, after: Confirmation) -> bool:
    """Return whether a doubt has just been settled by readings that speak against it."""
    return before.pending is not None and after.pending is None and after.level is before.level


def _first(
    state: Confirmation,
    grade: Grade,
    pressure: Pressure,
    previous: Pressure | None,
    limits: PairLimits,
    rule: PressureRule,
) -> Confirmation:
    """A reading while nothing waits: an earlier one may agree with it, or a doubt begins."""
    if grade is not Grade.HIGH and (state.level is not None or not _over(pressure, limits.medium)):
        return state
    recent = previous if previous is not None and pressure.at_s - previous.at_s <= rule.agree_s else None
    if grade is Grade.HIGH:
        if recent is not None and _over(recent, _below(limits.high, rule.near_high)):
            return _confirmed(state, Priority.HIGH)
        doubt = Doubt.LEAP if rule.hold_leap and _leaps(pressure, previous, limits, rule) else Doubt.HIGH
    elif recent is not None and _over(recent, _below(limits.medium, rule.near_medium)):
        return _confirmed(state, Priority.MEDIUM)
    else:
        doubt = Doubt.NEAR_HIGH if grade is Grade.NEAR_HIGH else Doubt.MEDIUM
    return replace(state, pending=Pending(doubt, pressure.at_s))


def _repeat(
    state: Confirmation, pending: Pending, grade: Grade, pressure: Pressure, rule: PressureRule
) -> Confirmation:
    """A reading while a doubt waits for it."""
    answer = REPEAT[pending.doubt][grade]
    if answer is Answer.HIGH:
        return _confirmed(state, Priority.HIGH)
    if answer is Answer.MEDIUM:
        return _confirmed(state, Priority.MEDIUM)
    if answer is Answer.DOUBT_HIGH:
        sounding = _confirmed(state, Priority.MEDIUM)
        return replace(sounding, pending=Pending(Doubt.HIGH, pressure.at_s))
    enough = rule.leap_contradictions if pending.doubt is Doubt.LEAP else rule.contradictions
    against = pending.against + 1
    return replace(state, pending=None if against >= enough else replace(pending, against=against))


def _recede(
    state: Confirmation,
    before: Confirmation,
    pressure: Pressure,
    limits: PairLimits,
    rule: PressureRule,
    *,
    may_clear: bool,
) -> Confirmation:
    """Count the readings that are clear of what stands; enough of them take it one priority down."""
    if state.level is None or state.level is not before.level:
        return replace(state, clear=0)
    limit = limits.high if state.level is Priority.HIGH else limits.medium
    if not may_clear or _over(pressure, _below(limit, limits.deadband), strictly=True):
        return replace(state, clear=0)
    if state.clear + 1 < rule.clear_readings:
        return replace(state, clear=state.clear + 1)
    if state.level is Priority.HIGH:
        reached = dict.fromkeys(state.reached, Priority.MEDIUM)
        return replace(state, level=Priority.MEDIUM, clear=0, reached=reached)
    return replace(state, level=None, clear=0)


def _confirmed(state: Confirmation, level: Priority) -> Confirmation:
    """End the doubt; what already stands higher stays."""
    higher = state.level is not None and state.level.rank > level.rank
    return replace(state, level=state.level if higher else level, pending=None)


def _reached(
    state: Confirmation, pressure: Pressure, limits: PairLimits, rule: PressureRule
) -> dict[Vital, Priority]:
    reached = dict(state.reached)
    near_medium = _below(limits.medium, rule.near_medium)
    for index, (vital, value) in enumerate(zip(CONDITIONS, _values(pressure), strict=True)):
        if value is None or value < near_medium[index]:
            continue
        grade = Priority.HIGH if value >= limits.high[index] else Priority.MEDIUM
        reached[vital] = max(reached.get(vital, grade), grade, key=_rank)
    return reached


def _grade(pressure: Pressure, limits: PairLimits, rule: PressureRule) -> Grade:
    if _over(pressure, limits.high):
        return Grade.HIGH
    if _over(pressure, _below(limits.high, rule.near_high)):
        return Grade.NEAR_HIGH
    if _over(pressure, _below(limits.medium, rule.near_medium)):
        return Grade.MEDIUM
    return Grade.BELOW


def _leaps(pressure: Pressure, previous: Pressure | None, limits: PairLimits, rule: PressureRule) -> bool:
    """Return whether every component over its limit came there in one step from a normal reading."""
    if previous is None or _over(previous, limits.medium):
        return False
    return all(
        before is not None and value - before >= leap
        for value, before, limit, leap in zip(
            _values(pressure), _values(previous), limits.high, rule.leap, strict=True
        )
        if value is not None and value >= limit
    )


def _over(pressure: Pressure, limits: tuple[float, float], *, strictly: bool = False) -> bool:
    beyond = gt if strictly else ge
    return any(v is not None and beyond(v, limit) for v, limit in zip(_values(pressure), limits, strict=True))


def _below(limits: tuple[float, float], by: tuple[float, float]) -> tuple[float, float]:
    return limits[0] - by[0], limits[1] - by[1]


def _values(pressure: Pressure) -> tuple[float | None, float | None]:
    return pressure.systolic, pressure.diastolic


def _rank(priority: Priority) -> int:
    return priority.rank
