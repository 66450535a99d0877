"""What goes wrong inside: a clock that is set, a judgement that fails, a store that takes nothing."""

from __future__ import annotations

import sqlite3
import threading
from queue import SimpleQueue

import pytest

from devices.model import Arrival, MetricCode, Observation
from monitor.sessions.actions import Acknowledge, Mark, OperatorAction, Seat
from monitor.sessions.session import Session
from monitor.store.faults import StoreCorrupt, StoreFull
from monitor.store.rows import TurnRecord, Use
from monitor.terms import Now
from monitor.turn.chair import Chair
from monitor.turn.loop import Surroundings, TurnLoop
from monitor.turn.sensors import Sensors
from tests.monitor.turn.clinic import VALID, Clinic


@pytest.mark.parametrize(("seconds", "way"), [(3600, "forward"), (-3600, "back")])
def test_a_clock_that_is_set_is_told_and_loses_nothing(clinic: Clinic, seconds: int, way: str) -> None:
    session = clinic.infuse()
    clinic.run(60)
    clinic.now = Now(clinic.now.utc_ms + seconds * 1000, clinic.now.mono_s)
    clinic.run(2)
    assert "clock_step" in clinic.alarms()
    assert way in clinic.alarms()["clock_step"].text
    assert any(way in notice for notice in clinic.snapshot.notices)
    assert clinic.session().elapsed_s == 62
    assert clinic.chair().spo2.value == 98
    clinic.cuff(185, 90)
    clinic.run(2)
    assert "sbp_high" in clinic.alarms()
    clinic.run(70)
    assert "clock_step" not in clinic.alarms()
    assert clinic.snapshot.notices == []
    history = clinic.reader.history(session)
    assert [a.change for a in history.alarms if a.condition == "clock_step"] == ["raised", "cleared"]


def test_a_machine_that_slept_shows_nothing_from_before_as_live(clinic: Clinic) -> None:
    clinic.infuse()
    clinic.run(5)
    clinic.now = Now(clinic.now.utc_ms + 3_600_000, clinic.now.mono_s + 0.5)
    clinic.turn()
    chair = clinic.chair()
    assert (chair.spo2.freshness, chair.spo2.value, chair.spo2.last) == ("gone", None, 98)
    assert (chair.cuff.freshness, chair.cuff.systolic, chair.cuff.last) == ("gone", None, (121, 75))
    clinic.run(1)
    assert (clinic.chair().spo2.freshness, clinic.chair().spo2.value) == ("live", 98)


def test_a_fault_in_judging_one_chair_is_its_alarm_and_no_others(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clinic.infuse("1")
    clinic.seat("2", label="AB")
    healthy = Chair.advance

    def faulty(self: Chair, *arguments: object) -> None:
        if self.session is not None and self.session.chair == "1":
            raise ZeroDivisionError("division by zero")
        healthy(self, *arguments)

    monkeypatch.setattr(Chair, "advance", faulty)
    clinic.spo2(97, "1")
    clinic.run(2, spo2=96, chair="2")
    assert clinic.alarms("1")["monitor_fault"].priority == "medium"
    assert clinic.alarms("1")["monitor_fault"].audible
    assert clinic.chair("2").spo2.value == 96
    assert clinic.alarms("2") == {}
    assert "Chair 1" in clinic.snapshot.notices[0]
    assert "ZeroDivisionError" in caplog.text
    assert "JD" not in caplog.text
    clinic.must(Mark("nausea"), "2")
    assert "monitor failed" in clinic.does(Mark("nausea"), "1").message
    monkeypatch.setattr(Chair, "advance", healthy)
    clinic.must(Acknowledge(clinic.alarms("1")["monitor_fault"].id, "medium"))
    clinic.run(62)
    assert "monitor_fault" not in clinic.alarms("1")
    history = clinic.reader.history(clinic.session("1").id, samples=None)
    assert 97 in [sample.value for sample in history.continuous["spo2"]]


def test_a_value_that_cannot_be_judged_is_kept_and_so_is_what_comes_after_it(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = clinic.seat()
    healthy = Sensors._observed

    def faulty(
        self: Sensors, arrival: Arrival, event: Observation, *rest: Session | Now | None
    ) -> tuple[Use, Observation]:
        if event.value == 66:
            raise ZeroDivisionError("division by zero")
        return healthy(self, arrival, event, *rest)

    monkeypatch.setattr(Sensors, "_observed", faulty)
    for value in (97, 66, 98):
        clinic.pass_time(0.1)
        clinic.spo2(value)
    clinic.turn()
    assert clinic.chair().spo2.value == 98
    assert "monitor_fault" in clinic.alarms()
    record = clinic.reader.record(session)
    assert [row.value for row in record.continuous["spo2"]] == [97, 98]
    connection = sqlite3.connect(clinic.folder / "journal.db")
    assert connection.execute("SELECT value, use FROM observation WHERE use = 'aside'").fetchall() == [
        (66, "aside")
    ]
    connection.close()


def test_an_unknown_chair_or_device_harms_nobody(clinic: Clinic, caplog: pytest.LogCaptureFixture) -> None:
    clinic.says("stranger", Observation(MetricCode.SPO2, 97, VALID))
    clinic.turn(clinic.action(Seat("JD", identifiers_confirmed=True), "99", session=None))
    (outcome,) = clinic.reader.outcomes(0)
    assert outcome.message == "There is no chair '99' in this clinic."
    assert "stranger" in caplog.text


class NoDesk:
    """A desk on which nobody ever puts anything."""

    def data_version(self) -> int:
        return 1

    def actions_after(self, seq: int) -> list[OperatorAction]:
        return []


class FullDisk:
    """Takes nothing until there is room again."""

    def __init__(self, store: object) -> None:
        self.store = store
        self.room = threading.Event()
        self.refused: list[int] = []
        self.refused_thrice = threading.Event()

    def commit(self, record: TurnRecord) -> None:
        if not self.room.is_set():
            self.refused.append(record.snapshot.turn)
            if len(self.refused) == 3:
                self.refused_thrice.set()
            raise StoreFull("disk full")
        self.store.commit(record)


def test_on_a_full_disk_nothing_is_acknowledged_and_the_turn_number_stands(clinic: Clinic) -> None:
    clinic.seat()
    disk = FullDisk(clinic.journal)
    arrivals: SimpleQueue[Arrival] = SimpleQueue()
    acknowledged: list[object] = []
    stop, done = threading.Event(), threading.Event()

    def acknowledge(receipts: object) -> None:
        acknowledged.extend(receipts)
        if "receipt" in acknowledged:
            done.set()

    turn = clinic.snapshot.turn
    beat = iter(range(10**9))
    around = Surroundings(now=lambda: clinic.now, real_s=lambda: next(beat) * 0.2, acknowledge=acknowledge)
    arrival = clinic.says("oxi-1", Observation(MetricCode.SPO2, 96, VALID))
    clinic._waiting.clear()
    object.__setattr__(arrival, "receipt", "receipt")
    arrivals.put(arrival)
    loop = threading.Thread(target=TurnLoop(clinic.maker, arrivals, NoDesk(), disk, around).run, args=(stop,))
    loop.start()
    try:
        assert disk.refused_thrice.wait(10)
        assert acknowledged == []
        assert clinic.reader.snapshot().turn == turn
        assert set(disk.refused) == {turn + 1}
        disk.room.set()
        assert done.wait(10)
    finally:
        disk.room.set()
        stop.set()
        loop.join()
    assert clinic.reader.snapshot().turn > turn
    assert clinic.reader.snapshot().chairs[0].spo2.value == 96


def test_a_damaged_journal_ends_the_loop(clinic: Clinic) -> None:
    class Damaged:
        def commit(self, record: TurnRecord) -> None:
            raise StoreCorrupt("damaged")

    around = Surroundings(now=lambda: clinic.now, real_s=lambda: 0.0)
    loop = TurnLoop(clinic.maker, SimpleQueue(), NoDesk(), Damaged(), around)
    with pytest.raises(StoreCorrupt):
        loop.run(threading.Event())
