"""The serial ports of this machine: which there are, what is plugged in, and whether we may open them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from serial.tools import list_ports

_LASTING = Path("/dev/serial/by-id")


@dataclass(frozen=True, slots=True)
class PortFound:
    """One serial port."""

    port: str
    """As the system calls it today."""
    lasting: str
    """The name that stays the same whichever socket the adapter is in; else `port`."""
    what: str
    """What is plugged in, in the adapter's own words, with its USB identity."""
    problem: str = ""
    """Why it cannot be opened, and the remedy; empty where nothing is known against it."""


def ports() -> list[PortFound]:
    """Return the ports of this machine, adapters on USB first."""
    lasting = _lasting_names()
    found = sorted(list_ports.comports(), key=lambda p: (p.vid is None, p.device))
    return [
        PortFound(
            p.device, lasting.get(os.path.realpath(p.device), p.device), _what(p), access_problem(p.device)
        )
        for p in found
    ]


def in_folder(folder: Path) -> list[str]:
    """Return the ports that a folder holds: what is no file and no folder, hidden ones left out."""
    return [
        str(entry)
        for entry in sorted(folder.iterdir())
        if not entry.name.startswith(".") and entry.is_char_device()
    ]


def access_problem(port: str) -> str:
    """Return why we may not open this port and what to do, or nothing."""
    if os.name != "posix" or not Path(port).exists() or os.access(port, os.R_OK | os.W_OK):
        return ""
    return f"no permission; {_membership(port)}"


def remedy(fault: str, port: str) -> str:
    """Return what to do about a fault of opening a port; empty where nothing can be said."""
    words = fault.lower()
    if "permission" in words:
        return _membership(port)
    if "exclusively lock" in words or "temporarily unavailable" in words or "busy" in words:
        return "another program has it open: a monitor, a gateway or a terminal; stop that first"
    if "no such file" in words or "could not open" in words:
        return "plug the adapter in, or look at the name: chairside devices lists what is there"
    return ""


def _membership(port: str) -> str:
    try:
        group = Path(port).group()
    except (OSError, KeyError):
        group = "dialout"
    return f"sudo usermod -aG {group} $USER, then sign in anew"


def _what(port: object) -> str:
    """Return maker, product and identity, as far as the adapter tells them."""
    vid, pid = getattr(port, "vid", None), getattr(port, "pid", None)
    names: Iterable[str | None] = (getattr(port, "manufacturer", None), getattr(port, "product", None))
    said = [name for name in names if name]
    if vid is not None and pid is not None:
        said.append(f"USB {vid:04x}:{pid:04x}")
    serial = getattr(port, "serial_number", None)
    if serial:
        said.append(f"serial {serial}")
    return ", ".join(said) or "no USB adapter"


def _lasting_names() -> dict[str, str]:
    if not _LASTING.is_dir():
        return {}
    return {os.path.realpath(link): str(link) for link in sorted(_LASTING.iterdir())}
