"""What the values of clinic.toml must be to one another; each rule notes what breaks it."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import argon2

from devices.catalogue import BROKEN, KINDS
from monitor.config.faults import choice, shown, suggestion
from monitor.config.hl7 import hl7_rule
from monitor.config.mappings import WILD
from monitor.config.presets import PRESETS
from monitor.config.reader import Reader, Values
from monitor.config.tls import pair_fault
from monitor.config.ways import broker_rule, check_mapping, check_sender, given_by
from monitor.terms import ACTING_ROLES

TOPIC = re.compile(r"chairside/v1/([a-z0-9-]{1,32})/[a-z0-9-]{1,32}/[a-z0-9-]{1,32}")


@dataclass(slots=True)
class Document:
    """The values of one clinic.toml, each checked by itself."""

    folder: Path
    """Relative paths start here."""
    clinic: Values
    server: Values
    store: Values
    mqtt: Values
    hl7: Values
    schedule: Values
    response: Values
    flood: Values
    swap: Values
    notify: Values
    """Its channels under `channel`, its topics under `mqtt`."""
    chairs: list[Values]
    devices: list[Values]
    users: list[Values]
    mappings: list[Values]


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach a server that listens there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listening_fault(host: str, *, guarded: bool, demo: bool) -> str | None:
    """Return what was expected instead of listening at `host`, or None where that is right.

    Beyond loopback it takes TLS or a proxy that speaks it (`guarded`); the demo never goes there.
    """
    if is_loopback(host):
        return None
    if demo:
        return "a loopback address, as the demo shows its PINs on its sign-in page"
    return None if guarded else "a loopback address, unless TLS or behind_proxy guards the way"


def _unique(reader: Reader, table: str, entries: list[Values], name: str) -> None:
    first: dict[str, int] = {}
    for number, entry in enumerate(entries, start=1):
        value = entry.get(name)
        if value is None:
            continue
        if value in first:
            reader.fault(
                f"{table}[{number}].{name}",
                f"one that no other {table} has",
                f"{shown(value)}, as in {table}[{first[value]}]",
                "give each its own",
            )
        first.setdefault(value, number)


def _known(reader: Reader, key: str, name: str | None, names: Iterable[str], remedy: str) -> bool:
    if name is None:
        return False
    names = list(names)
    if name in names:
        return True
    reader.fault(key, choice(names) or "one that is configured", shown(name), suggestion(name, names, remedy))
    return False


def _files(reader: Reader, document: Document) -> None:
    for table, values, names in (
        ("server", document.server, ("tls_certificate", "tls_key")),
        ("mqtt", document.mqtt, ("password_file", "ca_file", "certificate", "key")),
    ):
        for name in names:
            path = values.get(name)
            if path is not None and not (document.folder / path).is_file():
                reader.fault(
                    f"{table}.{name}", "a file that exists", shown(path), "write the path of the file"
                )


def _broker(reader: Reader, document: Document) -> None:
    broker_rule(reader, document.mqtt)


def _hl7(reader: Reader, document: Document) -> None:
    hl7_rule(reader, document.hl7)


def _store(reader: Reader, document: Document) -> None:
    path = document.store.get("path")
    if path is None:
        return
    folder = document.folder / path
    standing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not standing.is_dir():
        reader.fault("store.path", "a folder", f"the file {standing}", "name a folder")
    elif not os.access(standing, os.W_OK | os.X_OK):
        reader.fault(
            "store.path", "a folder that can be written", shown(standing), "let chairside's user write it"
        )


def _listening(reader: Reader, document: Document) -> None:
    server = document.server
    certificate, key = server.get("tls_certificate"), server.get("tls_key")
    if (certificate is None) != (key is None):
        absent = "tls_certificate" if certificate is None else "tls_key"
        reader.fault(f"server.{absent}", "a file beside its counterpart", "nothing", "TLS needs both")
    elif certificate is not None and key is not None:
        _pair(reader, document.folder / certificate, document.folder / key)
    guarded = bool(server.get("behind_proxy")) or (certificate is not None and key is not None)
    host = server.get("host")
    wrong = host and listening_fault(host, guarded=guarded, demo=False)
    if wrong:
        remedy = "listen on 127.0.0.1, or set tls_certificate and tls_key, or behind_proxy = true"
        reader.fault("server.host", wrong, shown(host), remedy)


def _pair(reader: Reader, certificate: Path, key: Path) -> None:
    found = pair_fault(certificate, key) if certificate.is_file() and key.is_file() else None
    if found:
        expected = "the PEM key of tls_certificate, without a password"
        reader.fault("server.tls_key", expected, found, "write both files anew, for Chairside's user only")


def _chairs(reader: Reader, document: Document) -> None:
    if not document.chairs:
        reader.fault("chair", "at least one [[chair]]", "none", "add a [[chair]] with an id")
    _unique(reader, "chair", document.chairs, "id")
    for number, chair in enumerate(document.chairs, start=1):
        _known(reader, f"chair[{number}].preset", chair.get("preset"), PRESETS, "take one of these")
        if chair.get("simulated") and chair.get("replay"):
            reader.fault(f"chair[{number}].replay", "one of simulated and replay", "both", "leave one out")


def _devices(reader: Reader, document: Document) -> None:
    for name in ("id", "port", "topic", "sender"):
        _unique(reader, "device", document.devices, name)
    _unique(reader, "mapping", document.mappings, "name")
    chairs = [chair["id"] for chair in document.chairs if "id" in chair]
    for number, device in enumerate(document.devices, start=1):
        where = f"device[{number}]"
        _known(reader, f"{where}.chair", device.get("chair"), chairs, "add a [[chair]] with this id")
        remedy = BROKEN.get(device.get("kind", ""), "`chairside decode --list` names all")
        if _known(reader, f"{where}.kind", device.get("kind"), KINDS, remedy):
            _kind(reader, where, device)
            _metrics(reader, where, device, document)
        check_mapping(reader, where, device, document.mappings)
        _way(reader, where, device, document.clinic.get("site"))


def _kind(reader: Reader, where: str, device: Values) -> None:
    """Check that the kind may stand on a chair at all: it is live, and its doubt is accepted."""
    kind = KINDS[device["kind"]]
    if kind.history:
        reader.fault(
            f"{where}.kind",
            "a kind that is live",
            f"{kind.kind}, which is history",
            f"read it with `chairside decode {kind.kind}`",
        )
    if kind.doubt and not device.get("accept_doubt"):
        reader.fault(
            f"{where}.kind",
            "a kind without a doubt, or accept_doubt = true",
            shown(kind.kind),
            f"compare it with the device before you accept: {kind.doubt}",
        )

    if device.get("allow_cuff") and device.get("topic") is not None:
        reader.fault(
            f"{where}.allow_cuff",
            "a device on a serial port of this computer",
            "one behind a broker",
            "start its cuff at the bedside: a start that waited in a broker or a gateway could inflate a cuff"
            " when nobody means it any more",
        )
    elif device.get("allow_cuff") and not kind.cuff:
        able = ", ".join(name for name, each in KINDS.items() if each.cuff)
        reader.fault(
            f"{where}.allow_cuff",
            f"a kind whose cuff can be started: {able}",
            shown(kind.kind),
            "leave allow_cuff out",
        )


def _metrics(reader: Reader, where: str, device: Values, document: Document) -> None:
    given = given_by(device, document.mappings)
    for metric in device.get("metrics", ()):
        _known(reader, f"{where}.metrics", metric, given, f"a {device['kind']} does not give it")


def _way(reader: Reader, where: str, device: Values, site: str | None) -> None:
    """Check that the device is reached by a port, a topic or a sender, whichever its kind speaks over."""
    port, topic, kind = device.get("port"), device.get("topic"), KINDS.get(device.get("kind", ""))
    if device.get("sender") is not None or (kind is not None and kind.calls):
        check_sender(reader, where, device)
    elif (port is None) == (topic is None):
        found = "neither" if port is None else "both"
        reader.fault(
            where, "either port or topic", found, "a serial device has a port, an MQTT device a topic"
        )
    elif kind is not None and (kind.transport == "serial") != (topic is None) and not _bridged(device):
        expected, found = ("a port", "a topic") if port is None else ("a topic", "a port")
        reader.fault(where, expected, found, f"a {kind.kind} is reached over {kind.transport}")
    elif topic is not None and device.get("line") is not None:
        reader.fault(f"{where}.line", "no line for a topic", shown(device["line"]), "leave it out")
    elif topic is not None:
        foreign = kind is not None and kind.kind != "chairside-json" and not topic.startswith("chairside/")
        if not foreign:
            _topic(reader, f"{where}.topic", topic, site)
        elif WILD.search(topic):
            expected = "a topic without wildcards, blanks or a slash at either end"
            reader.fault(f"{where}.topic", expected, shown(topic), "write it as home/gateway/device")


def _bridged(device: Values) -> bool:
    """Whether a bridge carries the bytes of a serial device to a topic."""
    return device.get("topic") is not None and device.get("mapping") is not None


def _topic(reader: Reader, where: str, topic: str, site: str | None) -> None:
    shape = TOPIC.fullmatch(topic)
    if shape is None:
        expected = "chairside/v1/{site}/{gateway}/{device}, ids of 1–32 characters of a–z, 0–9 and -"
        reader.fault(where, expected, shown(topic), "leave out the last part, such as /obs")
    elif site is not None and shape[1] != site:
        reader.fault(where, f"the site {site}", shape[1], "use the site of [clinic]")


def _claims(reader: Reader, document: Document) -> None:
    """Two devices on one chair may not claim the same metric: nobody could say whose number is shown."""
    claimed: dict[tuple[str, str], int] = {}
    for number, device in enumerate(document.devices, start=1):
        kind, chair = device.get("kind"), device.get("chair")
        if kind not in KINDS or chair is None:
            continue
        for metric in device.get("metrics") or given_by(device, document.mappings):
            other = claimed.setdefault((chair, metric), number)
            if other != number:
                name = document.devices[other - 1].get("id", f"device[{other}]")
                reader.fault(
                    f"device[{number}].metrics",
                    f"one device for {metric} on chair {chair}",
                    f"{metric} from {name} too",
                    "name the metrics to use of each of the two: metrics = [...]",
                )


def _users(reader: Reader, document: Document) -> None:
    _unique(reader, "user", document.users, "name")
    _unique(reader, "user", document.users, "display")
    roles = {user.get("role") for user in document.users}
    if None not in roles and ACTING_ROLES.isdisjoint(roles):
        expected = "at least one user with role nurse or anesthesia"
        reader.fault("user", expected, "none", "only they may act: add a [[user]]")
    for number, user in enumerate(document.users, start=1):
        if "pin_hash" not in user:
            continue
        try:
            argon2.extract_parameters(user["pin_hash"])
        except argon2.exceptions.InvalidHashError:
            reader.fault(
                f"user[{number}].pin_hash",
                "an argon2 hash",
                "something else",
                "make one: chairside user hash",
            )


RULES: tuple[Callable[[Reader, Document], None], ...] = (
    _listening, _files, _broker, _hl7, _store, _chairs, _devices, _claims, _users,
)  # fmt: skip
"""All rules, in the order in which their faults are told."""
