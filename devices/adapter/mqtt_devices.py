"""The devices behind one MQTT broker: messages in, arrivals out, and every message acknowledged."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import msgspec

from devices.adapter.channel import Channel
from devices.adapter.confirming import Confirming
from devices.codecs.gateway_event import read_event
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
    detail: Annotated[str, msgspec.Meta(max_length=300)] = ""
    """What a technician needs: the port and the system's own words."""


_status = msgspec.json.Decoder(_Status)


@dataclass(frozen=True, slots=True)
class _Route:
    """What to do with the messages of one topic, and whom they concern."""

    handle: Callable[[Sequence[Channel], Message], None]
    channels: list[Channel]


class MqttDevices:
    """All devices behind one broker."""

    def __init__(
        self, channels: Sequence[Channel], broker: BrokerSpec, backoff_s: tuple[float, float] = (0.1, 5.0)
    ) -> None:
        self._channels = tuple(channels)
        self._routes: dict[str, _Route] = {}
        for channel in channels:
            self._add(channel)
        listener = MqttListener(self._message, self._connected, self._disconnected, self._refused)
        self._link = MqttLink(broker, tuple(self._routes), listener, backoff_s)
        self._confirming = Confirming(self._link.publish, channels[0].clock.utc_ms)

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
        settled = list(receipts)
        self._link.acknowledge(settled)
        self._confirming.settled(settled)

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
        self._routes[f"{topic}/event"] = _Route(self._happenings, [channel])
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
        self._confirming.note(message)
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

    def _happenings(self, channels: Sequence[Channel], message: Message) -> None:
        """What a gateway says beside the values: of no use later, so it waits for no commit."""
        (channel,) = channels
        self.acknowledge([message.receipt])
        for event in () if message.retained else read_event(message.payload):
            at = _stamp(event).measured_at
            stale = at is not None and not channel.is_live((at - _EPOCH) // timedelta(milliseconds=1))
            if channel.wants(event) and not stale:
                channel.say(event)

    def _device_status(self, channels: Sequence[Channel], message: Message) -> None:
        (channel,) = channels
        status = self._status(channel, message)
        detail = "" if status is None else status.detail
        match status and status.state:
            case "offline":
                said = f"its gateway says offline{detail and ': ' + detail}"
                channel.link(DeviceState.DISCONNECTED, said)
            case "online" if channel.state is not DeviceState.SILENT:
                channel.link(DeviceState.CONNECTED)
            case "degraded" if channel.state is not DeviceState.SILENT:
                channel.link(DeviceState.CONNECTED, "its gateway says degraded")

    def _gateway_status(self, channels: Sequence[Channel], message: Message) -> None:
        """When a gateway dies, its devices are lost; while it lives, each device speaks for itself."""
        status = self._status(channels[0], message)
        if status is not None and status.state == "offline":
            for channel in channels:
                channel.link(DeviceState.DISCONNECTED, "its gateway is offline")

    def _status(self, channel: Channel, message: Message) -> _Status | None:
        """Return what a status message says. The broker retains it, so it waits for no commit."""
        self.acknowledge([message.receipt])
        try:
            return _status.decode(message.payload)
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
