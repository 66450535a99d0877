"""The settings that the rest of the house is handed: frozen, checked, complete."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from devices.mapping import Mapping
from devices.model import Origin
from monitor.limits import CuffSchedule, ExpectedResponse, FloodRule, LimitPreset, SwapRule
from monitor.terms import Priority, Role


@dataclass(frozen=True, slots=True)
class ChairSettings:
    """One chair."""

    id: str
    label: str
    room: str = ""
    simulated: bool = False
    replay: bool = False
    """What was recorded is played to it."""
    preset: str = "default"

    @property
    def origin(self) -> Origin:
        """Where its data come from."""
        if self.replay:
            return Origin.REPLAY
        return Origin.DEMO if self.simulated else Origin.REAL


@dataclass(frozen=True, slots=True)
class DeviceSettings:
    """One device: on a serial port, or behind an MQTT topic."""

    id: str
    kind: str
    """A kind of the catalogue, such as dinamap or masimo-ascii1."""
    chair: str
    name: str
    """What screens call it."""
    port: str | None = None
    """A serial port, a pty's path, or a pyserial URL (socket://host:port)."""
    line: str | None = None
    """Settings of its serial line, where those of its kind do not fit: `19200 8O1`."""
    topic: str | None = None
    """`chairside/v1/{site}/{gateway}/{device}`: observations come on `…/obs`."""
    sender: str | None = None
    """What names it in the HL7 messages by which it calls us, such as GW/ICU."""
    mapping: Mapping | None = None
    """How the messages are read of a gateway with a schema of its own."""
    period_s: float | None = None
    """Seconds from one value to the next, where its kind's do not fit."""
    metrics: tuple[str, ...] = ()
    """Which of its metrics to use; empty for all. Two devices on one chair may not claim the same."""
    accept_doubt: bool = False
    """Whether a kind may be used of which something is not known for sure."""
    allow_cuff: bool = False
    """Whether staff may start its cuff from here: control of a medical device."""
    limb: str | None = None
    """Where its cuff or probe sits, e.g. `left arm`; None where that is not known."""


@dataclass(frozen=True, slots=True)
class UserSettings:
    """One person (or wall display) that may sign in."""

    name: str
    display: str
    role: Role
    pin_hash: str
    """argon2."""


@dataclass(frozen=True, slots=True)
class BrokerSettings:
    """The MQTT broker that the devices publish to."""

    host: str = "127.0.0.1"
    port: int = 1883
    client_id: str = "chairside-monitor"
    username: str | None = None
    password_file: Path | None = None
    tls: bool = False
    ca_file: Path | None = None
    password_env: str | None = None
    """Environment variable that holds the password instead."""
    certificate: Path | None = None
    key: Path | None = None
    protocol: Literal["auto", "3.1.1", "5"] = "auto"

    def password(self) -> str | None:
        """Read the password from wherever it is kept; None without one."""
        if self.password_file is not None:
            return self.password_file.read_text(encoding="utf-8").strip()
        return None if self.password_env is None else os.environ.get(self.password_env)


@dataclass(frozen=True, slots=True)
class Hl7Settings:
    """Where monitors call us with HL7, and how their messages are told apart."""

    host: str
    port: int
    peers: tuple[str, ...] = ()
    """Who may call, as addresses and networks; empty for anybody on this machine."""
    match: str = "sender"
    """What names the device of a message."""
    zone: str | None = None
    """Of times that have none, such as Europe/Vienna."""


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """One way to tell somebody who looks at no screen."""

    name: str
    url: str = field(repr=False)
    """An Apprise URL, secrets and all."""
    where: str = ""
    """What may be shown of it: the scheme, and the host where that is one and no secret."""


@dataclass(frozen=True, slots=True)
class AlarmTopics:
    """Where the alarms of the chairs are published for lights and pagers."""

    broker: BrokerSettings
    """With a client id of its own."""
    topic: str
    """Without a slash at its end."""
    heartbeat_s: float = 10.0


@dataclass(frozen=True, slots=True)
class NotifySettings:
    """Who is told outside the screen, and of what."""

    channels: tuple[ChannelSettings, ...] = ()
    mqtt: AlarmTopics | None = None
    min_priority: Priority = Priority.HIGH
    events: tuple[str, ...] = ("escalated", "no_station", "monitor_fault")
    repeat_s: float = 120.0
    no_station_s: float = 30.0
    demo: bool = False
    """Simulated and replayed chairs are told of as well."""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where the dashboard listens."""

    host: str = "127.0.0.1"
    port: int = 8050
    behind_proxy: bool = False
    """A TLS-terminating proxy stands in front."""
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    idle_lock_min: float = 10.0
    session_max_hours: float = 12.0


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole clinic, checked."""

    name: str
    site: str
    chairs: tuple[ChairSettings, ...]
    devices: tuple[DeviceSettings, ...]
    users: tuple[UserSettings, ...]
    presets: dict[str, LimitPreset]
    store: Path
    """Folder that holds journal.db, desk.db and the finished records."""
    server: ServerSettings = field(default_factory=ServerSettings)
    broker: BrokerSettings | None = None
    hl7: Hl7Settings | None = None
    """None where no device speaks it: then nothing listens."""
    schedule: CuffSchedule = field(default_factory=CuffSchedule)
    response: ExpectedResponse = field(default_factory=ExpectedResponse)
    flood: FloodRule = field(default_factory=FloodRule)
    swap: SwapRule = field(default_factory=SwapRule)
    notify: NotifySettings = field(default_factory=NotifySettings)
    language: str = "en"
    """What screens speak until somebody chooses."""
    timezone: str | None = None
    """Of every time that people read, such as Europe/Vienna; None for this machine's."""
    demo: bool = False
    speed: float = 1.0
    demo_pins: dict[str, str] = field(default_factory=dict)
    """The demo's users and PINs, shown on its sign-in page; empty elsewhere."""
    simulator: str = ""
    """Where the demo's simulator serves its page; empty elsewhere."""
    source: Path | None = None

    @property
    def origin(self) -> Origin:
        """What the clinic's own texts are marked with: real unless no chair is."""
        origins = {Origin.DEMO if self.demo else chair.origin for chair in self.chairs}
        if Origin.REAL in origins:
            return Origin.REAL
        return Origin.REPLAY if origins == {Origin.REPLAY} else Origin.DEMO
