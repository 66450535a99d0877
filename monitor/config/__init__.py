"""clinic.toml → frozen settings; every fault reported at once, with file, key and remedy."""

from monitor.config.faults import ConfigError, Fault
from monitor.config.load import load, load_limits, load_text, parse_limits, read_limits
from monitor.config.presets import shipped_presets
from monitor.config.rules import is_loopback, listening_fault
from monitor.config.settings import (
    AlarmTopics,
    BrokerSettings,
    ChairSettings,
    ChannelSettings,
    DeviceSettings,
    Hl7Settings,
    NotifySettings,
    ServerSettings,
    Settings,
    UserSettings,
)
from monitor.limits import Band, CuffSchedule, ExpectedResponse, LimitPreset, VitalLimits

__all__ = [
    "AlarmTopics",
    "Band",
    "BrokerSettings",
    "ChairSettings",
    "ChannelSettings",
    "ConfigError",
    "CuffSchedule",
    "DeviceSettings",
    "ExpectedResponse",
    "Fault",
    "Hl7Settings",
    "LimitPreset",
    "NotifySettings",
    "ServerSettings",
    "Settings",
    "UserSettings",
    "VitalLimits",
    "is_loopback",
    "listening_fault",
    "load",
    "load_limits",
    "load_text",
    "parse_limits",
    "read_limits",
    "shipped_presets",
]
