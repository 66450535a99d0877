"""Confirmation of high pressures: one cuff value is a doubt, a second one decides it, or time does.

Where detection judges each component for itself, this rule judges the pair: at or above a pair of limits is
either component at or above its own. It says how urgent the pair is; the components take their share.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from monitor.alarms.delays import elapsed
from monitor.alarms.pairs import CONDITIONS, Grade, PairLimits, Pressure, below, grade_of, over
from monitor.limits import PressureRule
from monitor.terms import Priority, Vital


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
    """Repeats that spoke against it."""
    tried: int = 0
    """Repeats that came and did not decide, failed ones among them."""
    agreeing: int = 0
    """Repeats near the high limit, where the filter judges."""


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
    after = replace(before, reached=reach(before, pressure, limits, rule))
    grade = grade_of(pressure, limits, rule)
    may_clear = valid and pressure.complete
    if grade is Grade.BELOW and not may_clear:
        return failed(before, rule, pressure.at_s)
    if over(pressure, limits.ceiling):
        after = confirmed(after, Priority.HIGH)
    elif before.level is not Priority.HIGH:
        if before.pending is not None:
            after = _repeat(after, before.pending, grade, pressure, rule)
        else:
            after = _first(after, grade, pressure, previous, limits, rule)
    after = _recede(after, before, pressure, limits, rule, may_clear=may_clear)
    if after.level is None and after.pending is None:
        after = replace(after, reached={})
    return replace(after, last=pressure)


def failed(before: Confirmation, rule: PressureRule, now_s: float) -> Confirmation:
    """Take note of a cuff that decides nothing: what was wanted by now is wanted once more."""
    pending = before.pending
    if pending is None or now_s < pending.since_s + rule.repeat_s:
        return before
    return replace(before, pending=replace(pending, tried=pending.tried + 1))


def elapse(
    before: Confirmation, rule: PressureRule, now_s: float, *, second_vital: bool, cuff_running: bool
) -> Confirmation:
    """Let time pass; a second vital in alarm confirms a high doubt at once, a running cuff is waited for."""
    pending = before.pending
    if pending is None:
        return before
    if second_vital and UNREPEATED[pending.doubt] is Priority.HIGH:
        return confirmed(before, Priority.HIGH)
    if not elapsed(pending.since_s, _waits_s(pending, rule, cuff_running=cuff_running), now_s):
        return before
    return confirmed(before, Priority.MEDIUM if pending.against else UNREPEATED[pending.doubt])


def due_times(state: Confirmation, rule: PressureRule) -> Iterator[float]:
    """Yield when time decides, monotonic seconds."""
    if state.pending is not None:
        for cuff_running in (False, True):
            yield state.pending.since_s + _waits_s(state.pending, rule, cuff_running=cuff_running)


def doubted_high(state: Confirmation, vital: Vital) -> bool:
    """Return whether this component is over its high limit in a reading that waits for its repeat."""
    waits = state.pending is not None and UNREPEATED[state.pending.doubt] is Priority.HIGH
    return waits and state.reached.get(vital) is Priority.HIGH


def repeat_number(state: Confirmation) -> int:
    """Return which repeat is wanted, 1 or 2; 0 for none."""
    return 0 if state.pending is None else 1 + min(1, state.pending.tried)


def repeat_due_s(state: Confirmation, rule: PressureRule) -> float | None:
    """Return when a repeat is wanted, monotonic seconds; once past, it is wanted at once."""
    if state.pending is None:
        return None
    return state.pending.since_s + min(
        rule.repeat_s * repeat_number(state), max(rule.repeat_s, rule.decide_s)
    )


def share(state: Confirmation, rule: PressureRule, vital: Vital) -> Priority | None:
    """Return the pair's urgency as far as this component has part in it."""
    prompts = {Doubt.HIGH: Priority.MEDIUM, Doubt.LEAP: rule.leap_priority}
    prompt = prompts.get(state.pending.doubt) if state.pending is not None else None
    urgencies = [priority for priority in (state.level, prompt) if priority is not None]
    if not urgencies or vital not in state.reached:
        return None
    return min(max(urgencies, key=rank), state.reached[vital], key=rank)


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
    if grade is not Grade.HIGH and (state.level is not None or not over(pressure, limits.medium)):
        return state
    recent = previous if previous is not None and pressure.at_s - previous.at_s <= rule.agree_s else None
    if grade is Grade.HIGH:
        if recent is not None and over(recent, below(limits.high, rule.near_high)):
            return confirmed(state, Priority.HIGH)
        doubt = Doubt.LEAP if rule.hold_leap and _leaps(pressure, previous, limits, rule) else Doubt.HIGH
    elif recent is not None and over(recent, below(limits.medium, rule.near_medium)):
        return confirmed(state, Priority.MEDIUM)
    else:
        doubt = Doubt.NEAR_HIGH if grade is Grade.NEAR_HIGH else Doubt.MEDIUM
    return replace(state, pending=Pending(doubt, pressure.at_s))


def _repeat(
    state: Confirmation, pending: Pending, grade: Grade, pressure: Pressure, rule: PressureRule
) -> Confirmation:
    """A reading while a doubt waits for it."""
    answer = REPEAT[pending.doubt][grade]
    if answer is Answer.HIGH:
        return confirmed(state, Priority.HIGH)
    if answer is Answer.MEDIUM:
        return confirmed(state, Priority.MEDIUM)
    if answer is Answer.DOUBT_HIGH:
        sounding = confirmed(state, Priority.MEDIUM)
        return replace(sounding, pending=Pending(Doubt.HIGH, pressure.at_s))
    enough = rule.leap_contradictions if pending.doubt is Doubt.LEAP else rule.contradictions
    against = pending.against + 1
    tried = replace(pending, against=against, tried=pending.tried + 1)
    return replace(state, pending=None if against >= enough else tried)


def _waits_s(pending: Pending, rule: PressureRule, *, cuff_running: bool) -> float:
    """How long after the reading time decides; a second repeat that is due then has time to begin."""
    wait_s = rule.decide_s + rule.react_s if pending.against else rule.decide_s
    return max(rule.running_cuff_s, wait_s) if cuff_running else wait_s


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
    if not may_clear or over(pressure, below(limit, limits.deadband), strictly=True):
        return replace(state, clear=0)
    if state.clear + 1 < rule.clear_readings:
        return replace(state, clear=state.clear + 1)
    if state.level is Priority.HIGH:
        reached = dict.fromkeys(state.reached, Priority.MEDIUM)
        return replace(state, level=Priority.MEDIUM, clear=0, reached=reached)
    return replace(state, level=None, clear=0)


def confirmed(state: Confirmation, level: Priority) -> Confirmation:
    """End the doubt; what already stands higher stays."""
    higher = state.level is not None and state.level.rank > level.rank
    return replace(state, level=state.level if higher else level, pending=None)


def reach(
    state: Confirmation, pressure: Pressure, limits: PairLimits, rule: PressureRule
) -> dict[Vital, Priority]:
    """Return how far each component has gone with this reading."""
    reached = dict(state.reached)
    near_medium = below(limits.medium, rule.near_medium)
    for index, (vital, value) in enumerate(zip(CONDITIONS, pressure.values, strict=True)):
        if value is None or value < near_medium[index]:
            continue
        grade = Priority.HIGH if value >= limits.high[index] else Priority.MEDIUM
        reached[vital] = max(reached.get(vital, grade), grade, key=rank)
    return reached


def _leaps(pressure: Pressure, previous: Pressure | None, limits: PairLimits, rule: PressureRule) -> bool:
    """Return whether every component over its limit came there in one step from a normal reading."""
    if previous is None or over(previous, limits.medium):
        return False
    return all(
        before is not None and value - before >= leap
        for value, before, limit, leap in zip(
            pressure.values, previous.values, limits.high, rule.leap, strict=True
        )
        if value is not None and value >= limit
    )


def rank(priority: Priority) -> int:
    """Order priorities by their urgency."""
    return priority.rank
