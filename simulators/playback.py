"""Plays what was recorded through a real link: a recording on its line, a table as a device of choice."""

from __future__ import annotations

import threading
from secrets import token_hex
from selectors import DefaultSelector
from typing import Protocol

from simulators.devices import SERIAL
from simulators.faults import DeviceFaults
from simulators.measured import MeasuredBedside
from simulators.native import NativeDevice
from simulators.scenario import CUFF, OXIMETRY, DevicePlan
from simulators.stations import Clock, Gateway, SerialDevice, SerialStation, Station
from simulators.tape import Tape
from simulators.transport import Broker
from simulators.wiring import Wiring

ORIGIN = "replay"
TABLE_KINDS = ("chairside-json", "masimo-ascii1", "dinamap")
"""What a table can be played as."""
_LOOK_S = 0.05


class Source(Protocol):
    """What is played."""

    def begin(self, now_ms: int) -> None:
        """Start; nothing comes before."""
        ...

    def ended(self, now_ms: int) -> bool:
        """Whether nothing more will come."""
        ...


class Playback:
    """One device that plays. Enter it, `run` it in the same thread, `stop` it from anywhere.

    It begins when somebody listens, and ends by itself: the port goes, or the gateway says offline. What it
    says has the origin `replay`. `line` are the settings of a real port, where its kind's do not fit.
    """

    def __init__(
        self,
        plan: DevicePlan,
        source: Tape | MeasuredBedside,
        wiring: Wiring,
        broker: Broker,
        clock: Clock,
        line: str = "",
    ) -> None:
        self._source: Source = source
        self._clock = clock
        self._selector = DefaultSelector()
        self._stopping = threading.Event()
        self._gateway: Gateway | None = None
        self._period_s = _LOOK_S if isinstance(source, Tape) else 1.0
        self.places = wiring.places([plan], line)
        self._station: Station
        self._station = self._made(plan, source, broker)

    def run(self) -> None:
        """Play to the end, or until `stop`."""
        begun, due_s = False, 0.0
        while not self._stopping.is_set():
            now_ms = self._clock.utc_ms()
            if not begun and self._station.heard():
                self._source.begin(now_ms)
                begun = True
            if begun and self._source.ended(now_ms):
                return
            if self._clock.mono_s() >= due_s:
                due_s = self._clock.mono_s() + self._period_s
                self._station.tick(now_ms)
            for key, _ in self._selector.select(_LOOK_S):
                key.data()

    def stop(self) -> None:
        """End `run`; may be called from a signal handler or another thread."""
        self._stopping.set()

    def close(self) -> None:
        """Take the port away, or say that the device is offline."""
        if self._gateway is not None:
            self._gateway.stop()
        self._station.close()
        self._selector.close()

    def _made(self, plan: DevicePlan, source: Tape | MeasuredBedside, broker: Broker) -> Station:
        faults = DeviceFaults((), 0)
        if isinstance(source, MeasuredBedside) and plan.topic is not None:
            self._gateway = Gateway(plan.topic.rpartition("/")[0], broker, self._clock, ORIGIN)
            native = NativeDevice(
                source, plan.id, token_hex(4), 0,
                oximeter=OXIMETRY in plan.measures, cuff=CUFF in plan.measures, origin=ORIGIN,
            )  # fmt: skip
            station = self._gateway.attach(native, plan.topic, faults)
            self._gateway.start()
            return station
        device: SerialDevice = source if isinstance(source, Tape) else SERIAL[plan.kind](source, plan)
        return SerialStation(device, self.places[plan.id], self._selector, faults, self._clock, ORIGIN)
