"""One chair as its sensors find it: who sits there, whether the probe is on, what the cuff last found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from simulators.cuff import Cuff, Determination
from simulators.faults import DeviceFaults, FaultKind
from simulators.pharmacology import Infusion
from simulators.physiology import Patient, VitalSigns
from simulators.scenario import CUFF, OXIMETRY, ChairPlan, CuffMinutes, Scenario

HOLD_MS = 8_000
"""An oximeter leaves its last numbers on the display for so long after the probe has come off."""
SEARCH_MS = 6_000
"""From the probe being put on to the first number."""


@dataclass(frozen=True, slots=True)
class Occupancy:
    """A patient on the chair, and where the visit is."""

    patient: Patient
    phase: str
    infusion: Infusion | None = None


class Probe(Enum):
    """What the oximeter's probe is doing."""

    READING = "reading"
    SEARCHING = "searching"
    HOLDING = "holding"
    """Just come off: the numbers still stand on the display, the status bits already know."""
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Oximetry:
    """What an oximeter displays; the numbers are None where it shows dashes."""

    probe: Probe
    spo2: int | None = None
    pulse_rate: int | None = None
    perfusion_index: float | None = None


class Bedside:
    """The patient's side of one chair: `seat` and `advance` change it, the rest only looks."""

    def __init__(self, chair: ChairPlan, scenario: Scenario, epoch_ms: int) -> None:
        self.occupancy: Occupancy | None = None
        self.cuff = Cuff(f"{scenario.name}/{chair.id}")
        self._minutes = scenario.cuff
        self._oximeter_faults = DeviceFaults(scenario.faults_of(chair.measuring(OXIMETRY)), epoch_ms)
        self._cuff_faults = DeviceFaults(scenario.faults_of(chair.measuring(CUFF)), epoch_ms)
        self._probe_on, self._probe_since_ms = False, 0

    def seat(self, occupancy: Occupancy | None, now_ms: int) -> None:
        """Put a patient on the chair, move the visit on, or (None) clear the chair."""
        before, self.occupancy = self.occupancy, occupancy
        interval_min = _interval_min(occupancy, self._minutes)
        if interval_min != _interval_min(before, self._minutes) or not _same_patient(before, occupancy):
            self.cuff.cycle(interval_min, now_ms)
        self.advance(now_ms)

    def advance(self, now_ms: int) -> list[Determination]:
        """Let time pass up to now; return the cuff determinations completed meanwhile, oldest first."""
        fallen = FaultKind.PROBE_OFF in self._oximeter_faults.present(now_ms)
        probe_on = self.occupancy is not None and not fallen
        if probe_on != self._probe_on:
            self._probe_on, self._probe_since_ms = probe_on, now_ms
        return self.cuff.advance(now_ms, self.truth, self._cuff_broken)

    def oximetry(self, now_ms: int) -> Oximetry:
        """Return what the oximeter displays now."""
        since_ms = now_ms - self._probe_since_ms
        if self._probe_on:
            return (
                self._reading(Probe.READING, now_ms) if since_ms >= SEARCH_MS else Oximetry(Probe.SEARCHING)
            )
        if self.occupancy and since_ms < HOLD_MS:
            return self._reading(Probe.HOLDING, self._probe_since_ms)
        return Oximetry(Probe.OFF)

    def truth(self, at_ms: int) -> VitalSigns:
        """Return the patient's vital signs; only while somebody sits there."""
        if self.occupancy is None:
            raise LookupError("nobody sits on this chair")
        return self.occupancy.patient.true_state(at_ms / 1000, self.occupancy.infusion)

    def _reading(self, probe: Probe, at_ms: int) -> Oximetry:
        truth = self.truth(at_ms)
        return Oximetry(probe, round(truth.spo2), round(truth.heart_rate), round(truth.perfusion_index, 2))

    def _cuff_broken(self, at_ms: int) -> bool:
        return FaultKind.CUFF_FAILURE in self._cuff_faults.present(at_ms)


def _interval_min(occupancy: Occupancy | None, minutes: CuffMinutes) -> float | None:
    if occupancy is None:
        return None
    if occupancy.phase in {"seated", "baseline"}:
        return minutes.baseline
    return minutes.infusion if occupancy.phase in {"infusion", "paused"} else minutes.recovery


def _same_patient(before: Occupancy | None, after: Occupancy | None) -> bool:
    if before is None or after is None:
        return before is after
    return before.patient.seed == after.patient.seed
