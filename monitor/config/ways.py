"""How a device is reached but by its cable: the mapping that its messages need, and the broker."""

from __future__ import annotations

import os

from devices.catalogue import KINDS
from devices.kinds import DeviceKind
from devices.model import MetricCode
from monitor.config.faults import choice, shown, suggestion
from monitor.config.reader import Reader, Values


def given_by(device: Values, mappings: list[Values]) -> list[str]:
    """Return what a device of a known kind gives: what its mapping says, where its kind leaves it to one."""
    kind, mapping = KINDS[device["kind"]], _mapping_of(device, mappings)
    if not kind.mapped or mapping is None:
        return [code.value for code in kind.periods_s]
    metrics = [value["metric"] for value in mapping["value"] if "metric" in value]
    return [*metrics, MetricCode.NIBP.value] if mapping["cuff"] is not None else metrics


def check_mapping(reader: Reader, where: str, device: Values, mappings: list[Values]) -> None:
    """Check that a mapping is there exactly where the kind, or the way to the device, needs one."""
    kind, name = KINDS.get(device.get("kind", "")), device.get("mapping")
    mapping, names = _mapping_of(device, mappings), [each["name"] for each in mappings if "name" in each]
    if name is not None and mapping is None:
        expected = choice(names) or "one that is configured"
        remedy = suggestion(name, names, "add a [[mapping]] with this name")
        reader.fault(f"{where}.mapping", expected, shown(name), remedy)
        return
    if kind is None or (mapping is not None and "form" not in mapping):
        return
    forms = forms_of(kind)
    if mapping is None:
        if kind.mapped:
            expected = f"a mapping of the form {forms[0]}"
            reader.fault(f"{where}.mapping", expected, "nothing", "write a [[mapping]] and name it here")
    elif mapping["form"] not in forms:
        expected = f"a mapping of the form {forms[0]}" if forms else "no mapping"
        remedy = f"a {kind.kind} is read so" if forms else f"a {kind.kind} is not read by one"
        reader.fault(f"{where}.mapping", expected, f"the form {mapping['form']}", remedy)
    elif kind.mapped and not given_by(device, mappings):
        reader.fault(f"{where}.mapping", "a mapping with values", "none", "add [[mapping.value]] under it")
    elif device.get("topic") is None:
        reader.fault(f"{where}.mapping", "a topic beside it", "none", "a mapping reads what comes on a topic")


def check_sender(reader: Reader, where: str, device: Values) -> None:
    """Check that a device that calls us has a sender, and no other way."""
    kind = KINDS.get(device.get("kind", ""))
    sender = device.get("sender")
    if sender is None:
        reader.fault(f"{where}.sender", "what names it in its messages", "nothing", "write it as GW/ICU")
    elif kind is not None and not kind.calls:
        able = ", ".join(name for name, each in KINDS.items() if each.calls)
        reader.fault(f"{where}.sender", f"a kind that calls us: {able}", kind.kind, "leave sender out")
    for name in ("port", "topic", "line"):
        if device.get(name) is not None:
            reader.fault(f"{where}.{name}", f"no {name} beside sender", shown(device[name]), "leave it out")


def forms_of(kind: DeviceKind) -> tuple[str, ...]:
    """Return the forms of a mapping by which messages of a kind can be read."""
    if kind.transport == "serial":
        # A bridge sends what it hears; it asks nothing.
        return () if kind.polled or kind.wake else ("raw",)
    if kind.calls:
        return ()
    if kind.kind == "mqtt-values":
        return ("values",)
    if kind.kind.startswith("gatt-"):
        return ("gatt",)
    return () if kind.kind == "chairside-json" else ("json",)


def broker_rule(reader: Reader, mqtt: Values) -> None:
    """Check how we sign in to the broker: one password, and both files of a certificate."""
    name = mqtt.get("password_env")
    if name is not None and mqtt.get("password_file") is not None:
        reader.fault("mqtt.password_env", "one of password_file and password_env", "both", "keep one")
    elif name is not None and name not in os.environ:
        remedy = "set it for the user that runs chairside"
        reader.fault("mqtt.password_env", "a variable that is set", shown(name), remedy)
    certificate, key = mqtt.get("certificate"), mqtt.get("key")
    if (certificate is None) != (key is None):
        absent = "certificate" if certificate is None else "key"
        reader.fault(f"mqtt.{absent}", "a file beside its counterpart", "nothing", "it takes both")
    elif certificate is not None and not mqtt.get("tls"):
        reader.fault("mqtt.tls", "true, beside a certificate", "false", "set tls = true")


def _mapping_of(device: Values, mappings: list[Values]) -> Values | None:
    name = device.get("mapping")
    return next((each for each in mappings if name is not None and each.get("name") == name), None)
