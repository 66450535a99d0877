"""How a link is configured: the settings of a serial line, and where the MQTT broker is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import tzinfo
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal, cast

LINE_SETTINGS = re.compile(r"([1-9]\d{2,6}) ([78])([NEO])([12])")
"""How settings of a serial line are written: `19200 8O1`."""


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

    @classmethod
    def of(cls, text: str) -> LineSettings:
        """Return the settings that are written as `19200 8O1`; raises ValueError for any other text."""
        match = LINE_SETTINGS.fullmatch(text)
        if match is None:
            msg = f"line settings: expected text such as 19200 8O1, got {text!r}"
            raise ValueError(msg)
        return cls(
            int(match[1]),
            cast(Literal[7, 8], int(match[2])),
            cast(Literal["N", "E", "O"], match[3]),
            cast(Literal[1, 2], int(match[4])),
        )


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
    certificate: Path | None = None
    """Our own, PEM, for a broker that asks for one; together with `key`."""
    key: Path | None = field(default=None, repr=False)
    protocol: Literal["auto", "3.1.1", "5"] = "auto"
    """Version of MQTT; auto tries 5 first."""

    @property
    def where(self) -> str:
        """Host and port, as a message names them."""
        return f"broker {self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Hl7Spec:
    """Where monitors may call us with HL7, and how their messages are told apart."""

    host: str
    """An address of this machine."""
    port: int
    """0 for any that is free."""
    peers: tuple[IPv4Network | IPv6Network, ...] = ()
    """Who may call; empty for anybody who can."""
    match: str = "sender"
    """What names the device of a message."""
    zone: tzinfo | None = None
    """Of times that have none."""

    @property
    def where(self) -> str:
        """Address and port, as a message names them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
