"""Whether a cuff result is a measurement: numbers that cannot be are rejected, unlikely ones are doubted.

A doubted result may raise an alarm and never refutes or clears one. So a doubt must not fall on the very
reading that sets things right: `_jumped` says which readings are never called a jump.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import msgspec

from devices.model import CuffResult, Validity
from monitor.alarms.quality import words
from monitor.limits import QualityRule
from monitor.terms import Baseline


class KnownPressure(msgspec.Struct, frozen=True, omit_defaults=True):
    """A pressure that later ones are compared with, mm[Hg]."""

    key: str
    systolic: float
    diastolic: float
    at_s: float
    """Monotonic."""
    heart_rate: float | None = None
    """Of the same moment, /min."""


class CuffMemory(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the cuff's results leave behind."""

    accepted: KnownPressure | None = None
    """The last one that nothing spoke against."""
    jumped: KnownPressure | None = None
    """The newest one, where it was called a jump."""
    rejected: bool = False
    """The newest result was no measurement."""


UNTOUCHED = CuffMemory()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else is known at the moment of a cuff result; None where it is not."""

    heart_rate: float | None = None
    """The chair's heart rate, /min."""
    pulse: float | None = None
    """The oximeter's pulse rate, /min."""
    cycle_s: float | None = None
    """How long the cuff was measuring."""
    baseline: Baseline | None = None
    repeat_wanted: bool = False
    """The result was asked for, to decide about the one before."""
    slowness: float = 1.0
    """How much longer than in reality things may take: above 1 only where the demo's clock runs fast."""


NOTHING_KNOWN = Surroundings()


def judge(
    result: CuffResult, key: str, before: CuffMemory, around: Surroundings, rule: QualityRule, at_s: float
) -> tuple[CuffResult, CuffMemory]:
    """Return the result with its doubts, and what is remembered; one that failed changes nothing."""
    if result.systolic is None or result.diastolic is None:
        return result, before
    impossible = not plausible(result.systolic, result.diastolic, result.mean, rule)
    if impossible and not spared(result.systolic, result.diastolic, rule):
        return _rejected(result), msgspec.structs.replace(before, rejected=True)
    heart_rate = result.pulse_rate if around.heart_rate is None else around.heart_rate
    known = KnownPressure(key, result.systolic, result.diastolic, at_s, heart_rate)
    jumped = _jumped(known, before, around, rule)
    doubts = [words.IMPLAUSIBLE] if impossible else []
    doubts += [words.UNLIKE_LAST] if jumped else []
    doubts += _doubts(result, around, rule)
    if result.validity is Validity.VALID and not doubts:
        return result, CuffMemory(accepted=known)
    flags = (*result.flags, *(doubt for doubt in doubts if doubt not in result.flags))
    only_jumped = result.validity is Validity.VALID and doubts == [words.UNLIKE_LAST]
    after = CuffMemory(before.accepted, known if only_jumped else None)
    return replace(result, validity=Validity.QUESTIONABLE, flags=flags), after


def taken_by_hand(known: KnownPressure) -> CuffMemory:
    """Return what is remembered of a pressure that a person took: nothing speaks against it."""
    return CuffMemory(accepted=known)


def without(memory: CuffMemory, key: str) -> CuffMemory:
    """Return what is remembered once a pressure is struck as entered in error."""
    kept = [
        None if known is None or known.key == key else known for known in (memory.accepted, memory.jumped)
    ]
    return CuffMemory(kept[0], kept[1], memory.rejected)


def spared(systolic: float, diastolic: float, rule: QualityRule) -> bool:
    """Return whether no rule of plausibility may silence this pressure, however odd it looks."""
    return systolic >= rule.spare_systolic or diastolic >= rule.spare_diastolic or systolic < rule.spare_low


def plausible(systolic: float, diastolic: float, mean: float | None, rule: QualityRule) -> bool:
    """Return whether these numbers can be the pressure of a patient, mm[Hg].

    Source: the pulse pressures are the artifact rules of an anesthesia registry (PMC7015776, table 1); the
    ranges are this project's proposal.
    """
    ranges = ((systolic, rule.systolic), (diastolic, rule.diastolic), (mean, rule.mean))
    if any(value is not None and not low <= value <= high for value, (low, high) in ranges):
        return False
    if systolic <= diastolic + rule.apart or systolic - diastolic < least_pulse_pressure(systolic, rule):
        return False
    return mean is None or diastolic + 1 <= mean <= systolic - 1


def least_pulse_pressure(systolic: float, rule: QualityRule) -> float:
    """Return the smallest difference of systolic and diastolic that is believed at this systolic."""
    low, middle, high = rule.pulse_pressure_at
    steps = (systolic >= low, systolic > middle, systolic > high)
    return rule.pulse_pressure[sum(steps)]


def _doubts(result: CuffResult, around: Surroundings, rule: QualityRule) -> Iterator[str]:
    systolic, diastolic = result.systolic or 0.0, result.diastolic or 0.0
    if result.mean is not None and abs(result.mean - (systolic + 2 * diastolic) / 3) > rule.mean_off:
        yield words.MEAN_OFF
    pulses = (result.pulse_rate, around.pulse)
    if None not in pulses and abs((pulses[0] or 0.0) - (pulses[1] or 0.0)) > rule.pulse_off:
        yield words.PULSE_DIFFERS
    if around.cycle_s is not None and around.cycle_s > rule.cycle_s * around.slowness:
        yield words.LONG_CYCLE
    yield from (flag for flag in result.flags if flag in words.MOVED)


def _jumped(new: KnownPressure, before: CuffMemory, around: Surroundings, rule: QualityRule) -> bool:
    """Return whether a pressure lies far from the last accepted one while the heart rate stayed.

    Never one that was asked for as a repeat, nor one near the baseline, nor one that agrees with a jump
    just before: else a repeat could not refute, nor a pressure that is back to normal clear.
    """
    last = before.accepted
    if last is None or around.repeat_wanted or new.at_s - last.at_s >= rule.jump_min * 60:
        return False
    if new.heart_rate is None or last.heart_rate is None:
        return False
    if abs(new.heart_rate - last.heart_rate) >= rule.jump_rate:
        return False
    others = [(last.systolic, last.diastolic)]
    if before.jumped is not None:
        others.append((before.jumped.systolic, before.jumped.diastolic))
    if around.baseline is not None:
        others.append((around.baseline.systolic, around.baseline.diastolic))
    return all(
        abs(new.systolic - systolic) >= rule.jump[0] or abs(new.diastolic - diastolic) >= rule.jump[1]
        for systolic, diastolic in others
    )


def _rejected(result: CuffResult) -> CuffResult:
    """The result without its numbers; the record keeps them beside the device's own word."""
    said = f"said {result.systolic:g}/{result.diastolic:g}"
    said += "" if result.mean is None else f" ({result.mean:g})"
    return replace(
        result,
        systolic=None,
        diastolic=None,
        mean=None,
        pulse_rate=None,
        validity=Validity.INVALID,
        flags=(*result.flags, words.IMPLAUSIBLE),
        status=said if result.status is None else f"{result.status}; {said}",
    )
