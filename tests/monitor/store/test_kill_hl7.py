"""kill -9 of a monitor that HL7 senders call: what was not answered is sent again, and is one row."""

from __future__ import annotations

import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import select

from monitor.cli.settings_file import write_settings
from monitor.config import ChairSettings, DeviceSettings, Hl7Settings, Settings
from monitor.limits import default_preset
from monitor.store import schema
from monitor.store.files import JOURNAL, close, open_reader
from monitor.store.prepare import prepare
from tests.brokers import free_port, wait_until
from tests.devices.test_hl7_devices import Sender, message, pressure, spo2, stamp
from tests.monitor.store.test_kill import Monitor


def clinic(port: int, store: Path) -> Settings:
    return Settings(
        name="Test clinic",
        site="test",
        chairs=(ChairSettings("1", "Chair 1"),),
        devices=(DeviceSettings("vs-1", "hl7-oru", "1", "Monitor", sender="GW/ICU"),),
        users=(),
        presets={"default": default_preset()},
        store=store,
        hl7=Hl7Settings("127.0.0.1", port),
    )


def calling(port: int) -> Sender:
    made: list[Sender] = []

    def answers() -> bool:
        try:
            made.append(Sender(port))
        except ConnectionRefusedError:
            return False
        return True

    wait_until(answers, 20)
    return made[0]


@contextmanager
def nothing_commits(journal: Path) -> Iterator[None]:
    with closing(sqlite3.connect(journal, isolation_level=None, timeout=10)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def rows(store: Path) -> list[object]:
    """The saturations and the systolic pressures that are stored."""
    connection = open_reader(store / JOURNAL)
    try:
        columns = schema.observation.c.value, schema.cuff.c.systolic
        return [value for column in columns for value in connection.execute(select(column)).scalars()]
    finally:
        close(connection)


def test_killed_before_the_commit_it_has_not_answered_and_what_comes_again_is_one_row(tmp_path: Path) -> None:
    store, port = tmp_path / "store", free_port()
    write_settings(clinic(port, store), tmp_path / "settings.json")
    prepare(store)
    monitor = Monitor(tmp_path / "settings.json")
    data = message(spo2(), pressure(128, stamp(3)), name="7")
    monitor.start()
    with calling(port) as sender, nothing_commits(store / JOURNAL):
        sender.send(data)
        threading.Event().wait(0.5)
        assert not sender.has_answer()
        monitor.end(signal.SIGKILL)
        assert sender.is_cut()
    assert rows(store) == []
    monitor.start()
    for _ in range(2):
        with calling(port) as sender:
            sender.send(data)
            assert sender.answer() == ("AA", "7", "")
    assert rows(store) == [97, 128]
    assert monitor.end(signal.SIGTERM) == 0
    assert all(b"SECRET" not in file.read_bytes() for file in store.rglob("*") if file.is_file())
