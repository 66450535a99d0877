"""Publisher: keeps the alarms of the clinic on the broker, and never lets a dead light look alive.

Everything is retained, so a light that is switched on knows at once. `status` says `online` or, by our last
will, `offline`; `heartbeat` comes every few seconds with the newest turn, only while turns are committed.
"""

from __future__ import annotations

import json
import logging
import random
import threading
from collections.abc import Callable, Mapping
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from monitor.config import AlarmTopics, BrokerSettings
from monitor.notify.topics import Payload, pictures
from monitor.store.rows import TurnRecord

log = logging.getLogger(__name__)

KEEPALIVE_S = 5
"""The broker tells our last will at the latest after one and a half times this."""
RETRY_S = (0.1, 5.0)
OFFLINE_WAIT_S = 1.0


class Publisher:
    """One client of the broker. `committed` is called by the turns and never waits."""

    def __init__(self, topics: AlarmTopics, real_s: Callable[[], float], *, demo: bool) -> None:
        self._root = topics.topic
        self._broker = topics.broker
        self._heartbeat_s = topics.heartbeat_s
        self._real_s = real_s
        self._demo = demo
        self._known: dict[str, Payload] = {}
        """What the broker was told since the last heartbeat, with which everything is told again."""
        self._beat_s: float | None = None
        self._anew = threading.Event()
        self._connected = threading.Event()
        self._client = self._new_client(topics.broker)

    def start(self) -> None:
        """Begin to connect, in a thread of the client's."""
        self._client.connect_async(self._broker.host, self._broker.port, KEEPALIVE_S)
        self._client.loop_start()

    def stop(self) -> None:
        """Say that nobody publishes any more, and leave."""
        if self._connected.is_set():
            said = self._publish("status", {"status": "offline"})
            said.wait_for_publish(OFFLINE_WAIT_S)
        self._client.disconnect()
        self._client.loop_stop()

    def committed(self, record: TurnRecord) -> None:
        """Tell the broker what a turn changed; with each heartbeat and after a new connection, everything."""
        if not self._connected.is_set():
            return
        if self._anew.is_set():
            self._anew.clear()
            self._beat_s = None
        snapshot, now_s = record.snapshot, self._real_s()
        beats = self._beat_s is None or now_s - self._beat_s >= self._heartbeat_s
        if beats:
            self._known = {}
        for name, payload in pictures(snapshot, demo=self._demo).items():
            if self._known.get(name) != payload:
                self._known[name] = payload
                self._publish(name, payload | {"turn": snapshot.turn, "at_ms": snapshot.at_ms})
        if beats:
            self._beat_s = now_s
            beat = {"turn": snapshot.turn, "at_ms": snapshot.at_ms, "every_s": self._heartbeat_s}
            self._publish("heartbeat", beat, retain=False)

    def _publish(
        self, name: str, payload: Mapping[str, object], *, retain: bool = True
    ) -> mqtt.MQTTMessageInfo:
        text = json.dumps(payload, ensure_ascii=False)
        return self._client.publish(f"{self._root}/{name}", text, qos=1, retain=retain)

    def _new_client(self, broker: BrokerSettings) -> mqtt.Client:
        client = _Client(
            CallbackAPIVersion.VERSION2, client_id=broker.client_id, protocol=MQTTProtocolVersion.MQTTv311
        )
        shortest, longest = (limit * random.uniform(0.75, 1.25) for limit in RETRY_S)
        client.reconnect_delay_set(shortest, longest)  # type: ignore[arg-type]
        client.will_set(f"{self._root}/status", json.dumps({"status": "offline"}), qos=1, retain=True)
        if broker.username is not None:
            client.username_pw_set(broker.username, broker.password())
        if broker.tls:
            authority, certificate, key = (
                None if path is None else str(path)
                for path in (broker.ca_file, broker.certificate, broker.key)
            )
            client.tls_set(authority, certificate, key)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        return client

    def _on_connect(
        self, _client: mqtt.Client, _user: Any, _flags: mqtt.ConnectFlags, reason: ReasonCode, _: Any
    ) -> None:
        if reason.is_failure:
            log.warning("alarm topics: %s:%d refuses: %s", self._broker.host, self._broker.port, reason)
            return
        self._publish("status", {"status": "online", "heartbeat_s": self._heartbeat_s})
        self._anew.set()
        self._connected.set()

    def _on_disconnect(
        self,
        _client: mqtt.Client,
        _user: Any,
        _flags: mqtt.DisconnectFlags,
        reason: ReasonCode,
        _: Properties | None,
    ) -> None:
        self._connected.clear()
        log.warning("alarm topics: %s:%d left: %s", self._broker.host, self._broker.port, reason)


class _Client(mqtt.Client):
    """A client whose thread outlives a host name that cannot be one."""

    def reconnect(self) -> MQTTErrorCode:
        try:
            return super().reconnect()
        except ValueError as error:
            raise OSError(str(error)) from error
