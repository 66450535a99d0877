"""Every key of clinic.toml in one literal table: its type, its default and a line of help.

docs/configuration.md shows the same table; a house test compares the two.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum

from monitor.terms import Role


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value must be: in words, and as a test."""

    words: str
    accepts: Callable[[object], bool]


class Absent(Enum):
    """What it means that a key is not there, where no default value can say it."""

    REQUIRED = "required"
    NONE = "none"
    INHERITED = "inherited"
    """As in the preset that this one builds on."""


REQUIRED, NONE, INHERITED = Absent.REQUIRED, Absent.NONE, Absent.INHERITED


@dataclass(frozen=True, slots=True)
class Key:
    """One key of one table."""

    table: str
    name: str
    shape: Shape
    default: object
    help: str
    secret: bool = False
    """Its value is never printed."""


def _number(low: float, high: float, unit: str = "") -> Shape:
    words = f"a number {low:g}–{high:g}{unit and ' ' + unit}"
    return Shape(words, lambda v: _is_number(v) and low <= v <= high)  # type: ignore[operator]


def _whole(low: int, high: int) -> Shape:
    return Shape(
        f"a whole number {low}–{high}",
        lambda v: isinstance(v, int) and not isinstance(v, bool) and low <= v <= high,
    )


def _text(longest: int) -> Shape:
    return Shape(
        f"text of 1–{longest} characters",
        lambda v: isinstance(v, str) and 0 < len(v.strip()) and len(v) <= longest and v.isprintable(),
    )


def _one_of(names: Collection[str]) -> Shape:
    return Shape(" | ".join(names), lambda v: isinstance(v, str) and v in names)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


_IDENTIFIER = re.compile(r"[a-z0-9-]{1,32}")

YES_NO = Shape("true | false", lambda v: isinstance(v, bool))
IDENTIFIER = Shape(
    "1–32 characters of a–z, 0–9 and -",
    lambda v: isinstance(v, str) and _IDENTIFIER.fullmatch(v) is not None,
)
TEXT_LIST = Shape(
    "a list of text",
    lambda v: isinstance(v, list) and all(isinstance(item, str) for item in v),
)
LIMIT = Shape('a number, or "off"', lambda v: v == "off" or _is_number(v))
NUMBER = Shape("a number", _is_number)
NAME, PATH = _text(64), _text(1024)

BAND = "limits.PRESET.VITAL_SIDE.PRIORITY"
SIDE = "limits.PRESET.VITAL_SIDE"
PRESET = "limits.PRESET"

KEYS: tuple[Key, ...] = (
    Key("clinic", "name", NAME, REQUIRED, "The clinic's name, as screens and records show it."),
    Key("clinic", "site", IDENTIFIER, "clinic", "This clinic in MQTT topics: `chairside/v1/{site}/…`."),
    Key("clinic", "demo", YES_NO, False, "Simulated patients on every chair; listens on this machine only."),
    Key("clinic", "speed", _number(1, 60), 1.0, "How many times faster than real time; in the demo only."),
    Key("server", "host", _text(253), "127.0.0.1", "Address that the dashboard listens on."),
    Key("server", "port", _whole(1, 65535), 8050, "TCP port that the dashboard listens on."),
    Key("server", "behind_proxy", YES_NO, False, "A TLS-terminating proxy stands in front of the dashboard."),
    Key("server", "tls_certificate", PATH, NONE, "Certificate chain, PEM; together with `tls_key`."),
    Key("server", "tls_key", PATH, NONE, "Private key, PEM."),
    Key("server", "idle_lock_min", _number(1, 240, "min"), 10.0, "Idle minutes until acting asks for the PIN."),
    Key("store", "path", PATH, "var", "Folder of journal.db, desk.db and the records; relative to this file."),
    Key("mqtt", "host", _text(253), "127.0.0.1", "The broker that devices and gateways publish to."),
    Key("mqtt", "port", _whole(1, 65535), 1883, "The broker's TCP port."),
    Key("mqtt", "client_id", _text(64), "chairside-monitor", "Names the persistent session on the broker."),
    Key("mqtt", "username", _text(128), NONE, "Name to sign in to the broker with."),
    Key("mqtt", "password_file", PATH, NONE, "File whose first line is the broker's password."),
    Key("mqtt", "tls", YES_NO, False, "Speak TLS to the broker."),
    Key("mqtt", "ca_file", PATH, NONE, "Certificate authority of the broker, PEM; else the system's."),
    Key("schedule", "baseline_min", _number(1, 60, "min"), 2.0, "Minutes between cuff readings before the start."),
    Key("schedule", "infusion_min", _number(1, 60, "min"), 5.0, "Minutes between cuff readings in the infusion."),
    Key("schedule", "recovery_min", _number(1, 60, "min"), 15.0, "Minutes between cuff readings in recovery."),
    Key("chair", "id", IDENTIFIER, REQUIRED, "Short and lasting, such as `7`; records refer to it."),
    Key("chair", "label", _text(24), NONE, "What screens call the chair; its id where this is absent."),
    Key("chair", "room", _text(24), "", "Where the chair stands."),
    Key("chair", "simulated", YES_NO, False, "Its data are simulated, and marked DEMO wherever they show."),
    Key("chair", "preset", NAME, "default", "The limits that a new session on this chair begins with."),
    Key("device", "id", IDENTIFIER, REQUIRED, "Short and lasting; records refer to it."),
    Key("device", "kind", NAME, REQUIRED, "Its protocol; `chairside decode --list` names all."),
    Key("device", "chair", IDENTIFIER, REQUIRED, "The chair that it is connected to."),
    Key("device", "name", NAME, NONE, "What screens call the device; its id where this is absent."),
    Key("device", "port", PATH, NONE, "Serial port: `/dev/ttyUSB0`, `COM3` or `socket://host:port`."),
    Key("device", "topic", NAME, NONE, "MQTT topic: `chairside/v1/{site}/{gateway}/{device}`."),
    Key("device", "metrics", TEXT_LIST, [], "Which of its metrics to use; all where this is absent."),
    Key("user", "name", IDENTIFIER, REQUIRED, "Name to sign in with."),
    Key("user", "display", _text(64), NONE, "Name on screens and records; the sign-in name where this is absent."),
    Key("user", "role", _one_of(tuple(Role)), REQUIRED, "What the user may do; `wall` only shows."),
    Key("user", "pin_hash", _text(512), REQUIRED, "argon2 hash of the PIN: `chairside user hash`.", secret=True),
    Key(PRESET, "no_data_s", _number(1, 120, "s"), INHERITED, "No valid value for this long is a technical alarm."),
    Key(PRESET, "probe_off_s", _number(0, 120, "s"), INHERITED, "Probe off for this long is a technical alarm."),
    Key(PRESET, "device_lost_s", _number(1, 120, "s"), INHERITED, "A device lost this long is a technical alarm."),
    Key(PRESET, "acknowledge_high_s", _number(30, 3600, "s"), INHERITED, "Acknowledging a high alarm lasts so long."),
    Key(PRESET, "acknowledge_medium_s", _number(30, 3600, "s"), INHERITED, "The same for a medium alarm."),
    Key(PRESET, "acknowledge_low_s", _number(30, 3600, "s"), INHERITED, "The same for a low alarm."),
    Key(PRESET, "latching", YES_NO, INHERITED, "Alarm signals stay after their cause has gone, until acknowledged."),
    Key(PRESET, "low_heart_rate_baseline", _number(0, 200, "/min"), INHERITED,
        "A baseline heart rate below this lowers every low heart-rate limit …"),
    Key(PRESET, "low_heart_rate_shift", _number(0, 50, "/min"), INHERITED, "… by this much."),
    Key(SIDE, "deadband", _number(0, 30), INHERITED, "How far back inside the limit a value must be to clear."),
    Key(SIDE, "clear_delay_s", _number(0, 300, "s"), INHERITED, "How long it must stay there."),
    Key(BAND, "limit", LIMIT, INHERITED, "Absolute limit in the vital's unit; `\"off\"` switches the band off."),
    Key(BAND, "delay_s", _number(0, 300, "s"), INHERITED, "How long the value must stay beyond the limit."),
    Key(BAND, "immediate", NUMBER, INHERITED, "Beyond this, there is no delay."),
    Key(BAND, "rise", _number(0, 150), INHERITED, "So much above the baseline counts as well …"),
    Key(BAND, "rise_floor", NUMBER, INHERITED, "… once the value is at least this."),
    Key(BAND, "rise_percent", _number(0, 100, "%"), INHERITED,
        "Percent above (high side) or below (low side) the baseline that counts as well."),
)  # fmt: skip
"""Grouped by table, in the order of the documentation."""

REPEATED = ("chair", "device", "user")
"""Tables that come once per chair, device and user: `[[chair]]`."""

SECTIONS = ("clinic", "server", "store", "mqtt", "chair", "device", "user", "schedule", "limits")


def keys_of(table: str) -> dict[str, Key]:
    """Return the keys of one table by name."""
    return {key.name: key for key in KEYS if key.table == table}
