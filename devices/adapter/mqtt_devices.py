"""The devices behind one MQTT broker: messages in, arrivals out, and every message acknowledged."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

import msgspec

from devices.adapter.channel import Channel
from devices.adapter.message_readers import MessageReader, reader_of
from devices.adapter.stamped import Stamped, of_this_origin
from devices.adapter.untimed_cuffs import UntimedCuffs
from devices.codecs.single_values import is_available
from devices.links.mqtt import Message, MqttLink, MqttListener, Receipt
from devices.links.settings import BrokerSpec
from devices.model import DeviceState, Malformed

_logger = logging.getLogger(__name__)


class _Status(msgspec.Struct):
    """What a gateway says of a device, or its broker of the gateway."""

    state: Literal["online", "offline", "degraded"]


class _Info(msgspec.Struct):
    """What a gateway says of how a device speaks."""

    periods: dict[str, Annotated[float, msgspec.Meta(ge=0.01, le=60)] | None] = {}
    """By code: seconds from one value to the next, null for events."""


_status = msgspec.json.Decoder(_Status)
_info = msgspec.json.Decoder(_Info, strict=True)
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


@dataclass(slots=True)
class _Device:
    """One device, what reads its messages, and what it has to remember."""

    channel: Channel
    reader: MessageReader
    cuffs: UntimedCuffs = field(default_factory=UntimedCuffs)


@dataclass(frozen=True, slots=True)
class _Route:
    """What to do with the messages of one topic, and whom they concern."""

    handle: Callable[[Sequence[_Device], Message], None]
    devices: list[_Device]
    qos: int = 1


class MqttDevices:
    """All devices behind one broker."""

    def __init__(
        self, channels: Sequence[Channel], broker: BrokerSpec, backoff_s: tuple[float, float] = (0.1, 5.0)
    ) -> None:
        self._devices = [_Device(channel, reader_of(channel.spec)) for channel in channels]
        self._routes: dict[str, _Route] = {}
        for device in self._devices:
            self._add(device)
        listener = MqttListener(self._message, self._connected, self._disconnected, self._refused)
        topics = [(topic, route.qos) for topic, route in self._routes.items()]
        self._link = MqttLink(broker, topics, listener, backoff_s)

    def start(self) -> None:
        """Begin connecting to the broker."""
        for device in self._devices:
            device.channel.link(DeviceState.CONNECTING, self._link.where)
        self._link.start()

    def stop(self) -> None:
        """Leave the broker; it keeps what was not acknowledged."""
        self._link.stop()

    def tick(self) -> None:
        """Tell which devices are silent."""
        for device in self._devices:
            if device.channel.check_silence():
                device.reader.forget()

    def acknowledge(self, receipts: Iterable[Receipt]) -> None:
        """Settle messages whose rows are committed."""
        self._link.acknowledge(receipts)

    def _add(self, device: _Device) -> None:
        spec, reader = device.channel.spec, device.reader
        for topic in reader.topics:
            if topic in self._routes:
                other = self._routes[topic].devices[0].channel.spec.id
                msg = f"device {spec.id}: expected a topic of its own, got {spec.topic} of device {other}"
                raise ValueError(msg)
            # What does not say when it was measured must not wait for us in a queue.
            self._routes[topic] = _Route(self._observations, [device], 1 if reader.timed else 0)
        if reader.availability is not None:
            self._share(reader.availability, self._availability, device)
        if reader.native and spec.topic is not None:
            self._routes[f"{spec.topic}/status"] = _Route(self._device_status, [device])
            self._routes[f"{spec.topic}/info"] = _Route(self._device_info, [device])
            self._share(f"{spec.topic.rpartition('/')[0]}/_gw/status", self._gateway_status, device)

    def _share(
        self, topic: str, handle: Callable[[Sequence[_Device], Message], None], device: _Device
    ) -> None:
        self._routes.setdefault(topic, _Route(handle, [])).devices.append(device)

    def _connected(self) -> None:
        for device in self._devices:
            if device.channel.state is not DeviceState.CONNECTED:
                device.channel.link(DeviceState.CONNECTING, f"waiting for {device.channel.spec.topic}")

    def _disconnected(self, detail: str) -> None:
        for device in self._devices:
            self._lose(device, detail)

    def _refused(self, topic: str, detail: str) -> None:
        for device in self._routes[topic].devices:
            self._lose(device, detail)

    def _lose(self, device: _Device, detail: str) -> None:
        device.reader.forget()
        device.cuffs.gap()
        device.channel.link(DeviceState.DISCONNECTED, detail)

    def _message(self, message: Message) -> None:
        route = self._routes.get(message.topic)
        if route is None:
            # A subscription of an earlier configuration that the session still holds.
            self.acknowledge([message.receipt])
            return
        try:
            route.handle(route.devices, message)
        except Exception as fault:
            # Acknowledged like any other, or the broker would deliver it for ever.
            _logger.exception("%s: fault in the adapter or codec", message.topic)
            words = f"fault in the adapter: {type(fault).__name__}: {fault}"
            device = route.devices[0]
            self._lose(device, words)
            device.channel.say(Malformed(len(message.payload), words), receipt=message.receipt)

    def _observations(self, devices: Sequence[_Device], message: Message) -> None:
        (device,) = devices
        channel, reader = device.channel, device.reader
        if message.retained and reader.line is not None:
            self.acknowledge([message.receipt])
            return
        if not message.retained:
            channel.heard()
        events = reader.topics[message.topic](message.payload)
        events = of_this_origin(events, channel.spec.origin, len(message.payload))
        # A queue of an earlier configuration may still hold what does not say when it was measured.
        fresh = not message.retained and (reader.timed or message.receipt.qos == 0)
        if not Stamped(channel, device.cuffs).say(events, fresh=fresh, receipt=message.receipt):
            self.acknowledge([message.receipt])

    def _availability(self, devices: Sequence[_Device], message: Message) -> None:
        self.acknowledge([message.receipt])
        there = is_available(message.payload)
        for device in devices:
            if there is None:
                expected = f"availability: expected online or offline, got {message.payload[:32]!r}"
                device.channel.say(Malformed(len(message.payload), expected))
            elif not there:
                self._lose(device, f"{message.topic} says offline")

    def _device_status(self, devices: Sequence[_Device], message: Message) -> None:
        (device,) = devices
        channel = device.channel
        match self._state(channel, message):
            case "offline":
                self._lose(device, "its gateway says offline")
            case "online" if channel.state is not DeviceState.SILENT:
                channel.link(DeviceState.CONNECTED)
            case "degraded" if channel.state is not DeviceState.SILENT:
                channel.link(DeviceState.CONNECTED, "its gateway says degraded")

    def _device_info(self, devices: Sequence[_Device], message: Message) -> None:
        """A gateway says how often its device speaks: a slow one is not silent between two values."""
        (device,) = devices
        self.acknowledge([message.receipt])
        try:
            periods = [period for period in _info.decode(message.payload).periods.values() if period]
        except _UNREADABLE as error:
            device.channel.say(Malformed(len(message.payload), f"info: {error}"))
            return
        if periods:
            device.channel.expect_every(min(periods))

    def _gateway_status(self, devices: Sequence[_Device], message: Message) -> None:
        """When a gateway dies, its devices are lost; while it lives, each device speaks for itself."""
        if self._state(devices[0].channel, message) == "offline":
            for device in devices:
                self._lose(device, "its gateway is offline")

    def _state(self, channel: Channel, message: Message) -> str | None:
        """Return the state in a status message. The broker retains it, so it waits for no commit."""
        self.acknowledge([message.receipt])
        try:
            return _status.decode(message.payload).state
        except _UNREADABLE as error:
            channel.say(Malformed(len(message.payload), f"status: {error}"))
            return None
