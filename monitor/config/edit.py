"""clinic.toml as a text that is changed on a screen: its secrets stay in the file."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from monitor.config.faults import ConfigError, Fault
from monitor.config.keys import TABLES
from monitor.config.load import load_text

SECRETS = frozenset(key.name for keys in TABLES.values() for key in keys if key.secret)
KEPT = re.compile(r"\(kept (\d+)\)")


class NotEditable(Exception):
    """The file cannot be changed on a screen; `str()` says why and what to do."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The file as a screen may show it: `(kept 1)` stands for the first secret."""

    text: str
    digest: str
    """Of the whole file; who saves says which one they began with."""


def open_file(path: Path) -> Opened:
    """Return the text of a clinic.toml without its secrets.

    Raises:
        NotEditable: it cannot be read, or a secret in it cannot be told from other text.
    """
    whole = _read(path)
    text = whole
    for number, secret in enumerate(_secrets_of(whole), start=1):
        for quote in "\"'":
            text = text.replace(f"{quote}{secret}{quote}", f"{quote}(kept {number}){quote}")
        if secret in text:
            raise NotEditable(
                "A secret in the file is written in a way that this page cannot hide. Edit it there."
            )
    return Opened(text, digest_of(whole))


def faults_of(path: Path, text: str) -> list[Fault]:
    """Return what `chairside check` would say of this text in the place of the file."""
    try:
        load_text(_with_secrets(path, text), path)
    except ConfigError as error:
        return error.faults
    return []


def save_file(path: Path, text: str, began_with: str) -> None:
    """Put this text in the place of the file, whole or not at all; the one before is kept as `.bak`.

    Raises:
        ConfigError: it has faults.
        NotEditable: the file is another one than the edit began with, or cannot be written.
    """
    if digest_of(_read(path)) != began_with:
        raise NotEditable("Somebody else has changed the file meanwhile. Load this page again.")
    whole = _with_secrets(path, text)
    load_text(whole, path)
    fresh = path.with_name(path.name + ".new")
    try:
        shutil.copy2(path, path.with_name(path.name + ".bak"))
        shutil.copy2(path, fresh)
        with fresh.open("w", encoding="utf-8", newline="\n") as file:
            file.write(whole)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise NotEditable(f"The file cannot be written ({error.strerror}). Nothing was changed.") from error


def digest_of(whole: str) -> str:
    """Return what tells one text from another."""
    return hashlib.sha256(whole.encode()).hexdigest()


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotEditable(f"The file cannot be read ({error}).") from error


def _with_secrets(path: Path, text: str) -> str:
    """Put the secrets of the file back where the text names them."""
    secrets = _secrets_of(_read(path))

    def put_back(found: re.Match[str]) -> str:
        number = int(found[1])
        if not 1 <= number <= len(secrets):
            remedy = "write a secret of its own, or take the entry out"
            known = f"(kept 1) to (kept {len(secrets)})" if secrets else "no kept secret"
            raise ConfigError([Fault(str(path), "", known, found[0], remedy)])
        return secrets[number - 1]

    return KEPT.sub(put_back, text)


def _secrets_of(whole: str) -> list[str]:
    try:
        return list(dict.fromkeys(_walk(tomllib.loads(whole))))
    except tomllib.TOMLDecodeError as error:
        raise NotEditable(f"The file is no TOML ({error}). Mend it there.") from error


def _walk(part: object) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from _walk(item)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name in SECRETS and isinstance(value, str) and value:
                yield value
            else:
                yield from _walk(value)
