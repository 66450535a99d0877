"""Where the filter meets the chair: phases and cuff results in, chances out."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from devices.model import Validity
from monitor.alarms import effect
from monitor.alarms import filter as filtering
from monitor.alarms.confirmation import paired
from monitor.alarms.effect import NOT_BEGUN, InfusionEffect
from monitor.alarms.filter import Chances, Estimate
from monitor.alarms.model import Facts, Reading
from monitor.alarms.pairs import Grade, PairLimits, grade_of
from monitor.limits import LimitPreset
from monitor.terms import Baseline, Now, Phase, Vital


class Estimation(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that is remembered to estimate one patient's pressure."""

    baseline: Baseline | None = None
    infusion: InfusionEffect = NOT_BEGUN
    estimate: Estimate | None = None
    """None without a baseline."""
    before_cuff: Estimate | None = None
    """As it was before the last cuff result, for the case that it is struck."""
    passed_over: bool = False
    """The last result was too doubtful to reassure: the estimate is not about it."""


UNTOUCHED = Estimation()


def follow(before: Estimation, facts: Facts, now: Now, preset: LimitPreset) -> Estimation:
    """Follow the infusion from phase to phase; a new baseline begins the estimate anew."""
    settings = preset.pressure_filter
    infusion = effect.follow(
        before.infusion,
        running=facts.phase is Phase.INFUSION,
        planned_s=facts.planned_s,
        now_s=now.mono_s,
        settings=settings,
    )
    after = before if infusion is before.infusion else replace(before, infusion=infusion)
    if facts.baseline == before.baseline:
        return after
    begun = None if facts.baseline is None else filtering.begin(facts.baseline, now.mono_s, settings)
    return replace(after, baseline=facts.baseline, estimate=begun, before_cuff=begun)


def learn(
    before: Estimation, cuff: Mapping[Vital, Reading], limits: PairLimits, now: Now, preset: LimitPreset
) -> Estimation:
    """Learn from one cuff result; one that is questionable or lacks a component never reassures."""
    estimate = before.estimate
    result = paired(cuff, now.mono_s)
    if estimate is None or result is None:
        return replace(before, before_cuff=estimate)
    sound = result.complete and all(reading.validity is Validity.VALID for reading in cuff.values())
    if not sound and grade_of(result, limits, preset.pressure_rule) is Grade.BELOW:
        return replace(before, before_cuff=estimate, passed_over=True)
    settings = preset.pressure_filter
    effect_now = effect.effect_at(before.infusion, now.mono_s, settings)
    after = filtering.update(estimate, result, effect_now, settings)
    return replace(before, estimate=after, before_cuff=estimate, passed_over=False)


def struck(before: Estimation) -> Estimation:
    """Take back what the last cuff result taught."""
    return replace(before, estimate=before.before_cuff, passed_over=False)


def chances(state: Estimation, limits: PairLimits) -> Chances | None:
    """Return how likely the last pressure is truly over its limits; None where that is not known."""
    return None if state.estimate is None or state.passed_over else filtering.chances(state.estimate, limits)
