"""What carries the bytes: pseudo-terminals that behave like serial ports, an MQTT connection a gateway."""

from __future__ import annotations

import contextlib
import logging
import os
import select
import socket
import tty
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from selectors import EVENT_READ, BaseSelector

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

LOG = logging.getLogger(__name__)


class SerialPort:
    """A pseudo-terminal behind a symbolic link that stays the same however often it is pulled.

    While nobody has it open, what is sent is lost, as on a cable that ends nowhere. The terminal is raw:
    nothing is echoed or translated before a reader sets it up.
    """

    def __init__(self, link: Path, selector: BaseSelector, received: Callable[[bytes], None]) -> None:
        self._link = link
        self._selector = selector
        self._received = received
        self._master: int | None = None
        self._watched = False

    def plug(self) -> None:
        """Make the port appear, if it is not there."""
        if self._master is not None:
            return
        if self._link.exists() and not self._link.is_symlink():
            raise FileExistsError(f"{self._link}: expected nothing or a link to a former port, got a file")
        self._link.parent.mkdir(parents=True, exist_ok=True)
        self._master, slave = os.openpty()
        tty.setraw(slave)
        os.set_blocking(self._master, False)
        fresh = self._link.with_name(f".{self._link.name}.{os.getpid()}")
        fresh.symlink_to(os.ttyname(slave))
        fresh.replace(self._link)
        # A master reports "hung up" only after its other side was opened and closed once.
        os.close(slave)

    def unplug(self) -> None:
        """Pull the cable: a reader's next read fails, and the port is gone."""
        if self._master is None:
            return
        self._unwatch()
        os.close(self._master)
        self._master = None
        self._link.unlink(missing_ok=True)

    @property
    def heard(self) -> bool:
        """Whether somebody has the port open."""
        return not self._hung_up()

    def attend(self) -> None:
        """Listen again if somebody has opened the port since. To be called about once a second.

        A hung-up terminal is always "ready", so it may not stay in the selector: the loop would spin.
        """
        if self._master is not None and not self._watched and not self._hung_up():
            self._selector.register(self._master, EVENT_READ, self._ready)
            self._watched = True

    def write(self, data: bytes) -> None:
        """Send bytes; what does not fit because the reader is asleep is lost."""
        if self._master is None or not data or self._hung_up():
            return
        try:
            os.write(self._master, data)
        except BlockingIOError:
            LOG.debug("%s: the reader does not read; %d bytes lost", self._link, len(data))

    def _ready(self) -> None:
        try:
            data = os.read(self._master, 4096) if self._master is not None else b""
        except OSError:
            data = b""
        if data:
            self._received(data)
        else:
            self._unwatch()

    def _unwatch(self) -> None:
        if self._watched and self._master is not None:
            self._selector.unregister(self._master)
        self._watched = False

    def _hung_up(self) -> bool:
        if self._master is None:
            return True
        poll = select.poll()
        poll.register(self._master, 0)
        return any(event & select.POLLHUP for _, event in poll.poll(0))


def pass_on(
    connection: socket.socket | None, received: Callable[[bytes], None], hung_up: Callable[[], None]
) -> None:
    """Hand on what a ready connection brought, or say that its other end is gone."""
    try:
        data = connection.recv(4096) if connection is not None else b""
    except BlockingIOError:
        return
    except OSError:
        data = b""
    if data:
        received(data)
    else:
        hung_up()


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the MQTT broker is and how to sign in to it."""

    host: str = "127.0.0.1"
    port: int = 1883
    username: str | None = None
    password: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One MQTT message."""

    topic: str
    payload: bytes
    retain: bool = False


class GatewayLink:
    """The MQTT connection of one gateway; it reconnects for ever.

    `births` is asked for the retained messages each time the broker has accepted the connection. `will` is
    what the broker publishes when the connection dies. Both run on the thread of the MQTT client.
    """

    def __init__(self, broker: Broker, name: str, will: Message, births: Callable[[], list[Message]]) -> None:
        self._broker = broker
        self._name = name
        self._births = births
        self._refused = False
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"sim-{name}-{token_hex(3)}")
        client.username_pw_set(broker.username, broker.password)
        client.will_set(will.topic, will.payload, qos=1, retain=will.retain)
        client.reconnect_delay_set(1, 5)
        client.max_queued_messages_set(200)
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        client.on_connect_fail = self._unreachable
        self._client: mqtt.Client | None = client
        """None once it has stopped: paho closes its last sockets when nobody holds the client any more."""

    @property
    def connected(self) -> bool:
        """Whether the broker would get a message now."""
        return self._client is not None and self._client.is_connected()

    def start(self) -> None:
        """Begin to connect, in a thread of the MQTT client."""
        if self._client is not None:
            self._client.connect_async(self._broker.host, self._broker.port, keepalive=20)
            self._client.loop_start()

    def publish(self, message: Message) -> None:
        """Send at QoS 1; while there is no connection nothing is sent and nothing is kept."""
        if self._client is not None and self._client.is_connected():
            self._client.publish(message.topic, message.payload, qos=1, retain=message.retain)

    def cut(self) -> None:
        """Let the connection die without a word, as when the broker dies; it is then made again."""
        connection = None if self._client is None else self._client.socket()
        if isinstance(connection, socket.socket):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def stop(self, farewell: list[Message]) -> None:
        """Say goodbye, wait shortly until the broker has it, and disconnect."""
        client, self._client = self._client, None
        if client is None:
            return
        if client.is_connected():
            sent = [client.publish(m.topic, m.payload, qos=1, retain=m.retain) for m in farewell]
            # The connection may die in between: then the will says goodbye.
            with contextlib.suppress(RuntimeError, ValueError):
                for each in sent:
                    each.wait_for_publish(timeout=1)
        client.disconnect()
        client.loop_stop()

    def _connected(
        self,
        _client: mqtt.Client,
        _userdata: object,
        _flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._warn(f"refused: {reason}")
            return
        LOG.info("%s: connected to %s:%d", self._name, self._broker.host, self._broker.port)
        self._refused = False
        for message in self._births():
            self.publish(message)

    def _disconnected(
        self,
        _client: mqtt.Client,
        _userdata: object,
        _flags: mqtt.DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._warn(f"lost: {reason}")

    def _unreachable(self, _client: mqtt.Client, _userdata: object) -> None:
        self._warn("cannot be reached")

    def _warn(self, what: str) -> None:
        """Name the first failure; its repetitions are of no interest."""
        level = logging.DEBUG if self._refused else logging.WARNING
        LOG.log(level, "%s: broker %s:%d %s", self._name, self._broker.host, self._broker.port, what)
        self._refused = True
