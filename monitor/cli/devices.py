"""chairside devices: which ports there are, who speaks on them, and what they say."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import threading
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from devices.adapter import ports as serial_ports
from devices.adapter.scanning import EARLY_S, HARMLESS, LISTEN_S, Heard, scan
from devices.adapter.watching import watch as watch_line
from devices.catalogue import KINDS
from devices.links.serial_line import LineLost, PortNotOpened
from devices.links.settings import LineSettings
from devices.model import Origin
from devices.origin_label import origin_said, unlabelled
from monitor.cli.device_words import device_entry, event_words, heard_words
from monitor.clock import SystemClock

_RAW_WIDTH = 16


class _Refused(Exception):
    """It cannot be done as asked; `str()` says what was expected and what was found."""


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add `chairside devices`."""
    parser = subparsers.add_parser(
        "devices",
        help="list serial ports, name the device on each, watch what it says",
        description="Without more: the serial ports of this machine, who may open them, and which device of "
        "--config uses which.",
    )
    parser.set_defaults(handler=_run(_list))
    parser.add_argument("--config", type=Path, metavar="FILE", help="a clinic.toml, to name who uses a port")
    actions = parser.add_subparsers(dest="action", metavar="scan | watch")
    scanning = actions.add_parser(
        "scan",
        help="listen on ports and name the devices",
        description="Listens on every port that no device of --config uses, or on those named. Sends nothing "
        "but the read requests of a DINAMAP to a port that stays silent; never starts a cuff.",
    )
    scanning.add_argument("ports", nargs="*", metavar="PORT", help="a port, or a folder of ports")
    scanning.add_argument("--config", type=Path, metavar="FILE", help="leave out the ports that it uses")
    scanning.add_argument(
        "--ask", action="append", default=[], metavar="KIND", help="also wake devices of this kind"
    )
    scanning.add_argument("--write", type=Path, metavar="FILE", help="append what was found to a clinic.toml")
    scanning.add_argument("--chair", metavar="ID", help="with --write: the chair, instead of being asked")
    scanning.add_argument("--kind", help="with --write: which kind it is, where several would do")
    scanning.set_defaults(handler=_run(_scan))
    watching = actions.add_parser("watch", help="show bytes and values of one port side by side")
    watching.add_argument("port", metavar="PORT")
    watching.add_argument("--kind", help="its protocol; else the port is scanned first")
    watching.add_argument("--line", metavar="SETTINGS", help="settings of the line, such as '19200 8O1'")
    watching.set_defaults(handler=_run(_watch))


def _run(action: Any) -> Any:
    def handler(arguments: argparse.Namespace) -> int:
        try:
            return int(action(arguments))
        except _Refused as refused:
            print(f"chairside devices: {refused}", file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            return 0

    return handler


def _list(arguments: argparse.Namespace) -> int:
    used = _used_ports(arguments.config)
    found = serial_ports.ports()
    for port in found:
        print(f"{port.lasting}  {port.what}")
        if port.lasting != port.port:
            print(f"  now {port.port}")
        for device in used.get(_real(port.port), ()):
            print(f"  used by {device}")
        if port.problem:
            print(f"  {port.problem}")
    there = {_real(port.port) for port in found}
    for name, devices in used.items():
        if name not in there and not Path(name).exists() and "://" not in name:
            print(f"{name}  not there\n  wanted by {', '.join(devices)}")
    if not found:
        print("No serial port on this machine. Plug the adapter in, then look again.")
    return 0


def _scan(arguments: argparse.Namespace) -> int:
    for kind in arguments.ask:
        _known(kind, "--ask")
    if arguments.kind is not None:
        _known(arguments.kind, "--kind")
    ports = _ports_to_scan(arguments)
    if not ports:
        print("No port to listen on that is not in use; chairside devices lists all.", file=sys.stderr)
        return 1
    print(f"Listening on {len(ports)} ports, up to half a minute …", file=sys.stderr)

    def tell(heard: Heard) -> None:
        print("\n".join(heard_words(heard, serial_ports.remedy(heard.fault, heard.port))), flush=True)

    heard = scan(ports, HARMLESS | set(arguments.ask), early_s=EARLY_S, listen_s=LISTEN_S, told=tell)
    if arguments.write is not None:
        _write(arguments, heard)
    return 0 if any(h.verdict is not None and h.verdict.equal for h in heard) else 1


def _ports_to_scan(arguments: argparse.Namespace) -> list[str]:
    used = _used_ports(arguments.config or arguments.write)
    if not arguments.ports:
        return [p.lasting for p in serial_ports.ports() if _real(p.port) not in used]
    named: list[str] = []
    for port in arguments.ports:
        named += serial_ports.in_folder(Path(port)) if Path(port).is_dir() else [port]
    return [port for port in named if _real(port) not in used]


def _write(arguments: argparse.Namespace, heard: Sequence[Heard]) -> None:
    """Append an entry for each device that was named; what stands in the file stays as it is."""
    file: Path = arguments.write
    try:
        text = file.read_text("utf-8") if file.exists() else ""
        document = tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise _Refused(f"{file}: expected TOML that can be read; {error}") from error
    devices = [d for d in document.get("device", []) if isinstance(d, dict)]
    taken = [str(d.get("id")) for d in devices]
    for found in heard:
        kind = _kind_of(found, arguments.kind)
        if kind is None:
            continue
        chair = arguments.chair or _ask_for_chair(found, kind)
        if not chair:
            continue
        entry = device_entry(found, kind, chair, taken)
        text += ("" if not text or text.endswith("\n") else "\n") + ("\n" if text else "") + entry
        taken += [str(d["id"]) for d in tomllib.loads(entry)["device"]]
        print(f"{file}: added\n{entry}")
    tomllib.loads(text)
    file.write_text(text, "utf-8")


def _kind_of(heard: Heard, wanted: str | None) -> str | None:
    if heard.verdict is None:
        return None
    if wanted is not None:
        return wanted if wanted in {c.kind for c in heard.verdict.equal} else None
    found = heard.verdict.found
    return None if found is None else found.kind


def _ask_for_chair(heard: Heard, kind: str) -> str:
    print(f"Chair of the {kind} on {heard.port} (empty: leave it out): ", end="", flush=True)
    return sys.stdin.readline().strip()


def _watch(arguments: argparse.Namespace) -> int:
    name, line = arguments.kind, _line(arguments.line)
    if name is None:
        (heard,) = scan([arguments.port])
        print("\n".join(heard_words(heard, serial_ports.remedy(heard.fault, heard.port))), flush=True)
        if heard.verdict is None or not heard.verdict.equal:
            return 1
        name, line = heard.verdict.equal[0].kind, line or heard.settings
    kind = KINDS[_known(name, "--kind")]
    stop = threading.Event()
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        settings = line or kind.line or LineSettings(9600)
        label: Origin | None = None
        for data, events in watch_line(arguments.port, kind, settings, SystemClock().real_mono_s, stop):
            said = origin_said(data)
            if said not in {None, label}:
                label = said
                print(f"the line is labelled: its data are {label}, no patient's", flush=True)
            _show(unlabelled(data), [event_words(event) for event in events])
    except (PortNotOpened, LineLost) as fault:
        advice = serial_ports.remedy(str(fault), arguments.port)
        raise _Refused(f"{fault}{advice and '; ' + advice}") from fault
    return 0


def _show(data: bytes, words: list[str]) -> None:
    """Print bytes on the left and what they say on the right."""
    raw = [data[i : i + _RAW_WIDTH] for i in range(0, len(data), _RAW_WIDTH)]
    for number in range(max(len(raw), len(words))):
        piece = raw[number] if number < len(raw) else b""
        text = "".join(chr(byte) if 0x20 <= byte < 0x7F else "·" for byte in piece)
        said = words[number] if number < len(words) else ""
        print(f"{piece.hex(' '):<{3 * _RAW_WIDTH}} {text:<{_RAW_WIDTH}}  {said}".rstrip(), flush=True)


def _known(kind: str, key: str) -> str:
    serial = [name for name, known in KINDS.items() if known.transport == "serial"]
    if kind not in serial:
        raise _Refused(f"{key}: expected one of {', '.join(serial)}; got {kind!r}")
    return kind


def _line(text: str | None) -> LineSettings | None:
    try:
        return None if text is None else LineSettings.of(text)
    except ValueError as error:
        raise _Refused(f"--line: {error}") from error


def _used_ports(config: Path | None) -> dict[str, list[str]]:
    """Return the ports that a file names, and the devices on each; a file with faults serves as well."""
    if config is None or not config.exists():
        return {}
    try:
        document = tomllib.loads(config.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _Refused(f"{config}: expected TOML that can be read; {error}") from error
    used: dict[str, list[str]] = {}
    for device in document.get("device", []):
        if isinstance(device, dict) and "port" in device:
            words = f"{device.get('id')} of chair {device.get('chair')}"
            used.setdefault(_real(str(device["port"])), []).append(words)
    return used


def _real(port: str) -> str:
    return port if "://" in port else str(Path(port).resolve())
