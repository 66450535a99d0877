"""Joins a device to what carries its bytes, through the faults of the moment."""

from __future__ import annotations

from pathlib import Path
from random import Random
from selectors import BaseSelector
from typing import Protocol

from simulators.faults import DeviceFaults, FaultKind, on_the_wire
from simulators.native import NativeDevice, encoded, utc
from simulators.transport import Broker, GatewayLink, Message, SerialPort


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


class Station(Protocol):
    """A device with its link."""

    def tick(self, now_ms: int) -> None:
        """Let the device say what it has to say; called about once a second."""
        ...

    def close(self) -> None:
        """Give back what the link holds."""
        ...


class SerialStation:
    """A device on a pseudo-terminal."""

    def __init__(
        self, device: SerialDevice, path: Path, selector: BaseSelector, faults: DeviceFaults, clock: Clock
    ) -> None:
        self._device = device
        self._port = SerialPort(path, selector, self._received)
        self._faults = faults
        self._clock = clock
        self._dice = Random(path.name)
        self._port.plug()

    def tick(self, now_ms: int) -> None:
        """Pull or plug the cable, look who listens, speak."""
        present = self._faults.present(now_ms)
        if FaultKind.UNPLUG in present:
            self._port.unplug()
            return
        self._port.plug()
        self._port.attend()
        self._send(self._device.speak(now_ms), present)

    def close(self) -> None:
        """Take the port away."""
        self._port.unplug()

    def _received(self, data: bytes) -> None:
        now_ms = self._clock.utc_ms()
        self._send(self._device.receive(data, now_ms), self._faults.present(now_ms))

    def _send(self, data: bytes, present: set[FaultKind]) -> None:
        for piece in on_the_wire(data, present, self._dice):
            self._port.write(piece)


class MqttStation:
    """A device behind a gateway."""

    def __init__(self, device: NativeDevice, topic: str, link: GatewayLink, faults: DeviceFaults) -> None:
        self._device = device
        self._topic = topic
        self._link = link
        self._faults = faults
        self._dice = Random(topic)

    def tick(self, now_ms: int) -> None:
        """Publish this second's observations. Without a link the device waits: a cuff result is not lost."""
        present = self._faults.present(now_ms)
        if FaultKind.SILENT in present or not self._link.connected:
            return
        for payload in on_the_wire(self._device.speak(now_ms), present, self._dice):
            self._link.publish(Message(f"{self._topic}/obs", payload))

    def close(self) -> None:
        """Hold nothing: the link belongs to the gateway."""

    def births(self, now_ms: int) -> list[Message]:
        """Return what the gateway says of this device, retained, on every connection."""
        return [
            Message(f"{self._topic}/info", self._device.info(), retain=True),
            Message(f"{self._topic}/status", self._device.status("online", now_ms), retain=True),
        ]

    def farewell(self, now_ms: int) -> list[Message]:
        """Return what the gateway says of this device, retained, when it stops."""
        return [Message(f"{self._topic}/status", self._device.status("offline", now_ms), retain=True)]


class Gateway:
    """A gateway with its MQTT connection and the devices behind it."""

    def __init__(self, topic: str, broker: Broker, clock: Clock) -> None:
        self._topic = topic
        self._clock = clock
        self._stations: list[MqttStation] = []
        will = Message(f"{topic}/_gw/status", encoded({"state": "offline"}), retain=True)
        self._link = GatewayLink(broker, topic.rpartition("/")[2], will, self._births)

    def attach(self, device: NativeDevice, topic: str, faults: DeviceFaults) -> MqttStation:
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
        payload = encoded({"state": state, "t": utc(now_ms)})
        return Message(f"{self._topic}/_gw/status", payload, retain=True)
