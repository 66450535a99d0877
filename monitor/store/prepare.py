"""Create and migrate both files, before anyone opens them."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from monitor.store.faults import StoreFault, named_faults
from monitor.store.files import (
    DESK,
    JOURNAL,
    WriterLock,
    close,
    lock_of,
    open_reader,
    open_writer,
    transaction,
)

_SCRIPTS = Path(__file__).parent / "migrations"


def prepare(folder: Path) -> None:
    """Make `journal.db` and `desk.db` in `folder`, at the newest schema; do nothing where they are.

    Safe to call from every process: a file at the newest schema is only read, and one in use is not
    migrated under its writer.

    Raises:
        StoreFault: the folder cannot be written, or a file is damaged, in use, or newer than we are.
    """
    try:
        (folder / "records").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"{folder}: cannot be made ({error.strerror}). Expected a folder that we may write."
        raise StoreFault(msg) from error
    gate = WriterLock(folder / "prepare.lock", wait=True)
    try:
        for name in (JOURNAL, DESK):
            _migrate(folder / name)
    finally:
        gate.release()


def _migrate(path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", _escaped(_SCRIPTS))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", _escaped(_SCRIPTS / path.stem))
    scripts = ScriptDirectory.from_config(config)
    found = _revision(path)
    if found == scripts.get_current_head():
        return
    if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
        newest = scripts.get_current_head()
        msg = f"{path}: made by a newer Chairside. Expected schema {newest} or older, got {found}."
        raise StoreFault(msg)
    lock = WriterLock(lock_of(path))
    try:
        with named_faults(path):
            path.touch()
            connection = open_writer(path)
            try:
                config.attributes["connection"] = connection
                with transaction(connection, write=True):
                    command.upgrade(config, "head")
            finally:
                close(connection)
    finally:
        lock.release()


def _escaped(path: Path) -> str:
    """A path as alembic's settings take it: a percent sign would begin an interpolation."""
    return str(path).replace("%", "%%")


def _revision(path: Path) -> str | None:
    if not path.exists() or path.stat().st_size == 0:
        return None
    connection = open_reader(path)
    try:
        with named_faults(path):
            tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE name='alembic_version'")
            if tables.first() is None:
                return None
            return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    finally:
        close(connection)
