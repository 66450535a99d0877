"""What the journal keeps, and what readers see of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.cli import main
from monitor.clock import SystemClock
from monitor.sessions.actions import End, Mark
from monitor.store.backup import backup
from monitor.store.faults import StoreFault
from monitor.store.files import JOURNAL
from monitor.store.journal import Journal
from monitor.store.queries import JournalReader
from monitor.store.rows import Rows
from tests.monitor.store.config_file import write_config
from tests.monitor.turn.clinic import Clinic


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    made = Clinic(tmp_path / "store")
    yield made
    made.close()


def test_a_turn_is_kept_whole_or_not_at_all(clinic: Clinic) -> None:
    clinic.seat()
    turn = clinic.snapshot.turn
    clinic.spo2(96)
    record = clinic.maker.step(clinic._waiting, [clinic.action(Mark("nausea"))], clinic.now)
    record.rows.limits.append(("visit", "hr_high", "high", "not a number", 5))
    with pytest.raises(Exception, match="cannot store TEXT value in REAL column"):
        clinic.journal.commit(record)
    assert clinic.reader.snapshot().turn == turn
    history = clinic.reader.history(clinic.session().id, samples=None)
    assert "nausea" not in [mark.what for mark in history.marks]
    assert history.continuous["spo2"] == []


def test_a_reader_is_told_of_each_turn(clinic: Clinic) -> None:
    before = clinic.reader.data_version()
    assert clinic.reader.data_version() == before
    clinic.turn()
    assert clinic.reader.data_version() != before


def test_the_same_values_delivered_again_are_one(clinic: Clinic) -> None:
    clinic.seat()
    clinic.spo2(96)
    clinic.cuff(120, 70)
    waiting = list(clinic._waiting)
    clinic.turn()
    for _ in range(2):
        clinic._waiting += waiting
        clinic.turn()
    history = clinic.reader.history(clinic.session().id, samples=None)
    assert len(history.continuous["spo2"]) == 1
    assert len(history.cuffs) == 1


def test_limits_bear_the_time_in_which_they_held(clinic: Clinic) -> None:
    session = clinic.infuse(pressure=(110, 65))
    started = clinic.session().started_ms
    history = clinic.reader.history(session)
    medium = [span for span in history.limits if (span.condition, span.priority) == ("sbp_high", "medium")]
    assert [(span.limit, span.until_ms) for span in medium] == [(160, started), (150, None)]


def test_visits_are_listed_newest_first_and_by_chair(clinic: Clinic) -> None:
    first = clinic.infuse("1")
    second = clinic.infuse("2")
    clinic.must(End(), "1")
    clinic.leaves("1")
    third = clinic.seat("1", label="CD")
    assert [visit.id for visit in clinic.reader.sessions()] == [third, second, first]
    assert [visit.id for visit in clinic.reader.sessions("1")] == [third, first]
    assert [visit.phase for visit in clinic.reader.sessions("1")] == ["seated", "left"]
    assert [visit.id for visit in clinic.reader.sessions(limit=1)] == [third]
    assert clinic.reader.history("no such visit") is None


def test_the_clinics_alarm_history_is_newest_first(clinic: Clinic) -> None:
    session = clinic.infuse()
    clinic.cuff(165, 90)
    clinic.run(1)
    clinic.cuff(120, 70)
    clinic.run(1)
    changes = [
        (a.change, a.chair, a.session) for a in clinic.reader.alarm_history() if a.condition == "sbp_high"
    ]
    assert changes == [("cleared", "1", session), ("raised", "1", session)]
    assert len(clinic.reader.alarm_history(limit=1)) == 1


def test_a_backup_of_a_running_clinic_can_go_on(clinic: Clinic, tmp_path: Path) -> None:
    session = clinic.infuse()
    copy = backup(clinic.folder, tmp_path / "copies", SystemClock())
    assert copy.parent == tmp_path / "copies"
    assert sorted(path.name for path in copy.iterdir()) == ["desk.db", "journal.db", "records"]
    clinic.run(2)
    journal, reader = Journal.open(copy), JournalReader.open(copy)
    try:
        assert journal.recover().sessions["1"].id == session
        assert journal.recover().turn == clinic.snapshot.turn - 2
        assert reader.history(session) is not None
    finally:
        journal.close()
        reader.close()


def test_a_backup_that_cannot_be_made_leaves_nothing(clinic: Clinic, tmp_path: Path) -> None:
    with pytest.raises(StoreFault, match="no such file"):
        backup(tmp_path / "elsewhere", tmp_path / "copies", SystemClock())
    blocked = tmp_path / "a file"
    blocked.touch()
    with pytest.raises(StoreFault, match="Expected a destination that we may write"):
        backup(clinic.folder, blocked / "below", SystemClock())
    clinic.close()
    with (clinic.folder / JOURNAL).open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096)
    with pytest.raises(StoreFault, match=r"journal\.db"):
        backup(clinic.folder, tmp_path / "copies", SystemClock())
    assert list((tmp_path / "copies").iterdir()) == []
    clinic.crash()


def test_backup_as_a_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = write_config(tmp_path)
    assert main(["backup", "--config", str(config), str(tmp_path / "copies")]) == 2
    assert "var/journal.db: no such file" in capsys.readouterr().err
    Clinic(tmp_path / "var").close()
    assert main(["backup", "--config", str(config), str(tmp_path / "copies")]) == 0
    made = Path(capsys.readouterr().out.strip())
    connection = sqlite3.connect(made / JOURNAL)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


def test_an_empty_turn_writes_nothing_but_itself(clinic: Clinic) -> None:
    record = clinic.maker.step([], [], clinic.now)
    assert record.rows == Rows(alarm_states=record.rows.alarm_states)
