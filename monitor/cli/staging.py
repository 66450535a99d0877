"""The stage of a rehearsal: simulated devices and patients before the product's adapters and its turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path

import msgspec

from devices.adapter.channel import Channel
from devices.links.settings import BrokerSpec, Hl7Spec
from devices.model import Arrival, CuffCommand, Origin
from monitor.cli.monitor import obey, periods, spec_of
from monitor.cli.virtual import BrokerJoint, CallersJoint, SerialJoint, VirtualClock
from monitor.config import BrokerSettings, ServerSettings, Settings
from monitor.demo import clinic, past
from monitor.demo.acting import Acting
from monitor.demo.relay import Relay
from monitor.store.history import PhaseSpan
from monitor.store.journal import Recovery
from monitor.store.rows import TurnRecord
from monitor.store.snapshot import ChairView, Snapshot
from monitor.terms import Now
from monitor.turn import TurnMaker
from simulators.bedside import Bedside
from simulators.control import Command, command
from simulators.devices import MESSAGES, SERIAL, calling
from simulators.history import acquaint, bedside_at_epoch
from simulators.scenario import Scenario
from simulators.stations import Line, Mouth

EPOCH_MS = 1_770_000_000_000
"""The shown time at which every rehearsal begins: the same scenario gives the same result on any day."""
STEP_MS, TURN_MS = 1_000, 2_000
"""From one look at the devices to the next, and from one turn to the next."""


class _Visits:
    """The phases of all visits, and the patients who follow them."""

    def __init__(self, scenario: Scenario) -> None:
        self._spans: dict[str, list[PhaseSpan]] = {}
        self._relay = Relay(scenario, EPOCH_MS, lambda visit: self._spans.get(visit, []))
        self._known = False

    def keep(self, record: TurnRecord) -> None:
        """Take note of the phases that begin in a turn."""
        for row in record.rows.phases:
            spans = self._spans.setdefault(row.visit, [])
            if spans:
                spans[-1] = msgspec.structs.replace(spans[-1], until_ms=row.from_ms)
            spans.append(PhaseSpan(row.phase, row.from_ms, None, row.by))

    def follow(self, snapshot: Snapshot, bedsides: Mapping[str, Bedside], now_ms: int) -> None:
        """Let the patients be where the visits are; at first they are."""
        if not self._known:
            self._known = True
            self._relay.assume(snapshot)
        for line in self._relay.lines(snapshot):
            order = command(line.encode())
            if isinstance(order, Command):
                bedside = bedsides[order.chair]
                bedside.advance(now_ms)
                bedside.seat(order.occupancy(bedside.occupancy), now_ms)


def played(scenario: Scenario, acting: Acting) -> Iterator[Snapshot]:
    """Yield what the screens would show every two seconds, from the scenario's beginning to its end."""
    begins_ms: list[int] = []
    makers: list[TurnMaker] = []
    names = count(1)
    settings = _clinic(scenario)

    def new_maker(now: Now) -> TurnMaker:
        begins_ms.append(now.utc_ms)
        makers.append(
            TurnMaker(
                settings, periods(settings), Recovery(), now, boot="past", new_id=lambda: f"r-{next(names)}"
            )
        )
        return makers[-1]

    visits = _Visits(scenario)
    past.live(scenario, EPOCH_MS, new_maker, visits.keep, earlier=False)
    maker, clock = makers[-1], VirtualClock(begins_ms[-1], EPOCH_MS)
    arrivals: list[Arrival] = []
    channels = {
        device.id: Channel(spec_of(device, Origin.DEMO), arrivals.append, clock, "live")
        for device in settings.devices
    }
    stage = Stage(scenario, channels, clock)
    chairs: dict[str, ChairView] = {}
    for at_ms in range(EPOCH_MS, EPOCH_MS + scenario.minutes * 60_000 + 1, STEP_MS):
        clock.at_ms = at_ms
        stage.tick()
        now = Now(clock.utc_ms(), clock.mono_s())
        said = list(arrivals)
        arrivals.clear()
        stage.settle(said)
        maker.absorb(said, acting.due(at_ms, chairs, maker.open_session) if chairs else [], now)
        if (at_ms - EPOCH_MS) % TURN_MS == 0:
            record = maker.seal(now)
            acting.answered(record.rows.outcomes)
            visits.keep(record)
            visits.follow(record.snapshot, stage.bedsides, at_ms)
            obey(record, stage.command, now)
            chairs = {chair.id: chair for chair in record.snapshot.chairs}
            yield record.snapshot


def _clinic(scenario: Scenario) -> Settings:
    return clinic.settings(
        scenario,
        store=Path("nowhere"),
        ports=Path("virtual"),
        broker=BrokerSettings(),
        server=ServerSettings(),
        speed=1.0,
    )


class Stage:
    """Every simulated device of a scenario, joined to the product's adapter for it."""

    def __init__(self, scenario: Scenario, channels: Mapping[str, Channel], clock: VirtualClock) -> None:
        self.bedsides: dict[str, Bedside] = {}
        self._lines: dict[str, SerialJoint] = {}
        mouths: dict[str, Mouth] = {}
        callers: dict[str, Line] = {}
        for chair in scenario.chairs:
            bedside = self.bedsides[chair.id] = bedside_at_epoch(chair, scenario, EPOCH_MS)
            for plan in chair.devices:
                faults = bedside.faults[plan.id]
                if plan.topic is not None:
                    device = MESSAGES[plan.kind](bedside, plan, "live", EPOCH_MS)
                    mouths[plan.topic] = Mouth(device, plan.topic, faults)
                elif plan.on_a_line:
                    line = Line(SERIAL[plan.kind](bedside, plan), plan.id, faults)
                    self._lines[plan.id] = SerialJoint(line, channels[plan.id], clock)
                else:
                    callers[plan.id] = Line(calling(bedside, plan), plan.id, faults)
        acquaint(scenario, self.bedsides)
        behind = [channel for channel in channels.values() if channel.spec.topic is not None]
        self._broker = BrokerJoint(mouths, behind, BrokerSpec("virtual"), clock) if behind else None
        calls = [channels[device] for device in callers]
        self._callers = CallersJoint(callers, calls, Hl7Spec("virtual", 0), clock) if calls else None

    def tick(self) -> None:
        """Let all devices and adapters do what is due now."""
        for line in self._lines.values():
            line.tick()
        if self._broker is not None:
            self._broker.tick()
        if self._callers is not None:
            self._callers.tick()

    def settle(self, arrivals: Sequence[Arrival]) -> None:
        """Answer those who wait for what was taken in."""
        if self._callers is not None:
            self._callers.settle(arrival.receipt for arrival in arrivals)

    def command(self, device: str, order: CuffCommand) -> None:
        """Tell a device's adapter what its cuff is to do."""
        self._lines[device].command(order)
