"""Serial lines: bytes in and out, nothing else.

Where the operating system has descriptors, one thread reads every port; elsewhere (Windows, `socket://`) one
thread a port. Either way a line that is pulled is noticed at once.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import sys
import threading
from typing import Protocol

import serial

from devices.links.settings import LineSettings

if sys.platform != "win32":
    import termios

_CHUNK = 4096
GATHER_S = 0.02
"""How long what comes next is let gather before all lines are looked at again: bytes come one by one."""

_READ_TIMEOUT_S = 0.25
"""How long a port's own thread waits for a byte before it looks whether it should stop."""
_WRITE_TIMEOUT_S = 1.0


class PortNotOpened(OSError):
    """A port could not be opened; the text has the system's own words."""


class LineLost(OSError):
    """A line that was open has gone."""


class Line(Protocol):
    """An open line."""

    def write(self, data: bytes) -> None:
        """Send bytes; raises `LineLost`."""
        ...

    def close(self) -> None:
        """Close the line; may be called from any thread, and twice."""
        ...


class Listener(Protocol):
    """Who is told what comes in; called from a reading thread."""

    def received(self, line: Line, data: bytes) -> None:
        """Take bytes, in the order in which they came."""
        ...

    def lost(self, line: Line, detail: str) -> None:
        """Take note, once, that the line has gone; nothing comes after it."""
        ...


def open_port(port: str, settings: LineSettings) -> serial.SerialBase:
    """Return the port, opened for us alone and configured; raises `PortNotOpened`."""
    try:
        opened: serial.SerialBase = serial.serial_for_url(
            port,
            baudrate=settings.baudrate,
            bytesize=settings.bytesize,
            parity=settings.parity,
            stopbits=settings.stopbits,
            rtscts=settings.rtscts,
            timeout=_READ_TIMEOUT_S,
            write_timeout=_WRITE_TIMEOUT_S,
            exclusive=True,
        )
    except (OSError, ValueError) as error:
        # ValueError: a URL or a setting that pyserial does not know.
        words = str(getattr(error, "strerror", None) or error)
        raise PortNotOpened(words if port in words else f"{port}: {words}") from error
    if settings.parity != "N":
        _check_parity(opened)
    return opened


def _check_parity(port: serial.SerialBase) -> None:
    """Let a byte of the wrong parity come as NUL where that can be; pyserial lets it pass for good."""
    if sys.platform == "win32" or not isinstance(port, serial.Serial):
        return
    with contextlib.suppress(termios.error):
        attributes = termios.tcgetattr(port.fileno())
        attributes[0] |= termios.INPCK
        termios.tcsetattr(port.fileno(), termios.TCSANOW, attributes)


class SerialPool:
    """Reads every line that it is given; more is done at once the longer bytes `gather`, in seconds."""

    def __init__(self, gather_s: float = GATHER_S) -> None:
        self._gather_s = gather_s
        self._reader: _Reader | None = None
        self._lock = threading.Lock()

    def attach(self, port: serial.SerialBase, listener: Listener) -> Line:
        """Return the line of an open port, whose bytes go to the listener from now on."""
        if os.name != "posix" or not isinstance(port, serial.Serial):
            return _ThreadLine(port, listener)
        with self._lock:
            if self._reader is None:
                self._reader = _Reader(self._gather_s)
            return self._reader.add(port, listener)

    def close(self) -> None:
        """Stop the reading thread; the lines are closed by those who opened them."""
        with self._lock:
            reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()


class _SelectedLine:
    """A line that the pool's one thread reads."""

    def __init__(self, port: serial.Serial, listener: Listener, selector: selectors.BaseSelector) -> None:
        self._port = port
        self._listener = listener
        self._selector = selector
        self._lock = threading.Lock()  # nobody uses the descriptor after it was closed and given away

    def write(self, data: bytes) -> None:
        with self._lock:
            try:
                sent = os.write(self._port.fileno(), data)
            except OSError as error:
                raise LineLost(f"{self._port.port}: {error}") from error
        if sent != len(data):
            msg = f"{self._port.port}: sent {sent} of {len(data)} bytes, the line takes no more"
            raise LineLost(msg)

    def close(self) -> None:
        with self._lock:
            self._close()

    def read(self) -> None:
        """Read what is there and tell the listener."""
        with self._lock:
            if not self._port.is_open:
                return
            try:
                data = os.read(self._port.fileno(), _CHUNK)
                detail = "the line ended: cable or device unplugged"
            except BlockingIOError:
                return
            except OSError as error:
                data, detail = b"", error.strerror or str(error)
            if not data:
                self._close()
        if data:
            self._listener.received(self, data)
        else:
            self._listener.lost(self, f"{self._port.port}: {detail}")

    def _close(self) -> None:
        if self._port.is_open:
            self._selector.unregister(self._port.fileno())
            self._port.close()


class _Reader:
    """The one thread that reads every line with a descriptor.

    Lines come and go from other threads while it waits; epoll and kqueue allow that.
    """

    def __init__(self, gather_s: float) -> None:
        self._gather_s = gather_s
        self._selector = selectors.DefaultSelector()
        self._wake, self._waker = socket.socketpair()
        self._selector.register(self._wake, selectors.EVENT_READ)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="serial-reader", daemon=True)
        self._thread.start()

    def add(self, port: serial.Serial, listener: Listener) -> Line:
        line = _SelectedLine(port, listener, self._selector)
        self._selector.register(port.fileno(), selectors.EVENT_READ, line)
        return line

    def close(self) -> None:
        self._stopping.set()
        self._waker.send(b"\0")
        self._thread.join()
        self._selector.close()
        self._wake.close()
        self._waker.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            for key, _ in self._selector.select():
                if key.data is not None:
                    key.data.read()
            self._stopping.wait(self._gather_s)


class _ThreadLine:
    """A line with a reading thread of its own."""

    def __init__(self, port: serial.SerialBase, listener: Listener) -> None:
        self._port = port
        self._listener = listener
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"serial {port.port}", daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except OSError as error:
            raise LineLost(f"{self._port.port}: {error}") from error

    def close(self) -> None:
        self._closed.set()

    def _run(self) -> None:
        try:
            while not self._closed.is_set():
                # One byte, or what is there: a longer read on socket:// loses its bytes when the peer closes.
                data = self._port.read(self._port.in_waiting or 1)  # type: ignore[attr-defined]
                if data and not self._closed.is_set():
                    self._listener.received(self, data)
        except OSError as error:
            if not self._closed.is_set():
                self._listener.lost(self, f"{self._port.port}: {error}")
        finally:
            self._port.close()
