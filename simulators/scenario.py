"""A scenario: the chairs of a clinic, who sits on them, how far each visit is, what hangs there, what fails.

Files are TOML, in `simulators/scenarios/` or anywhere else; docs/simulator.md describes every key.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from simulators.acts import StaffAct, staff_act
from simulators.courses import VITALS, Course
from simulators.faults import MQTT_ONLY, OF_THE_CUFF, OF_THE_PROBE, OF_TWO, SERIAL_ONLY, Fault, FaultKind
from simulators.plans import Given, PatientPlan, given, patient_plan
from simulators.random_faults import at_random
from simulators.statements import Statement, statement
from simulators.tables import ScenarioFault, Table

SHIPPED = Path(__file__).parent / "scenarios"

PHASES = ("seated", "baseline", "infusion", "recovery", "ready")
"""Where a visit can stand when a scenario begins, in the order in which a visit passes them."""
OXIMETRY, CUFF = "oximetry", "cuff"
KINDS: dict[str, tuple[str, ...]] = {
    "dinamap": (CUFF,),
    "masimo-ascii1": (OXIMETRY,),
    "masimo-trend": (OXIMETRY,),
    "nellcor": (OXIMETRY,),
    "nonin-1": (OXIMETRY,),
    "nonin-2": (OXIMETRY,),
    "nonin-7": (OXIMETRY,),
    "nonin-8": (OXIMETRY,),
    "nonin-13": (OXIMETRY,),
    "nonin-ascii": (OXIMETRY,),
    "berry-pm6750": (OXIMETRY, CUFF),
    "contec-v7": (OXIMETRY,),
    "contec-5byte": (OXIMETRY,),
    "bci-5byte": (OXIMETRY,),
    "datex-dri": (OXIMETRY, CUFF),
    "suntech": (CUFF,),
    "chairside-json": (OXIMETRY, CUFF),
    "gatt-2a35": (CUFF,),
    "gatt-2a5e": (OXIMETRY,),
    "gatt-2a5f": (OXIMETRY,),
    "teleicu-json": (OXIMETRY, CUFF),
    "fhir-observation": (OXIMETRY, CUFF),
    "mqtt-values": (OXIMETRY,),
    "mqtt-json": (OXIMETRY, CUFF),
    "hl7-oru": (OXIMETRY, CUFF),
}
"""Device kinds, each with what it measures unless the scenario says otherwise with `measures`."""
CALLING_KINDS = frozenset({"hl7-oru"})
"""Kinds that call whoever listens for them."""
NATIVE_KINDS = frozenset({"chairside-json"})
"""Kinds whose topics are the product's own."""
MQTT_KINDS = NATIVE_KINDS | {
    *("gatt-2a35", "gatt-2a5e", "gatt-2a5f", "teleicu-json", "fhir-observation", "mqtt-values", "mqtt-json")
}
CUFF_KINDS = frozenset({"dinamap", *(kind for kind, measures in KINDS.items() if CUFF in measures)})
AVERAGES_S = 8
"""Seconds over which an oximeter averages as shipped."""
LONGEST_MIN = 240
"""Minutes of a scenario that can be checked."""

_SEATED_MIN = 3
"""From sitting down to the first cuff reading of the baseline."""
_BASELINE_MIN = 7
_RECOVERY_MIN = 45
"""From the end of the infusion to being ready to leave."""


@dataclass(frozen=True, slots=True)
class Visit:
    """How far the visit is when the scenario begins."""

    phase: str
    minute: float
    """Minutes in this phase so far."""
    planned_min: int
    """Planned length of the infusion."""

    def phases(self, epoch_ms: int) -> tuple[tuple[str, int], ...]:
        """Return (phase, when it began, UTC ms) for every phase so far, if the scenario begins at `epoch_ms`.

        The start of `infusion` and of `recovery` are the start and the end of the infusion.
        """
        lengths = dict(
            zip(PHASES, (_SEATED_MIN, _BASELINE_MIN, self.planned_min, _RECOVERY_MIN), strict=False)
        )
        passed = PHASES[: PHASES.index(self.phase)]
        at_ms = epoch_ms - round((self.minute + sum(lengths[phase] for phase in passed)) * 60_000)
        begun: list[tuple[str, int]] = []
        for phase in (*passed, self.phase):
            begun.append((phase, at_ms))
            at_ms += lengths.get(phase, 0) * 60_000
        return tuple(begun)


@dataclass(frozen=True, slots=True)
class DevicePlan:
    """One simulated device and its link: exactly one of `port` and `topic` is set."""

    id: str
    kind: str
    name: str
    measures: tuple[str, ...]
    """Of `oximetry` and `cuff`."""
    port: str | None = None
    """File name of its pseudo-terminal in the directory the simulation is given."""
    topic: str | None = None
    """`chairside/v1/{site}/{gateway}/{device}`; `simulated/{site}/{device}` where its schema is another."""
    averages_s: float = AVERAGES_S
    """Over so long its oximeter averages: a fall of the saturation shows so much later."""

    @property
    def on_a_line(self) -> bool:
        """Whether it hangs on a line, neither behind a broker nor calling."""
        return self.topic is None and self.kind not in CALLING_KINDS


@dataclass(frozen=True, slots=True)
class ChairPlan:
    """One chair; `patient` and `visit` are None when nobody sits there at first."""

    id: str
    label: str
    room: str
    patient: PatientPlan | None
    visit: Visit | None
    devices: tuple[DevicePlan, ...]

    def measuring(self, what: str) -> DevicePlan | None:
        """Return the device of this chair that measures `oximetry` or `cuff`."""
        return next((device for device in self.devices if what in device.measures), None)


@dataclass(frozen=True, slots=True)
class CuffMinutes:
    """Minutes from one inflation to the next; `seated` goes by baseline, `ready` by recovery."""

    baseline: float
    infusion: float
    recovery: float


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything a scenario file says."""

    name: str
    """File name without its ending."""
    title: str
    description: str
    chairs: tuple[ChairPlan, ...]
    faults: tuple[Fault, ...]
    cuff: CuffMinutes
    courses: tuple[Course, ...] = ()
    minutes: int = 0
    """How long it has to be watched until every statement is decided."""
    statements: tuple[Statement, ...] = ()
    given: tuple[Given, ...] = ()
    acts: tuple[StaffAct, ...] = ()
    """What staff do while it is checked."""

    def faults_of(self, device: DevicePlan | None) -> tuple[Fault, ...]:
        """Return the faults of one device; none if there is no such device."""
        return tuple(fault for fault in self.faults if device and fault.device == device.id)


def shipped() -> list[str]:
    """Return the names of the scenarios that come with the package."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def load(name_or_path: str | Path) -> Scenario:
    """Read a scenario by its name or its path; every fault in it is reported at once."""
    path = Path(name_or_path)
    if path.suffix != ".toml":
        path = SHIPPED / f"{name_or_path}.toml"
        if not path.is_file():
            expected = f"a path ending in .toml or one of {', '.join(shipped())}"
            raise ScenarioFault(f"scenario: expected {expected}, got {str(name_or_path)!r}")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ScenarioFault(f"{path}: expected a readable TOML file, got: {error}") from error
    table = Table(str(path), data, faults=[])
    scenario = _scenario(path.stem, table)
    table.check()
    return scenario


def _scenario(name: str, table: Table) -> Scenario:
    site, gateway = table.text("site", "demo"), table.text("gateway", "gw-demo")
    prefixes = f"chairside/v1/{site}/{gateway}", f"simulated/{site}"
    minutes = table.table("cuff")
    cuff = CuffMinutes(
        baseline=minutes.number("baseline_min", 1, 60, 2),
        infusion=minutes.number("infusion_min", 1, 60, 5),
        recovery=minutes.number("recovery_min", 1, 60, 15),
    )
    minutes.close()
    chairs = tuple(_chair(id_, chair, prefixes) for id_, chair in table.named_tables("chair"))
    if not chairs:
        table.note("chair", "at least one chair", None)
    devices = {device.id: device for chair in chairs for device in chair.devices}
    if len(devices) < sum(len(chair.devices) for chair in chairs):
        table.note("chair", "a different id for every device", [d.id for c in chairs for d in c.devices])
    faults = [_fault(fault, devices) for fault in table.tables("faults")]
    faults += _random_faults(table, devices)
    faults += [fault.of_the_other() for fault in faults if fault.kind is FaultKind.SWAP]
    ids = [chair.id for chair in chairs]
    courses = tuple(_course(course, ids) for course in table.tables("course"))
    doses = tuple(given(dose, ids) for dose in table.tables("given"))
    watched_min = table.integer("minutes", 1, LONGEST_MIN, 30)
    statements = tuple(statement(stated, ids, watched_min) for stated in table.tables("expect"))
    acts = tuple(staff_act(act, ids, watched_min) for act in table.tables("act"))
    scenario = Scenario(
        name,
        table.text("title"),
        table.text("description"),
        chairs,
        tuple(faults),
        cuff,
        courses,
        watched_min,
        statements,
        doses,
        acts,
    )
    table.close()
    return scenario


def _chair(id_: str, table: Table, prefixes: tuple[str, str]) -> ChairPlan:
    patient = visit = None
    if table.has("patient") or table.has("visit"):
        patient, visit = patient_plan(table.table("patient")), _visit(table.table("visit"))
    devices = tuple(_device(device, prefixes) for device in table.tables("devices"))
    chair = ChairPlan(id_, table.text("label", id_), table.text("room", "Infusion"), patient, visit, devices)
    for what in (OXIMETRY, CUFF):
        claims = [device.id for device in devices if what in device.measures]
        if len(claims) > 1:
            table.note("devices", f"one device that measures {what}", claims)
    table.close()
    return chair


def _visit(table: Table) -> Visit:
    visit = Visit(
        phase=table.choice("phase", PHASES),
        minute=table.number("minute", 0, 240, 0),
        planned_min=table.integer("of", 20, 120, 40),
    )
    table.close()
    return visit


def _device(table: Table, prefixes: tuple[str, str]) -> DevicePlan:
    id_ = table.text("id")
    kind = table.choice("kind", KINDS)
    measures = table.words("measures", (OXIMETRY, CUFF), KINDS[kind])
    native, foreign = prefixes
    prefix = native if kind in NATIVE_KINDS else foreign
    topic = f"{prefix}/{table.text('topic')}" if kind in MQTT_KINDS else None
    port = table.text("port", id_) if kind not in MQTT_KINDS | CALLING_KINDS else None
    averages_s = table.number("averages_s", 1, 30, AVERAGES_S)
    device = DevicePlan(id_, kind, table.text("name", id_), measures, port, topic, averages_s)
    if kind not in CUFF_KINDS and CUFF in measures:
        table.note("measures", "no cuff on an oximeter", list(measures))
    table.close()
    return device


def _course(table: Table, chairs: list[str]) -> Course:
    course = Course(
        chair=table.choice("chair", chairs),
        vital=table.choice("vital", VITALS),
        to=table.number("to", 20, 300),
        at_s=table.number("at_min", 0, LONGEST_MIN) * 60,
        over_s=table.number("over_min", 0, 120, 1) * 60,
        for_s=table.number("for_min", 0, LONGEST_MIN, LONGEST_MIN) * 60,
    )
    table.close()
    return course


def _fault(table: Table, devices: dict[str, DevicePlan]) -> Fault:
    device = table.choice("device", devices)
    possible = possible_faults(devices[device]) if device in devices else list(FaultKind)
    kind = FaultKind(table.choice("kind", possible))
    every_min = table.number("every_min", 0.5, 240) if not table.has("at_min") else None
    longest_s = LONGEST_MIN * 60 if every_min is None else every_min * 60
    fault = Fault(
        device=device,
        kind=kind,
        every_s=None if every_min is None else every_min * 60,
        for_s=table.number("for_s", 1, longest_s, longest_s if every_min is None else None),
        at_s=0 if every_min is not None else table.number("at_min", 0, LONGEST_MIN) * 60,
        other=table.choice("other", _others(device, devices)) if kind in OF_TWO else None,
        seed=device if kind in OF_TWO else "",
    )
    table.close()
    return fault


def _random_faults(table: Table, devices: dict[str, DevicePlan]) -> list[Fault]:
    """Faults that nobody has foreseen, and that the seed fixes."""
    if not table.has("random_faults"):
        return []
    said = table.table("random_faults")
    seed = said.integer("seed", 0, 2**31)
    every_s = said.number("every_min", 0.5, 240) * 60
    for_s = said.number("for_s", 1, 3600, 30)
    said.close()
    chances = {id_: (possible_faults(plan), _others(id_, devices)) for id_, plan in devices.items()}
    return at_random(chances, seed, every_s, for_s, LONGEST_MIN * 60)


def _others(device: str, devices: dict[str, DevicePlan]) -> list[str]:
    return [other.id for other in devices.values() if other.id != device and OXIMETRY in other.measures]


def possible_faults(device: DevicePlan) -> list[FaultKind]:
    """Return what can go wrong with a device of this kind on this link."""
    impossible: set[FaultKind] = set()
    if OXIMETRY not in device.measures:
        impossible |= OF_THE_PROBE
    if CUFF not in device.measures:
        impossible |= OF_THE_CUFF
    if device.port is None:
        impossible |= SERIAL_ONLY
    if device.topic is None:
        impossible |= MQTT_ONLY
    return [kind for kind in FaultKind if kind not in impossible]
