"""Where the rule of confirmation meets the chair: cuff results in, verdicts of its two conditions out."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping

from msgspec.structs import replace

from devices.model import Validity
from monitor.alarms import detection, estimated, pressure
from monitor.alarms.detection import Detection
from monitor.alarms.filter import Chances
from monitor.alarms.in_force import ConditionInForce
from monitor.alarms.model import Occurrence, Reading
from monitor.alarms.pairs import CONDITIONS, PairLimits, Pressure
from monitor.alarms.pressure import Confirmation, Doubt
from monitor.alarms.quality.words import IMPLAUSIBLE
from monitor.alarms.verdict import Verdict
from monitor.limits import Estimator, LimitPreset, PressureRule
from monitor.terms import Baseline, Kind, Presence, Priority, Vital

NAMES = frozenset(CONDITIONS.values())
LEVELS = (Priority.MEDIUM, Priority.HIGH)
WAITING = {
    Doubt.MEDIUM: ", repeat cuff",
    Doubt.NEAR_HIGH: ", repeat cuff",
    Doubt.HIGH: ", unconfirmed",
    Doubt.LEAP: ", repeat cuff",
}
"""What the text of an alarm adds while a reading waits; what sounds already is unconfirmed."""
LONG_AGO_S = -math.inf
"""The baseline is too old to agree with any reading, but one can leap from it."""


def paired(cuff: Mapping[Vital, Reading], now_s: float) -> Pressure | None:
    """Return a cuff result as a pair; None for one that failed, or has no high side."""
    values = {vital: cuff[vital].value for vital in CONDITIONS if vital in cuff}
    if all(value is None for value in values.values()):
        return None
    return Pressure(values.get(Vital.SBP), values.get(Vital.DBP), now_s)


def judge(
    before: Confirmation,
    cuff: Mapping[Vital, Reading],
    baseline: Baseline | None,
    limits: PairLimits,
    chances: Chances | None,
    preset: LimitPreset,
    now_s: float,
) -> Confirmation:
    """Hand the pair to the rule, or to the filter where it has something to say."""
    rule = preset.pressure_rule
    result = paired(cuff, now_s)
    if result is None:
        return pressure.failed(before, rule, now_s)
    valid = all(cuff[vital].validity is Validity.VALID for vital in CONDITIONS if vital in cuff)
    if any(IMPLAUSIBLE in cuff[vital].flags for vital in CONDITIONS if vital in cuff):
        # What would have been rejected, were it not so high, must not be silent as well.
        rule = dataclasses.replace(rule, hold_leap=False)
    if rule.estimator is Estimator.FILTER and chances is not None:
        return estimated.judge(before, result, chances, limits, rule, preset.pressure_filter, valid=valid)
    previous = before.last
    if previous is None and baseline is not None:
        previous = Pressure(baseline.systolic, baseline.diastolic, LONG_AGO_S)
    return pressure.judge(before, result, previous, limits, rule, valid=valid)


def move(
    state: Confirmation,
    conditions: tuple[Mapping[str, ConditionInForce], Mapping[str, ConditionInForce]],
    detections: Mapping[str, Detection],
    rule: PressureRule,
    now_s: float,
) -> Confirmation:
    """Hold the last pair against limits that anesthesia moved.

    It confirms nothing a second time: over a new limit it begins a doubt of its own. What it is clear of by
    the deadband ends at once, for somebody has decided that it is no alarm.

    Args:
        state: what the rule remembered.
        conditions: those before and those after the move.
        detections: by condition; they know whether the last pair was valid.
        rule: the numbers of confirmation.
        now_s: the moment, monotonic seconds.
    """
    before, after = (PairLimits.of(each) for each in conditions)
    if state.last is None or before == after:
        return state
    last = replace(state.last, at_s=now_s)
    valid = all(d.validity is Validity.VALID for name, d in detections.items() if name in NAMES)
    moved = _stand(state, last, after, rule, valid=valid)
    if moved.level is Priority.MEDIUM and state.level is Priority.HIGH:
        moved = _stand(moved, last, after, rule, valid=valid)
    pending, waited = moved.pending, state.pending
    if waited is not None and moved.level is state.level:
        same = pending is None or pending.doubt is waited.doubt
        if (same and pending is not None) or (pending is None and (waited.against or not valid)):
            pending = waited
    reached = moved.reached or (state.reached if pending is not None else {})
    return replace(moved, pending=pending, reached=reached, last=state.last)


def _stand(
    state: Confirmation, last: Pressure, limits: PairLimits, rule: PressureRule, *, valid: bool
) -> Confirmation:
    """The pair as if it were the last one needed to end what stands."""
    standing = Confirmation(level=state.level, clear=rule.clear_readings - 1, reached=state.reached)
    return pressure.judge(standing, last, None, limits, rule, valid=valid)


def adopt(detections: Mapping[str, Detection]) -> Confirmation:
    """Return the state to begin with where each value alarmed by itself so far: what stands, is confirmed."""
    reached = {
        vital: priority
        for vital, name in CONDITIONS.items()
        if name in detections and (priority := detections[name].priority) in LEVELS
    }
    return Confirmation(level=max(reached.values(), key=lambda p: p.rank, default=None), reached=reached)


def second_vital(occurrence: Occurrence) -> bool:
    """Return whether this alarm supports a doubtful high pressure: audible, of the patient, another."""
    return (
        occurrence.kind is Kind.PHYSIOLOGICAL
        and occurrence.condition not in {*NAMES, "map_high"}
        and occurrence.presence is not Presence.LATCHED
        and occurrence.priority.rank >= Priority.MEDIUM.rank
    )


def verdict(
    state: Confirmation, rule: PressureRule, condition: ConditionInForce, held: Detection
) -> Verdict | None:
    """Return what stands for one component: its share of the pair's urgency, else at most an advisory."""
    raw = detection.verdict(held, condition)
    priority = pressure.share(state, rule, condition.vital)
    waiting = "" if state.pending is None else WAITING[state.pending.doubt]
    if priority is None:
        if raw is None:
            return None
        return raw._replace(priority=Priority.ADVISORY, text=raw.text + waiting)
    limits = {band.priority: band.limit for band in condition.bands}
    limit = limits.get(Priority.HIGH if pressure.doubted_high(state, condition.vital) else priority)
    text = detection.described(held.value, condition)
    if limit is not None:
        text = detection.judged(held.value, condition, limit)
    return Verdict(
        kind=Kind.PHYSIOLOGICAL,
        priority=priority,
        text=text + waiting,
        value=held.value,
        value_ms=None if held.value is None else held.at_ms,
        limit=limit,
        questionable=held.validity is Validity.QUESTIONABLE,
        unconfirmed=state.pending is not None and state.level is None,
    )
