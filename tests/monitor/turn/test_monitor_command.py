"""`chairside monitor` as a process, on a real serial line."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import threading
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.cli.settings_file import UnusableSettings, read_settings, write_settings
from monitor.clock import SystemClock
from monitor.config import load
from monitor.report.flowsheet import record_path
from monitor.sessions.actions import Abort, Act, Seat
from monitor.store.desk import Desk
from monitor.store.prepare import prepare
from monitor.store.queries import JournalReader
from monitor.store.snapshot import ChairView
from monitor.terms import Role
from tests.brokers import wait_until
from tests.monitor.store.config_file import write_config

LINE = (
    b"02/03/26 14:30:15 SN=0000070986 SPO2=097% BPM=072 PI=03.46 SPCO=--.-% SPMET=--.-% DESAT=-- "
    b"PIDELTA=+-- ALARM=0000 EXC=000000\r\n"
)


class Oximeter:
    """A Masimo on a pseudo-terminal, five lines a second."""

    def __init__(self) -> None:
        self._master, self._slave = pty.openpty()
        tty.setraw(self._master)
        self.port = os.ttyname(self._slave)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._talk)
        self._thread.start()

    def _talk(self) -> None:
        while not self._end.wait(0.2):
            os.write(self._master, LINE)

    def stop(self) -> None:
        self._end.set()
        self._thread.join()
        os.close(self._master)
        os.close(self._slave)


@pytest.fixture
def oximeter() -> Iterator[Oximeter]:
    made = Oximeter()
    yield made
    made.stop()


def start(*arguments: str, **how: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "monitor.cli", "monitor", *arguments]
    return subprocess.Popen(command, stderr=subprocess.PIPE, **how)  # type: ignore[call-overload]


def test_from_the_line_to_the_record(tmp_path: Path, oximeter: Oximeter) -> None:
    config = write_config(tmp_path, oximeter.port)
    settings = load(config)
    prepare(settings.store)
    desk, reader = Desk.open(settings.store), JournalReader.open(settings.store)
    process = start("--config", str(config))

    def chair() -> ChairView | None:
        snapshot = reader.snapshot()
        return None if snapshot is None else snapshot.chairs[0]

    def shows(value: float) -> bool:
        view = chair()
        return view is not None and view.spo2 is not None and view.spo2.value == value

    def does(act: Act) -> None:
        session = chair().session
        at = SystemClock().utc_ms()
        seen = None if session is None else session.id
        seq = desk.append(
            at_ms=at, user="nina", role=Role.NURSE, station="s", chair="1", session=seen, act=act
        )
        wait_until(lambda: bool(reader.outcomes(seq - 1)))
        assert reader.outcomes(seq - 1)[0].accepted

    try:
        wait_until(lambda: shows(97.0), 20)
        does(Seat("JD", identifiers_confirmed=True))
        session = chair().session.id
        does(Abort("only a rehearsal"))
        wait_until(record_path(settings, session).exists)
        wait_until(lambda: reader.sessions()[0].record)
    finally:
        process.send_signal(signal.SIGTERM)
        log = process.communicate(timeout=20)[1].decode()
        desk.close()
        reader.close()
    assert process.returncode == 0
    assert "Traceback" not in log
    assert "JD" not in log
    assert f"record of visit {session} is written" in log


def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    write_settings(load(write_config(tmp_path)), settings)
    process = start("--settings-json", str(settings), "--die-with-parent", stdin=subprocess.PIPE)
    wait_until((tmp_path / "var" / "journal.db").exists, 20)
    assert process.poll() is None
    process.communicate(timeout=20)
    assert process.returncode == 0


def test_settings_survive_their_file(tmp_path: Path) -> None:
    settings = load(write_config(tmp_path))
    file = tmp_path / "settings.json"
    write_settings(settings, file)
    assert read_settings(file) == settings
    assert file.stat().st_mode & 0o077 == 0


def test_no_real_clinic_runs_faster_than_time(tmp_path: Path) -> None:
    process = start("--config", str(write_config(tmp_path)), "--speed", "2")
    assert b"--speed is for the demo" in process.communicate(timeout=20)[1]
    assert process.returncode == 2


@pytest.mark.parametrize("content", [None, b"", b"{}", b"[1]", b'{"name": 5}'])
def test_a_file_that_holds_no_settings_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "settings.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UnusableSettings, match=r"settings\.json"):
        read_settings(file)
