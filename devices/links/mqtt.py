"""MQTT: messages in, and acknowledgements out once the rows that hold them are committed.

QoS 1 in a persistent session under a stable client id: what arrives while we are away is kept by the broker,
and what was not acknowledged is delivered again. MQTT 5 where the broker has it, else 3.1.1.
"""

from __future__ import annotations

import itertools
import logging
import random
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from devices.links.fault_log import FaultLog
from devices.links.settings import BrokerSpec

_logger = logging.getLogger(__name__)

_KEEPALIVE_S = 15
_NOT_SPOKEN = "Unsupported protocol version"
_KEPT_FOR_S = 86_400
"""So long an MQTT 5 broker keeps our session while we are away; one of 3.1.1 decides for itself."""


@dataclass(slots=True, eq=False)
class Receipt:
    """One message that the broker waits to hear about."""

    mid: int
    """The broker's name for it, on this connection only."""
    qos: int
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One message from the broker."""

    topic: str
    payload: bytes
    retained: bool
    """Kept by the broker from before we subscribed; nothing says that it is fresh."""
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class MqttListener:
    """Who is told; each is called from the client's own thread."""

    message: Callable[[Message], None]
    connected: Callable[[], None]
    """The broker accepted us and answered our subscriptions; messages kept for us may have come before."""
    disconnected: Callable[[str], None]
    """The broker refused us, or vanished; in whose words. Told once per loss."""
    refused: Callable[[str, str], None]
    """The broker refused one topic; and in which words."""


class MqttLink:
    """One client of one broker; it reconnects for ever."""

    def __init__(
        self,
        broker: BrokerSpec,
        topics: Sequence[tuple[str, int]],
        listener: MqttListener,
        backoff_s: tuple[float, float] = (0.1, 5.0),
    ) -> None:
        self._broker = broker
        self._topics = tuple(topics)
        self._listener = listener
        self._faults = FaultLog(_logger, broker.where)
        self._refusals = FaultLog(_logger, f"{broker.where}, subscriptions")
        self._lost_told = False
        self._unsettled: dict[int, Receipt] = {}
        """By message id, oldest first; of this connection only, for on the next all of them come again."""
        self._lock = threading.Lock()
        self._stopping = False
        self._backoff_s = backoff_s
        self._newest = broker.protocol != "3.1.1"
        """We speak MQTT 5."""
        self._client = self._new_client()

    @property
    def where(self) -> str:
        """The broker, as a message names it."""
        return self._broker.where

    def start(self) -> None:
        """Begin connecting, in a thread of the client's."""
        host, port = self._broker.host, self._broker.port
        if self._newest:
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
            properties.SessionExpiryInterval = _KEPT_FOR_S
            self._client.connect_async(host, port, _KEEPALIVE_S, clean_start=False, properties=properties)
        else:
            self._client.connect_async(host, port, _KEEPALIVE_S)
        self._client.loop_start()

    def stop(self) -> None:
        """Disconnect; what is not acknowledged stays with the broker."""
        with self._lock:
            self._stopping = True
        self._client.disconnect()
        self._client.loop_stop()

    def acknowledge(self, receipts: Iterable[Receipt]) -> None:
        """Settle messages, and acknowledge all that are settled up to the first that is not.

        The broker must hear of them in the order in which it sent them. Source: MQTT 3.1.1, MQTT-4.6.0-2.
        """
        with self._lock:
            for receipt in receipts:
                receipt.settled = True
            for receipt in list(itertools.takewhile(lambda r: r.settled, self._unsettled.values())):
                del self._unsettled[receipt.mid]
                self._client.ack(receipt.mid, receipt.qos)

    def publish(self, topic: str, payload: bytes) -> None:
        """Send at QoS 1; without a connection nothing is sent and nothing is kept."""
        if self._client.is_connected():
            self._client.publish(topic, payload, qos=1)

    def _new_client(self) -> _Client:
        client = _Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._broker.client_id,
            clean_session=None if self._newest else False,
            protocol=MQTTProtocolVersion.MQTTv5 if self._newest else MQTTProtocolVersion.MQTTv311,
            manual_ack=True,
        )
        # Each client waits a little longer or shorter, so that not all come back in the same instant.
        shortest, longest = (limit * random.uniform(0.75, 1.25) for limit in self._backoff_s)
        client.reconnect_delay_set(shortest, longest)  # type: ignore[arg-type]
        if self._broker.username is not None:
            client.username_pw_set(self._broker.username, self._broker.password)
        if self._broker.tls:
            authority, certificate, key = (
                None if path is None else str(path)
                for path in (self._broker.ca_file, self._broker.certificate, self._broker.key)
            )
            client.tls_set(authority, certificate, key)
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        return client

    def _on_connect(
        self, client: mqtt.Client, _user: Any, _flags: mqtt.ConnectFlags, reason: ReasonCode, _: Any
    ) -> None:
        if client is not self._client:
            return
        if reason == _NOT_SPOKEN and self._newest and self._broker.protocol == "auto":
            self._speak_the_older()
            return
        if reason.is_failure:
            self._lose(f"refused: {reason}")
            return
        self._lost_told = False
        self._faults.recovered()
        client.subscribe(list(self._topics))

    def _speak_the_older(self) -> None:
        """Begin again with MQTT 3.1.1, for a broker that has no other."""
        older, self._newest = self._client, False
        with self._lock:
            if self._stopping:
                return
            self._client = self._new_client()
            self.start()
        older.disconnect()
        older.loop_stop()

    def _on_connect_fail(self, _client: mqtt.Client, _user: Any) -> None:
        self._lose(self._client.fault)

    def _on_disconnect(
        self,
        client: mqtt.Client,
        _user: Any,
        _flags: mqtt.DisconnectFlags,
        reason: ReasonCode,
        _: Properties | None,
    ) -> None:
        if client is not self._client:
            return
        with self._lock:
            self._unsettled.clear()
        self._lose(f"disconnected: {reason}")

    def _lose(self, detail: str) -> None:
        if self._stopping:
            return
        self._faults.failed(detail)
        if not self._lost_told:
            self._lost_told = True
            self._listener.disconnected(f"{self._broker.where}: {detail}")

    def _on_subscribe(
        self, _client: mqtt.Client, _user: Any, _mid: int, reasons: list[ReasonCode], _: Properties | None
    ) -> None:
        refused = [
            (topic, f"{self._broker.where}: subscription to {topic} refused: {reason}")
            for (topic, _), reason in zip(self._topics, reasons, strict=True)
            if reason.is_failure
        ]
        self._listener.connected()
        for topic, detail in refused:
            self._refusals.failed(detail)
            self._listener.refused(topic, detail)
        if not refused:
            self._refusals.recovered()

    def _on_message(self, _client: mqtt.Client, _user: Any, message: mqtt.MQTTMessage) -> None:
        receipt = Receipt(message.mid, message.qos)
        with self._lock:
            if message.qos and self._unsettled.setdefault(message.mid, receipt) is not receipt:
                return  # an impatient broker sends again what we already hold
        self._listener.message(Message(message.topic, bytes(message.payload), message.retain, receipt))


class _Client(mqtt.Client):
    """A client that remembers why it could not connect; the callback is not told."""

    fault = "no connection"

    def reconnect(self) -> MQTTErrorCode:
        try:
            return super().reconnect()
        except (OSError, ValueError) as error:
            # ValueError: a host name that cannot be one; it must not end the client's thread.
            self.fault = str(error)
            raise OSError(self.fault) from error
