"""Consistent copies of a store that is in use, by SQLite's own online backup."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from monitor.clock import Clock, from_ms
from monitor.store.faults import StoreCorrupt, StoreFault, named_faults
from monitor.store.files import DESK, JOURNAL

_PAGES = 2000
"""Copied at a time, so that a turn never waits for the copy."""


def backup(store: Path, destination: Path, clock: Clock) -> Path:
    """Copy journal, desk and records into a new folder named by the time; return it.

    The copies are checked, and the folder bears its name only once it is complete. The store is only read.

    Raises:
        StoreFault: a file cannot be read or written, or a copy is not sound.
    """
    name = from_ms(clock.utc_ms()).strftime("chairside-%Y%m%dT%H%M%SZ")
    folder, draft = destination / name, destination / f"{name}.partial"
    if folder.exists():
        msg = f"{folder}: exists already. Wait a second and try again."
        raise StoreFault(msg)
    try:
        draft.mkdir(parents=True)
        for file in (JOURNAL, DESK):
            _copy(store / file, draft / file)
        if (store / "records").exists():
            shutil.copytree(store / "records", draft / "records", ignore=shutil.ignore_patterns("*.tmp"))
        draft.rename(folder)
    except OSError as error:
        msg = f"{error.filename}: {error.strerror}. Expected a destination that we may write, with room."
        raise StoreFault(msg) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def _copy(source: Path, target: Path) -> None:
    if not source.exists():
        msg = f"{source}: no such file. Expected the folder of a clinic's store."
        raise StoreFault(msg)
    uri = f"{source.absolute().as_uri()}?mode=ro"
    with (
        named_faults(source),
        closing(sqlite3.connect(uri, uri=True)) as original,
        closing(sqlite3.connect(target)) as copy,
    ):
        original.backup(copy, pages=_PAGES, sleep=0.01)
        copy.execute("PRAGMA journal_mode=DELETE")
        found = copy.execute("PRAGMA integrity_check").fetchall()
    if found != [("ok",)]:
        msg = f"{source}: the copy is not sound ({found[0][0]}). Expected `ok` of its integrity check."
        raise StoreCorrupt(msg)
