"""The devices behind one MQTT broker: messages in, arrivals out, and every message acknowledged."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol

import msgspec

from devices.adapter.channel import Channel
from devices.links.mqtt import Message, MqttLink, MqttListener, Receipt
from devices.links.settings import BrokerSpec
from devices.model import (
    NO_STAMP,
    CuffResult,
    CuffState,
    DeviceEvent,
    DeviceState,
    Malformed,
    Observation,
    Origin,
    Stamp,
)

_logger = logging.getLogger(__name__)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Status(msgspec.Struct):
    """What a gateway says of a device, or its broker of the gateway."""

    state: Literal["online", "offline", "degraded"]


_status = msgspec.json.Decoder(_Status)


@dataclass(frozen=True, slots=True)
class _Route:
    """What to do with the messages of one topic, and whom they concern."""

    handle: Callable[[Sequence[Channel], Message], None]
    channels: list[Channel]


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


Connect = Callable[[BrokerSpec, tuple[str, ...], MqttListener, tuple[float, float]], BrokerLink]


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
        self._channels = tuple(channels)
        self._routes: dict[str, _Route] = {}
        for channel in channels:
            self._add(channel)
        listener = MqttListener(self._message, self._connected, self._disconnected, self._refused)
        self._link = connect(broker, tuple(self._routes), listener, backoff_s)

    def start(self) -> None:
        """Begin connecting to the broker."""
        for channel in self._channels:
            channel.link(DeviceState.CONNECTING, self._link.where)
        self._link.start()

    def stop(self) -> None:
        """Leave the broker; it keeps what was not acknowledged."""
        self._link.stop()

    def tick(self) -> None:
        """Tell which devices are silent."""
        for channel in self._channels:
            channel.check_silence()

    def acknowledge(self, receipts: Iterable[Receipt]) -> None:
        """Settle messages whose rows are committed."""
        self._link.acknowledge(receipts)

    def _add(self, channel: Channel) -> None:
        topic = channel.spec.topic
        if topic is None:
            msg = f"device {channel.spec.id}: expected a topic for kind {channel.spec.kind}, got none"
            raise ValueError(msg)
        if f"{topic}/obs" in self._routes:
            other = self._routes[f"{topic}/obs"].channels[0].spec.id
            msg = f"device {channel.spec.id}: expected a topic of its own, got {topic} of device {other}"
            raise ValueError(msg)
        self._routes[f"{topic}/obs"] = _Route(self._observations, [channel])
        self._routes[f"{topic}/status"] = _Route(self._device_status, [channel])
        gateway = f"{topic.rpartition('/')[0]}/_gw/status"
        self._routes.setdefault(gateway, _Route(self._gateway_status, [])).channels.append(channel)

    def _connected(self) -> None:
        for channel in self._channels:
            if channel.state is not DeviceState.CONNECTED:
                channel.link(DeviceState.CONNECTING, f"waiting for {channel.spec.topic}")

    def _disconnected(self, detail: str) -> None:
        for channel in self._channels:
            channel.link(DeviceState.DISCONNECTED, detail)

    def _refused(self, topic: str, detail: str) -> None:
        for channel in self._routes[topic].channels:
            channel.link(DeviceState.DISCONNECTED, detail)

    def _message(self, message: Message) -> None:
        route = self._routes.get(message.topic)
        if route is None:
            # A subscription of an earlier configuration that the session still holds.
            self.acknowledge([message.receipt])
            return
        try:
            route.handle(route.channels, message)
        except Exception as fault:
            # Acknowledged like any other, or the broker would deliver it for ever.
            _logger.exception("%s: fault in the adapter or codec", message.topic)
            words = f"fault in the adapter: {type(fault).__name__}: {fault}"
            route.channels[0].link(DeviceState.DISCONNECTED, words)
            route.channels[0].say(Malformed(len(message.payload), words), receipt=message.receipt)

    def _observations(self, channels: Sequence[Channel], message: Message) -> None:
        (channel,) = channels
        read_message = channel.kind.read_message
        if read_message is None:
            msg = f"kind {channel.kind.kind} has no codec for messages"
            raise TypeError(msg)
        if not message.retained:
            channel.heard()
        events = _of_this_origin(read_message(message.payload), channel.spec.origin, len(message.payload))
        wanted = [event for event in events if channel.wants(event) and not _is_history(event)]
        for event in wanted:
            _say(channel, event, message, message.receipt if event is wanted[-1] else None)
        if not wanted:
            self.acknowledge([message.receipt])

    def _device_status(self, channels: Sequence[Channel], message: Message) -> None:
        (channel,) = channels
        match self._state(channel, message):
            case "offline":
                channel.link(DeviceState.DISCONNECTED, "its gateway says offline")
            case "online" if channel.state is not DeviceState.SILENT:
                channel.link(DeviceState.CONNECTED)
            case "degraded" if channel.state is not DeviceState.SILENT:
                channel.link(DeviceState.CONNECTED, "its gateway says degraded")

    def _gateway_status(self, channels: Sequence[Channel], message: Message) -> None:
        """When a gateway dies, its devices are lost; while it lives, each device speaks for itself."""
        if self._state(channels[0], message) == "offline":
            for channel in channels:
                channel.link(DeviceState.DISCONNECTED, "its gateway is offline")

    def _state(self, channel: Channel, message: Message) -> str | None:
        """Return the state in a status message. The broker retains it, so it waits for no commit."""
        self.acknowledge([message.receipt])
        try:
            return _status.decode(message.payload).state
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            channel.say(Malformed(len(message.payload), f"status: {error}"))
            return None


def _of_this_origin(events: list[DeviceEvent], origin: Origin, size: int) -> list[DeviceEvent]:
    """Return the events, or their refusal: simulated or replayed data never pass for real."""
    said = {_stamp(event).origin for event in events} - {None, Origin.REAL, origin}
    if not said:
        return events
    words = ", ".join(sorted(str(foreign) for foreign in said))
    return [Malformed(size, f"origin: expected {origin}, as the device is configured; got {words}")]


def _is_history(event: DeviceEvent) -> bool:
    return isinstance(event, Observation) and event.history


def _say(channel: Channel, event: DeviceEvent, message: Message, receipt: object | None) -> None:
    stamp = _stamp(event)
    if stamp.measured_at is None or stamp.session is None or stamp.seq is None:
        channel.say(event, live=not message.retained, receipt=receipt)
        return
    determined_ms = (stamp.measured_at - _EPOCH) // timedelta(milliseconds=1)
    channel.say(
        event,
        determined_ms=determined_ms,
        identity=(stamp.session, stamp.seq),
        live=not message.retained and channel.is_live(determined_ms),
        receipt=receipt,
    )


def _stamp(event: DeviceEvent) -> Stamp:
    return event.stamp if isinstance(event, Observation | CuffResult | CuffState) else NO_STAMP
