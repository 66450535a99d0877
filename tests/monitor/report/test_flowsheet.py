"""The flowsheet: what must be true of every one, and the stories that are hard to tell right."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.report.flowsheet import Line, record_path, write_flowsheet
from monitor.report.keeper import RecordKeeper
from monitor.sessions.actions import (
    Abort,
    Acknowledge,
    End,
    EnteredInError,
    ManualCuff,
    Mark,
    Seat,
)
from monitor.terms import Now
from tests.brokers import wait_until
from tests.monitor.turn.clinic import Clinic


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    made = Clinic(tmp_path / "store", simulated=False)
    yield made
    made.close()


def sheet(clinic: Clinic, session: str) -> list[dict[str, str]]:
    record = clinic.reader.record(session)
    assert record is not None
    path = write_flowsheet(record, clinic.settings)
    assert path == record_path(clinic.settings, session)
    return read(path)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def of(rows: list[dict[str, str]], kind: str, what: str | None = None) -> list[dict[str, str]]:
    return [row for row in rows if row["kind"] == kind and what in (None, row["what"])]


def leave(clinic: Clinic) -> None:
    clinic.must(End())
    clinic.leaves()


def test_the_clinic_s_zone_is_the_record_s(clinic: Clinic) -> None:
    session = clinic.infuse()
    leave(clinic)
    clinic.settings = replace(clinic.settings, timezone="Asia/Kolkata")
    rows = sheet(clinic, session)
    assert {row["local_offset"] for row in rows if row["time_utc"]} == {"UTC+05:30"}


def test_a_whole_visit_is_told_in_order_of_time(clinic: Clinic) -> None:
    session = clinic.infuse()
    clinic.run(65, spo2=98)
    clinic.cuff(185, 95)
    clinic.run(23)
    clinic.must(Acknowledge(clinic.alarms()["sbp_high"].id, "high"))
    clinic.must(Mark("nausea", 4, "mild"))
    leave(clinic)
    rows = sheet(clinic, session)
    assert set(rows[0]) == set(Line._fields)
    times = [row["time_utc"] for row in rows if row["kind"] != "header"]
    assert times == sorted(times)
    assert all(time.endswith("Z") for time in times)
    assert all(row["local_offset"].startswith("UTC") for row in rows if row["time_utc"])
    assert [row["what"] for row in of(rows, "phase")] == [
        "seated",
        "baseline",
        "infusion",
        "recovery",
        "left",
    ]
    assert [(row["systolic"], row["unit"]) for row in of(rows, "cuff")] == [
        ("121.0", "mm[Hg]"),
        ("121.0", "mm[Hg]"),
        ("185.0", "mm[Hg]"),
    ]
    assert [row["source"] for row in of(rows, "cuff")] == ["Monitor 1"] * 3
    acknowledged = next(row for row in of(rows, "alarm", "sbp_high") if "acknowledged" in row["text"])
    assert acknowledged["author"] == "nina"
    assert "22 s after it began" in acknowledged["text"]
    (nausea,) = of(rows, "event", "nausea")
    assert (nausea["value"], nausea["author"], nausea["text"]) == ("4", "nina", "mild")
    assert of(rows, "limit", "sbp_high")


def test_the_head_says_whose_it_is_and_what_it_is_not(clinic: Clinic) -> None:
    session = clinic.infuse()
    leave(clinic)
    head = {row["what"]: row for row in of(sheet(clinic, session), "header")}
    assert "not a medical device" in head["notice"]["text"]
    assert (head["chair"]["text"], head["label"]["text"], head["session"]["text"]) == ("1", "JD", session)
    assert (head["baseline"]["systolic"], head["baseline"]["diastolic"]) == ("121.0", "75.0")
    assert head["planned"]["value"] == "40"
    assert head["data"]["text"] == "real devices"


@pytest.mark.parametrize(("kind", "word"), [("simulated", "DEMO"), ("replay", "REPLAY")])
def test_data_that_are_no_patients_say_so(tmp_path: Path, kind: str, word: str) -> None:
    clinic = Clinic(tmp_path / "demo", **{kind: True})
    session = clinic.seat()
    clinic.must(Abort("only a rehearsal"))
    head = {row["what"]: row for row in of(sheet(clinic, session), "header")}
    assert head["data"]["text"].startswith(f"{word}: ")
    assert head["outcome"]["text"] == "aborted"
    clinic.close()


def test_minutes_have_their_median_and_their_extremes(clinic: Clinic) -> None:
    session = clinic.seat()
    begin = clinic.now
    clinic.now = Now(begin.utc_ms // 60_000 * 60_000 + 60_000, begin.mono_s + 60)
    for value in (90, 99, 98):
        clinic.spo2(value)
        clinic.pass_time(1)
        clinic.turn()
    clinic.spo2(None, flags=("probe_off",))
    clinic.turn()
    clinic.must(Abort("felt unwell"))
    (minute,) = of(sheet(clinic, session), "observation", "spo2")
    assert (minute["value"], minute["low"], minute["high"], minute["unit"]) == ("98.0", "90.0", "99.0", "%")
    assert (minute["text"], minute["flags"], minute["source"]) == ("3 of 4 values", "probe_off", "Oximeter 1")


def test_gaps_are_named_and_never_bridged(clinic: Clinic) -> None:
    session = clinic.seat()
    clinic.run(5)
    clinic.run(34, spo2=None, pulse=None)
    clinic.run(5)
    clinic.must(Abort("felt unwell"))
    rows = sheet(clinic, session)
    assert [row["value"] for row in of(rows, "gap", "spo2")] == ["35.0"]
    assert [row["value"] for row in of(rows, "gap", "hr")] == ["35.0"]


def test_a_struck_value_stays_with_who_struck_it(clinic: Clinic) -> None:
    session = clinic.infuse()
    clinic.run(60)
    clinic.must(ManualCuff(218, 112))
    clinic.must(EnteredInError(clinic.chair().trend[-1].key, "typed 218 for 118"))
    clinic.cuff(None)
    clinic.run(1)
    leave(clinic)
    *_, struck, failed = of(sheet(clinic, session), "cuff")
    assert (struck["systolic"], struck["author"]) == ("218.0", "nina")
    assert struck["text"] == "entered in error by nina: typed 218 for 118"
    assert "entered_in_error" in struck["flags"]
    assert (failed["systolic"], failed["validity"], failed["flags"]) == ("", "invalid", "nibp_failed")


def test_late_data_fills_the_record(clinic: Clinic) -> None:
    session = clinic.infuse()
    clinic.run(30, spo2=None)
    for ago_s in range(30):
        clinic.spo2(95, ago_s=ago_s, live=False)
    clinic.cuff(133, 80, ago_s=10, live=False)
    clinic.turn()
    leave(clinic)
    rows = sheet(clinic, session)
    assert [row["value"] for row in of(rows, "observation", "spo2")][-1] == "95.0"
    assert of(rows, "cuff")[-1]["text"] == "came late"


def test_values_after_the_clock_was_set_back_are_in_the_record(clinic: Clinic) -> None:
    session = clinic.seat()
    clinic.run(5)
    clinic.now = Now(clinic.now.utc_ms - 3_600_000, clinic.now.mono_s)
    clinic.run(5, spo2=91)
    clinic.must(Abort("felt unwell"))
    values = of(sheet(clinic, session), "observation", "spo2")
    assert {"91.0", "98.0"} <= {row["low"] for row in values} | {row["high"] for row in values}


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_text_can_run_in_a_spreadsheet(clinic: Clinic, text: str) -> None:
    session = clinic.infuse()
    clinic.must(Mark("note", None, f'{text}, a "quoted" note\nof two lines'))
    leave(clinic)
    for row in sheet(clinic, session):
        for name in ("text", "author", "source", "flags", "what"):
            assert not row[name].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_two_visits_on_one_chair_do_not_mix(clinic: Clinic) -> None:
    first = clinic.seat()
    clinic.run(3, spo2=91)
    clinic.must(Abort("felt unwell"))
    clinic.must(Seat("CD", identifiers_confirmed=True))
    second = clinic.session().id
    clinic.run(3, spo2=97)
    clinic.must(Abort("felt unwell"))
    for session, value in ((first, "91.0"), (second, "97.0")):
        assert {row["value"] for row in of(sheet(clinic, session), "observation", "spo2")} == {value}


def test_the_keeper_writes_what_a_turn_finished(clinic: Clinic) -> None:
    keeper = RecordKeeper(clinic.settings, clinic.journal, clinic.reader)
    try:
        session = clinic.seat()
        action = clinic.action(Abort("felt unwell"))
        record = clinic.maker.step([], [action], clinic.now)
        clinic.journal.commit(record)
        keeper.committed(record)
        wait_until(record_path(clinic.settings, session).exists)

        def marked() -> bool:
            keeper.committed(clinic.maker.step([], [], clinic.now))
            return clinic.reader.sessions()[0].record

        wait_until(marked)
    finally:
        keeper.close()
    assert [path.name for path in record_path(clinic.settings, session).parent.iterdir()] == [
        f"{session}.csv"
    ]


def test_a_record_that_is_missing_is_written_at_the_next_start(clinic: Clinic) -> None:
    session = clinic.seat()
    clinic.must(Abort("felt unwell"))
    clinic.crash()
    assert not record_path(clinic.settings, session).exists()
    RecordKeeper(clinic.settings, clinic.journal, clinic.reader).close()
    assert read(record_path(clinic.settings, session))


def test_a_record_that_cannot_be_written_is_tried_again_at_the_next_start(
    clinic: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    clinic.seat()
    clinic.must(Abort("felt unwell"))
    records = clinic.folder / "records"
    records.rmdir()
    records.touch()
    RecordKeeper(clinic.settings, clinic.journal, clinic.reader).close()
    assert "tried again at the next start" in caplog.text
    records.unlink()
    records.mkdir()
    keeper = RecordKeeper(clinic.settings, clinic.journal, clinic.reader)
    keeper.close()
    keeper.committed(clinic.maker.step([], [], clinic.now))
    assert clinic.reader.sessions()[0].record
