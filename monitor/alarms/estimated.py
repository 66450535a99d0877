"""Confirmation of high pressures by the chances that the filter finds, with repeats as a net below it.

The filter never decides alone: at the ceiling, after repeats near the high limit, and where no repeat comes,
a pressure is high whatever its chance; and no reading near the high or over the medium limit ends its alarm.
"""

from __future__ import annotations

from msgspec.structs import replace

from monitor.alarms.filter import Chances
from monitor.alarms.pairs import CONDITIONS, Grade, PairLimits, Pressure, grade_of, over
from monitor.alarms.pressure import (
    UNREPEATED,
    Confirmation,
    Doubt,
    Pending,
    confirmed,
    failed,
    rank,
    reach,
)
from monitor.limits import FilterSettings, PressureRule
from monitor.terms import Priority, Vital

DOUBTS = {
    Grade.HIGH: Doubt.LEAP,
    Grade.NEAR_HIGH: Doubt.NEAR_HIGH,
    Grade.MEDIUM: Doubt.MEDIUM,
}
"""What waits for a repeat after a reading that the filter does not believe."""
NEAR = (Grade.HIGH, Grade.NEAR_HIGH)


def judge(
    before: Confirmation,
    pressure: Pressure,
    chances: Chances,
    limits: PairLimits,
    rule: PressureRule,
    settings: FilterSettings,
    *,
    valid: bool,
) -> Confirmation:
    """Judge one cuff result; one that is questionable or lacks a component may raise but never clears."""
    grade = grade_of(pressure, limits, rule)
    may_clear = valid and pressure.complete
    if grade is Grade.BELOW and not may_clear:
        return failed(before, rule, pressure.at_s)
    after = replace(before, reached=reach(before, pressure, limits, rule), clear=0)
    if before.level is not Priority.HIGH:
        after = _weigh(after, before.pending, grade, pressure, chances, limits, rule, settings)
    if over(pressure, limits.ceiling):
        after = confirmed(after, Priority.HIGH)
    if after.level is before.level and may_clear:
        after = _recede(after, grade, pressure, chances, limits, settings)
    return replace(after, reached=_parts(after, chances), last=pressure)


def _weigh(
    state: Confirmation,
    pending: Pending | None,
    grade: Grade,
    pressure: Pressure,
    chances: Chances,
    limits: PairLimits,
    rule: PressureRule,
    settings: FilterSettings,
) -> Confirmation:
    """Let the chances raise; what they do not settle is doubted, or goes on being doubted."""
    if chances.high > settings.high:
        return confirmed(state, Priority.HIGH)
    if chances.medium > settings.medium:
        state = replace(confirmed(state, Priority.MEDIUM), pending=pending)
    if pending is not None:
        return _repeat(state, pending, grade, pressure, chances, rule, settings)
    if grade is not Grade.HIGH and (state.level is not None or not over(pressure, limits.medium)):
        return state
    doubt = DOUBTS[grade] if rule.hold_leap or grade is not Grade.HIGH else Doubt.HIGH
    return replace(state, pending=Pending(doubt, pressure.at_s))


def _repeat(
    state: Confirmation,
    pending: Pending,
    grade: Grade,
    pressure: Pressure,
    chances: Chances,
    rule: PressureRule,
    settings: FilterSettings,
) -> Confirmation:
    """A reading while a doubt waits for it."""
    agreeing = pending.agreeing + (grade in NEAR)
    if agreeing >= settings.repeats:
        return confirmed(state, Priority.HIGH)
    about_high = UNREPEATED[pending.doubt] is Priority.HIGH
    if grade is Grade.HIGH and not about_high:
        return replace(state, pending=Pending(Doubt.LEAP, pressure.at_s, agreeing=agreeing))
    against = pending.against + (grade not in NEAR if about_high else grade is Grade.BELOW)
    if about_high:
        settled = not agreeing and chances.high < settings.clear
    else:
        settled = against >= rule.contradictions or (state.level is not None and not agreeing)
    if settled:
        return replace(state, pending=None)
    tried = replace(pending, against=against, agreeing=agreeing, tried=pending.tried + 1)
    return replace(state, pending=tried)


def _recede(
    state: Confirmation,
    grade: Grade,
    pressure: Pressure,
    chances: Chances,
    limits: PairLimits,
    settings: FilterSettings,
) -> Confirmation:
    """Take what stands one priority down where its chance is small."""
    if state.level is Priority.HIGH:
        if chances.high >= settings.clear or grade in NEAR:
            return state
        return replace(state, level=Priority.MEDIUM, reached=dict.fromkeys(state.reached, Priority.MEDIUM))
    if chances.medium >= settings.clear or over(pressure, limits.medium):
        return state
    return replace(state, level=None)


def _parts(state: Confirmation, chances: Chances) -> dict[Vital, Priority]:
    """Return the part of each component; the likeliest bears what none has reached by itself."""
    if state.level is None:
        return state.reached if state.pending is not None else {}
    farthest = max(state.reached.values(), key=rank, default=Priority.ADVISORY)
    if farthest.rank >= state.level.rank:
        return state.reached
    of = chances.high_of if state.level is Priority.HIGH else chances.medium_of
    systolic, diastolic = CONDITIONS
    return state.reached | {systolic if of[0] >= of[1] else diastolic: state.level}
