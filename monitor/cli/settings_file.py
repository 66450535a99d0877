"""Settings as a JSON file: how `chairside run` hands the demo's settings to the processes it starts."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Any

import msgspec

from monitor.config import Settings


class UnusableSettings(Exception):
    """The file holds no settings; `str()` says what was found."""


def write_settings(settings: Settings, file: Path) -> None:
    """Write settings to a file that only we may read: they hold the demo's PINs."""
    file.touch(mode=0o600)
    file.write_bytes(msgspec.json.encode(settings, enc_hook=_plain))


def read_settings(file: Path) -> Settings:
    """Read what `write_settings` wrote.

    Raises:
        UnusableSettings: the file cannot be read, or holds something else.
    """
    try:
        return msgspec.json.decode(file.read_bytes(), type=Settings, dec_hook=_rich)
    except OSError as error:
        msg = f"{file}: cannot be read ({error.strerror})."
        raise UnusableSettings(msg) from error
    except msgspec.DecodeError as error:
        msg = f"{file}: expected settings as JSON, {error}."
        raise UnusableSettings(msg) from error


def _plain(value: Any) -> str:
    if isinstance(value, PurePath):
        return str(value)
    msg = f"settings cannot hold a {type(value).__name__}"
    raise NotImplementedError(msg)


def _rich(kind: type[Any], value: Any) -> Any:
    if issubclass(kind, PurePath):
        return kind(value)
    msg = f"settings cannot hold a {kind.__name__}"
    raise NotImplementedError(msg)
