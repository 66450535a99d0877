"""TCP for those who call us: bytes in, answers out; one thread for all."""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
import threading
from collections.abc import Callable
from ipaddress import ip_address

from devices.links.settings import Hl7Spec

_logger = logging.getLogger(__name__)

MOST_CALLERS = 64
"""Connections at a time; more are turned away."""

_PIECE = 65_536
_WAIT_S = 0.1
_KEEPALIVE = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}
"""A peer that vanished without a word is noticed after a minute, where the system can do it."""


class Caller:
    """One connection; safe to use from several threads."""

    def __init__(self, connection: socket.socket, host: str) -> None:
        self.host = host
        self._connection = connection
        self._lock = threading.Lock()

    def send(self, data: bytes) -> None:
        """Send an answer; whoever does not take it is hung up on, and will send again."""
        with self._lock:
            try:
                if self._connection.send(data) == len(data):
                    return
            except OSError:
                pass
        self.hang_up()

    def hang_up(self) -> None:
        """End the connection."""
        with self._lock, contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the connection back to the system."""
        with self._lock:
            self._connection.close()


class MllpListener:
    """Listens, and hands on what callers send; both functions are called from its own thread."""

    def __init__(
        self, spec: Hl7Spec, received: Callable[[Caller, bytes], None], closed: Callable[[Caller], None]
    ) -> None:
        self._spec = spec
        self._received = received
        self._closed = closed
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hl7", daemon=True)
        self._server: socket.socket | None = None
        self.port = spec.port

    def start(self) -> str:
        """Begin to listen; return why it could not, or nothing. It may be tried again."""
        family = socket.AF_INET6 if ":" in self._spec.host else socket.AF_INET
        try:
            self._server = socket.create_server((self._spec.host, self._spec.port), family=family, backlog=16)
        except OSError as error:
            return f"cannot listen on {self._spec.where}: {error.strerror or error}"
        self.port = self._server.getsockname()[1]
        self._server.setblocking(False)
        self._thread.start()
        return ""

    def stop(self) -> None:
        """Hang up on everybody; nothing is handed on after it returns."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        assert self._server is not None
        callers: dict[socket.socket, Caller] = {}
        with selectors.DefaultSelector() as selector, self._server:
            selector.register(self._server, selectors.EVENT_READ)
            while not self._stopping.is_set():
                for key, _ in selector.select(_WAIT_S):
                    if key.fileobj is self._server:
                        self._accept(selector, callers)
                    elif isinstance(key.fileobj, socket.socket):
                        self._read(selector, key.fileobj, callers)
            for caller in callers.values():
                caller.close()

    def _accept(self, selector: selectors.BaseSelector, callers: dict[socket.socket, Caller]) -> None:
        assert self._server is not None
        try:
            connection, (host, *_) = self._server.accept()
        except OSError:
            return
        if not self._is_welcome(host) or len(callers) >= MOST_CALLERS:
            _logger.warning("HL7 on %s: turned %s away", self._spec.where, host)
            connection.close()
            return
        connection.setblocking(False)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEPALIVE.items():
            if hasattr(socket, name):
                connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        callers[connection] = Caller(connection, host)
        selector.register(connection, selectors.EVENT_READ)

    def _is_welcome(self, host: str) -> bool:
        if not self._spec.peers:
            return True
        address = ip_address(host.partition("%")[0])
        return any(address in network for network in self._spec.peers)

    def _read(
        self,
        selector: selectors.BaseSelector,
        connection: socket.socket,
        callers: dict[socket.socket, Caller],
    ) -> None:
        try:
            data = connection.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        caller = callers[connection]
        if data:
            self._received(caller, data)
            return
        selector.unregister(connection)
        del callers[connection]
        self._closed(caller)
        caller.close()
