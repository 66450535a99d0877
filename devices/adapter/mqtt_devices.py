"""The devices behind one MQTT broker: messages in, arrivals out, and every message acknowledged."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal, Protocol

import msgspec

from devices.adapter.channel import Channel
from devices.adapter.confirming import Confirming
from devices.adapter.message_readers import MessageReader, reader_of
from devices.adapter.stamped import Stamped, is_late, of_this_origin
from devices.adapter.untimed_cuffs import UntimedCuffs
from devices.codecs.gateway_event import read_event
from devices.codecs.single_values import is_available
from devices.links.mqtt import Message, MqttLink, MqttListener, Receipt
from devices.links.settings import BrokerSpec
from devices.model import CuffState, DeviceState, Malformed

_logger = logging.getLogger(__name__)


class _Status(msgspec.Struct):
    """What a gateway says of a device, or its broker of the gateway."""

    state: Literal["online", "offline", "degraded"]
    t: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    """When it was said, by the gateway's clock."""
    detail: Annotated[str, msgspec.Meta(max_length=300)] = ""
    """What a technician needs: the port and the system's own words."""


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


class BrokerLink(Protocol):
    """The way to a broker."""

    @property
    def where(self) -> str:
        """Name the broker."""
        ...

    def start(self) -> None:
        """Begin to connect."""
        ...

    def stop(self) -> None:
        """Leave."""
        ...

    def acknowledge(self, receipts: Iterable[Receipt]) -> None:
        """Settle messages."""
        ...

    def publish(self, topic: str, payload: bytes) -> None:
        """Send a message."""
        ...


Connect = Callable[[BrokerSpec, list[tuple[str, int]], MqttListener, tuple[float, float]], BrokerLink]


class MqttDevices:
    """All devices behind one broker; a rehearsal in virtual time `connect`s in its own way."""

    def __init__(
        self,
        channels: Sequence[Channel],
        broker: BrokerSpec,
        backoff_s: tuple[float, float] = (0.1, 5.0),
        *,
        connect: Connect = MqttLink,
    ) -> None:
        self._devices = [_Device(channel, reader_of(channel.spec)) for channel in channels]
        self._routes: dict[str, _Route] = {}
        for device in self._devices:
            self._add(device)
        listener = MqttListener(self._message, self._connected, self._disconnected, self._refused)
        topics = [(topic, route.qos) for topic, route in self._routes.items()]
        self._link = connect(broker, topics, listener, backoff_s)
        self._confirming = Confirming(self._link.publish, channels[0].clock.utc_ms)

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
        settled = list(receipts)
        self._link.acknowledge(settled)
        self._confirming.settled(settled)

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
            self._routes[f"{spec.topic}/event"] = _Route(self._happenings, [device])
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
        self._confirming.note(message)
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
        events = reader.topics[message.topic](message.payload)
        if not message.retained and not (events and all(is_late(channel, event) for event in events)):
            channel.heard()
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

    def _happenings(self, devices: Sequence[_Device], message: Message) -> None:
        """What a gateway says beside the values: of no use later, so it waits for no commit."""
        (device,) = devices
        self.acknowledge([message.receipt])
        if message.retained:
            return
        events = of_this_origin(read_event(message.payload), device.channel.spec.origin, len(message.payload))
        for event in events:
            said_at = event.stamp.measured_at if isinstance(event, CuffState) else None
            if said_at is None or device.channel.is_live(round(said_at.timestamp() * 1000)):
                Stamped(device.channel, device.cuffs).say([event], fresh=True, receipt=None)

    def _device_status(self, devices: Sequence[_Device], message: Message) -> None:
        (device,) = devices
        channel = device.channel
        status = self._status(channel, message)
        detail = "" if status is None else status.detail
        match status and status.state:
            case "offline":
                self._lose(
                    device, f"its gateway says offline: {detail}" if detail else "its gateway says offline"
                )
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
        status = self._status(devices[0].channel, message)
        if status is not None and status.t is not None and not message.retained:
            for device in devices:
                now_s = device.channel.clock.utc_ms() / 1000
                device.channel.clock_shown("gateway", status.t.timestamp() - now_s)
        if status is not None and status.state == "offline":
            for device in devices:
                self._lose(device, "its gateway is offline")

    def _status(self, channel: Channel, message: Message) -> _Status | None:
        """Return what a status message says. The broker retains it, so it waits for no commit."""
        self.acknowledge([message.receipt])
        try:
            return _status.decode(message.payload)
        except _UNREADABLE as error:
            channel.say(Malformed(len(message.payload), f"status: {error}"))
            return None
