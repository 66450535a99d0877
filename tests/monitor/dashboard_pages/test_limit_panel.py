"""The table of limits, its form, and what the form tells while somebody types."""

from __future__ import annotations

from msgspec.structs import replace

from monitor.dashboard.views.acts import Target, act_from
from monitor.dashboard.views.limit_panel import asking_limit, limit_table, preview
from monitor.limits import default_preset
from monitor.sessions.actions import ChangeLimit
from monitor.store.snapshot import ChairView
from monitor.terms import LimitChange, Priority, Role
from tests.monitor.dashboard_pages.fake_services import START, FakeServices, seen_by

PRESET = default_preset()
DOCTOR = seen_by(Role.ANESTHESIA)
HIGH = Target("change_limit", "7", "s7", "sbp_high.high")
MEDIUM = Target("change_limit", "7", "s7", "sbp_high.medium")
LOW = Target("change_limit", "7", "s7", "spo2_low.low")


def chair(*changed: LimitChange) -> ChairView:
    services = FakeServices()
    services.seated["7"] = replace(services.seated["7"], limit_changes=changed)
    snapshot = services.snapshot()
    assert snapshot is not None
    return next(view for view in snapshot.chairs if view.id == "7")


def changed(limit: float | None = 170) -> LimitChange:
    return LimitChange("sbp_high", Priority.HIGH, limit, 180, START, "Ruiz", "stroke last year")


def test_each_limit_says_where_it_comes_from() -> None:
    table = limit_table(chair(changed()), DOCTOR, PRESET)
    assert table is not None
    cells = {name: [(cell.text, cell.source) for cell in row] for name, row in table.rows}
    assert cells["SYS ≥"] == [("", ""), ("160", ""), ("170", "changed")]
    assert cells["SYS <"] == [("", ""), ("97", "relative"), ("80", "")]
    assert cells["MAP ≥"] == [("", ""), ("off", ""), ("off", "")]
    assert table.changed == ("SYS high, high 180 → 170 · Ruiz 14:01 · stroke last year",)
    assert table.preset == "default"


def test_only_anesthesia_that_is_not_locked_gets_buttons() -> None:
    for viewer, expected in (
        (DOCTOR, True),
        (seen_by(Role.NURSE), False),
        (seen_by(Role.ADMIN), False),
        (seen_by(Role.ANESTHESIA, locked=True), False),
    ):
        table = limit_table(chair(changed()), viewer, PRESET)
        assert table is not None
        assert any(cell.edit for _, row in table.rows for cell in row) is expected
        assert (table.reset is not None) is expected


def test_a_limit_without_bounds_has_no_button() -> None:
    table = limit_table(chair(), DOCTOR, None)
    assert table is not None
    assert not any(cell.edit for _, row in table.rows for cell in row)


def test_the_form_shows_the_bounds_and_what_holds() -> None:
    asked = asking_limit(HIGH, chair(changed()), PRESET)
    assert asked.form.fields[0].label == "Limit, 160 to 200"
    assert asked.said == ("SYS high, high: in force 170, in the preset 180.",)
    assert asking_limit(LOW, chair(), PRESET).form.fields[0].label == "Limit, 86 to 97; empty switches it off"


def test_the_answers_make_the_act() -> None:
    act = act_from(HIGH, {"limit": 170, "reason": "stroke"})
    assert act == ChangeLimit("sbp_high", Priority.HIGH, "stroke", 170.0)


def test_the_preview_tells_what_follows() -> None:
    assert preview(chair(), PRESET, HIGH, 185) == "Would alarm now: SYS 184 ≥ 160, medium."
    assert preview(chair(), PRESET, HIGH, 170) == "Would alarm now: SYS 184 ≥ 170, high."
    assert preview(chair(), PRESET, HIGH, 150) == "SYS high, high: expected 160 to 200, got 150."
    assert preview(chair(), PRESET, LOW, None) == "Would not alarm now: SpO₂ 96."


def test_the_preview_tells_when_the_baseline_is_nearer() -> None:
    told = preview(
        chair(LimitChange("sbp_high", Priority.HIGH, 195, 180, START, "R", "r")), PRESET, MEDIUM, 185
    )
    assert told == "The baseline brings it to 178. Would alarm now: SYS 184 ≥ 178, medium."


def test_without_a_value_the_preview_says_so() -> None:
    view = chair()
    view.cuff = None
    assert preview(view, PRESET, HIGH, 170) == "No SYS to hold against it now."
