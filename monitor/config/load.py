"""Reads clinic.toml: every fault at once, or settings that can be relied on."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from monitor.config.faults import ConfigError, Fault
from monitor.config.hl7 import hl7_settings
from monitor.config.keys import SECTIONS
from monitor.config.mappings import mapping_of, read_mappings
from monitor.config.notify import notify_settings, read_notify
from monitor.config.presets import read_presets
from monitor.config.reader import Reader, Values
from monitor.config.rules import RULES, Document
from monitor.config.settings import (
    BrokerSettings,
    ChairSettings,
    DeviceSettings,
    ServerSettings,
    Settings,
    UserSettings,
)
from monitor.limits import RESPONSES, CuffSchedule, ExpectedResponse, FloodRule, LimitPreset, SwapRule
from monitor.terms import Role

ELSEWHERE = {
    "store.url": "this version stores in SQLite: name a folder with path",
    "clinic.demo": "the demo is what chairside run starts without a file",
    "clinic.speed": "time runs faster in the demo only: chairside run --speed",
}
"""Keys that people may look for in vain, and what there is instead."""


def load(path: Path) -> Settings:
    """Return the settings of a clinic.toml; raise ConfigError with everything that is wrong with it."""
    return _settings_of(_parse(path), path)


def load_text(text: str, path: Path) -> Settings:
    """Return the settings that a clinic.toml at `path` would hold with this text.

    Raises:
        ConfigError: with everything that is wrong with it.
    """
    return _settings_of(_toml(text, str(path)), path)


def _settings_of(raw: dict[str, object], path: Path) -> Settings:
    reader = Reader(str(path))
    for name in raw:
        if name not in SECTIONS:
            reader.unknown("", name, SECTIONS)
    document = _take_apart(reader, raw, path.absolute().parent)
    presets = read_presets(reader, raw.get("limits", {}))
    for rule in RULES:
        rule(reader, document)
    if reader.faults:
        raise ConfigError(reader.faults)
    return _settings(document, presets, path)


def load_limits(path: Path, base: Mapping[str, LimitPreset] | None = None) -> dict[str, LimitPreset]:
    """Return only the presets of a clinic.toml, which need not describe a whole clinic.

    With a `base`, the file need only say what differs from it.

    Raises:
        ConfigError: with everything that is wrong with its limits.
    """
    return parse_limits(_parse(path), str(path), base)


def read_limits(text: str, name: str, base: Mapping[str, LimitPreset]) -> dict[str, LimitPreset]:
    """Return the presets that a text of TOML makes of others; `name` says in faults where it stands.

    Raises:
        ConfigError: with everything that is wrong with it.
    """
    return parse_limits(_toml(text, name), name, base)


def parse_limits(
    raw: Mapping[str, object], name: str, base: Mapping[str, LimitPreset] | None
) -> dict[str, LimitPreset]:
    """Return the presets of a document that is TOML already.

    Raises:
        ConfigError: with everything that is wrong with its limits.
    """
    reader = Reader(name)
    if base is not None and "limits" not in raw:
        reader.fault(
            "limits", "a table [limits.…]", "nothing", "write what differs: [limits.default.sbp_high.high]"
        )
    presets = read_presets(reader, raw.get("limits", {}), base)
    if reader.faults:
        raise ConfigError(reader.faults)
    return presets


def _parse(path: Path) -> dict[str, object]:
    def unreadable(expected: str, found: str, remedy: str) -> ConfigError:
        return ConfigError([Fault(str(path), "", expected, found, remedy)])

    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise unreadable("a file that can be read", error.strerror or str(error), "check the path") from error
    except UnicodeDecodeError as error:
        found = f"a byte that is not, at offset {error.start}"
        raise unreadable("UTF-8 text", found, "save the file as UTF-8") from error
    return _toml(text, str(path))


def _toml(text: str, name: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([Fault(name, "", "TOML", str(error), "mend that line")]) from error


def _take_apart(reader: Reader, raw: dict[str, object], folder: Path) -> Document:
    def section(name: str) -> Values:
        return reader.table(name, name, raw.get(name, {}), elsewhere=ELSEWHERE)

    return Document(
        folder=folder,
        clinic=section("clinic"),
        server=section("server"),
        store=section("store"),
        mqtt=section("mqtt"),
        hl7=section("hl7"),
        schedule=section("schedule"),
        response=section("response"),
        flood=section("flood"),
        swap=section("swap"),
        mappings=read_mappings(reader, raw.get("mapping", [])),
        **{f"{name}s": reader.entries(name, raw.get(name, [])) for name in ("chair", "device", "user")},
        notify=read_notify(reader, raw.get("notify", {}), folder),
    )


def _settings(document: Document, presets: dict[str, LimitPreset], path: Path) -> Settings:
    def resolved(values: Values, *paths: str) -> Values:
        return values | {name: document.folder / values[name] for name in paths if values[name] is not None}

    broker = BrokerSettings(**resolved(document.mqtt, "password_file", "ca_file", "certificate", "key"))
    speaks_hl7 = any(device["sender"] for device in document.devices)
    speaks_mqtt = any(device["topic"] for device in document.devices)
    return Settings(
        name=document.clinic["name"],
        site=document.clinic["site"],
        language=document.clinic["language"],
        timezone=document.clinic["timezone"],
        chairs=tuple(_chair(values, simulated=not document.devices) for values in document.chairs),
        devices=tuple(_device(values, document.mappings) for values in document.devices),
        users=tuple(_user(values) for values in document.users),
        presets=presets,
        store=document.folder / document.store["path"],
        server=ServerSettings(**resolved(document.server, "tls_certificate", "tls_key")),
        broker=broker if speaks_mqtt else None,
        hl7=hl7_settings(document.hl7) if speaks_hl7 else None,
        schedule=CuffSchedule(**document.schedule),
        response=_response(document.response),
        flood=FloodRule(**document.flood),
        swap=SwapRule(**document.swap),
        notify=notify_settings(document.notify, document.clinic["site"], broker),
        source=path,
    )


def _response(values: Values) -> ExpectedResponse:
    return replace(RESPONSES[values["preset"]], **values)


def _chair(values: Values, *, simulated: bool) -> ChairSettings:
    label = values["label"] or values["id"]
    simulated = values["simulated"] or (simulated and not values["replay"])
    return ChairSettings(**values | {"label": label, "simulated": simulated})


def _device(values: Values, mappings: list[Values]) -> DeviceSettings:
    name = values["name"] or values["id"]
    mapping = next((mapping_of(each) for each in mappings if each["name"] == values["mapping"]), None)
    return DeviceSettings(**values | {"name": name, "metrics": tuple(values["metrics"]), "mapping": mapping})


def _user(values: Values) -> UserSettings:
    display = values["display"] or values["name"]
    return UserSettings(**values | {"display": display, "role": Role(values["role"])})
