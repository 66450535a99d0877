"""Runs a scenario: one thread for serial ports and control lines, one MQTT client thread a gateway."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from secrets import token_hex
from selectors import EVENT_READ, DefaultSelector
from types import TracebackType
from typing import Self, TypeVar

from simulators.bedside import Bedside
from simulators.calling import CallingStation
from simulators.control import ControlInput, GiveOrder, TimeOrder, command
from simulators.desk import Desk
from simulators.devices import MESSAGES, SERIAL, calling
from simulators.history import acquaint, bedside_at_epoch
from simulators.hl7 import ADDRESS
from simulators.plans import Given
from simulators.scenario import DevicePlan, Scenario
from simulators.stations import Clock, Gateway, SerialStation, Station
from simulators.tables import ScenarioFault
from simulators.transport import Broker
from simulators.wiring import Wiring

LOG = logging.getLogger(__name__)
Answer = TypeVar("Answer")

MOST_PER_S = 8
"""Messages of one device in a second of real time; at high speed it skips the rest of its seconds."""


STARTING_MS = 60_000
"""A cuff result of the last minute has not been told by a former run: starting takes its time."""


class Simulation:
    """A scenario that runs. Enter it, `run` it in the same thread, `stop` it from anywhere.

    `clock` shows the scenario's time and runs `speed` times as fast as real time. `epoch_ms` is the time
    shown at which the scenario's chairs stand as its file says. `control` is a descriptor that control lines
    come from (see `simulators.control`); its end stops the simulation. Lines end at pseudo-terminals in
    `directory`, unless `serial` names a real port by device, or `tcp` the first of a row of TCP ports.
    """

    def __init__(
        self,
        scenario: Scenario,
        directory: Path,
        broker: Broker,
        clock: Clock,
        *,
        speed: float = 1.0,
        epoch_ms: int | None = None,
        control: int | None = None,
        serial: Mapping[str, str] | None = None,
        tcp: tuple[str, int] | None = None,
        hl7: tuple[str, int] = ADDRESS,
    ) -> None:
        self._hl7 = hl7
        self.epoch_ms = clock.utc_ms() if epoch_ms is None else epoch_ms
        self._scenario = scenario
        devices = [device for chair in scenario.chairs for device in chair.devices]
        self.places = Wiring(directory, serial or {}, tcp).places(devices)
        self._broker = broker
        self._clock = clock
        self._speed = speed
        self._period_s = max(1.0, speed / MOST_PER_S)
        self._control = control
        self._selector = DefaultSelector()
        self._wake_read, self._wake_write = os.pipe()
        self._bedsides: dict[str, Bedside] = {}
        self._gateways: dict[str, Gateway] = {}
        self._due: dict[Station, float] = {}
        self._asked: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._stopping = False

    def __enter__(self) -> Self:
        """Make the ports and begin to connect to the broker; if one cannot be made, none is left behind."""
        with ExitStack() as opening:
            opening.callback(self._close)
            self._open()
            self._closing = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say goodbye to the broker and take the ports away."""
        self._closing.close()

    def run(self) -> None:
        """Let the devices speak and answer until `stop`."""
        while not self._stopping:
            self._tick()
            for key, _ in self._selector.select(self._idle_s()):
                key.data()

    def stop(self) -> None:
        """End `run`; may be called from a signal handler or another thread."""
        if not self._stopping:
            self._stopping = True
            os.write(self._wake_write, b".")

    def ask(self, act: Callable[[Desk], Answer]) -> Future[Answer]:
        """Do something with the chairs in the thread that runs them; may be called from any thread."""
        future: Future[Answer] = Future()

        def answer() -> None:
            try:
                future.set_result(act(self._desk()))
            except Exception as fault:  # noqa: BLE001  whoever asked is told
                future.set_exception(fault)

        self._asked.put(answer)
        os.write(self._wake_write, b".")
        return future

    @property
    def paused(self) -> bool:
        """Whether the patients stand still."""
        return all(bedside.time.stands for bedside in self._bedsides.values())

    def pause(self) -> None:
        """Let patients and cuffs stand still; the devices go on talking. May be called from any thread."""
        for bedside in self._bedsides.values():
            bedside.time.pause(self._clock.utc_ms())

    def resume(self) -> None:
        """Let patients and cuffs go on from where they stand. May be called from any thread."""
        for bedside in self._bedsides.values():
            bedside.time.resume(self._clock.utc_ms())

    def step(self, seconds: float) -> None:
        """Let patients and cuffs be so many seconds further at once. May be called from any thread.

        Whatever was measured in the leap is told as of now. Raises ValueError for less than none.
        """
        for bedside in self._bedsides.values():
            bedside.time.leap(seconds, self._clock.utc_ms())

    def obey(self, line: bytes) -> None:
        """Let a chair follow one control line; a line that cannot be read is logged and changes nothing."""
        try:
            order = command(line)
            if isinstance(order, TimeOrder):
                self._order_time(order)
                return
            bedside = self._bedsides.get(order.chair)
            if bedside is None:
                known = ", ".join(self._bedsides)
                raise ScenarioFault(f"control line: chair: expected one of {known}, got {order.chair!r}")
        except ScenarioFault as fault:
            LOG.error("ignored: %s", fault)
            return
        now_ms = self._clock.utc_ms()
        bedside.advance(now_ms)
        if isinstance(order, GiveOrder):
            bedside.give(Given(order.what, now_ms / 1000, order.amount))
            return
        bedside.seat(order.occupancy(bedside.occupancy), now_ms)

    def _order_time(self, order: TimeOrder) -> None:
        match order.what:
            case "pause":
                self.pause()
            case "resume":
                self.resume()
            case _:
                self.step(order.seconds)

    def _desk(self) -> Desk:
        return Desk(self._scenario, self._bedsides, self._clock.utc_ms(), self.epoch_ms)

    def _woken(self) -> None:
        os.read(self._wake_read, 4096)
        while not self._asked.empty():
            self._asked.get()()

    def _open(self) -> None:
        self._selector.register(self._wake_read, EVENT_READ, self._woken)
        if self._control is not None:
            lines = ControlInput(self._control, self.obey, self.stop)
            self._selector.register(self._control, EVENT_READ, lines.ready)
        for chair in self._scenario.chairs:
            bedside = bedside_at_epoch(chair, self._scenario, self.epoch_ms)
            self._bedsides[chair.id] = bedside
            for plan in chair.devices:
                self._due[self._station(plan, bedside)] = 0.0
        acquaint(self._scenario, self._bedsides)
        self._spread()
        for gateway in self._gateways.values():
            gateway.start()

    def _close(self) -> None:
        for gateway in self._gateways.values():
            gateway.stop()
        for station in self._due:
            station.close()
        self._selector.close()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _tick(self) -> None:
        now_s, now_ms = self._clock.mono_s(), self._clock.utc_ms()
        for station, due_s in self._due.items():
            if due_s <= now_s:
                station.tick(now_ms)
                self._due[station] = max(due_s + self._period_s, now_s)

    def _idle_s(self) -> float:
        """Real seconds until the next station is due."""
        next_s = min(self._due.values(), default=self._clock.mono_s() + 60)
        return max(0.0, next_s - self._clock.mono_s()) / self._speed

    def _spread(self) -> None:
        """Let the stations begin one after the other within a period: devices are not in step."""
        begin_s = self._clock.mono_s()
        for number, station in enumerate(self._due):
            self._due[station] = begin_s + self._period_s * number / len(self._due)

    def _station(self, plan: DevicePlan, bedside: Bedside) -> Station:
        faults = bedside.faults[plan.id]
        if plan.topic is not None:
            topic = plan.topic.rpartition("/")[0]
            if topic not in self._gateways:
                self._gateways[topic] = Gateway(topic, self._broker, self._clock)
            since_ms = max(self.epoch_ms, self._clock.utc_ms() - STARTING_MS)
            device = MESSAGES[plan.kind](bedside, plan, token_hex(4), since_ms)
            return self._gateways[topic].attach(device, plan.topic, faults)
        if not plan.on_a_line:
            caller = calling(bedside, plan)
            return CallingStation(caller, plan.id, self._hl7, self._selector, faults, self._clock)
        serial = SERIAL[plan.kind](bedside, plan)
        return SerialStation(serial, self.places[plan.id], self._selector, faults, self._clock)
