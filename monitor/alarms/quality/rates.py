"""Two sources of one heart rate: whether they agree, and which to judge by while they do not."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from devices.model import MetricCode
from monitor.alarms.delays import elapsed
from monitor.limits import LimitPreset, QualityRule
from monitor.terms import Priority, Vital

FRESH_S = 5.0
"""Rates this far apart in time are no longer of one moment."""


class Rate(msgspec.Struct, frozen=True):
    """What one source last said."""

    value: float
    """/min."""
    at_s: float
    """Monotonic."""


class Rates(msgspec.Struct, frozen=True, omit_defaults=True):
    """The sources of the heart rate, an ECG's and an oximeter's."""

    heard: dict[MetricCode, Rate] = {}
    since_s: float | None = None
    """Since when they disagree."""


UNTOUCHED = Rates()


class Pair(NamedTuple):
    """Two rates that disagree: the one that is shown, and the other."""

    shown: float
    other: float


def heard(before: Rates, metric: MetricCode, value: float, at_s: float, rule: QualityRule) -> Rates:
    """Take in a believable rate."""
    rates = before.heard | {metric: Rate(value, at_s)}
    fresh = [rate.value for rate in rates.values() if abs(at_s - rate.at_s) <= FRESH_S]
    apart = len(fresh) > 1 and max(fresh) - min(fresh) > rule.sources_apart
    since_s = before.since_s if before.since_s is not None else at_s
    return Rates(rates, since_s if apart else None)


def latest(state: Rates, metric: MetricCode, now_s: float) -> float | None:
    """Return what a source said just now, None if nothing."""
    rate = state.heard.get(metric)
    return None if rate is None or now_s - rate.at_s > FRESH_S else rate.value


def differing(state: Rates, now_s: float, rule: QualityRule) -> Pair | None:
    """Return the rates where they have disagreed for long enough, an ECG's first."""
    ecg = latest(state, MetricCode.HEART_RATE, now_s)
    pulse = latest(state, MetricCode.PULSE_RATE, now_s)
    if ecg is None or pulse is None or not elapsed(state.since_s, rule.sources_apart_s, now_s):
        return None
    return Pair(ecg, pulse)


def more_dangerous(pair: Pair, preset: LimitPreset) -> float:
    """Return the rate that lies further beyond the medium limits, or nearer to them."""

    def danger(rate: float) -> float:
        highs, lows = (
            [b.limit for p, b in side[Vital.HR].bands.items() if p is Priority.MEDIUM and b.limit is not None]
            for side in (preset.high, preset.low)
        )
        return max([rate - high for high in highs] + [low - rate for low in lows], default=0.0)

    return max(pair, key=danger)
