"""What a trainer orders while the simulation runs, and what there is to see: as JSON objects, both.

{"do": "pressure", "to": 195, "over_min": 3, "for_min": 10}     or "spo2", "heart_rate"
{"do": "give", "what": "bolus", "amount": 0.1}                   or "rate", "labetalol"
{"do": "skip", "to_min": 35}                                     the patient's body, not the clock
{"do": "cuff"}                                                   inflates the cuff now
{"do": "patient", "seed": 7, "preset": "emory"}                  somebody else sits there
{"do": "fault", "device": "demo-ox-1", "kind": "probe_off", "for_s": 60}
{"do": "end", "device": "demo-ox-1", "kind": "probe_off"}        ends a fault
{"do": "clear"}                                                  ends all of it on this chair

Source: docs/simulator.md, section "The control page".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from simulators.bedside import Bedside
from simulators.faults import OF_TWO, DeviceFaults, Fault, FaultKind
from simulators.physiology import PRESETS, Patient
from simulators.plans import GIVEN, Given
from simulators.scenario import LONGEST_MIN, OXIMETRY, ChairPlan, DevicePlan, Scenario, possible_faults
from simulators.tables import ScenarioFault, Table

BENT = {"pressure": ("systolic", 40, 260), "spo2": ("spo2", 50, 100), "heart_rate": ("heart_rate", 20, 220)}
"""Order → what of the patient goes somewhere, and between which values: mm[Hg], %, /min."""
LONGEST_S = LONGEST_MIN * 60

Said = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """The chairs at one moment, for whoever stands at the trainer's desk."""

    scenario: Scenario
    bedsides: Mapping[str, Bedside]
    now_ms: int
    epoch_ms: int

    def order(self, chair: str, data: Mapping[str, object]) -> None:
        """Do what is ordered; raises ScenarioFault that names all that is wrong with it."""
        plan = next((each for each in self.scenario.chairs if each.id == chair), None)
        if plan is None:
            raise ScenarioFault(f"order: chair: expected one of {', '.join(self.bedsides)}, got {chair!r}")
        table = Table("order", data, faults=[])
        orders: dict[str, Callable[[], None]] = {
            **{name: lambda name=name: self._bend(plan, name, table) for name in BENT},  # type: ignore[misc]
            "give": lambda: self._give(plan, table),
            "skip": lambda: self._skip(plan, table),
            "cuff": lambda: self._inflate(plan, table),
            "patient": lambda: self._change(plan, table),
            "fault": lambda: self._begin(plan, table),
            "end": lambda: self._end(plan, table),
            "clear": lambda: self._clear(plan, table),
        }
        what = table.choice("do", orders)
        table.check()
        orders[what]()

    def shown(self) -> list[Said]:
        """Return every chair with its patient, what goes on with it, and its devices."""
        return [self._chair(plan) for plan in self.scenario.chairs]

    def _bend(self, plan: ChairPlan, what: str, table: Table) -> None:
        vital, low, high = BENT[what]
        to = table.number("to", low, high)
        over_s = table.number("over_min", 0, 120, 1) * 60
        for_s = table.number("for_min", 0, LONGEST_MIN, 5) * 60
        _whole(table)
        self._seated(plan).bend(vital, to, over_s, for_s, self.now_ms)

    def _give(self, plan: ChairPlan, table: Table) -> None:
        what = table.choice("what", GIVEN)
        amount = table.number("amount", *GIVEN.get(what, (0, 0)))
        _whole(table)
        self._seated(plan).give(Given(what, self.now_ms / 1000, amount))

    def _skip(self, plan: ChairPlan, table: Table) -> None:
        to_min = table.number("to_min", 0, LONGEST_MIN)
        _whole(table)
        bedside = self._seated(plan)
        minute = self._minute(bedside)
        if minute is None or to_min < minute:
            stands = "without an infusion" if minute is None else f"at minute {minute:.1f}"
            raise ScenarioFault(f"order: to_min: expected a minute to come, got {to_min:g} {stands}")
        bedside.time.leap((to_min - minute) * 60, self.now_ms)

    def _inflate(self, plan: ChairPlan, table: Table) -> None:
        _whole(table)
        self._seated(plan).cuff.start(self.now_ms)

    def _change(self, plan: ChairPlan, table: Table) -> None:
        seed = table.integer("seed", 0, 2**31)
        preset = table.choice("preset", PRESETS, "yale")
        _whole(table)
        bedside = self._seated(plan)
        assert bedside.occupancy is not None
        bedside.seat(replace(bedside.occupancy, patient=Patient(seed, preset)), self.now_ms)

    def _begin(self, plan: ChairPlan, table: Table) -> None:
        device = self._device(plan, table)
        kind = FaultKind(table.choice("kind", possible_faults(device)))
        for_s = table.number("for_s", 1, LONGEST_S, 60)
        others = self._others(device) if kind in OF_TWO else []
        other = table.choice("other", others) if kind in OF_TWO else None
        _whole(table)
        at_s = (self.now_ms - self.epoch_ms) / 1000
        fault = Fault(device.id, kind, None, for_s, at_s, other)
        begun = [fault, fault.of_the_other()] if kind is FaultKind.SWAP else [fault]
        for each in begun:
            self._stop(each.device, kind)
        for each in begun:
            self._faults_of(each.device).add(each)

    def _end(self, plan: ChairPlan, table: Table) -> None:
        device = self._device(plan, table)
        kind = FaultKind(table.choice("kind", [each.value for each in FaultKind]))
        _whole(table)
        self._stop(device.id, kind)

    def _clear(self, plan: ChairPlan, table: Table) -> None:
        _whole(table)
        self.bedsides[plan.id].call_off(self.now_ms)
        for device in plan.devices:
            for kind in self._faults_of(device.id).present(self.now_ms):
                self._stop(device.id, kind)

    def _stop(self, device: str, kind: FaultKind) -> None:
        """End a fault; one of two ends for both."""
        faults = self._faults_of(device)
        other = faults.other(self.now_ms) if kind is FaultKind.SWAP else None
        faults.end(self.now_ms, kind)
        if other is not None:
            self._faults_of(other).end(self.now_ms, kind)

    def _seated(self, plan: ChairPlan) -> Bedside:
        bedside = self.bedsides[plan.id]
        if bedside.occupancy is None:
            raise ScenarioFault(f"order: chair: expected one with a patient, got {plan.id!r}: empty")
        bedside.advance(self.now_ms)
        return bedside

    def _device(self, plan: ChairPlan, table: Table) -> DevicePlan:
        name = table.choice("device", [device.id for device in plan.devices])
        table.check()
        return next(device for device in plan.devices if device.id == name)

    def _faults_of(self, device: str) -> DeviceFaults:
        return next(bedside.faults[device] for bedside in self.bedsides.values() if device in bedside.faults)

    def _others(self, device: DevicePlan) -> list[str]:
        devices = [each for chair in self.scenario.chairs for each in chair.devices]
        return [each.id for each in devices if each.id != device.id and OXIMETRY in each.measures]

    def _minute(self, bedside: Bedside) -> float | None:
        """How far the infusion is for the patient's body, minutes since its start."""
        infusion = bedside.infusion
        if infusion is None or infusion.ended_s is not None:
            return None
        return max(0.0, bedside.time.at(self.now_ms) / 1000 - infusion.started_s) / 60

    def _chair(self, plan: ChairPlan) -> Said:
        bedside = self.bedsides[plan.id]
        said: Said = {"id": plan.id, "label": plan.label, "room": plan.room, "patient": None}
        if bedside.occupancy is not None:
            said["patient"] = self._patient(bedside)
        return {**said, "devices": [self._shown_device(device, bedside) for device in plan.devices]}

    def _patient(self, bedside: Bedside) -> Said:
        assert bedside.occupancy is not None
        patient, truth = bedside.occupancy.patient, bedside.truth(self.now_ms)
        minute = self._minute(bedside)
        since_s = bedside.since_epoch_s(self.now_ms)
        return {
            "seed": patient.seed,
            "preset": patient.preset,
            "age": round(patient.person.age),
            "sex": patient.person.sex,
            "weight_kg": round(patient.person.weight_kg),
            "phase": bedside.occupancy.phase,
            "infusion_min": None if minute is None else round(minute, 1),
            "ahead_s": round((bedside.time.at(self.now_ms) - self.now_ms) / 1000),
            "truth": {
                "systolic": round(truth.systolic),
                "diastolic": round(truth.diastolic),
                "heart_rate": round(truth.heart_rate),
                "spo2": round(truth.spo2),
            },
            "courses": [
                {"vital": course.vital, "to": course.to, "left_s": round(course.left_s(since_s))}
                for course in bedside.courses
                if course.at_s <= since_s and not course.over(since_s)
            ],
        }

    def _shown_device(self, device: DevicePlan, bedside: Bedside) -> Said:
        left = bedside.faults[device.id].left_s(self.now_ms)
        return {
            "id": device.id,
            "name": device.name,
            "kind": device.kind,
            "measures": list(device.measures),
            "possible": [kind.value for kind in possible_faults(device)],
            "others": self._others(device),
            "faults": [{"kind": kind.value, "left_s": round(seconds)} for kind, seconds in left.items()],
        }


def _whole(table: Table) -> None:
    """Refuse what was asked for wrongly, and what nobody asked for."""
    table.close()
    table.check()
