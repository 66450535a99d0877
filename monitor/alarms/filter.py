"""The true pressure behind cuff readings, estimated: a Gaussian-sum Kalman filter.

In every hypothesis the pressure is `base + rise × effect`, each component for itself, with `effect` the share
of the infusion's full effect (monitor.alarms.effect). A reading splits each hypothesis in three: it is sound;
it is an artifact, more likely soon after another; or the true pressure has jumped. The most likely ones stay.

Source: Sorenson and Alspach, Automatica 1971;7:465-479 (Gaussian sums); the numbers are this project's
simulation study (docs/alarms.md) and need a clinician's signature.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import erfc, exp, inf, log, sqrt
from typing import NamedTuple

import msgspec

from monitor.alarms.pairs import PairLimits, Pressure
from monitor.limits import FilterSettings, Pair
from monitor.terms import Baseline


class Component(msgspec.Struct, frozen=True, array_like=True):
    """What one hypothesis believes of one component: means mm[Hg], variances mm[Hg]²."""

    base: float
    rise: float
    base_variance: float
    covariance: float
    rise_variance: float


class Hypothesis(msgspec.Struct, frozen=True, array_like=True):
    """One account of which readings were sound, artifacts or jumps."""

    weight: float
    systolic: Component
    diastolic: Component
    artifact_s: float | None = None
    """When it last took a reading for an artifact, monotonic."""


class Estimate(msgspec.Struct, frozen=True):
    """All that the filter remembers."""

    hypotheses: tuple[Hypothesis, ...]
    """The most likely first; their weights sum to 1."""
    at_s: float
    """Monotonic."""
    effect: float = 0.0
    """Of the infusion, then."""


class Chances(NamedTuple):
    """How likely the true pressure is at or over a pair of limits, 0 to 1."""

    high: float
    medium: float
    high_of: Pair
    """Of each component alone."""
    medium_of: Pair


_Split = tuple[float, Component, Component, float | None]
"""Log-likelihood, systolic, diastolic, when the last artifact was."""


def begin(baseline: Baseline, at_s: float, settings: FilterSettings) -> Estimate:
    """Return what is known before the first reading."""
    systolic, diastolic = (
        Component(own, rise, own_variance, 0.0, rise_sd**2)
        for own, own_variance, rise, rise_sd in zip(
            (baseline.systolic, baseline.diastolic),
            settings.baseline_variance,
            settings.rise,
            settings.rise_sd,
            strict=True,
        )
    )
    return Estimate((Hypothesis(1.0, systolic, diastolic),), at_s)


def update(before: Estimate, pressure: Pressure, effect: float, settings: FilterSettings) -> Estimate:
    """Learn from one reading; a component that it lacks teaches nothing."""
    minutes = max(0.0, pressure.at_s - before.at_s) / 60
    drift = settings.drift[0] * minutes, settings.drift[1] * minutes
    splits = [
        (log(hypothesis.weight) + likelihood, systolic, diastolic, artifact_s)
        for hypothesis in before.hypotheses
        for likelihood, systolic, diastolic, artifact_s in _split(
            hypothesis, pressure, effect, drift, settings
        )
    ]
    splits.sort(key=lambda split: -split[0])
    kept = splits[: settings.hypotheses]
    weights = [exp(split[0] - kept[0][0]) for split in kept]
    total = sum(weights)
    hypotheses = tuple(
        Hypothesis(weight / total, systolic, diastolic, artifact_s)
        for weight, (_, systolic, diastolic, artifact_s) in zip(weights, kept, strict=True)
        if weight > 0
    )
    return Estimate(hypotheses, max(before.at_s, pressure.at_s), effect)


def chances(estimate: Estimate, limits: PairLimits) -> Chances:
    """Return how likely the pressure of the last reading was truly over the limits."""
    high, high_of = _chance(estimate, limits.high)
    medium, medium_of = _chance(estimate, limits.medium)
    return Chances(high, medium, high_of, medium_of)


def _split(
    hypothesis: Hypothesis, pressure: Pressure, effect: float, drift: Pair, settings: FilterSettings
) -> Iterator[_Split]:
    artifact_share = settings.artifact_share
    artifact_s = hypothesis.artifact_s
    if artifact_s is not None and pressure.at_s - artifact_s <= settings.artifact_again_s:
        artifact_share = settings.artifact_again_share
    noise, jump, artifact = settings.noise_variance, settings.jump_sd, settings.artifact_sd
    artificial = noise[0] + artifact[0] ** 2, noise[1] + artifact[1] ** 2
    jumping = drift[0] + jump[0] ** 2, drift[1] + jump[1] ** 2
    for share, wander, error, last_s in (
        (1 - artifact_share - settings.jump_share, drift, noise, artifact_s),
        (artifact_share, drift, artificial, pressure.at_s),
        (settings.jump_share, jumping, noise, artifact_s),
    ):
        if share <= 0:
            continue
        systolic, of_systolic = _learn(hypothesis.systolic, pressure.systolic, effect, wander[0], error[0])
        diastolic, of_diastolic = _learn(
            hypothesis.diastolic, pressure.diastolic, effect, wander[1], error[1]
        )
        yield log(share) + of_systolic + of_diastolic, systolic, diastolic, last_s


def _learn(
    known: Component, value: float | None, effect: float, wander: float, error: float
) -> tuple[Component, float]:
    """Take one Kalman step; return what is known after it, and the log-likelihood of the value."""
    base_variance, covariance, rise_variance = (
        known.base_variance + wander,
        known.covariance,
        known.rise_variance,
    )
    if value is None:
        return Component(known.base, known.rise, base_variance, covariance, rise_variance), 0.0
    of_base = base_variance + effect * covariance
    of_rise = covariance + effect * rise_variance
    variance = of_base + effect * of_rise + error
    surprise = value - known.base - effect * known.rise
    base_gain, rise_gain = of_base / variance, of_rise / variance
    after = Component(
        known.base + base_gain * surprise,
        known.rise + rise_gain * surprise,
        base_variance - base_gain * of_base,
        covariance - base_gain * of_rise,
        rise_variance - rise_gain * of_rise,
    )
    return after, -0.5 * (log(variance) + surprise * surprise / variance)


def _chance(estimate: Estimate, limits: Pair) -> tuple[float, Pair]:
    either = systolic = diastolic = 0.0
    for hypothesis in estimate.hypotheses:
        first = _beyond(hypothesis.systolic, estimate.effect, limits[0])
        second = _beyond(hypothesis.diastolic, estimate.effect, limits[1])
        systolic += hypothesis.weight * first
        diastolic += hypothesis.weight * second
        either += hypothesis.weight * (1 - (1 - first) * (1 - second))
    return min(1.0, either), (min(1.0, systolic), min(1.0, diastolic))


def _beyond(known: Component, effect: float, limit: float) -> float:
    """Return the chance that this component is at or over its limit."""
    if limit == inf:
        return 0.0
    mean = known.base + effect * known.rise
    variance = known.base_variance + 2 * effect * known.covariance + effect * effect * known.rise_variance
    if variance <= 0:
        return float(mean >= limit)
    return 0.5 * erfc((limit - mean) / sqrt(2 * variance))
