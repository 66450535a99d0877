"""What can be wrong with a store file, in words that say what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError


class StoreFault(Exception):
    """A store file cannot be used; `str()` names the file, what was found and the remedy."""


class StoreFull(StoreFault):
    """The disk takes no more; nothing of the transaction was kept, and it may be tried again."""


class StoreLocked(StoreFault):
    """Another process holds the file."""


class StoreCorrupt(StoreFault):
    """The file is not a sound database."""


_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
_CORRUPT = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


@contextmanager
def named_faults(path: Path) -> Iterator[None]:
    """Turn the driver's errors about `path` into a StoreFault; let all others pass."""
    try:
        yield
    except (sqlite3.Error, DBAPIError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        fault = _fault(path, cause)
        if fault is None:
            raise
        raise fault from error


def _fault(path: Path, cause: BaseException | None) -> StoreFault | None:
    code = getattr(cause, "sqlite_errorcode", None)
    if code is None:
        return None
    primary = code & 0xFF
    if primary in _FULL:
        return StoreFull(f"{path}: cannot be written ({cause}). Free space on this disk; it is tried again.")
    if primary in _LOCKED:
        return StoreLocked(f"{path}: another process holds the file ({cause}). Stop it and start again.")
    if primary in _CORRUPT:
        return StoreCorrupt(
            f"{path}: the file is damaged ({cause}). Stop the clinic, put the newest copy made by "
            f"`chairside backup` in its place, and start again."
        )
    if primary == sqlite3.SQLITE_CANTOPEN:
        return StoreFault(f"{path}: cannot be opened ({cause}). Expected a file in a folder we may write.")
    return None
