"""A scenario against its own statements: simulated devices, the product's adapters and turn, in virtual time.

Nothing is mocked but time, ports and the broker: bytes go through the faults of the wire into the codecs,
events into the turn that the monitor makes, and what its alarms are is held against what the scenario says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from devices.adapter.channel import Channel
from devices.links.settings import BrokerSpec
from devices.model import Arrival, Origin
from monitor.cli.monitor import periods, spec_of
from monitor.cli.virtual import BrokerJoint, SerialJoint, VirtualClock
from monitor.config import BrokerSettings, ServerSettings
from monitor.demo import clinic, past
from monitor.store.journal import Recovery
from monitor.store.snapshot import AlarmView, Snapshot
from monitor.terms import Now
from monitor.turn import TurnMaker
from simulators.bedside import Bedside
from simulators.devices import SERIAL
from simulators.faults import DeviceFaults
from simulators.history import acquaint, bedside_at_epoch
from simulators.native import NativeDevice
from simulators.scenario import CUFF, OXIMETRY, DevicePlan, Scenario, Statement
from simulators.stations import Line, Mouth
from simulators.tables import ScenarioFault

EPOCH_MS = 1_770_000_000_000
"""The shown time at which every rehearsal begins: the same scenario gives the same result on any day."""
STEP_MS, TURN_MS = 1_000, 2_000
"""From one look at the devices to the next, and from one turn to the next."""
ANY = "any"
CONDITIONS = frozenset(
    {
        "hr_high", "hr_low", "spo2_low", "sbp_high", "sbp_low", "dbp_high", "map_high", "map_low",
        "no_data_hr", "no_data_spo2", "probe_off", "no_baseline", "pressure_overdue",
        "infusion_overrun", "clock_step", "cuff_implausible", "cuff_on_iv_arm", "hr_sources_differ",
        "possible_swap", "flat_line_spo2", "flat_line_hr",
    }
)  # fmt: skip
"""Conditions that a statement may name; also `device_lost_<device>`, and `any` for what must never be."""
SETTLE_MIN = 5 / 60
"""The devices connect meanwhile; statements are about what comes after."""


@dataclass(slots=True)
class Verdict:
    """What became of one statement."""

    statement: Statement
    seen_min: float | None = None
    """When an alarm first fitted it, minutes after the beginning."""

    @property
    def passed(self) -> bool:
        """Whether the product did what is stated."""
        return (self.seen_min is None) is self.statement.never

    def look(self, minute: float, alarms: Sequence[AlarmView]) -> None:
        """Hold the alarms that are open now against the statement."""
        stated = self.statement
        if self.seen_min is not None or not max(SETTLE_MIN, stated.from_min) <= minute <= stated.by_min:
            return
        if any(_fits(stated, alarm) for alarm in alarms):
            self.seen_min = minute


def rehearse(scenario: Scenario) -> list[Verdict]:
    """Play a scenario to its end and return what became of each of its statements.

    Raises:
        ScenarioFault: a statement names a condition that the product does not have.
    """
    check_statements(scenario)
    verdicts = [Verdict(statement) for statement in scenario.statements]
    for snapshot in played(scenario):
        minute = (snapshot.at_ms - EPOCH_MS) / 60_000
        alarms = {chair.id: chair.alarms for chair in snapshot.chairs}
        for verdict in verdicts:
            verdict.look(minute, alarms[verdict.statement.chair])
    return verdicts


def check_statements(scenario: Scenario) -> None:
    """Raise ScenarioFault for statements about nothing: such a `never` would always hold."""
    devices = {device.id for chair in scenario.chairs for device in chair.devices}
    known = CONDITIONS | {f"device_lost_{device}" for device in devices}
    faults = [
        f"{scenario.name}: expect[{n}].condition: expected one of {', '.join(sorted(known))}, "
        f"or any with never; got {statement.condition!r}"
        for n, statement in enumerate(scenario.statements)
        if statement.condition not in known and not (statement.never and statement.condition == ANY)
    ]
    if not scenario.statements:
        faults = [f"{scenario.name}: expect: expected at least one statement to check, got nothing"]
    if faults:
        raise ScenarioFault("\n".join(faults))


def played(scenario: Scenario) -> Iterator[Snapshot]:
    """Yield what the screens would show every two seconds, from the scenario's beginning to its end."""
    begins_ms: list[int] = []
    makers: list[TurnMaker] = []
    names = count(1)
    settings = clinic.settings(
        scenario,
        store=Path("nowhere"),
        ports=Path("virtual"),
        broker=BrokerSettings(),
        server=ServerSettings(),
        speed=1.0,
    )

    def new_maker(now: Now) -> TurnMaker:
        begins_ms.append(now.utc_ms)
        makers.append(
            TurnMaker(
                settings, periods(settings), Recovery(), now, boot="past", new_id=lambda: f"r-{next(names)}"
            )
        )
        return makers[-1]

    past.live(scenario, EPOCH_MS, new_maker, lambda _record: None, earlier=False)
    maker, clock = makers[-1], VirtualClock(begins_ms[-1], EPOCH_MS)
    arrivals: list[Arrival] = []
    channels = {
        device.id: Channel(spec_of(device, Origin.DEMO), arrivals.append, clock, "live")
        for device in settings.devices
    }
    joints = _joints(scenario, channels, clock)
    for at_ms in range(EPOCH_MS, EPOCH_MS + scenario.minutes * 60_000 + 1, STEP_MS):
        clock.at_ms = at_ms
        for joint in joints:
            joint.tick()
        now = Now(clock.utc_ms(), clock.mono_s())
        said = list(arrivals)
        arrivals.clear()
        maker.absorb(said, [], now)
        if (at_ms - EPOCH_MS) % TURN_MS == 0:
            yield maker.seal(now).snapshot


def _joints(
    scenario: Scenario, channels: dict[str, Channel], clock: VirtualClock
) -> list[SerialJoint | BrokerJoint]:
    joints: list[SerialJoint | BrokerJoint] = []
    bedsides: dict[str, Bedside] = {}
    mouths: dict[str, Mouth] = {}
    behind_broker: list[Channel] = []
    for chair in scenario.chairs:
        bedside = bedsides[chair.id] = bedside_at_epoch(chair, scenario, EPOCH_MS)
        for plan in chair.devices:
            faults = DeviceFaults(scenario.faults_of(plan), EPOCH_MS)
            if plan.topic is None:
                line = Line(SERIAL[plan.kind](bedside, plan), plan.id, faults)
                joints.append(SerialJoint(line, channels[plan.id], clock))
            else:
                mouths[plan.topic] = Mouth(_native(bedside, plan), plan.topic, faults)
                behind_broker.append(channels[plan.id])
    acquaint(scenario, bedsides)
    if behind_broker:
        joints.append(BrokerJoint(mouths, behind_broker, BrokerSpec("virtual"), clock))
    return joints


def _native(bedside: Bedside, plan: DevicePlan) -> NativeDevice:
    return NativeDevice(
        bedside, plan.id, "live", EPOCH_MS, oximeter=OXIMETRY in plan.measures, cuff=CUFF in plan.measures
    )


def _fits(stated: Statement, alarm: AlarmView) -> bool:
    condition = stated.condition in {ANY, alarm.condition}
    return condition and stated.priority in {None, alarm.priority}
