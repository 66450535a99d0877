"""MQTT outwards: what a gateway publishes, with a last will, and the few topics that it listens to.

MQTT 3.1.1, which every broker speaks: nothing here needs more.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from devices.links.fault_log import FaultLog
from devices.links.settings import BrokerSpec

_logger = logging.getLogger(__name__)

KEEPALIVE_S = 10
"""The broker tells our last will at the latest after one and a half times this."""

_FAREWELL_S = 1.0


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker says of us, retained, when we vanish."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class OutletListener:
    """Who is told; each is called from the client's own thread."""

    connected: Callable[[], None]
    disconnected: Callable[[], None]
    message: Callable[[str, bytes], None]


class Outlet:
    """One client that publishes; it reconnects for ever and keeps nothing while there is no connection."""

    def __init__(
        self,
        broker: BrokerSpec,
        will: Will,
        topics: tuple[str, ...],
        listener: OutletListener,
        backoff_s: tuple[float, float] = (0.1, 5.0),
    ) -> None:
        self._broker = broker
        self._topics = topics
        self._listener = listener
        self._stopping = False
        self._faults = FaultLog(_logger, broker.where)
        self._client = self._new_client(will, backoff_s)

    @property
    def connected(self) -> bool:
        """Whether the broker would get a message now."""
        return self._client.is_connected()

    def start(self) -> None:
        """Begin connecting, in a thread of the client's."""
        self._client.connect_async(self._broker.host, self._broker.port, KEEPALIVE_S)
        self._client.loop_start()

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        """Send at QoS 1; False where there is no connection, and then nothing is kept."""
        if not self.connected:
            return False
        return self._client.publish(topic, payload, qos=1, retain=retain).rc == MQTTErrorCode.MQTT_ERR_SUCCESS

    def stop(self, farewell: Will) -> None:
        """Say the last word ourselves, and leave."""
        self._stopping = True
        if self.connected:
            said = self._client.publish(farewell.topic, farewell.payload, qos=1, retain=True)
            said.wait_for_publish(_FAREWELL_S)
        self._client.disconnect()
        self._client.loop_stop()

    def _new_client(self, will: Will, backoff_s: tuple[float, float]) -> _Client:
        client = _Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._broker.client_id,
            protocol=MQTTProtocolVersion.MQTTv311,
        )
        shortest, longest = (limit * random.uniform(0.75, 1.25) for limit in backoff_s)
        client.reconnect_delay_set(shortest, longest)  # type: ignore[arg-type]
        client.will_set(will.topic, will.payload, qos=1, retain=True)
        if self._broker.username is not None:
            client.username_pw_set(self._broker.username, self._broker.password)
        if self._broker.tls:
            authority, certificate, key = (
                None if path is None else str(path)
                for path in (self._broker.ca_file, self._broker.certificate, self._broker.key)
            )
            client.tls_set(authority, certificate, key)
        client.on_connect = self._on_connect
        client.on_connect_fail = lambda *_: self._faults.failed(self._client.fault)
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        return client

    def _on_connect(
        self, client: mqtt.Client, _user: Any, _flags: mqtt.ConnectFlags, reason: ReasonCode, _: Any
    ) -> None:
        if reason.is_failure:
            self._faults.failed(f"refused: {reason}")
            return
        self._faults.recovered()
        client.subscribe([(topic, 1) for topic in self._topics])
        self._listener.connected()

    def _on_disconnect(
        self,
        _client: mqtt.Client,
        _user: Any,
        _flags: mqtt.DisconnectFlags,
        reason: ReasonCode,
        _: Properties | None,
    ) -> None:
        if not self._stopping:
            self._faults.failed(f"disconnected: {reason}")
        self._listener.disconnected()

    def _on_message(self, _client: mqtt.Client, _user: Any, message: mqtt.MQTTMessage) -> None:
        self._listener.message(message.topic, bytes(message.payload))


class _Client(mqtt.Client):
    """A client that remembers why it could not connect, and whose thread outlives an impossible host name."""

    fault = "no connection"

    def reconnect(self) -> MQTTErrorCode:
        try:
            return super().reconnect()
        except (OSError, ValueError) as error:
            self.fault = str(error)
            raise OSError(self.fault) from error
