"""What a device says, in one line for a person; and the entry of clinic.toml for a device that was found."""

from __future__ import annotations

import json
from collections.abc import Iterable

from devices.adapter.scanning import Heard
from devices.catalogue import KINDS
from devices.links.settings import LineSettings
from devices.model import (
    METRICS,
    ClockSkew,
    CuffResult,
    CuffState,
    DeviceEvent,
    DeviceInfo,
    Malformed,
    Observation,
)


def event_words(event: DeviceEvent) -> str:
    """Return one event in words: `SpO₂ 97 %`, `PR – (probe_off)`."""
    match event:
        case Observation():
            metric = METRICS[event.metric]
            value = "–" if event.value is None else f"{event.value:g} {metric.unit}"
            return f"{metric.label} {value}{_flags(event.flags)}"
        case CuffResult():
            if event.systolic is None or event.diastolic is None:
                return f"NIBP – ({event.status or 'failed'}){_flags(event.flags)}"
            age = "" if event.age_s is None else f", {event.age_s:g} s old"
            return f"NIBP {event.systolic:g}/{event.diastolic:g} mm[Hg]{age}{_flags(event.flags)}"
        case CuffState():
            return f"cuff {event.state}"
        case Malformed():
            return f"skipped {event.bytes} bytes: {event.reason}"
        case DeviceInfo():
            return f"{event.model} {event.firmware}".strip()
        case ClockSkew():
            return f"clock of its {event.whose} {event.seconds:+g} s"
        case _:
            return f"{event.state} {event.detail}".strip()


def line_words(settings: LineSettings) -> str:
    """Return settings of a line as clinic.toml writes them: `19200 8O1`."""
    return f"{settings.baudrate} {settings.bytesize}{settings.parity}{settings.stopbits}"


def heard_words(heard: Heard, remedy: str = "") -> list[str]:
    """Return what a port turned out to be, one line a fact."""
    if heard.fault:
        return [f"{heard.port}: {heard.fault}", *([f"  {remedy}"] if remedy else [])]
    if heard.verdict is None or heard.settings is None:
        return [f"{heard.port}: silent", "  is the device on, and its output switched on? docs/devices.md"]
    at, verdict = line_words(heard.settings), heard.verdict
    if not verdict.equal:
        return [f"{heard.port}: {verdict.bytes} bytes at {at}, of no kind that is known"]
    best = verdict.equal[0]
    values = f"  {', '.join(map(event_words, best.values))}"
    if verdict.ambiguous:
        names = " or ".join(c.kind for c in verdict.equal)
        return [
            f"{heard.port}: {names} at {at}: what comes does not tell which",
            values,
            "  read the name on the device, and pull the finger out once; then name it with --kind",
        ]
    named = f"{best.kind} ({KINDS[best.kind].name})"
    return [f"{heard.port}: {named} at {at}, confidence {best.confidence:.0%}", values]


def device_entry(heard: Heard, kind: str, chair: str, taken: Iterable[str]) -> str:
    """Return the [[device]] of a device that was found, to be appended to clinic.toml."""
    known = KINDS[kind]
    name, number = f"{kind.split('-')[0]}-{chair}", 2
    device, used = name, set(taken)
    while device in used:
        device, number = f"{name}-{number}", number + 1
    lines = [
        "[[device]]",
        f"id = {json.dumps(device)}",
        f"kind = {json.dumps(kind)}",
        f"chair = {json.dumps(chair)}",
        f"port = {json.dumps(heard.port)}",
    ]
    if heard.settings is not None and heard.settings != known.line:
        lines.append(f"line = {json.dumps(line_words(heard.settings))}")
    if known.doubt:
        lines += [
            f"# {known.doubt}.",
            "# Compare the screen with the device, then take the # away:",
            "# accept_doubt = true",
        ]
    return "\n".join(lines) + "\n"


def _flags(flags: tuple[str, ...]) -> str:
    return f" ({', '.join(flags)})" if flags else ""
