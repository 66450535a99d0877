"""A full disk, a file that another process holds, a damaged file: a clear sentence each, and no harm."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.cli import main
from monitor.sessions.actions import Start
from monitor.store.desk import Desk, DeskReader
from monitor.store.faults import StoreCorrupt, StoreFault, StoreFull, StoreLocked
from monitor.store.files import DESK, JOURNAL
from monitor.store.journal import Journal
from monitor.store.prepare import prepare
from monitor.store.queries import JournalReader
from monitor.terms import Role
from tests.monitor.store.config_file import write_config
from tests.monitor.turn.clinic import Clinic


def observe(clinic: Clinic, values: int) -> None:
    for _ in range(values):
        clinic.pass_time(0.001)
        clinic.spo2(97)


def stored(clinic: Clinic) -> int:
    connection = sqlite3.connect(clinic.folder / JOURNAL)
    try:
        return int(connection.execute("SELECT count(*) FROM observation").fetchone()[0])
    finally:
        connection.close()


def test_a_full_disk_keeps_the_turn_for_another_try(tmp_path: Path) -> None:
    clinic = Clinic(tmp_path)
    clinic.run(1, pulse=None)
    before = clinic.snapshot.turn
    observe(clinic, 5000)
    waiting, clinic._waiting = clinic._waiting, []
    record = clinic.maker.step(waiting, [], clinic.now)
    size = (tmp_path / f"{JOURNAL}-wal").stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 50_000, hard))
    try:
        for _ in range(2):
            with pytest.raises(StoreFull, match=r"journal\.db: cannot be written .*Free space"):
                clinic.journal.commit(record)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert clinic.reader.snapshot().turn == before
    assert stored(clinic) == 1
    clinic.journal.commit(record)
    assert clinic.reader.snapshot().turn == before + 1
    assert stored(clinic) == 5001
    clinic.close()


def test_sqlites_own_word_for_a_full_disk(tmp_path: Path) -> None:
    clinic = Clinic(tmp_path)
    clinic.journal._connection.exec_driver_sql("PRAGMA max_page_count = 60")
    observe(clinic, 5000)
    with pytest.raises(StoreFull, match="full"):
        clinic.turn()
    clinic.journal._connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    clinic.turn()
    clinic.close()


def test_a_second_writer_is_told_who_the_first_is(tmp_path: Path) -> None:
    prepare(tmp_path)
    journal, desk = Journal.open(tmp_path), Desk.open(tmp_path)
    try:
        for kind, lock in ((Journal, "monitor.lock"), (Desk, "desk.lock")):
            with pytest.raises(StoreLocked, match=rf"{lock}: held by process {os.getpid()}\."):
                kind.open(tmp_path)
    finally:
        journal.close()
        desk.close()
    Journal.open(tmp_path).close()


def test_the_lock_dies_with_its_holder(tmp_path: Path) -> None:
    prepare(tmp_path)
    hold = (
        "import sys, pathlib; from monitor.store.journal import Journal; "
        "j = Journal.open(pathlib.Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", hold, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(StoreLocked, match=str(holder.pid)):
            Journal.open(tmp_path)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    Journal.open(tmp_path).close()


def test_a_database_held_by_a_stranger_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.store.files.BUSY_S", 0.1)
    clinic = Clinic(tmp_path)
    stranger = sqlite3.connect(tmp_path / JOURNAL, isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    record = clinic.maker.step([], [], clinic.now)
    with pytest.raises(StoreLocked, match=r"journal\.db: another process holds"):
        clinic.journal.commit(record)
    stranger.execute("ROLLBACK")
    stranger.close()
    clinic.journal.commit(record)
    clinic.close()


@pytest.mark.parametrize("name", [JOURNAL, DESK])
@pytest.mark.parametrize("damage", ["not a database", "a page of noise"])
def test_a_damaged_file_says_what_to_do(tmp_path: Path, name: str, damage: str) -> None:
    prepare(tmp_path)
    path = tmp_path / name
    content = bytearray(path.read_bytes())
    for sidecar in tmp_path.glob(f"{name}-*"):
        sidecar.unlink()
    if damage == "not a database":
        path.write_bytes(b"this is a letter, not a database\n" * 100)
    else:
        content[100:4096] = b"\xff" * 3996
        path.write_bytes(content)
    with pytest.raises(StoreCorrupt, match=r"is damaged .*chairside backup.* in its place"):
        prepare(tmp_path)


def test_the_monitor_ends_with_2_and_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = tmp_path / "var"
    store.mkdir()
    (store / JOURNAL).write_bytes(b"this is a letter, not a database\n" * 100)
    config = write_config(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "monitor.cli", "monitor", "--config", str(config)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "journal.db: the file is damaged" in done.stderr
    assert "Traceback" not in done.stderr
    assert main(["backup", "--config", str(config), str(tmp_path / "copies")]) == 2
    assert "journal.db: the file is damaged" in capsys.readouterr().err


def test_a_store_of_a_newer_chairside_is_left_alone(tmp_path: Path) -> None:
    prepare(tmp_path)
    connection = sqlite3.connect(tmp_path / JOURNAL)
    connection.execute("UPDATE alembic_version SET version_num = 'journal_99'")
    connection.commit()
    connection.close()
    with pytest.raises(StoreFault, match=r"Expected schema journal_\d+ or older, got journal_99"):
        prepare(tmp_path)


def test_a_missing_store_is_named(tmp_path: Path) -> None:
    for kind in (Journal, Desk, JournalReader, DeskReader):
        with pytest.raises(StoreFault, match=r"\.db: no such file\. `chairside run` makes it"):
            kind.open(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreFault, match="Expected a folder that we may write"):
        prepare(tmp_path / "store")


def test_a_reader_can_change_nothing(tmp_path: Path) -> None:
    prepare(tmp_path)
    desk, reader = Desk.open(tmp_path), DeskReader.open(tmp_path)
    desk.append(at_ms=1, user="nina", role=Role.NURSE, station="s", chair="1", session=None, act=Start())
    with pytest.raises(Exception, match="readonly"):
        reader._connection.exec_driver_sql("DELETE FROM action")
    assert len(reader.actions_after(0)) == 1
    desk.close()
    reader.close()
