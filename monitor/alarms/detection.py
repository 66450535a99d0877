"""Detection: one vital in one direction, reading by reading, as a pure fold.

A missing value changes nothing that stands: it neither clears nor ends, and a delay that is running runs on.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from devices.model import Validity
from monitor.alarms.changes import LABELS
from monitor.alarms.delays import elapsed
from monitor.alarms.in_force import BandInForce, ConditionInForce
from monitor.alarms.verdict import Verdict
from monitor.terms import Kind, Priority


class BandState(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where one priority band of a condition stands; times are monotonic seconds."""

    active: bool = False
    beyond_s: float | None = None
    """Since when the value is beyond the limit: the condition delay counts from here."""
    clear_s: float | None = None
    """Since when valid values are clear of the limit; the seconds without one are not counted."""


IDLE = BandState()


class Detection(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that one condition remembers."""

    bands: dict[Priority, BandState] = {}
    value: float | None = None
    """The last reading; None when it was missing or invalid."""
    validity: Validity = Validity.INVALID
    at_s: float | None = None
    valid_s: float | None = None
    """When the last valid reading was taken."""
    at_ms: int | None = None
    """When the last reading was taken, in the time that is shown."""

    @property
    def priority(self) -> Priority | None:
        """The highest band that is active."""
        active = (priority for priority, band in self.bands.items() if band.active)
        return max(active, key=lambda p: p.rank, default=None)


UNTOUCHED = Detection()


def missing(before: Detection, at_s: float) -> Detection:
    """Note that there is no value now."""
    return replace(before, value=None, validity=Validity.INVALID, at_s=at_s)


def judge(
    before: Detection,
    condition: ConditionInForce,
    value: float,
    validity: Validity,
    at_s: float,
    at_ms: int | None = None,
) -> Detection:
    """Judge one believable value (valid or questionable)."""
    valid = validity is Validity.VALID
    uncounted_s = 0.0
    if before.validity is not Validity.VALID and before.valid_s is not None:
        uncounted_s = at_s - before.valid_s
    bands: dict[Priority, BandState] = {}
    above = False
    for band in condition.bands:
        state = before.bands.get(band.priority, IDLE)
        if condition.comparison.beyond(value, band.limit):
            state = _advance(state, condition, band, value, at_s, higher_active=above)
        elif valid:
            state = _recede(state, condition, band, value, at_s, uncounted_s)
        bands[band.priority] = state
        above = above or state.active
    return Detection(bands, value, validity, at_s, at_s if valid else before.valid_s, at_ms)


def elapse(before: Detection, condition: ConditionInForce, now_s: float) -> Detection:
    """Let time pass: a band whose delay has run out becomes active, with or without a value."""
    if not any(s.beyond_s is not None and not s.active for s in before.bands.values()):
        return before
    bands: dict[Priority, BandState] = {}
    above = False
    for band in condition.bands:
        state = before.bands.get(band.priority, IDLE)
        due = state.beyond_s is not None and (above or elapsed(state.beyond_s, band.delay_s, now_s))
        if due and not state.active:
            state = replace(state, active=True)
        bands[band.priority] = state
        above = above or state.active
    return replace(before, bands=bands)


def due_times(detection: Detection, condition: ConditionInForce) -> Iterator[float]:
    """Yield when each running delay runs out, monotonic seconds."""
    for band in condition.bands:
        state = detection.bands.get(band.priority, IDLE)
        if state.beyond_s is not None and not state.active:
            yield state.beyond_s + band.delay_s


def verdict(detection: Detection, condition: ConditionInForce) -> Verdict | None:
    """Return what stands, None when nothing does."""
    priority = detection.priority
    band = next((b for b in condition.bands if b.priority is priority), None)
    if priority is None or band is None:
        return None
    return Verdict(
        kind=Kind.PHYSIOLOGICAL,
        priority=priority,
        text=judged(detection.value, condition, band.limit),
        value=detection.value,
        value_ms=None if detection.value is None else detection.at_ms,
        limit=band.limit,
        questionable=detection.validity is Validity.QUESTIONABLE,
        beyond=detection.value is not None and condition.comparison.beyond(detection.value, band.limit),
    )


def described(value: float | None, condition: ConditionInForce) -> str:
    """Return the vital and its value in words, `--` where there is none."""
    return f"{LABELS[condition.vital]} {'--' if value is None else f'{value:g}'}"


def judged(value: float | None, condition: ConditionInForce, limit: float) -> str:
    """Return the value and its limit in words, with the sign only where it is true."""
    if value is None or condition.comparison.beyond(value, limit):
        return f"{described(value, condition)} {condition.comparison.value} {limit:g}"
    return f"{described(value, condition)}, limit {limit:g}"


def _advance(
    state: BandState,
    condition: ConditionInForce,
    band: BandInForce,
    value: float,
    at_s: float,
    *,
    higher_active: bool,
) -> BandState:
    """A value beyond the limit. A higher band that stands has waited long enough for this one too."""
    beyond_s = at_s if state.beyond_s is None else state.beyond_s
    at_once = band.immediate is not None and condition.comparison.beyond(value, band.immediate)
    active = state.active or higher_active or at_once or elapsed(beyond_s, band.delay_s, at_s)
    return BandState(active, beyond_s)


def _recede(
    state: BandState,
    condition: ConditionInForce,
    band: BandInForce,
    value: float,
    at_s: float,
    uncounted_s: float,
) -> BandState:
    """A valid value not beyond the limit: an onset starts anew, an active band may end."""
    if not state.active:
        return IDLE
    if not condition.comparison.clear(value, band.limit, condition.deadband):
        return BandState(active=True)
    clear_s = at_s if state.clear_s is None else state.clear_s + uncounted_s
    if elapsed(clear_s, condition.clear_delay_s, at_s):
        return IDLE
    return BandState(active=True, clear_s=clear_s)
