"""How long the continuous alarms take: a few runs at one value a second, turned once a second."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from devices.model import DeviceState, Validity
from monitor.alarms.model import Facts, LinkFact, Reading
from monitor.alarms.technical import PROBE_OFF
from monitor.limits import LimitPreset
from monitor.terms import Baseline, Now, Phase, Priority, Vital
from monitor.trial.course import engine, now_at
from simulators.chance import chance

RUNS = 20
BEGINS_S, LASTS_S = 20, 40
BASELINE = Baseline(121, 75, heart_rate=72)
DEVICE = "oximeter"
WELL = (Reading(Vital.SPO2, 97, Validity.VALID, Now(0, 0)), Reading(Vital.HR, 72, Validity.VALID, Now(0, 0)))
CONNECTED = LinkFact(DEVICE, DEVICE, DeviceState.CONNECTED, frozenset({Vital.SPO2, Vital.HR}))

Ill = Callable[[float], tuple[tuple[Reading, ...], LinkFact]]
"""What the oximeter and its link say once it has begun, given a seed in 0 to 1."""


def spo2_delays(preset: LimitPreset, seed: int) -> list[float]:
    """Return the seconds from the first saturation below 85 % to the high alarm."""
    return list(_delays(preset, seed, "spo2_low", Priority.HIGH, _desaturating))


def technical_delays(preset: LimitPreset, seed: int) -> list[float]:
    """Return the seconds from a lost link, and from a probe that is off, to the technical alarm."""
    lost = _delays(preset, seed, f"device_lost_{DEVICE}", Priority.LOW, _unplugged)
    off = _delays(preset, seed, PROBE_OFF, Priority.LOW, _probe_off)
    return [*lost, *off]


def _delays(preset: LimitPreset, seed: int, condition: str, priority: Priority, ill: Ill) -> Iterator[float]:
    """Yield the delay of each run; an alarm that did not come took the rest of the run."""
    for run in range(RUNS):
        dice = chance("continuous", seed, condition, run)
        # What arrives within a second waits for the turn that ends it.
        waits_s, severity = dice.random(), dice.random()
        alarms = engine(preset)
        for second in range(1, BEGINS_S + LASTS_S + 1):
            readings, link = ill(severity) if second >= BEGINS_S else (WELL, CONNECTED)
            at = now_at(second - waits_s)
            stamped = tuple(replace(reading, at=at) for reading in readings)
            facts = Facts(Phase.INFUSION, BASELINE, stamped, link.gives, (link,))
            alarms.advance(facts, now_at(second))
            if any(o.condition == condition and o.priority.rank >= priority.rank for o in alarms.open()):
                break
        yield second - (BEGINS_S - waits_s)


def _desaturating(severity: float) -> tuple[tuple[Reading, ...], LinkFact]:
    """Below 85 %, not so far that there is no delay at all."""
    return (replace(WELL[0], value=round(80 + 4 * severity)), WELL[1]), CONNECTED


def _unplugged(_: float) -> tuple[tuple[Reading, ...], LinkFact]:
    return (), replace(CONNECTED, state=DeviceState.DISCONNECTED)


def _probe_off(_: float) -> tuple[tuple[Reading, ...], LinkFact]:
    off = (replace(r, value=None, validity=Validity.INVALID, flags=("probe_off",)) for r in WELL)
    return tuple(off), CONNECTED
