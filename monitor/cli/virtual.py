"""Simulated devices joined to the product's own adapters, with no port and no broker, in virtual time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from serial import Serial, SerialBase

from devices.adapter.backoff import Backoff
from devices.adapter.channel import Channel
from devices.adapter.hl7_devices import Hl7Devices, Hl7Receipt
from devices.adapter.mqtt_devices import MqttDevices
from devices.adapter.serial_device import SerialDevice
from devices.links.mllp import Caller
from devices.links.mqtt import Message, MqttListener, Receipt
from devices.links.serial_line import Listener, PortNotOpened
from devices.links.settings import BrokerSpec, Hl7Spec, LineSettings
from devices.model import CuffCommand
from simulators.stations import Line, Mouth, below

_MOST_ROUNDS = 200
"""Requests in one tick: a device that floods answers must not keep the rehearsal for ever."""


@dataclass(slots=True)
class VirtualClock:
    """A clock that shows what it is told; its seconds count from `begins_ms`."""

    begins_ms: int
    at_ms: int

    def utc_ms(self) -> int:
        """UTC, milliseconds."""
        return self.at_ms

    def mono_s(self) -> float:
        """Seconds since the beginning."""
        return (self.at_ms - self.begins_ms) / 1000

    def real_mono_s(self) -> float:
        """The same: nothing here is real."""
        return self.mono_s()


class SerialJoint:
    """One serial device, simulated, with the product's adapter for it."""

    def __init__(self, simulated: Line, channel: Channel, clock: VirtualClock) -> None:
        self._simulated = simulated
        self._clock = clock
        self._listener: Listener | None = None
        self._requests: deque[bytes] = deque()
        self._adapter = SerialDevice(
            channel, self, Backoff(chance=lambda: 0.0), opening=self._open, aside=_at_once
        )

    def attach(self, port: SerialBase, listener: Listener) -> SerialJoint:  # noqa: ARG002
        """Be the open line of the adapter."""
        self._listener = listener
        return self

    def write(self, data: bytes) -> None:
        """Take what the adapter sends."""
        self._requests.append(data)

    def close(self) -> None:
        """Be closed by the adapter."""
        self._listener = None

    def command(self, order: CuffCommand) -> None:
        """Tell the adapter what the cuff is to do."""
        self._adapter.command(order)

    def tick(self) -> None:
        """Let both sides do what is due now."""
        now_ms = self._clock.utc_ms()
        if self._listener is not None and not self._simulated.plugged(now_ms):
            self._listener.lost(self, "the cable was pulled")
        self._adapter.tick()
        self._hand_over(self._simulated.speak(now_ms))
        for _ in range(_MOST_ROUNDS):
            if not self._requests:
                break
            self._hand_over(self._simulated.answer(self._requests.popleft(), now_ms))

    def _open(self, port: str, settings: LineSettings) -> SerialBase:  # noqa: ARG002
        if not self._simulated.plugged(self._clock.utc_ms()):
            raise PortNotOpened(f"{port}: no such port")
        self._requests.clear()
        return Serial()

    def _hand_over(self, pieces: Iterable[bytes]) -> None:
        for piece in pieces:
            if self._listener is not None:
                self._listener.received(self, piece)


class BrokerJoint:
    """The devices behind gateways, simulated, with the product's adapter for them."""

    def __init__(
        self, mouths: dict[str, Mouth], channels: list[Channel], broker: BrokerSpec, clock: VirtualClock
    ) -> None:
        self._mouths = mouths
        self._clock = clock
        self._listener: MqttListener | None = None
        self._qos: dict[str, int] = {}
        self._there = True
        self._adapter = MqttDevices(channels, broker, connect=self._connect)
        self._adapter.start()

    @property
    def where(self) -> str:
        """Name the broker."""
        return "virtual broker"

    def start(self) -> None:
        """Accept the connection."""
        if self._listener is not None:
            self._listener.connected()

    def stop(self) -> None:
        """Hold nothing."""

    def acknowledge(self, receipts: Iterable[Receipt]) -> None:
        """Keep nothing that could be settled."""

    def publish(self, topic: str, payload: bytes) -> None:
        """Lose what is said to gateways: none of them waits for it."""

    def tick(self) -> None:
        """Let both sides do what is due now."""
        self._mind_the_broker()
        for device_topic, mouth in self._mouths.items() if self._there else ():
            for said in mouth.speak(self._clock.utc_ms()):
                topic = below(device_topic, said.path)
                if self._listener is not None and topic in self._qos:
                    receipt = Receipt(0, self._qos[topic])
                    self._listener.message(Message(topic, said.payload, retained=False, receipt=receipt))
        self._adapter.tick()

    def _mind_the_broker(self) -> None:
        """Let the broker, whom all share, go and come back as one of the devices has it."""
        there = not any(mouth.cut_off(self._clock.utc_ms()) for mouth in self._mouths.values())
        if there is not self._there and self._listener is not None:
            self._there = there
            if there:
                self._listener.connected()
            else:
                self._listener.disconnected("the broker is away")

    def _connect(
        self,
        broker: BrokerSpec,  # noqa: ARG002
        topics: list[tuple[str, int]],
        listener: MqttListener,
        backoff_s: tuple[float, float],  # noqa: ARG002
    ) -> BrokerJoint:
        self._listener = listener
        self._qos = dict(topics)
        return self


class _VirtualCaller(Caller):
    """A connection of which nothing is real; what is answered goes nowhere."""

    def __init__(self, host: str) -> None:
        self.host = host

    def send(self, data: bytes) -> None:
        """Answer."""

    def hang_up(self) -> None:
        """Stay: the simulated sender would call again at once."""

    def close(self) -> None:
        """Hold nothing."""


class CallersJoint:
    """The devices that call with HL7, simulated, with the product's adapter for them."""

    port = 0

    def __init__(
        self, lines: dict[str, Line], channels: list[Channel], spec: Hl7Spec, clock: VirtualClock
    ) -> None:
        self._lines = [(_VirtualCaller(name), line) for name, line in lines.items()]
        self._clock = clock
        self._received: Callable[[Caller, bytes], None] | None = None
        self._adapter = Hl7Devices(channels, spec, listening=self._listen)
        self._adapter.start()

    def start(self) -> str:
        """Listen at once."""
        return ""

    def stop(self) -> None:
        """Hold nothing."""

    def tick(self) -> None:
        """Let both sides do what is due now."""
        for caller, line in self._lines:
            for piece in line.speak(self._clock.utc_ms()):
                if self._received is not None:
                    self._received(caller, piece)
        self._adapter.tick()

    def settle(self, receipts: Iterable[object]) -> None:
        """Answer what was taken in."""
        self._adapter.acknowledge(receipt for receipt in receipts if isinstance(receipt, Hl7Receipt))

    def _listen(
        self,
        spec: Hl7Spec,  # noqa: ARG002
        received: Callable[[Caller, bytes], None],
        closed: Callable[[Caller], None],  # noqa: ARG002
    ) -> CallersJoint:
        self._received = received
        return self


def _at_once(work: Callable[[], None]) -> None:
    work()
