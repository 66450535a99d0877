"""Reads gateway.toml: which devices a room PC reads, where its outbox is, and which broker it speaks to."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devices.catalogue import KINDS
from monitor.config.faults import ConfigError, Fault, choice, shown, suggestion
from monitor.config.keys import GATEWAY_DEVICE, keys_of
from monitor.config.reader import Reader, Values
from monitor.config.settings import BrokerSettings
from monitor.config.ways import broker_rule

_FILES = ("password_file", "ca_file", "certificate", "key")
SECTIONS = ("gateway", "mqtt", "device")


@dataclass(frozen=True, slots=True)
class GatewayDevice:
    """One serial device of a gateway."""

    id: str
    kind: str
    name: str
    port: str
    line: str | None = None
    metrics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """One gateway, checked."""

    site: str
    id: str
    outbox: Path
    keep_h: float
    most_mb: int
    broker: BrokerSettings
    devices: tuple[GatewayDevice, ...]


def load_gateway(path: Path) -> GatewaySettings:
    """Return the settings of a gateway.toml; raise ConfigError with everything that is wrong with it."""
    raw = _parse(path)
    reader = Reader(str(path))
    for name in raw:
        if name not in SECTIONS:
            reader.unknown("", name, SECTIONS)
    gateway = reader.table("gateway", "gateway", raw.get("gateway", {}))
    broker = reader.table("mqtt", "mqtt", raw.get("mqtt", {}))
    listed = raw.get("device", [])
    entries = [
        reader.table(GATEWAY_DEVICE, f"device[{number}]", entry)
        for number, entry in enumerate(listed if isinstance(listed, list) else [listed], start=1)
    ]
    _check(reader, path.absolute().parent, broker, entries)
    if reader.faults:
        raise ConfigError(reader.faults)
    return _settings(path.absolute().parent, gateway, broker, entries)


def _settings(folder: Path, gateway: Values, broker: Values, entries: list[Values]) -> GatewaySettings:
    files = {name: folder / broker[name] for name in _FILES if broker[name]}
    default = next(key.default for key in keys_of("mqtt").values() if key.name == "client_id")
    if broker["client_id"] == default:
        broker["client_id"] = f"chairside-{gateway['site']}-{gateway['id']}"[:64]
    return GatewaySettings(
        site=gateway["site"],
        id=gateway["id"],
        outbox=folder / gateway["outbox"],
        keep_h=gateway["keep_h"],
        most_mb=gateway["most_mb"],
        broker=BrokerSettings(**broker | files),
        devices=tuple(
            GatewayDevice(
                device["id"],
                device["kind"],
                device["name"] or device["id"],
                device["port"],
                device["line"],
                tuple(device["metrics"]),
            )
            for device in entries
        ),
    )


def _check(reader: Reader, folder: Path, broker: Values, entries: list[Values]) -> None:
    if not entries:
        reader.fault("device", "at least one [[device]]", "none", "chairside devices scan --write adds them")
    broker_rule(reader, broker)
    for name in _FILES:
        value = broker.get(name)
        if value and not (folder / value).is_file():
            reader.fault(f"mqtt.{name}", "a file that exists", shown(value), "write the path of the file")
    for name in ("id", "port"):
        first: dict[str, int] = {}
        for number, device in enumerate(entries, start=1):
            value = device.get(name)
            if value is not None and first.setdefault(value, number) != number:
                found = f"{shown(value)}, as in device[{first[value]}]"
                reader.fault(f"device[{number}].{name}", "one of its own", found, "give each its own")
    for number, device in enumerate(entries, start=1):
        _check_kind(reader, f"device[{number}]", device)


def _check_kind(reader: Reader, where: str, device: Mapping[str, object]) -> None:
    serial = [name for name, kind in KINDS.items() if kind.transport == "serial" and not kind.history]
    name = device.get("kind")
    if name is None:
        return
    if not isinstance(name, str) or name not in serial:
        remedy = suggestion(name, serial, "`chairside decode --list` names all; a gateway reads serial ones")
        reader.fault(f"{where}.kind", choice(serial), shown(name), remedy)
        return
    kind = KINDS[name]
    if kind.doubt and not device.get("accept_doubt"):
        remedy = f"compare it with the device before you accept: {kind.doubt}"
        reader.fault(f"{where}.kind", "a kind without a doubt, or accept_doubt = true", shown(name), remedy)
    metrics = device.get("metrics")
    for metric in metrics if isinstance(metrics, list) else ():
        if metric not in kind.periods_s:
            reader.fault(f"{where}.metrics", choice(kind.periods_s), shown(metric), "take it out")


def _parse(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or str(error)
        fault = Fault(str(path), "", "TOML that can be read", words, "check the path, or mend that line")
        raise ConfigError([fault]) from error
