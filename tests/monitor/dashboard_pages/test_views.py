"""What lists and tables say: readings, logs, visits, alarms, addresses."""

from __future__ import annotations

import msgspec
import pytest

from monitor import language
from monitor.dashboard.views import words
from monitor.dashboard.views.acts import Target
from monitor.dashboard.views.alarms import alarm_rows
from monitor.dashboard.views.asking import asking
from monitor.dashboard.views.limits import crossed
from monitor.dashboard.views.readings import reading_rows
from monitor.dashboard.views.routes import Route, route
from monitor.dashboard.views.visits import mark_text, visit_log, visit_rows
from monitor.local_time import local
from monitor.store.history import LimitSpan, MarkRecord
from monitor.store.snapshot import CuffPoint
from monitor.terms import Priority
from tests.monitor.dashboard_pages.fake_services import (
    MINUTE,
    START,
    FakeServices,
    cuff,
    hypertensive_history,
)


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/", Route("board")),
        (None, Route("board")),
        ("/alarms", Route("alarms")),
        ("/chair/7", Route("chair", "7")),
        ("/chair/7/", Route("chair", "7")),
        ("/chair/room%20A", Route("chair", "room A")),
        ("/history", Route("history")),
        ("/history/7", Route("history", "7")),
        ("/visit/s7", Route("visit", "s7")),
        ("/chair", Route("missing", "/chair")),
        ("/nowhere/at/all", Route("missing", "/nowhere/at/all")),
    ],
)
def test_a_path_names_its_page(path: str | None, names: Route) -> None:
    assert route(path) == names


def test_readings_are_listed_newest_first_and_say_what_is_wrong_with_them() -> None:
    services = FakeServices()
    chair = services.snapshot().chairs[1]  # type: ignore[union-attr]
    chair.trend[-1].in_error = True
    chair.trend[-2].manual_by = "Ana"
    rows = reading_rows(chair)
    assert [row.value for row in rows[:2]] == ["184/102", "182/101"]
    assert (rows[0].struck, rows[0].note) == (True, "entered in error")
    assert rows[1].note == "by hand, Ana"
    assert next(row.note for row in rows if row.value == "163/97") == "questionable"
    assert rows[1].strike == Target("entered_in_error", "7", "s7", chair.trend[-2].key)


def test_readings_of_the_patient_before_are_not_listed() -> None:
    chair = FakeServices().snapshot().chairs[1]  # type: ignore[union-attr]
    chair.trend.insert(0, cuff(-60, 120, 70))
    assert "120/70" not in [row.value for row in reading_rows(chair)]


def test_the_log_tells_alarms_and_people_newest_first() -> None:
    lines = visit_log(hypertensive_history())
    assert lines[0].text == "SYS 182 ≥ 180 now high"
    assert lines[0].priority == "high"
    assert lines[-1].text == "Patient seated: planned 40 min, two identifiers confirmed"
    assert [line.at_ms for line in lines] == sorted((line.at_ms for line in lines), reverse=True)
    acknowledged = next(line for line in lines if line.text.endswith("acknowledged"))
    assert acknowledged.by == "Dr. Ruiz"


@pytest.mark.parametrize(
    ("what", "text", "severity", "said"),
    [
        ("dissociation", "calm", 6, "Dissociation 6/10: calm"),
        ("nausea", "", None, "Nausea"),
        ("start", "without baseline", None, "Infusion started: without baseline"),
        ("a_word_of_tomorrow", "", None, "A word of tomorrow"),
    ],
)
def test_a_mark_is_told_in_words(what: str, text: str, severity: int | None, said: str) -> None:
    assert mark_text(MarkRecord(START, "Ana", "nurse", what, text, severity)) == said


def test_a_finished_visit_tells_how_long_and_how_loud_it_was() -> None:
    summary = msgspec.structs.replace(
        hypertensive_history().summary,
        phase="left",
        ended_ms=START + 41 * MINUTE,
        left_ms=START + 80 * MINUTE,
        alarms_high=2,
        alarms_medium=1,
        record=True,
    )
    (row,) = visit_rows([summary])
    assert (row.infusion, row.alarms) == ("41 min", "2 high, 1 medium")
    assert row.state == f"Left {words.clock(START + 80 * MINUTE)}"


def test_alarm_rows_keep_the_order_and_name_who() -> None:
    records = hypertensive_history().alarms
    rows = alarm_rows(records)
    assert [row.text for row in rows] == [record.text for record in records]
    assert {row.change for row in rows} == {"raised", "ended", "acknowledged", "now high"}


@pytest.mark.parametrize(
    ("minute", "systolic", "diastolic", "priority"),
    [
        (6, 159, 99, None),
        (6, 160, 70, Priority.MEDIUM),
        (6, 150, 100, Priority.MEDIUM),
        (6, 180, 70, Priority.HIGH),
        (6, 90, 60, None),
        (6, 89, 60, Priority.MEDIUM),
        (2, 185, 60, None),
        (11, 185, 60, Priority.MEDIUM),
    ],
)
def test_a_reading_is_judged_by_the_limits_of_its_own_time(
    minute: float, systolic: float, diastolic: float, priority: Priority | None
) -> None:
    """Limits begin at minute 5; at minute 10 the high systolic one goes."""
    at = [START + n * MINUTE for n in (5, 10)]
    limits = [
        LimitSpan("sbp_high", "high", 180, at[0], until_ms=at[1]),
        LimitSpan("sbp_high", "medium", 160, at[0]),
        LimitSpan("dbp_high", "medium", 100, at[0]),
        LimitSpan("sbp_low", "medium", 90, at[0]),
        LimitSpan("sbp_high", "advisory", 100, at[0]),
    ]
    assert crossed(cuff(minute, systolic, diastolic), limits) is priority


def test_a_missing_mean_crosses_nothing() -> None:
    limits = [LimitSpan("map_low", "medium", 65, START)]
    assert crossed(cuff(1, 120, 70), limits) is None
    low = CuffPoint("k", START, 80, 40, 53, "valid", None, in_error=False)
    assert crossed(low, limits) is Priority.MEDIUM


def test_a_form_shows_what_it_is_about() -> None:
    services = FakeServices()
    chair = services.snapshot().chairs[1]  # type: ignore[union-attr]
    key = chair.trend[0].key
    said = asking(Target("entered_in_error", "7", "s7", key), chair).said
    assert said == (f"{words.clock(chair.trend[0].at_ms)} 137/83 mmHg",)
    _, form, said = asking(Target("start", "7", "s7"), chair)
    assert (said, form.fields) == (("Baseline 138/84 mmHg.",), ())


def test_the_form_of_a_start_says_what_the_gate_says() -> None:
    chair = FakeServices().snapshot().chairs[1]  # type: ignore[union-attr]
    session = chair.session
    assert session is not None
    session.baseline, session.start_caution = None, ("no valid SpO₂",)
    _, form, said = asking(Target("start", "7", "s7"), chair)
    assert said == ("Caution: no valid SpO₂.",)
    assert [field.name for field in form.fields] == ["without_baseline"]
    session.start_needs = ("pressure 164/98 ≥ 160/100",)
    _, form, said = asking(Target("start", "7", "s7"), chair)
    assert said[1] == "Only anesthesia starts now, with a reason: pressure 164/98 ≥ 160/100."
    assert [field.name for field in form.fields] == ["without_baseline", "override_reason"]


@pytest.mark.parametrize("act", ["mark_ready", "finish"])
def test_whoever_lets_a_patient_go_from_recovery_is_told_what_is_missing(act: str) -> None:
    chair = FakeServices().snapshot().chairs[1]  # type: ignore[union-attr]
    session = chair.session
    assert session is not None
    session.phase, session.leave_missing = "recovery", ("12 more min", "assessment", "escort")
    _, form, said = asking(Target(act, "7", "s7"), chair)
    assert said == ("Still missing: 12 more min, assessment, escort.",)
    assert [field.name for field in form.fields] == ["assessed", "escort", "override_reason"]


def test_whoever_is_ready_is_not_asked_again() -> None:
    chair = FakeServices().snapshot().chairs[1]  # type: ignore[union-attr]
    assert chair.session is not None
    chair.session.phase = "ready"
    _, form, said = asking(Target("finish", "7", "s7"), chair)
    assert (form.fields, said) == ((), ())


def test_numbers_times_and_days_are_those_of_the_language() -> None:
    figures = (words.number(0.25), words.fixed(1.5, 2), words.separators())
    assert figures == ("0.25", "1.50", ".,")
    with language.spoken("es"):
        assert (words.number(36.6), words.number(0.25), words.number(120.0)) == ("36,6", "0,25", "120")
        assert (words.fixed(1.5, 2), words.separators(), words.decimal_sign()) == ("1,50", ",.", ",")
        assert words.day(START).split()[0] in {"lun", "mar", "mié", "jue", "vie", "sáb", "dom"}
        assert words.clock_seconds(START) == local(START).strftime("%H:%M:%S")
        assert words.limit_name("sbp_high", Priority.MEDIUM) == "PAS alta, media"
