"""What a chair's devices would have reported before the scenario began; what they say later joins on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields

from simulators.bedside import Bedside, Occupancy, Probe
from simulators.cuff import Determination, Pressure
from simulators.pharmacology import Infusion
from simulators.scenario import CUFF, OXIMETRY, ChairPlan, Scenario

STEP_MS = 5_000
"""Between two values of the continuous past."""

Past = tuple[int, str, Mapping[str, float | int | None]]
"""(UTC ms, `oximetry` or `cuff`, values by name)."""


def bedside_at_epoch(chair: ChairPlan, scenario: Scenario, epoch_ms: int) -> Bedside:
    """Return the chair as the scenario finds it when it begins, its past lived through."""
    bedside = Bedside(chair, scenario, epoch_ms)
    for occupancy, at_ms in _steps(chair, epoch_ms):
        bedside.advance(at_ms)
        bedside.seat(occupancy, at_ms)
    bedside.advance(epoch_ms)
    return bedside


def acquaint(scenario: Scenario, bedsides: Mapping[str, Bedside]) -> None:
    """Let the chairs know one another by their oximeters: probes can be exchanged."""
    by_device = {
        device.id: bedsides[chair.id] for chair in scenario.chairs if (device := chair.measuring(OXIMETRY))
    }
    for bedside in bedsides.values():
        bedside.meet(by_device)


def past(scenario: Scenario, epoch_ms: int, chair: ChairPlan) -> Iterator[Past]:
    """Yield what was reported since the patient sat down, oldest first; nothing for a free chair.

    `oximetry` comes each 5 s with `hr`, `spo2`, `pi`, and stops while the probe is off; `cuff` comes when a
    determination is complete, with `systolic`, `diastolic`, `mean`, `pulse_rate`, all None if it failed.
    A DINAMAP goes on answering with the last one; its age tells that it was told before.
    """
    yield from _lived(Bedside(chair, scenario, epoch_ms), chair, epoch_ms)


def _lived(bedside: Bedside, chair: ChairPlan, epoch_ms: int) -> Iterator[Past]:
    """Live the visit up to the epoch and yield what happens."""
    steps = _steps(chair, epoch_ms)
    ends_ms = [*(at_ms for _, at_ms in steps[1:]), epoch_ms]
    for (occupancy, from_ms), until_ms in zip(steps, ends_ms, strict=False):
        bedside.seat(occupancy, from_ms)
        for at_ms in range(from_ms + -from_ms % STEP_MS, until_ms, STEP_MS):
            yield from map(_cuff, bedside.advance(at_ms))
            if chair.measuring(OXIMETRY):
                yield from _oximetry(bedside, at_ms)
        yield from map(_cuff, bedside.advance(until_ms))


def _steps(chair: ChairPlan, epoch_ms: int) -> list[tuple[Occupancy, int]]:
    """Every phase of the visit so far with its beginning."""
    if chair.patient is None or chair.visit is None:
        return []
    patient = chair.patient.patient()
    begun = dict(chair.visit.phases(epoch_ms))
    infusion = None
    if "infusion" in begun:
        ended_s = begun["recovery"] / 1000 if "recovery" in begun else None
        infusion = Infusion(
            begun["infusion"] / 1000,
            chair.visit.planned_min * 60,
            ended_s=ended_s,
            dose_mg_per_kg=chair.patient.dose_mg_per_kg,
        )
    return [(Occupancy(patient, phase, infusion), at_ms) for phase, at_ms in begun.items()]


def _oximetry(bedside: Bedside, at_ms: int) -> Iterator[Past]:
    shown = bedside.oximetry(at_ms)
    if shown.probe is Probe.READING:
        yield at_ms, OXIMETRY, {"hr": shown.pulse_rate, "spo2": shown.spo2, "pi": shown.perfusion_index}


def _cuff(done: Determination) -> Past:
    names = (field.name for field in fields(Pressure))
    return done.ended_ms, CUFF, asdict(done.pressure) if done.pressure else dict.fromkeys(names)
