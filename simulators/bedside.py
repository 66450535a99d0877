"""One chair as its sensors find it: who sits there, whether the probe is on, what the cuff last found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from statistics import fmean

from simulators.courses import Course
from simulators.cuff import Cuff, Determination
from simulators.faults import JUMP_MS, SKEW_MS, DeviceFaults, FaultKind
from simulators.patient_time import PatientTime
from simulators.pharmacology import Infusion
from simulators.physiology import Patient, VitalSigns
from simulators.plans import BOLUS, LABETALOL, RATE, Given
from simulators.scenario import AVERAGES_S, CUFF, OXIMETRY, ChairPlan, CuffMinutes, Scenario

HOLD_MS = 8_000
"""An oximeter leaves its last numbers on the display for so long after the probe has come off."""
SEARCH_MS = 6_000
"""From the probe being put on to the first number."""
AVERAGED_OF = 4
"""Moments that stand for the time over which an oximeter averages."""


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
    """The patient's side of one chair: `seat` and `advance` change it, the rest only looks.

    Every time handed in is the time shown; `time` says how far the patient and the cuff are meanwhile.
    """

    def __init__(self, chair: ChairPlan, scenario: Scenario, epoch_ms: int) -> None:
        self.occupancy: Occupancy | None = None
        self.time = PatientTime()
        self._infusion: Infusion | None = None
        self._behind_ms = 0
        self.cuff = Cuff(f"{scenario.name}/{chair.id}")
        self._minutes = scenario.cuff
        self.courses = [course for course in scenario.courses if course.chair == chair.id]
        """What happens to the patient; times by the patient's time."""
        self._given = [
            replace(given, at_s=given.at_s + epoch_ms / 1000)
            for given in scenario.given
            if given.chair == chair.id
        ]
        self._epoch_ms = epoch_ms
        self.faults = {
            device.id: DeviceFaults(scenario.faults_of(device), epoch_ms) for device in chair.devices
        }
        oximeter, cuff = chair.measuring(OXIMETRY), chair.measuring(CUFF)
        none = DeviceFaults((), epoch_ms)
        self._oximeter_faults = self.faults[oximeter.id] if oximeter else none
        self._cuff_faults = self.faults[cuff.id] if cuff else none
        self._neighbours: Mapping[str, Bedside] = {}
        self._averages_ms = round((oximeter.averages_s if oximeter else AVERAGES_S) * 1000)
        self._finger: Bedside | None = None
        self._last_finger: Bedside = self
        self._probe_since_ms = 0

    def meet(self, neighbours: Mapping[str, Bedside]) -> None:
        """Know the chairs by the devices that hang there: a probe may come to another chair's patient."""
        self._neighbours = neighbours

    def seat(self, occupancy: Occupancy | None, now_ms: int) -> None:
        """Put a patient on the chair, move the visit on, or (None) clear the chair."""
        before, self.occupancy = self.occupancy, occupancy
        if before and not _same_patient(before, occupancy):
            self._given.clear()
        infusion = occupancy.infusion if occupancy else None
        self._infusion = infusion and _in_patient_time(infusion, self.time)
        interval_min = _interval_min(occupancy, self._minutes)
        if interval_min != _interval_min(before, self._minutes) or not _same_patient(before, occupancy):
            self.cuff.cycle(interval_min, now_ms)
        self.advance(now_ms)

    @property
    def infusion(self) -> Infusion | None:
        """The infusion by the patient's time."""
        return self._infusion

    def bend(self, vital: str, to: float, over_s: float, for_s: float, now_ms: int) -> None:
        """Let a value of the patient go somewhere from now on; what went on with it before is called off."""
        since_s = self.since_epoch_s(now_ms)
        self.call_off(now_ms, vital)
        self.courses.append(Course("", vital, to, since_s, over_s, for_s))

    def call_off(self, now_ms: int, vital: str | None = None) -> None:
        """Let what happens to this value, or to every one, go back from now on."""
        since_s = self.since_epoch_s(now_ms)
        called_off = [
            course.ended(since_s) if vital in {None, course.vital} and course.at_s <= since_s else course
            for course in self.courses
        ]
        self.courses = [course for course in called_off if not course.over(since_s)]

    def since_epoch_s(self, now_ms: int) -> float:
        """Seconds of the patient's time since the scenario began."""
        return (self.time.at(now_ms) - self._epoch_ms) / 1000

    def give(self, given: Given) -> None:
        """Give the patient something, or change the rate of the infusion; `at_s` is a time of UTC."""
        self._given.append(replace(given, at_s=self.time.at(round(given.at_s * 1000)) / 1000))

    def advance(self, now_ms: int) -> list[Determination]:
        """Let time pass up to now; return the cuff determinations completed meanwhile, oldest first."""
        finger = self._finger_at(now_ms)
        if finger is not self._finger:
            self._last_finger = self._finger or self
            self._finger, self._probe_since_ms = finger, now_ms
        behind_ms = now_ms - self.time.at(now_ms)
        self.cuff.put_off(behind_ms - self._behind_ms)
        self._behind_ms = behind_ms
        return self.cuff.advance(now_ms, self.truth, self._cuff_faults.present)

    def oximetry(self, now_ms: int) -> Oximetry:
        """Return what the oximeter displays now."""
        since_ms = now_ms - self._probe_since_ms
        if self._finger:
            if since_ms < SEARCH_MS or self._squeezed(now_ms):
                return Oximetry(Probe.SEARCHING)
            stuck_ms = self._oximeter_faults.began_ms(FaultKind.STUCK_VALUE, now_ms)
            return self._reading(Probe.READING, self._finger, now_ms if stuck_ms is None else stuck_ms)
        if self._last_finger.occupancy and since_ms < HOLD_MS:
            return self._reading(Probe.HOLDING, self._last_finger, self._probe_since_ms)
        return Oximetry(Probe.OFF)

    def truth(self, at_ms: int) -> VitalSigns:
        """Return the patient's vital signs; only while somebody sits there."""
        return self._truth(self.time.at(at_ms))

    def averaged(self, at_ms: int, over_ms: int) -> VitalSigns:
        """Return the mean of the vital signs over the time before, as an oximeter has them."""
        now_ms = self.time.at(at_ms)
        found = [self._truth(now_ms - over_ms * n // AVERAGED_OF) for n in range(AVERAGED_OF)]
        means = {name: fmean(getattr(each, name) for each in found) for name in ("spo2", "heart_rate")}
        return replace(found[0], **means)

    def _truth(self, patient_ms: int) -> VitalSigns:
        if self.occupancy is None:
            raise LookupError("nobody sits on this chair")
        infusion, labetalols = _treated(self._infusion, self._given), _of(LABETALOL, self._given)
        vital_signs = self.occupancy.patient.true_state(patient_ms / 1000, infusion, labetalols)
        for course in self.courses:
            vital_signs = course.bent(vital_signs, (patient_ms - self._epoch_ms) / 1000)
        return vital_signs

    def clock_error_ms(self, now_ms: int) -> int:
        """By how much a fault has set the clock of the chair's devices wrong."""
        present = self._oximeter_faults.present(now_ms) | self._cuff_faults.present(now_ms)
        return SKEW_MS * (FaultKind.CLOCK_SKEW in present) + JUMP_MS * (FaultKind.CLOCK_JUMP in present)

    def _reading(self, probe: Probe, finger: Bedside, at_ms: int) -> Oximetry:
        shown = finger.averaged(at_ms, self._averages_ms)
        return Oximetry(probe, round(shown.spo2), round(shown.heart_rate), round(shown.perfusion_index, 2))

    def _finger_at(self, now_ms: int) -> Bedside | None:
        """The chair on whose patient the probe is; None where it is on nobody."""
        if FaultKind.PROBE_OFF in self._oximeter_faults.present(now_ms):
            return None
        bedside = self._neighbours.get(self._oximeter_faults.other(now_ms) or "", self)
        return bedside if bedside.occupancy else None

    def _squeezed(self, now_ms: int) -> bool:
        same_arm = FaultKind.CUFF_ON_PROBE_ARM in self._oximeter_faults.present(now_ms)
        return same_arm and self.cuff.busy(now_ms)


def _in_patient_time(infusion: Infusion, time: PatientTime) -> Infusion:
    """The same infusion by the patient's time: what staff did while it stood, they did at that moment."""
    return replace(
        infusion,
        started_s=time.seconds(infusion.started_s),
        pauses=tuple((time.seconds(a), None if b is None else time.seconds(b)) for a, b in infusion.pauses),
        ended_s=None if infusion.ended_s is None else time.seconds(infusion.ended_s),
    )


def _treated(infusion: Infusion | None, given: list[Given]) -> Infusion | None:
    """The infusion with what was changed and given on the way."""
    if infusion is None or not given:
        return infusion
    return replace(infusion, rates=_of(RATE, given), boluses=_of(BOLUS, given))


def _of(what: str, given: list[Given]) -> tuple[tuple[float, float], ...]:
    return tuple(sorted((each.at_s, each.amount) for each in given if each.what == what))


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
