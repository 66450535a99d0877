"""docs/alarms.md shows the numbers that ship."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.alarms.escalation import LEVELS, STILL_CALLED, Urgency
from monitor.alarms.in_force import CUFF_VITALS
from monitor.alarms.suppression import TABLE
from monitor.limits import Band, FloodRule, default_preset
from monitor.terms import Role, Vital

DOCS = Path(__file__).parents[3] / "docs"
PRESET = default_preset()
SIDES = [
    (f"{vital}_{side}", vital, limits)
    for side, vitals in (("high", PRESET.high), ("low", PRESET.low))
    for vital, limits in vitals.items()
]


def section(title: str) -> list[str]:
    text = (DOCS / "alarms.md").read_text(encoding="utf-8")
    return text.split(f"## {title}\n")[1].split("\n## ")[0].splitlines()


def rows(title: str, columns: int) -> list[str]:
    """The table rows of a section that speak of a condition."""
    names = {name for name, _, _ in SIDES}
    found = [line for line in section(title) if line.removeprefix("| ").split(" |")[0] in names]
    return [line for line in found if line.count("|") == columns + 1]


def sign(condition: str, vital: Vital) -> str:
    if condition.endswith("low"):
        return "<"
    return "≥" if vital in CUFF_VITALS else ">"


def relative(condition: str, band: Band) -> str:
    direction = "−" if condition.endswith("low") else "+"
    words = []
    if band.rise is not None:
        words.append(f"{direction}{band.rise:g}")
    if band.rise_percent is not None:
        words.append(f"{direction}{band.rise_percent:g} %")
    if band.rise_floor is not None:
        words.append(f"from {band.rise_floor:g}")
    return ", ".join(words) or "–"


def test_the_table_of_limits_is_the_default_preset() -> None:
    expected = [
        f"| {condition} | {priority} | {f'{sign(condition, vital)} {band.limit:g}' if band.limit else 'off'} "
        f"| {f'{band.delay_s:g} s' if band.delay_s else '–'} "
        f"| {f'{sign(condition, vital)} {band.immediate:g}' if band.immediate else '–'} "
        f"| {relative(condition, band)} |"
        for condition, vital, limits in sorted(SIDES, key=lambda side: side[0])
        for priority, band in sorted(limits.bands.items(), key=lambda b: -b[0].rank)
    ]
    assert rows("Limits that ship", 6) == expected


def test_the_table_of_bounds_is_the_default_preset() -> None:
    expected = [
        f"| {condition} | {priority} | {band.bounds[0]:g}–{band.bounds[1]:g} |"
        for condition, _, limits in sorted(SIDES, key=lambda side: side[0])
        for priority, band in sorted(limits.bands.items(), key=lambda b: -b[0].rank)
        if band.bounds is not None
    ]
    assert rows("Limits for one patient", 3) == expected


def test_the_table_of_deadbands_is_the_default_preset() -> None:
    expected = [
        f"| {condition} | {limits.deadband:g} | "
        f"{f'{limits.clear_delay_s:g} s' if limits.clear_delay_s else '–'} |"
        for condition, _, limits in sorted(SIDES, key=lambda side: side[0])
    ]
    assert rows("When a value is beyond its limit, and when it is back", 3) == expected


@pytest.mark.parametrize(
    ("title", "numbers"),
    [
        ("What can alarm", [PRESET.no_data_s, PRESET.probe_off_s, PRESET.device_lost_s, PRESET.clock_step_s]),
        ("What can alarm", [PRESET.technical_medium_s, PRESET.overdue_low_s, PRESET.overdue_medium_s]),
        (
            "The life of an alarm signal",
            [PRESET.acknowledge_high_s, PRESET.acknowledge_medium_s, PRESET.acknowledge_low_s],
        ),
        ("Quiet on purpose", [PRESET.audio_pause_s, PRESET.reminder_s, FloodRule().seconds]),
    ],
)
def test_the_times_in_the_text_are_the_default_preset(title: str, numbers: list[float]) -> None:
    text = "\n".join(section(title))
    assert [number for number in numbers if f"{number:g} s" not in text] == []


def test_the_table_of_gates_is_the_default_preset() -> None:
    start, leave = PRESET.start_gate, PRESET.leave_gate
    rates = f"< {leave.heart_rate_low:g} or > {leave.heart_rate_high:g}"
    upper = f"below {leave.systolic:g}/{leave.diastolic:g}"
    caution = f"≥ {start.caution_systolic:g}/{start.caution_diastolic:g}"
    shut = [line.rsplit("|", 3)[1:3] for line in section("The gates of a visit") if line.startswith("| ")]
    assert [[cell.strip() for cell in row] for row in shut[1:7]] == [
        [caution, f"≥ {start.systolic:g}/{start.diastolic:g}"],
        ["no valid value", f"< {start.heart_rate_low:g} or > {start.heart_rate_high:g}"],
        ["no valid value", f"< {start.spo2:g}"],
        ["", f"< {leave.minimum_min:g} min"],
        ["", f"not within ±{leave.within_percent:g} % (systolic) and {upper} for {leave.apart_min:g} min"],
        ["", f"no valid value, {rates}, < {leave.spo2:g}"],
    ]


def test_the_table_of_what_is_quiet_is_the_one_that_is_obeyed() -> None:
    expected = [
        f"| {state} | {event} | {' | '.join(row)} |"
        for state, events in TABLE.items()
        for event, row in events.items()
    ]
    header = "| --- |"
    lines = section("Quiet on purpose")
    first = next(n for n, line in enumerate(lines) if line.startswith(header)) + 1
    assert lines[first : first + len(expected) + 1] == [*expected, ""]


CALLING = {
    Urgency.HIGH_PRESSURE: ("high, a pressure that is too high", PRESET.escalate_high_s),
    Urgency.HIGH: ("high, any other", PRESET.escalate_high_s),
    Urgency.MEDIUM: ("medium", PRESET.escalate_medium_s),
    Urgency.REPEAT: ("low that wants a cuff", None),
    Urgency.SILENT: ("any other low, advisory", None),
}


def test_the_table_of_who_is_called_is_that_of_the_code() -> None:
    expected = []
    for urgency, (alarm, after_s) in CALLING.items():
        first, *more = LEVELS[urgency]
        also = [role for role in more[-1].roles if role not in first.roles] if more else []
        then = [*also, "outside"] if more and more[-1].outside else also
        answered = [STILL_CALLED[urgency][role] for role in (Role.NURSE, Role.ANESTHESIA)]
        cells = [
            alarm,
            ", ".join(first.roles) or "nobody",
            f"{after_s:g} s" if more else "–",
            ", ".join(then) or "–",
            *(", ".join(roles) or "nobody" for roles in answered),
        ]
        expected.append(f"| {' | '.join(cells)} |")
    shown = [line for line in section("Who is called") if line.startswith("| ")]
    assert shown[2:] == expected
    assert CALLING.keys() == LEVELS.keys()
