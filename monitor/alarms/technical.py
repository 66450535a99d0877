"""Technical alarm conditions of one chair: silence, a probe off, a lost device, a late cuff, a clock step.

Another pure fold: state, facts and time give the next state; the verdicts are read off it.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from devices.model import DeviceState
from monitor.alarms.changes import LABELS
from monitor.alarms.delays import elapsed
from monitor.alarms.model import Facts
from monitor.alarms.quality.words import POSSIBLE_SWAP
from monitor.alarms.verdict import Verdict
from monitor.limits import LimitPreset
from monitor.terms import Kind, Now, Phase, Priority, Vital

PROBE_OFF_FLAGS = frozenset({"probe_off", "probe_unplugged"})
INFUSION_PHASES = frozenset({Phase.INFUSION, Phase.PAUSED})

CLOCK_STEP, NO_BASELINE, PROBE_OFF = "clock_step", "no_baseline", "probe_off"
PRESSURE_OVERDUE, INFUSION_OVERRUN = "pressure_overdue", "infusion_overrun"
NO_DATA, DEVICE_LOST, CLOCK_SKEW = "no_data_", "device_lost_", "clock_skew_"
"""Prefixes: the vital or the device follows."""

CORRECTION_S = 5.0
"""A clock that lags by no more than this is being corrected; by more, it was set back, however long ago."""


class ClockStep(msgspec.Struct, frozen=True):
    """The host's clock went back."""

    at_s: float
    seconds: float
    """Negative: how far."""


class Technical(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the technical conditions remember; times are monotonic seconds."""

    heard_s: dict[Vital, float] = {}
    """The last believable value of each watched vital, or since when one is expected."""
    off_s: dict[Vital, float] = {}
    """Since when each vital's readings say that the probe is off."""
    lost_s: dict[str, float] = {}
    """Since when each device is not connected or silent."""
    stood_s: dict[str, float] = {}
    """Since when each condition stands that grows more urgent with time."""
    due_s: float | None = None
    """When a pressure was or is due."""
    overdue: Priority | None = None
    """How urgent an overdue pressure is."""
    planned_end_s: float | None = None
    """When the infusion was or is to end."""
    clock: Now | None = None
    step: ClockStep | None = None


UNTOUCHED = Technical()


def advance(before: Technical, facts: Facts, now: Now, preset: LimitPreset) -> Technical:
    """Take in the facts. During standby nothing is expected and nothing is remembered but the clock."""
    step = _step(before, now, preset)
    if facts.standby:
        return Technical(clock=now, step=step)
    after = Technical(
        heard_s=_heard(before, facts, now),
        off_s=_off(before, facts, now),
        lost_s={
            link.device: before.lost_s.get(link.device, now.mono_s)
            for link in facts.links
            if link.state is not DeviceState.CONNECTED
        },
        due_s=facts.cuff_due_s,
        overdue=_overdue(before, facts, now, preset),
        planned_end_s=facts.planned_end_s,
        clock=now,
        step=step,
    )
    # Silence counts from when the probe is on again: until then its own alarm says enough.
    heard_s = after.heard_s | dict.fromkeys(after.heard_s.keys() & off(after, now, preset), now.mono_s)
    after = msgspec.structs.replace(after, heard_s=heard_s)
    standing = [*silent(after, now, preset).values(), *lost(after, now, preset).values()]
    standing += [PROBE_OFF] if off(after, now, preset) else []
    stood_s = {condition: before.stood_s.get(condition, now.mono_s) for condition in standing}
    return msgspec.structs.replace(after, stood_s=stood_s)


def stepped(before: Technical, after: Technical) -> bool:
    """Return whether the clock stepped back just now."""
    return after.step is not None and after.step is not before.step


def silent(state: Technical, now: Now, preset: LimitPreset) -> dict[Vital, str]:
    """Return the condition of every watched vital that has been without data for too long."""
    return {
        vital: f"{NO_DATA}{vital}"
        for vital, heard_s in state.heard_s.items()
        if now.mono_s > heard_s and elapsed(heard_s, preset.no_data_s, now.mono_s)
    }


def lost(state: Technical, now: Now, preset: LimitPreset) -> dict[str, str]:
    """Return the condition of every device that has been away for too long."""
    return {
        device: f"{DEVICE_LOST}{device}"
        for device, since_s in state.lost_s.items()
        if elapsed(since_s, preset.device_lost_s, now.mono_s)
    }


def off(state: Technical, now: Now, preset: LimitPreset) -> set[Vital]:
    """Return the vitals whose readings have said for too long that the probe is off."""
    return {
        vital for vital, since_s in state.off_s.items() if elapsed(since_s, preset.probe_off_s, now.mono_s)
    }


def verdicts(state: Technical, facts: Facts, now: Now, preset: LimitPreset) -> dict[str, Verdict]:
    """Return the technical conditions that stand; silence that one of the others explains is not another."""
    found: dict[str, Verdict] = {}
    if state.step is not None:
        text = f"clock stepped back {-state.step.seconds:g} s"
        found[CLOCK_STEP] = Verdict(Kind.TECHNICAL, Priority.LOW, text, value=state.step.seconds)
    for fact in facts.quality:
        if not facts.standby or fact.condition == POSSIBLE_SWAP:
            found[fact.condition] = Verdict(Kind.TECHNICAL, fact.priority, fact.text)
    if facts.standby:
        return found
    if facts.phase in INFUSION_PHASES:
        found |= _skewed(facts, preset)

    def urgency(condition: str) -> Priority:
        after_s = preset.technical_medium_s
        urgent = after_s is not None and facts.phase in INFUSION_PHASES
        stood = urgent and elapsed(state.stood_s.get(condition), after_s or 0.0, now.mono_s)
        return Priority.MEDIUM if stood else Priority.LOW

    explained = off(state, now, preset)
    if explained:
        found[PROBE_OFF] = Verdict(Kind.TECHNICAL, urgency(PROBE_OFF), f"{LABELS[Vital.SPO2]} probe off")
    links = {link.device: link for link in facts.links}
    for device, condition in lost(state, now, preset).items():
        explained |= links[device].gives
        found[condition] = Verdict(Kind.TECHNICAL, urgency(condition), f"{links[device].name} lost")
    for vital, condition in silent(state, now, preset).items():
        if vital not in explained:
            text = f"{LABELS[vital]} no data {now.mono_s - state.heard_s[vital]:.0f} s"
            found[condition] = Verdict(Kind.TECHNICAL, urgency(condition), text)
    if state.overdue is not None and state.due_s is not None:
        text = f"pressure overdue {(now.mono_s - state.due_s) / 60:.0f} min"
        found[PRESSURE_OVERDUE] = Verdict(Kind.TECHNICAL, state.overdue, text)
    over_s, end_s = preset.overrun_low_s, state.planned_end_s
    if over_s is not None and end_s is not None and elapsed(end_s, over_s, now.mono_s):
        text = f"infusion {(now.mono_s - end_s) / 60:.0f} min over"
        found[INFUSION_OVERRUN] = Verdict(Kind.TECHNICAL, Priority.LOW, text)
    if preset.require_baseline and facts.baseline is None and facts.phase in INFUSION_PHASES:
        found[NO_BASELINE] = Verdict(Kind.TECHNICAL, Priority.LOW, "no baseline")
    return found


def _skewed(facts: Facts, preset: LimitPreset) -> dict[str, Verdict]:
    """The clocks that are too far from ours; a gateway's weighs more, as it says what is live."""
    found: dict[str, Verdict] = {}
    for link in facts.links:
        for whose, ahead_s, most_s in (
            ("its gateway's", link.gateway_skew_s, preset.gateway_skew_s),
            ("its", link.skew_s, preset.device_skew_s),
        ):
            if ahead_s is not None and most_s is not None and abs(ahead_s) > most_s:
                text = f"{link.name}: {whose} clock {abs(ahead_s):.0f} s {'fast' if ahead_s > 0 else 'slow'}"
                found[f"{CLOCK_SKEW}{link.device}"] = Verdict(
                    Kind.TECHNICAL, Priority.LOW, text, value=ahead_s
                )
                break
    return found


def due_times(state: Technical, phase: Phase | None, preset: LimitPreset) -> Iterator[float]:
    """Yield when something may change by time alone, monotonic seconds; some may be past."""
    for delay_s, since in (
        (preset.no_data_s, state.heard_s),
        (preset.probe_off_s, state.off_s),
        (preset.device_lost_s, state.lost_s),
    ):
        yield from (since_s + delay_s for since_s in since.values())
    if preset.technical_medium_s is not None and phase in INFUSION_PHASES:
        yield from (since_s + preset.technical_medium_s for since_s in state.stood_s.values())
    if state.due_s is not None:
        delays_s = (preset.overdue_low_s, preset.overdue_medium_s)
        yield from (state.due_s + delay_s for delay_s in delays_s if delay_s is not None)
    if state.planned_end_s is not None and preset.overrun_low_s is not None:
        yield state.planned_end_s + preset.overrun_low_s
    if state.step is not None:
        yield state.step.at_s + preset.clock_step_s


def _heard(before: Technical, facts: Facts, now: Now) -> dict[Vital, float]:
    heard = {vital: before.heard_s.get(vital, now.mono_s) for vital in facts.watched}
    for reading in facts.readings:
        if reading.vital in heard and reading.value is not None:
            heard[reading.vital] = max(heard[reading.vital], min(reading.at.mono_s, now.mono_s))
    return heard


def _off(before: Technical, facts: Facts, now: Now) -> dict[Vital, float]:
    off = dict(before.off_s)
    for reading in facts.readings:
        if PROBE_OFF_FLAGS.isdisjoint(reading.flags):
            off.pop(reading.vital, None)
        else:
            off.setdefault(reading.vital, min(reading.at.mono_s, now.mono_s))
    return off


def _overdue(before: Technical, facts: Facts, now: Now, preset: LimitPreset) -> Priority | None:
    """How urgent an overdue pressure is; a cuff that is measuring keeps it as it stood."""

    def late(delay_s: float | None) -> bool:
        return delay_s is not None and elapsed(facts.cuff_due_s, delay_s, now.mono_s)

    if facts.cuff_due_s is not None and facts.cuff_running:
        return before.overdue
    if facts.phase in INFUSION_PHASES and late(preset.overdue_medium_s):
        return Priority.MEDIUM
    return Priority.LOW if late(preset.overdue_low_s) else None


def _step(before: Technical, now: Now, preset: LimitPreset) -> ClockStep | None:
    if before.clock is None:
        return None
    shown_s = (now.utc_ms - before.clock.utc_ms) / 1000
    set_s = shown_s - (now.mono_s - before.clock.mono_s)
    if shown_s < 0 or set_s < -CORRECTION_S:
        return ClockStep(now.mono_s, round(set_s, 3))
    step = before.step
    over = step is None or now.mono_s - step.at_s > preset.clock_step_s
    return None if over else step
