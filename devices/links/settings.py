"""How a link is configured: the settings of a serial line, and where the MQTT broker is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class LineSettings:
    """Settings of a serial line."""

    baudrate: int
    """Bits per second."""
    bytesize: Literal[7, 8] = 8
    parity: Literal["N", "E", "O"] = "N"
    stopbits: Literal[1, 2] = 1
    rtscts: bool = False
    """Hardware flow control."""


@dataclass(frozen=True, slots=True)
class BrokerSpec:
    """The MQTT broker and the session we hold with it."""

    host: str
    port: int = 1883
    client_id: str = "chairside-monitor"
    """Stable: the broker keeps what came while we were away under this name."""
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    ca_file: Path | None = None
    """Certificates to trust instead of the system's."""

    @property
    def where(self) -> str:
        """Host and port, as a message names them."""
        return f"broker {self.host}:{self.port}"
