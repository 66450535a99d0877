"""A recorded visit under the limits it was recorded with says again exactly what was journalled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.limits import Band, LimitPreset, default_preset
from monitor.sandbox.compare import compare
from monitor.sandbox.rejudge import rejudge
from monitor.sessions.actions import ChangeLimit, End, EnteredInError, ManualCuff, Pause, ResetLimits, Resume
from monitor.store.visit import VisitRecord
from monitor.terms import Kind, Priority, Role, Vital
from tests.monitor.turn.clinic import Clinic

SLACK_MS = 1000
"""The clinic looks at the time once a second; the sandbox acts at the very moment."""
HIGH, MEDIUM = Priority.HIGH, Priority.MEDIUM
TOLD = {"raised", "priority", "cleared"}


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    made = Clinic(tmp_path / "store")
    yield made
    made.close()


def measured(clinic: Clinic, systolic: float, diastolic: float) -> None:
    clinic.cuff(systolic, diastolic)
    clinic.turn()


def eventful(clinic: Clinic) -> str:
    """A visit with something of everything that moves an alarm."""
    visit = clinic.infuse(pressure=(128, 80))
    clinic.run(60)
    measured(clinic, 164, 92)
    clinic.run(70)
    measured(clinic, 166, 94)
    clinic.run(30, spo2=93)
    clinic.run(20, spo2=88)
    clinic.run(5, spo2=None)
    clinic.run(15, spo2=84)
    clinic.run(40, spo2=97, pulse=125)
    clinic.must(Pause("nausea"))
    measured(clinic, 186, 104)
    clinic.run(61, pulse=90)
    measured(clinic, 184, 101)
    clinic.run(20)
    clinic.must(Resume())
    clinic.must(ChangeLimit("sbp_high", HIGH, "letter", 190), role=Role.ANESTHESIA, user="Ruiz")
    clinic.run(30)
    clinic.must(ManualCuff(142, 84))
    clinic.run(61)
    measured(clinic, 212, 110)
    clinic.run(5)
    clinic.must(EnteredInError(clinic.chair().trend[-1].key, "arm bent"))
    clinic.run(61)
    measured(clinic, 140, 82)
    clinic.run(61)
    measured(clinic, 139, 83)
    clinic.must(ResetLimits(), role=Role.ANESTHESIA, user="Ruiz")
    clinic.run(30)
    measured(clinic, 84, 50)
    clinic.run(20, pulse=45)
    clinic.must(End())
    clinic.run(61, pulse=70)
    measured(clinic, 120, 75)
    clinic.run(5)
    clinic.leaves()
    return visit


def record_of(clinic: Clinic, visit: str) -> VisitRecord:
    record = clinic.reader.record(visit)
    assert record is not None
    return record


def journalled(record: VisitRecord) -> list[tuple[object, ...]]:
    return [
        (a.change, a.condition, a.priority, a.value, a.limit)
        for a in record.history.alarms
        if a.kind == Kind.PHYSIOLOGICAL and a.change in TOLD
    ]


def said(record: VisitRecord, preset: LimitPreset) -> list[tuple[object, ...]]:
    changes = [t for t in rejudge(record, preset) if t.change in TOLD]
    return [(t.change, t.condition, t.priority, t.value, t.limit) for t in changes]


def test_the_same_limits_say_exactly_what_was_journalled(clinic: Clinic) -> None:
    record = record_of(clinic, eventful(clinic))
    stored = journalled(record)
    conditions = {condition for _, condition, *_ in stored}
    assert conditions >= {"sbp_high", "dbp_high", "spo2_low", "hr_high", "sbp_low", "hr_low"}
    assert len(stored) > 20
    assert said(record, default_preset()) == stored


def test_and_at_the_same_times(clinic: Clinic) -> None:
    record = record_of(clinic, eventful(clinic))
    kept = [a for a in record.history.alarms if a.kind == Kind.PHYSIOLOGICAL and a.change in TOLD]
    again = [t for t in rejudge(record, default_preset()) if t.change in TOLD]
    late = [abs(a.at_ms - t.at_ms) for a, t in zip(kept, again, strict=True)]
    assert max(late) <= SLACK_MS


def test_an_open_visit_and_a_restart_are_no_matter(clinic: Clinic) -> None:
    visit = clinic.infuse()
    clinic.run(60)
    measured(clinic, 186, 92)
    clinic.run(20)
    clinic.crash(away_s=3)
    clinic.connected()
    clinic.run(120, spo2=89)
    record = record_of(clinic, visit)
    assert said(record, default_preset()) == journalled(record)
    assert journalled(record)


def test_without_confirmation_too(tmp_path: Path) -> None:
    clinic = Clinic(tmp_path / "store")
    plain = replace(default_preset(), confirm_pressure=False)
    clinic.settings.presets["default"] = plain
    clinic.close()
    clinic._open()
    record = record_of(clinic, eventful(clinic))
    clinic.close()
    assert said(record, plain) == journalled(record)


def test_identical_limits_differ_in_nothing(clinic: Clinic) -> None:
    compared = compare(record_of(clinic, eventful(clinic)), default_preset(), default_preset())
    assert compared.then == compared.now
    assert (compared.missed, compared.removed, compared.added) == ((), (), ())
    assert compared.recorded == compared.then.audible_onsets > 0
    assert compared.infused


def loosened(limit: float) -> LimitPreset:
    preset = default_preset()
    systolic, diastolic = preset.high[Vital.SBP], preset.high[Vital.DBP]
    sbp = replace(systolic, bands=systolic.bands | {HIGH: Band(limit), MEDIUM: Band(limit - 5)})
    dbp = replace(diastolic, bands=diastolic.bands | {HIGH: Band(None), MEDIUM: Band(None)})
    return replace(preset, high=preset.high | {Vital.SBP: sbp, Vital.DBP: dbp})


def test_looser_limits_miss_what_was_high_and_name_it(clinic: Clinic) -> None:
    visit = clinic.infuse()
    clinic.run(60)
    measured(clinic, 182, 96)
    clinic.run(61)
    measured(clinic, 183, 97)
    clinic.run(30)
    compared = compare(record_of(clinic, visit), default_preset(), loosened(230))
    (missed,) = compared.missed
    assert (missed.condition, missed.value, missed.limit) == ("sbp_high", 183, 180)
    assert compared.now.high == ()
    assert compared.then.alarm_s > compared.now.alarm_s == 0


def test_an_alarm_of_the_other_component_stands_for_the_pair(clinic: Clinic) -> None:
    visit = clinic.infuse()
    clinic.run(60)
    for pair in ((182, 112), (184, 113)):
        measured(clinic, *pair)
        clinic.run(61)
    preset = default_preset()
    systolic = preset.high[Vital.SBP]
    bands = systolic.bands | {HIGH: Band(None), MEDIUM: Band(None)}
    only_diastolic = replace(preset, high=preset.high | {Vital.SBP: replace(systolic, bands=bands)})
    assert compare(record_of(clinic, visit), preset, only_diastolic).missed == ()
