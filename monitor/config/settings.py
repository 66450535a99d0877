"""clinic.toml → frozen settings; every fault reported at once, with file, key and remedy."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from monitor.terms import Priority, Role, Vital


@dataclass(frozen=True, slots=True)
class Band:
    """One priority band of one side of one vital; None switches it off."""

    limit: float | None
    delay_s: float = 0.0
    """Condition delay: how long the value must stay beyond the limit."""
    immediate: float | None = None
    """Beyond this, no delay."""
    rise: float | None = None
    """Relative, against the baseline: mm[Hg] above it that also count …"""
    rise_floor: float | None = None
    """… once the value is at least this."""
    rise_percent: float | None = None
    """Relative: percent above (high side) or below (low side) the baseline."""


@dataclass(frozen=True, slots=True)
class VitalLimits:
    """One side of one vital: its bands by priority, its deadband, its clearing delay."""

    bands: dict[Priority, Band]
    deadband: float = 0.0
    clear_delay_s: float = 0.0


@dataclass(frozen=True, slots=True)
class LimitPreset:
    """A named set of limits."""

    name: str
    configured: bool
    """False for a preset that only bears a name: it equals `default` and is shown as not configured."""
    high: dict[Vital, VitalLimits]
    low: dict[Vital, VitalLimits]
    no_data_s: float = 10.0
    """A continuous metric without a valid value for this long is a technical alarm."""
    probe_off_s: float = 5.0
    device_lost_s: float = 10.0
    acknowledge_high_s: float = 180.0
    acknowledge_medium_s: float = 600.0
    acknowledge_low_s: float = 1800.0
    latching: bool = False
    low_heart_rate_baseline: float = 60.0
    """A baseline heart rate below this lowers every low heart-rate limit by `low_heart_rate_shift`."""
    low_heart_rate_shift: float = 5.0


@dataclass(frozen=True, slots=True)
class CuffSchedule:
    """How often a pressure is due, minutes."""

    baseline_min: float = 2.0
    infusion_min: float = 5.0
    recovery_min: float = 15.0


@dataclass(frozen=True, slots=True)
class ChairSettings:
    """One chair."""

    id: str
    label: str
    room: str = ""
    simulated: bool = False
    preset: str = "default"


@dataclass(frozen=True, slots=True)
class DeviceSettings:
    """One device: on a serial port, or behind an MQTT topic."""

    id: str
    kind: str
    """A kind of the catalogue: dinamap, masimo-ascii1, chairside-json."""
    chair: str
    name: str
    """What screens call it."""
    port: str | None = None
    """A serial port, a pty's path, or a pyserial URL (socket://host:port)."""
    topic: str | None = None
    """`chairside/v1/{site}/{gateway}/{device}`: observations come on `…/obs`."""
    metrics: tuple[str, ...] = ()
    """Which of its metrics to use; empty for all. Two devices on one chair may not claim the same."""


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
    schedule: CuffSchedule = field(default_factory=CuffSchedule)
    demo: bool = False
    speed: float = 1.0
    demo_pins: dict[str, str] = field(default_factory=dict)
    """The demo's users and PINs, shown on its sign-in page; empty elsewhere."""
    source: Path | None = None
