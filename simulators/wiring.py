"""Where the line of a simulated device ends: a pseudo-terminal, a real serial port, or a TCP port."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from selectors import EVENT_READ, BaseSelector
from typing import Protocol

import serial

from simulators.scenario import DevicePlan
from simulators.tables import ScenarioFault
from simulators.transport import SerialPort, pass_on

LOG = logging.getLogger(__name__)

LINES = {
    "contec-v7": "115200 8N1",
    "contec-5byte": "19200 8O1",
    "bci-5byte": "115200 8N1",
    "berry-pm6750": "115200 8N1",
    "datex-dri": "19200 8E1",
}
USUAL_LINE = "9600 8N1"
"""Settings of a kind's line, where the table has no others."""


class Port(Protocol):
    """The far end of a device's cable."""

    @property
    def heard(self) -> bool:
        """Whether what is sent would arrive anywhere."""
        ...

    def plug(self) -> None:
        """Put the cable in, if it is out; raises OSError."""
        ...

    def unplug(self) -> None:
        """Pull the cable."""
        ...

    def attend(self) -> None:
        """Look who listens; called about once a second."""
        ...

    def write(self, data: bytes) -> None:
        """Send bytes; what nobody takes is lost."""
        ...


@dataclass(frozen=True, slots=True)
class RealPlace:
    """A serial port of this machine, whose cable leads to the one that listens."""

    path: str
    line: str
    """Settings, `19200 8O1`."""

    @property
    def name(self) -> str:
        """What names it."""
        return self.path


@dataclass(frozen=True, slots=True)
class TcpPlace:
    """A TCP port of this machine, as a device server has one for each line."""

    host: str
    port: int

    @property
    def name(self) -> str:
        """What names it, as clinic.toml spells it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"socket://{host}:{self.port}"


Place = Path | RealPlace | TcpPlace
"""Where a line ends; a path is that of a pseudo-terminal."""
Received = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class Wiring:
    """Where the lines of a simulation end: at `tcp` and the ports after it, else in the folder."""

    directory: Path
    serial: Mapping[str, str] = field(default_factory=dict)
    """Real port by device; these come first."""
    tcp: tuple[str, int] | None = None

    def places(self, devices: Iterable[DevicePlan], line: str = "") -> dict[str, Place]:
        """Return the place of every device that hangs on a line; `line` where its kind's settings do not fit.

        Raises:
            ScenarioFault: a real port is meant for a device that is not there.
        """
        lines = [device for device in devices if device.on_a_line]
        unknown = self.serial.keys() - {device.id for device in lines}
        if unknown:
            known = ", ".join(device.id for device in lines) or "no device: none hangs on a line"
            raise ScenarioFault(f"--serial: expected one of {known}, got {', '.join(sorted(unknown))}")
        places: dict[str, Place] = {}
        for device in lines:
            if device.id in self.serial:
                settings = line or LINES.get(device.kind, USUAL_LINE)
                places[device.id] = RealPlace(self.serial[device.id], settings)
            elif self.tcp is not None:
                host, first = self.tcp
                number = sum(isinstance(place, TcpPlace) for place in places.values())
                places[device.id] = TcpPlace(host, first + number)
            else:
                places[device.id] = self.directory / (device.port or device.id)
        return places


def spelled(place: Place) -> str:
    """Return how the configuration of a monitor on the same machine would name it."""
    return str(place) if isinstance(place, Path) else place.name


def port_at(place: Place, selector: BaseSelector, received: Received) -> Port:
    """Return the port at a place; it is plugged by whoever uses it."""
    match place:
        case RealPlace():
            return RealPort(place, selector, received)
        case TcpPlace():
            return TcpPort(place, selector, received)
        case _:
            return SerialPort(place, selector, received)


class RealPort:
    """A serial port of this machine. One that goes away, as a USB adapter may, is opened again."""

    def __init__(self, place: RealPlace, selector: BaseSelector, received: Received) -> None:
        self._place = place
        self._selector = selector
        self._received = received
        self._port: serial.Serial | None = None

    @property
    def heard(self) -> bool:
        """Whether it is open: nobody can know who reads at the other end of the cable."""
        return self._port is not None

    def plug(self) -> None:
        """Open it; raises OSError."""
        if self._port is not None:
            return
        try:
            baud, frame = self._place.line.split()
            self._port = serial.Serial(
                self._place.path, int(baud), int(frame[0]), frame[1], int(frame[2]), timeout=0, exclusive=True
            )
        except (OSError, ValueError) as error:
            expected = f"a serial port that is free and can be set to {self._place.line}"
            raise OSError(f"{self._place.path}: expected {expected}, got {error}") from error
        self._selector.register(self._port.fileno(), EVENT_READ, self._ready)

    def unplug(self) -> None:
        """Close it: the line falls silent."""
        port, self._port = self._port, None
        if port is not None:
            self._selector.unregister(port.fileno())
            port.close()

    def attend(self) -> None:
        """Nothing to do: an open port is read."""

    def write(self, data: bytes) -> None:
        """Send bytes; what does not fit because the line is slower is lost."""
        if self._port is None:
            return
        try:
            os.write(self._port.fileno(), data)
        except BlockingIOError:
            LOG.debug("%s: the line is full; %d bytes lost", self._place.path, len(data))
        except OSError as error:
            self._lose(error)

    def _ready(self) -> None:
        try:
            data = os.read(self._port.fileno(), 4096) if self._port is not None else b""
        except BlockingIOError:
            return
        except OSError as error:
            self._lose(error)
            return
        if data:
            self._received(data)
        else:
            self._lose(OSError("the port ended"))

    def _lose(self, error: OSError) -> None:
        LOG.warning("%s: %s; tried again each second", self._place.path, error)
        self.unplug()


class TcpPort:
    """A TCP port at which one caller at a time hears the device; who calls later takes its place."""

    def __init__(self, place: TcpPlace, selector: BaseSelector, received: Received) -> None:
        self._place = place
        self._selector = selector
        self._received = received
        self._server: socket.socket | None = None
        self._caller: socket.socket | None = None

    @property
    def heard(self) -> bool:
        """Whether somebody has called."""
        return self._caller is not None

    def plug(self) -> None:
        """Listen; raises OSError where the port is taken."""
        if self._server is not None:
            return
        address = self._place.host, self._place.port
        family = socket.AF_INET6 if ":" in self._place.host else socket.AF_INET
        try:
            self._server = socket.create_server(address, family=family, backlog=1)
        except OSError as error:
            raise OSError(f"{self._place.name}: expected a free port, got {error}") from error
        self._server.setblocking(False)
        self._selector.register(self._server, EVENT_READ, self._called)

    def unplug(self) -> None:
        """Hang up, and listen no more."""
        self._hang_up()
        server, self._server = self._server, None
        if server is not None:
            self._selector.unregister(server)
            server.close()

    def attend(self) -> None:
        """Nothing to do: a caller is heard at once."""

    def write(self, data: bytes) -> None:
        """Send bytes; what a caller does not read is lost."""
        if self._caller is None:
            return
        try:
            self._caller.send(data)
        except BlockingIOError:
            LOG.debug("%s: the caller does not read; %d bytes lost", self._place.name, len(data))
        except OSError:
            self._hang_up()

    def _called(self) -> None:
        if self._server is None:
            return
        with suppress(OSError):
            caller, _ = self._server.accept()
            self._hang_up()
            caller.setblocking(False)
            self._caller = caller
            self._selector.register(caller, EVENT_READ, self._ready)

    def _ready(self) -> None:
        pass_on(self._caller, self._received, self._hang_up)

    def _hang_up(self) -> None:
        caller, self._caller = self._caller, None
        if caller is not None:
            self._selector.unregister(caller)
            caller.close()
