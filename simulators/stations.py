"""Joins a device to what carries its bytes, through the faults of the moment."""

from __future__ import annotations

import logging
from random import Random
from selectors import BaseSelector
from typing import Protocol

from simulators.faults import DeviceFaults, FaultKind, Wire
from simulators.messages import MessageDevice, Said
from simulators.native import ORIGIN, encoded, utc
from simulators.transport import Broker, GatewayLink, Message
from simulators.wiring import Place, port_at

LOG = logging.getLogger(__name__)

_MOST_ANSWERS = 64
"""Different requests whose answers are remembered for a device that hangs."""


def label(origin: str) -> bytes:
    """Return what stands before each message on a line, so that nobody takes it for a patient's.

    Source: docs/simulator.md, section "The label on a line".
    """
    return f"<chairside:{origin}>".encode("ascii")


class Clock(Protocol):
    """The door through which time comes in; it may run faster than real time."""

    def utc_ms(self) -> int:
        """UTC now, in milliseconds."""
        ...

    def mono_s(self) -> float:
        """Seconds that never step back, at the same pace."""
        ...


class SerialDevice(Protocol):
    """A device on a serial line: it speaks unasked, or answers, or both."""

    def speak(self, now_ms: int) -> bytes:
        """Return what it says this second unasked."""
        ...

    def receive(self, data: bytes, now_ms: int) -> bytes:
        """Return what it answers to these bytes."""
        ...


class Line:
    """What a serial device says and answers, after its faults; no bytes are moved here."""

    def __init__(self, device: SerialDevice, name: str, faults: DeviceFaults) -> None:
        self._device = device
        self._faults = faults
        self._wire = Wire(Random(name))
        self._last_words = b""
        self._answers: dict[bytes, bytes] = {}

    def plugged(self, now_ms: int) -> bool:
        """Whether the cable is in."""
        return FaultKind.UNPLUG not in self._faults.present(now_ms)

    def speak(self, now_ms: int) -> list[bytes]:
        """Return what arrives of what it says unasked."""
        present = self._faults.present(now_ms)
        if FaultKind.FREEZE not in present:
            self._last_words = self._device.speak(now_ms)
        return self._wire.carry(self._last_words, present)

    def answer(self, data: bytes, now_ms: int) -> list[bytes]:
        """Return what arrives of its answer; one that hangs answers as it did before it hung."""
        present = self._faults.present(now_ms)
        if FaultKind.FREEZE not in present or data not in self._answers:
            if len(self._answers) >= _MOST_ANSWERS:
                self._answers.clear()
            self._answers[data] = self._device.receive(data, now_ms)
        return self._wire.carry(self._answers[data], present)


class Station(Protocol):
    """A device with its link."""

    def tick(self, now_ms: int) -> None:
        """Let the device say what it has to say; called about once a second."""
        ...

    def heard(self) -> bool:
        """Whether what it says would arrive anywhere now."""
        ...

    def close(self) -> None:
        """Give back what the link holds."""
        ...


class SerialStation:
    """A device on a line."""

    def __init__(
        self,
        device: SerialDevice,
        place: Place,
        selector: BaseSelector,
        faults: DeviceFaults,
        clock: Clock,
        origin: str = ORIGIN,
    ) -> None:
        self._label = label(origin)
        self._line = Line(device, place.name, faults)
        self._port = port_at(place, selector, self._received)
        self._clock = clock
        self._refused = False
        self._port.plug()

    def tick(self, now_ms: int) -> None:
        """Pull or plug the cable, look who listens, speak."""
        if not self._line.plugged(now_ms):
            self._port.unplug()
            return
        if not self._plug():
            return
        self._port.attend()
        self._send(self._line.speak(now_ms))

    def heard(self) -> bool:
        """Whether somebody has the port open."""
        return self._port.heard

    def _plug(self) -> bool:
        """Put the cable in; a port that cannot be had now is named once and tried again."""
        try:
            self._port.plug()
        except OSError as error:
            if not self._refused:
                LOG.warning("%s; tried again each second", error)
            self._refused = True
            return False
        self._refused = False
        return True

    def close(self) -> None:
        """Take the port away."""
        self._port.unplug()

    def _received(self, data: bytes) -> None:
        self._send(self._line.answer(data, self._clock.utc_ms()))

    def _send(self, pieces: list[bytes]) -> None:
        for piece in pieces:
            self._port.write(self._label + piece)


class Mouth:
    """What a device behind a gateway publishes, after what its faults have made of it."""

    def __init__(self, device: MessageDevice, name: str, faults: DeviceFaults) -> None:
        self._device = device
        self._name = name
        self._faults = faults
        self._wires: dict[str, Wire] = {}
        self._last_words: list[Said] = []

    def cut_off(self, now_ms: int) -> bool:
        """Whether there is no broker that it could speak to."""
        return FaultKind.BROKER_RESTART in self._faults.present(now_ms)

    def speak(self, now_ms: int) -> list[Said]:
        """Return the messages that arrive now. While it is silent it keeps a cuff result."""
        present = self._faults.present(now_ms)
        if FaultKind.SILENT in present:
            return []
        if FaultKind.FREEZE not in present:
            self._last_words = self._device.messages(now_ms)
        return [
            Said(said.path, payload)
            for said in self._last_words
            for payload in self._wire(said.path).carry(said.payload, present)
        ]

    def _wire(self, path: str) -> Wire:
        return self._wires.setdefault(path, Wire(Random(f"{self._name}/{path}")))


def below(topic: str, path: str) -> str:
    """Return the topic at a path below another."""
    return f"{topic}/{path}" if path else topic


class MqttStation:
    """A device behind a gateway."""

    def __init__(self, device: MessageDevice, topic: str, link: GatewayLink, faults: DeviceFaults) -> None:
        self._device = device
        self._mouth = Mouth(device, topic, faults)
        self._topic = topic
        self._link = link

    def tick(self, now_ms: int) -> None:
        """Publish this second's messages. Without a link the device waits: a cuff result is not lost."""
        if self._mouth.cut_off(now_ms):
            self._link.cut()
        if not self._link.connected:
            return
        for said in self._mouth.speak(now_ms):
            self._link.publish(Message(below(self._topic, said.path), said.payload))

    def heard(self) -> bool:
        """Whether the broker is there."""
        return self._link.connected

    def close(self) -> None:
        """Hold nothing: the link belongs to the gateway."""

    def births(self, now_ms: int) -> list[Message]:
        """Return what the gateway says of this device, retained, on every connection."""
        return self._retained(self._device.births(now_ms))

    def farewell(self, now_ms: int) -> list[Message]:
        """Return what the gateway says of this device, retained, when it stops."""
        return self._retained(self._device.farewell(now_ms))

    def _retained(self, said: list[Said]) -> list[Message]:
        return [Message(below(self._topic, each.path), each.payload, retain=True) for each in said]


class Gateway:
    """A gateway with its MQTT connection and the devices behind it."""

    def __init__(self, topic: str, broker: Broker, clock: Clock, origin: str = ORIGIN) -> None:
        self._topic = topic
        self._origin = origin
        self._clock = clock
        self._stations: list[MqttStation] = []
        will = Message(f"{topic}/_gw/status", encoded({"state": "offline"}, origin), retain=True)
        self._link = GatewayLink(broker, topic.rpartition("/")[2], will, self._births)

    def attach(self, device: MessageDevice, topic: str, faults: DeviceFaults) -> MqttStation:
        """Put a device behind this gateway; before `start`."""
        station = MqttStation(device, topic, self._link, faults)
        self._stations.append(station)
        return station

    def start(self) -> None:
        """Begin to connect; the gateway then reconnects for ever."""
        self._link.start()

    def stop(self) -> None:
        """Say that gateway and devices are offline, and disconnect."""
        now_ms = self._clock.utc_ms()
        farewell = [message for station in self._stations for message in station.farewell(now_ms)]
        self._link.stop([*farewell, self._status("offline", now_ms)])

    def _births(self) -> list[Message]:
        now_ms = self._clock.utc_ms()
        births = [message for station in self._stations for message in station.births(now_ms)]
        return [self._status("online", now_ms), *births]

    def _status(self, state: str, now_ms: int) -> Message:
        payload = encoded({"state": state, "t": utc(now_ms)}, self._origin)
        return Message(f"{self._topic}/_gw/status", payload, retain=True)
