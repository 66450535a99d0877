"""With a patient in a chair and no station that can sound, nobody hears an alarm: that is one itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config import ChannelSettings, NotifySettings
from monitor.sessions.actions import Abort, Pause
from monitor.store.desk import Desk, DeskReader
from monitor.store.faults import StoreFault
from monitor.store.snapshot import AlarmView
from monitor.turn.stations import Hearing, StationWatch
from tests.monitor.turn.clinic import BEGIN_MS, Clinic


class House:
    """A clinic, and whether anybody in it would hear an alarm."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.sounds = False
        self.real_s = 0.0

    def wait(self, real_s: float, *, shown_s: float | None = None) -> list[AlarmView]:
        self.real_s += real_s
        self.clinic.pass_time(real_s if shown_s is None else shown_s)
        hearing = Hearing(self.sounds, self.real_s)
        self.clinic.journal.commit(self.clinic.maker.step([], [], self.clinic.now, hearing=hearing))
        self.clinic.snapshot = self.clinic.reader.snapshot()
        return self.clinic.snapshot.alarms


def test_thirty_seconds_without_a_sound_are_an_alarm_of_the_clinic(clinic: Clinic) -> None:
    clinic.infuse()
    house = House(clinic)
    assert house.wait(0) == []
    assert house.wait(29.9) == []
    (alarm,) = house.wait(0.1)
    assert (alarm.condition, alarm.priority, alarm.kind) == ("no_station", "medium", "technical")
    assert alarm.text == "no station can sound"
    assert (alarm.outside, alarm.calls) == (True, ("admin", "wall"))
    assert house.wait(60) == [alarm]
    house.sounds = True
    assert house.wait(1) == []
    history = clinic.reader.alarm_history()
    assert [(a.change, a.chair) for a in history if a.condition == "no_station"] == [
        ("cleared", ""),
        ("raised", ""),
    ]


def test_outside_an_infusion_it_is_low_and_silent_and_rises_with_the_infusion(clinic: Clinic) -> None:
    clinic.seat("2", label="AB")
    house = House(clinic)
    house.wait(0)
    (alarm,) = house.wait(31)
    assert (alarm.priority, alarm.audible) == ("low", False)
    clinic.infuse("1")
    (risen,) = house.wait(1)
    assert (risen.id, risen.priority, risen.audible) == (alarm.id, "medium", True)
    clinic.must(Pause("nausea"))
    assert house.wait(1)[0].priority == "medium"


def test_without_a_patient_nobody_need_hear_anything(clinic: Clinic) -> None:
    house = House(clinic)
    house.wait(0)
    assert house.wait(500) == []


def test_it_ends_when_the_last_patient_has_left(clinic: Clinic) -> None:
    clinic.seat()
    house = House(clinic)
    house.wait(0)
    assert house.wait(31) != []
    clinic.must(Abort("felt unwell"))
    assert house.wait(1) == []


def test_a_sound_in_between_counts_from_the_beginning(clinic: Clinic) -> None:
    clinic.infuse()
    house = House(clinic)
    house.wait(0)
    house.wait(20)
    house.sounds = True
    house.wait(1)
    house.sounds = False
    assert house.wait(20) == []
    assert house.wait(29) == []
    assert house.wait(2) != []


def test_it_counts_real_seconds_however_fast_the_demo_runs(clinic: Clinic) -> None:
    clinic.infuse()
    house = House(clinic)
    house.wait(0)
    assert house.wait(10, shown_s=600) == []


def test_a_restart_neither_forgets_nor_repeats_it(clinic: Clinic) -> None:
    clinic.infuse()
    house = House(clinic)
    house.wait(0)
    (alarm,) = house.wait(31)
    clinic.crash(away_s=5)
    again = House(clinic)
    assert [a.id for a in again.wait(1)] == [alarm.id]
    again.sounds = True
    assert again.wait(1) == []
    clinic.crash()
    assert House(clinic).wait(1) == []


def test_it_is_told_outside_at_once(tmp_path: Path) -> None:
    pager = ChannelSettings("Pager", "json://127.0.0.1:1", "json://127.0.0.1:1")
    clinic = Clinic(tmp_path / "told", notify=NotifySettings(channels=(pager,)))
    try:
        clinic.infuse()
        house = House(clinic)
        house.wait(0)
        (alarm,) = house.wait(30)
        assert [(told.channel, told.outcome) for told in alarm.told] == [("Pager", "sending")]
        (row,) = clinic.journal.recover().deliveries
        assert row.text.startswith("Clinic: MEDIUM alarm for 0 s, unanswered (no station can sound). Test")
        clinic.crash()
        (same,) = House(clinic).wait(1)
        assert [told.at_ms for told in same.told] == [told.at_ms for told in alarm.told]
        assert len(clinic.journal.recover().deliveries) == 1
    finally:
        clinic.close()


@pytest.mark.parametrize(
    ("user", "sound", "ago_ms", "sounds"),
    [
        ("nina", "armed", 11_000, True),
        ("ruiz", "armed", 0, True),
        ("nina", "armed", 13_000, False),
        ("nina", "off", 0, False),
        ("nina", "blocked", 0, False),
        ("nina", "high_only", 0, False),
        ("nina", "unheard", 0, False),
        ("wall", "armed", 0, False),
    ],
)
def test_only_a_present_armed_station_of_somebody_who_acts_counts(
    clinic: Clinic, user: str, sound: str, ago_ms: int, sounds: bool
) -> None:
    desk, reader = Desk.open(clinic.folder), DeskReader.open(clinic.folder)
    try:
        desk.see_station("s1", user=user, sound=sound, page="/", at_ms=BEGIN_MS - ago_ms)
        watch = StationWatch(reader, ["nina", "ruiz"], lambda: 5.0, lambda: BEGIN_MS)
        assert watch() == Hearing(sounds, 5.0)
    finally:
        reader.close()
        desk.close()


def test_a_desk_that_cannot_be_read_knows_of_no_station(caplog: pytest.LogCaptureFixture) -> None:
    class Damaged:
        def stations(self, since_ms: int = 0) -> list[object]:
            raise StoreFault("desk.db: damaged")

    assert StationWatch(Damaged(), ["nina"], lambda: 0.0, lambda: 0)().sounds is False
    assert "damaged" in caplog.text
