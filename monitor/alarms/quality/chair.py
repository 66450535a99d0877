"""Signal quality of one chair: values in, values with their doubts out, and the technical conditions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import msgspec
from msgspec.structs import replace as changed

from devices.model import MetricCode, Observation, Validity
from monitor.alarms.model import QualityFact
from monitor.alarms.quality import cuff, rates, still, sudden, swap, words
from monitor.alarms.quality.cuff import CuffMemory
from monitor.alarms.quality.limbs import Limbs
from monitor.alarms.quality.rates import Rates
from monitor.alarms.quality.still import Still
from monitor.alarms.quality.sudden import Sudden
from monitor.alarms.quality.swap import Track
from monitor.limits import QualityRule
from monitor.terms import Priority

RATES = (MetricCode.HEART_RATE, MetricCode.PULSE_RATE)
STEADY = "steady_rate"
"""A heart rate that hardly moves, beside one that does not move at all."""


class QualityState(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that signal quality remembers of a chair, as JSON can hold it."""

    cuff: CuffMemory = cuff.UNTOUCHED
    sudden: dict[MetricCode, Sudden] = {}
    still: dict[str, Still] = {}
    rates: Rates = rates.UNTOUCHED
    track: Track = swap.UNTOUCHED
    """For the comparison with the other chairs."""


UNTOUCHED = QualityState()


def observe(
    state: QualityState,
    event: Observation,
    at_s: float,
    rule: QualityRule,
    *,
    perfusion: float | None = None,
    cuff_near: bool = False,
) -> tuple[QualityState, Observation]:
    """Take in a saturation or a rate; return it with its doubts.

    Args:
        state: what the chair remembers.
        event: of the metric SpO2, heart rate or pulse rate.
        at_s: when it was measured, monotonic.
        rule: the numbers.
        perfusion: the oximeter's perfusion index of the same moment, %.
        cuff_near: a cuff is inflated where the oximeter may feel it.
    """
    value = event.value
    if value is None:
        return state, event
    state = _moved(state, event.metric, value, at_s, rule)
    doubts: list[str] = []
    if event.validity is Validity.VALID:
        before = state.sudden.get(event.metric, sudden.UNTOUCHED)
        after, doubted = _suddenly(before, event.metric, value, at_s, rule)
        state = changed(state, sudden=state.sudden | {event.metric: after})
        if doubted:
            doubts.append(words.SUDDEN_DROP if event.metric is MetricCode.SPO2 else words.SUDDEN_CHANGE)
        elif event.metric in RATES:
            state = changed(state, rates=rates.heard(state.rates, event.metric, value, at_s, rule))
    if event.metric is MetricCode.SPO2:
        doubts += _spo2_doubts(value, rule, perfusion, cuff_near=cuff_near)
    elif rates.differing(state.rates, at_s, rule) is not None:
        doubts.append(words.SOURCES_DIFFER)
    return state, doubted_by(event, doubts)


def doubted_by(event: Observation, doubts: list[str]) -> Observation:
    """Return the value as questionable, with the reasons; an invalid one stays invalid."""
    if not doubts:
        return event
    flags = (*event.flags, *(doubt for doubt in doubts if doubt not in event.flags))
    validity = Validity.QUESTIONABLE if event.validity is Validity.VALID else event.validity
    return replace(event, validity=validity, flags=flags)


def conditions(state: QualityState, limbs: Limbs, now_s: float, rule: QualityRule) -> Iterator[QualityFact]:
    """Yield the technical conditions that stand; their texts do not change while they do."""
    if state.cuff.rejected:
        yield QualityFact(words.CUFF_IMPLAUSIBLE, Priority.LOW, "cuff not plausible, repeat cuff")
    if limbs.cuff_on_iv:
        yield QualityFact(words.CUFF_ON_IV_ARM, Priority.LOW, f"cuff on the IV arm ({limbs.iv_arm})")
    if rates.differing(state.rates, now_s, rule) is not None:
        yield QualityFact(words.HR_SOURCES_DIFFER, Priority.LOW, "HR sources differ")
    steady = still.stands(state.still.get(STEADY), rule.flat_spo2_min, now_s)
    if steady and still.stands(state.still.get(MetricCode.SPO2), rule.flat_spo2_min, now_s):
        text = f"SpO₂ has not moved for {rule.flat_spo2_min:g} min"
        yield QualityFact(words.FLAT_LINE_SPO2, Priority.LOW, text)
    if any(still.stands(state.still.get(metric), rule.flat_hr_min, now_s) for metric in RATES):
        text = f"HR has not moved for {rule.flat_hr_min:g} min"
        yield QualityFact(words.FLAT_LINE_HR, Priority.LOW, text)


def _suddenly(
    before: Sudden, metric: MetricCode, value: float, at_s: float, rule: QualityRule
) -> tuple[Sudden, bool]:
    hold_s = rule.sudden_hold_s
    if metric is MetricCode.SPO2:
        by, within_s = rule.spo2_drop, rule.spo2_drop_s
        return sudden.watch(before, value, at_s, by=by, within_s=within_s, hold_s=hold_s, falls=True)
    by, within_s = rule.hr_change, rule.hr_change_s
    return sudden.watch(before, value, at_s, by=by, within_s=within_s, hold_s=hold_s, falls=False)


def _spo2_doubts(
    value: float, rule: QualityRule, perfusion: float | None, *, cuff_near: bool
) -> Iterator[str]:
    if value < rule.spo2_least:
        yield words.IMPLAUSIBLE
    if perfusion is not None and perfusion < rule.perfusion_least:
        yield words.LOW_PERFUSION
    if cuff_near:
        yield words.CUFF_RUNNING


def _moved(
    state: QualityState, metric: MetricCode, value: float, at_s: float, rule: QualityRule
) -> QualityState:
    held = dict(state.still)
    held[metric] = still.watch(held.get(metric), value, at_s)
    if metric in RATES:
        held[STEADY] = still.watch(held.get(STEADY), value, at_s, rule.flat_hr_within)
    return changed(state, still=held)
