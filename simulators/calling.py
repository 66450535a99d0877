"""The connection of a device that calls: it is made again for as long as nobody answers."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from selectors import EVENT_READ, BaseSelector

from simulators.faults import DeviceFaults
from simulators.stations import Clock, Line, SerialDevice
from simulators.transport import pass_on

LOG = logging.getLogger(__name__)

PATIENCE = 5
"""Looks, one a second, after which a call that nobody answers is given up and made anew."""


class CallingPort:
    """One outgoing TCP connection."""

    def __init__(
        self, address: tuple[str, int], selector: BaseSelector, received: Callable[[bytes], None]
    ) -> None:
        self._address = address
        self._selector = selector
        self._received = received
        self._socket: socket.socket | None = None
        self._connected = False
        self._looks = 0

    @property
    def heard(self) -> bool:
        """Whether somebody has answered the call."""
        return self._connected

    def attend(self) -> None:
        """Call, or look whether the call was answered; called about once a second."""
        if self._socket is None:
            self._call()
        elif not self._connected:
            self._look(self._socket)

    def hang_up(self) -> None:
        """End the connection."""
        connection, self._socket = self._socket, None
        if connection is not None:
            if self._connected:
                self._selector.unregister(connection)
            connection.close()
        self._connected = False

    def write(self, data: bytes) -> None:
        """Send bytes; what is not taken is lost, and with it the connection."""
        if self._socket is None or not self._connected:
            return
        try:
            if self._socket.send(data) < len(data):
                self.hang_up()
        except OSError:
            self.hang_up()

    def _call(self) -> None:
        family = socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        self._socket.setblocking(False)
        self._looks = 0
        try:
            self._socket.connect_ex(self._address)
        except OSError as error:
            LOG.warning("%s:%d: %s", *self._address, error)
            self.hang_up()
            return
        self._look(self._socket)

    def _look(self, connection: socket.socket) -> None:
        self._looks += 1
        try:
            connection.getpeername()
        except OSError:
            if self._looks > PATIENCE or connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                self.hang_up()
            return
        self._connected = True
        self._selector.register(connection, EVENT_READ, self._ready)

    def _ready(self) -> None:
        pass_on(self._socket, self._received, self.hang_up)


class CallingStation:
    """A device that calls whoever listens for it, through its faults."""

    def __init__(
        self,
        device: SerialDevice,
        name: str,
        address: tuple[str, int],
        selector: BaseSelector,
        faults: DeviceFaults,
        clock: Clock,
    ) -> None:
        self._line = Line(device, name, faults)
        self._port = CallingPort(address, selector, self._answered)
        self._clock = clock

    def tick(self, now_ms: int) -> None:
        """Call where nobody is connected, and speak."""
        self._port.attend()
        if not self._port.heard:
            return
        for piece in self._line.speak(now_ms):
            self._port.write(piece)

    def heard(self) -> bool:
        """Whether somebody has answered the call."""
        return self._port.heard

    def close(self) -> None:
        """Hang up."""
        self._port.hang_up()

    def _answered(self, data: bytes) -> None:
        self._line.answer(data, self._clock.utc_ms())
