"""Which topics the messages of a device come on, and what reads them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from devices.catalogue import KINDS, DeviceSpec
from devices.codecs import Codec
from devices.codecs.mapped_json import read_mapped
from devices.codecs.payload_bytes import unpacked
from devices.codecs.single_values import read_state
from devices.codecs.teleicu_json import read_message as read_teleicu
from devices.mapping import Mapping, Refused
from devices.model import DeviceEvent, Malformed

Read = Callable[[bytes], list[DeviceEvent]]

_NATIVE = re.compile(r"chairside/v1/[^/]+/[^/]+/[^/]+")


@dataclass(slots=True)
class MessageReader:
    """How the messages of one device are read."""

    topics: dict[str, Read]
    timed: bool
    """The messages say when they were measured, so that a broker may keep them for us."""
    native: bool = False
    """Status and gateway have the topics of our own schema."""
    availability: str | None = None
    """The topic that says online or offline, where it has another."""
    line: SerialOverMqtt | None = None
    """The codec of a serial line whose bytes a bridge carries."""

    def forget(self) -> None:
        """Begin afresh after a gap."""
        if self.line is not None:
            self.line.forget()


class SerialOverMqtt:
    """Bytes of a serial line that come in messages, cut anywhere."""

    def __init__(self, mapping: Mapping, codec: Callable[[], Codec]) -> None:
        self._encoding = mapping.encoding
        self._new = codec
        self._codec = codec()

    def read(self, payload: bytes) -> list[DeviceEvent]:
        """Return the events that these bytes complete."""
        try:
            data = unpacked(payload, self._encoding)
        except Refused as refused:
            return [Malformed(len(payload), str(refused))] if payload else []
        return self._codec.feed(data)

    def forget(self) -> None:
        """Forget what was unfinished."""
        self._codec = self._new()


def reader_of(spec: DeviceSpec) -> MessageReader:
    """Return what reads the messages of a device; raises ValueError for one that has no topic."""
    topic, kind, mapping = spec.topic, KINDS[spec.kind], spec.mapping
    if topic is None:
        msg = f"device {spec.id}: expected a topic for kind {spec.kind}, got none"
        raise ValueError(msg)
    native = _NATIVE.fullmatch(topic) is not None
    if mapping is None:
        if kind.read_message is None:
            msg = f"device {spec.id}: expected a mapping for kind {spec.kind} behind a topic, got none"
            raise ValueError(msg)
        where = f"{topic}/obs" if native else topic
        return MessageReader({where: kind.read_message}, kind.timed, native)
    where = below(topic, mapping.topic)
    up = None if mapping.availability is None else below(topic, mapping.availability)
    if mapping.form == "values":
        states = {below(topic, rule.topic): partial(read_state, mapping, rule) for rule in mapping.values}
        return MessageReader(dict(states), False, native, up)
    if mapping.form == "raw":
        line = SerialOverMqtt(mapping, kind.codec)
        return MessageReader({where: line.read}, False, native, up, line)
    if mapping.form == "gatt":
        return MessageReader({where: partial(_read_value, mapping, kind.read_message)}, False, native, up)
    if kind.mapped:
        return MessageReader({where: partial(read_mapped, mapping)}, mapping.time is not None, native, up)
    if spec.kind == "teleicu-json":
        read = partial(read_teleicu, zone=mapping.zone)
        return MessageReader({where: read}, mapping.zone is not None, native, up)
    if kind.read_message is None:
        msg = f"device {spec.id}: expected a kind of messages for a mapping of form json, got {spec.kind}"
        raise ValueError(msg)
    return MessageReader({where: kind.read_message}, kind.timed, native, up)


def below(topic: str, path: str) -> str:
    """Return a topic below another, or beside it where the path begins with `..`."""
    parts = topic.split("/")
    for part in path.split("/") if path else ():
        if part == "..":
            del parts[-1:]
        else:
            parts.append(part)
    return "/".join(parts)


def _read_value(mapping: Mapping, read: Read | None, payload: bytes) -> list[DeviceEvent]:
    if read is None:
        msg = "expected a kind that reads values of Bluetooth characteristics"
        raise TypeError(msg)
    try:
        return read(unpacked(payload, mapping.encoding))
    except Refused as refused:
        return [Malformed(len(payload), str(refused))] if payload else []
