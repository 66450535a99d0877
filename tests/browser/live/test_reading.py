"""From what the server says to the words on a tile, case by case, without a server."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.live import frames
from tests.browser.live.frames import AT_MS

FRESHNESS = ("live", "recent", "dim", "gone", "none")
VALIDITY = ("valid", "questionable", "invalid")


ASK = """([name, given]) => {
  const [room, say] = name.split(".");
  const told = JSON.stringify(chairside[room][say](...given)) ?? "null";
  return JSON.parse(told.replaceAll("\u00a0", " "));
}"""


def asked(scripts: Page, name: str, *given: Any) -> Any:
    """What a function of `chairside` answers; no-break spaces come back as spaces."""
    return scripts.evaluate(ASK, [name, list(given)])


# ---- a number -------------------------------------------------------------------------------------


def view(value: float | None = 97, freshness: str = "live", **more: Any) -> dict[str, Any]:
    made = {"unit": "%", "label": "SpO₂", "value": value, "validity": "valid", "freshness": freshness, **more}
    return {key: what for key, what in made.items() if what is not None}


def ago(seconds: float) -> int:
    return int(AT_MS - seconds * 1000)


NUMBERS = {
    "no device": (None, ("--", "none", False, "no device", "")),
    "never measured": (view(None, "none"), ("--", "none", False, "no value yet", "")),
    "live": (view(97.4), ("97", "live", False, "", "<3 s")),
    "a perfusion index has a decimal": (view(3.42, label="PI"), ("3.4", "live", False, "", "<3 s")),
    "readable, but not of this moment": (
        view(97, "recent", at_ms=ago(5)),
        ("97", "recent", False, "", "5 s"),
    ),
    "past its shelf life": (view(97, "dim", at_ms=ago(40)), ("97", "dim", False, "", "40 s")),
    "gone, and what it was": (
        view(None, "gone", last=97, at_ms=ago(140)),
        ("--", "gone", False, "", "last 97, 2 min ago"),
    ),
    "gone, with the reason": (
        view(None, "gone", last=97, at_ms=ago(40), flags=["probe_off"]),
        ("--", "gone", False, "probe off", "last 97, 40 s ago"),
    ),
    "gone with a value still in the frame": (view(97, "gone"), ("--", "gone", False, "no value yet", "")),
    "live without a value": (view(None, "live"), ("--", "gone", False, "no value yet", "")),
    "questionable": (
        view(97, validity="questionable", flags=["motion"]),
        ("97", "live", True, "motion", "<3 s"),
    ),
    "two sources that differ": (
        view(97, validity="questionable", other=88.2, flags=["sources_differ"]),
        ("97", "live", True, "other 88, sources differ", "<3 s"),
    ),
    "what says nothing of the value": (
        view(97, validity="questionable", flags=["low_battery", "alarm_active", "low_perfusion"]),
        ("97", "live", True, "low perfusion", "<3 s"),
    ),
    "a valid value needs no reason": (view(97, flags=["motion"]), ("97", "live", False, "", "<3 s")),
}


@pytest.mark.parametrize("case", NUMBERS)
def test_a_number(scripts: Page, case: str) -> None:
    given, shown = NUMBERS[case]
    told = asked(scripts, "reading.number", given, AT_MS)
    assert (told["text"], told["state"], told["questionable"], told["reason"], told["when"]) == shown


# ---- a pressure -----------------------------------------------------------------------------------


def cuff(*values: float | None, **more: Any) -> dict[str, Any]:
    return dict(frames.as_json(frames.seated("1", "X", cuff=frames.cuff(*values, **more)))["cuff"])


PRESSURES = {
    "no cuff": (None, ("--", "--", None, "none", False, "", "no cuff")),
    "nothing measured yet": ({}, ("--", "--", None, "none", False, "", "no reading yet")),
    "just taken": (cuff(124, 78, 0.5), ("124", "78", "93", "live", False, "", "30 s ago")),
    "past its shelf life": (
        cuff(131, 76, 19, freshness="dim"),
        ("131", "76", "94", "dim", False, "", "19 min ago"),
    ),
    "gone": (
        cuff(None, None, 74, last=(151, 92)),
        ("--", "--", None, "gone", False, "", "last 151/92, 1 h 14 min ago"),
    ),
    "gone with values still in the frame": (
        cuff(151, 92, 14, freshness="gone", last=(151, 92)),
        ("--", "--", None, "gone", False, "", "last 151/92, 14 min ago"),
    ),
    "questionable": (
        cuff(120, 78, 3, validity="questionable", flags=("motion",)),
        ("120", "78", "92", "live", True, "motion", "3 min ago"),
    ),
    "taken by hand, without a mean": (
        cuff(120, 78, 3, manual_by="Ana", mean=None),
        ("120", "78", None, "live", False, "by hand, Ana", "3 min ago"),
    ),
}


@pytest.mark.parametrize("case", PRESSURES)
def test_a_pressure(scripts: Page, case: str) -> None:
    given, shown = PRESSURES[case]
    told = asked(scripts, "reading.pressure", given, AT_MS)
    names = ("systolic", "diastolic", "mean", "state", "questionable", "reason", "when")
    assert tuple(told[name] for name in names) == shown


def test_whatever_a_view_says_nothing_gone_is_shown_and_nothing_old_without_its_age(scripts: Page) -> None:
    states = list(
        product(FRESHNESS, VALIDITY, (97.0, None), (96.0, None), (ago(50), None), ((), ("motion",)))
    )
    views = [
        {"unit": "%", "label": "SpO₂", "freshness": fresh, "validity": validity, "flags": flags}
        | {key: what for key, what in (("value", value), ("last", last), ("at_ms", at)) if what is not None}
        for fresh, validity, value, last, at, flags in states
    ]
    cuffs = [
        {key: what for key, what in one.items() if key not in ("value", "last")}
        | ({"systolic": 124, "diastolic": 78} if "value" in one else {})
        | ({"last": (151, 92)} if "last" in one else {})
        for one in views
    ]
    told = scripts.evaluate(
        """([views, cuffs, now]) => views.map((view, n) => {
          const [one, two] = [chairside.reading.number(view, now), chairside.reading.pressure(cuffs[n], now)];
          return [one, { ...two, text: two.systolic }];
        })""",
        [views, cuffs, AT_MS],
    )
    for (fresh, validity, value, last, at, _flags), both in zip(states, told, strict=True):
        for one in both:
            may = value is not None and fresh not in ("gone", "none")
            assert (one["text"] != "--") == may
            assert one["questionable"] == (may and validity == "questionable")
            assert one["state"] == fresh if may else one["state"] in ("gone", "none")
        number, pressure = both
        if may and at is not None and fresh != "live":
            assert number["when"] == "50\u00a0s"
        if may and at is not None:
            assert pressure["when"] == "50\u00a0s\u00a0ago"
        if not may and last is not None and at is not None:
            assert "last" in number["when"]
            assert "last" in pressure["when"]


NEXT = {
    "no cuff": (None, ("", False)),
    "no plan": ({}, ("", False)),
    "measuring": (cuff(measuring=True, repeat_ms=ago(0)), ("measuring…", False)),
    "a repeat decides": (cuff(repeat_ms=AT_MS + 52_000), ("repeat in 0:52", True)),
    "the repeat is wanted now": (cuff(repeat_ms=ago(1)), ("repeat now", True)),
    "to come": (cuff(124, 78, 3), ("next in 2:00", False)),
    "due this moment": (cuff(due_ms=AT_MS), ("next in 0:00", False)),
    "late": (cuff(124, 78, 19, due_ms=ago(70)), ("late 1:10", True)),
}


@pytest.mark.parametrize("case", NEXT)
def test_the_next_pressure(scripts: Page, case: str) -> None:
    given, (text, overdue) = NEXT[case]
    told = asked(scripts, "reading.nextPressure", given, AT_MS)
    assert (told["text"], told["overdue"]) == (text, overdue)


# ---- where it goes --------------------------------------------------------------------------------


def point(systolic: float, validity: str = "valid", in_error: bool = False) -> list[Any]:
    return ["k", AT_MS, systolic, 70, None, validity, None, in_error]


NOW_124 = {"systolic": 124, "freshness": "live", "validity": "valid"}
ARROWS = {
    "five more is a rise": ([point(119), point(124)], NOW_124, "↗"),
    "less than five is steady": ([point(119.5), point(124)], NOW_124, "→"),
    "the same is steady": ([point(124), point(124)], NOW_124, "→"),
    "five less is a fall": ([point(129), point(124)], NOW_124, "↘"),
    "only the last two count": ([point(180), point(124), point(124)], NOW_124, "→"),
    "one alone goes nowhere": ([point(124)], NOW_124, None),
    "no trend": (None, NOW_124, None),
    "what is doubted is passed over": ([point(100), point(180, "questionable"), point(124)], NOW_124, "↗"),
    "what was struck is passed over": ([point(100), point(180, in_error=True), point(124)], NOW_124, "↗"),
    "none beside a doubted one": ([point(100), point(124)], NOW_124 | {"validity": "questionable"}, None),
    "none beside one that is gone": ([point(100), point(124)], NOW_124 | {"freshness": "gone"}, None),
}


@pytest.mark.parametrize("case", ARROWS)
def test_the_arrow(scripts: Page, case: str) -> None:
    trend, shown, shape = ARROWS[case]
    told = asked(scripts, "reading.direction", {"trend": trend, "cuff": shown})
    assert (told and told["shape"]) == shape


@pytest.mark.parametrize(
    ("systolic", "freshness", "baseline", "words"),
    [
        (184, "live", [118, 74, 72], "+56 %"),
        (118, "live", [118, 74, 72], "+0 %"),
        (100, "dim", [118, 74, 72], "−15 %"),
        (184, "gone", [118, 74, 72], ""),
        (184, "live", None, ""),
    ],
)
def test_how_far_over_the_own_baseline(
    scripts: Page, systolic: int, freshness: str, baseline: list[int] | None, words: str
) -> None:
    chair = {"session": {"baseline": baseline}, "cuff": {"systolic": systolic, "freshness": freshness}}
    assert asked(scripts, "reading.overBaseline", chair) == words


# ---- where in the visit ---------------------------------------------------------------------------


def session(phase: str, minutes: float, **more: Any) -> dict[str, Any]:
    made = frames.seated("1", "X", session=frames.visit("1", "X", phase, minutes, **more))
    return dict(frames.as_json(made)["session"])


PHASES = {
    "seated": (session("seated", 14), ("Seated", "14 min", "", 0)),
    "baseline, one reading": (session("baseline", -5, baseline_readings=1), ("Baseline", "1 of 2", "", 0)),
    "baseline confirmed": (session("baseline", -5, baseline=(118, 74, 72)), ("Baseline", "confirmed", "", 0)),
    "infusion": (session("infusion", 31.85), ("Infusion", "31:51", "/40", 0.79625)),
    "over an hour": (
        session("infusion", 62.5, elapsed_s=3750, planned=90),
        ("Infusion", "1:02:30", "/90", 62.5 / 90),
    ),
    "extended": (
        session("infusion", 20, planned=50, extended_min=10),
        ("Infusion", "20:00", "/40 + 10", 0.4),
    ),
    "over its end": (session("infusion", 45, elapsed_s=2700), ("Infusion", "45:00", "5 min over", 1)),
    "paused": (session("paused", 45, elapsed_s=600), ("Paused", "10:00", "/40", 0.25)),
    "recovery": (session("recovery", 57), ("Recovery", "+17 min", "", 1)),
    "ready": (session("ready", 110), ("Ready", "+1 h 10 min", "", 1)),
}


@pytest.mark.parametrize("case", PHASES)
def test_a_phase(scripts: Page, case: str) -> None:
    given, (phase, clock, of, part) = PHASES[case]
    told = asked(scripts, "reading.progress", given, AT_MS)
    assert (told["phase"], told["clock"], told["of"]) == (phase, clock, of)
    assert told["part"] == pytest.approx(part)


# ---- the order ------------------------------------------------------------------------------------


def test_the_worst_is_first_whoever_has_it(scripts: Page) -> None:
    def chair(*alarms: tuple[str, str], seated: bool = True) -> dict[str, Any]:
        told = [{"priority": priority, "presence": presence} for priority, presence in alarms]
        return {"session": {} if seated else None, "alarms": told}

    falling = [
        chair(("high", "on"), ("low", "on")),
        chair(("medium", "on"), ("high", "acknowledged")),
        chair(("high", "acknowledged")),
        chair(("medium", "acknowledged")),
        chair(("low", "on")),
        chair(("low", "acknowledged")),
        chair(("advisory", "on")),
        chair(),
        chair(seated=False),
    ]
    ranks = [asked(scripts, "order.urgency", one) for one in falling]
    assert ranks == sorted(set(ranks))
    assert asked(scripts, "order.urgency", chair(("low", "on"), seated=False)) == ranks[4]


def test_where_there_is_no_room_an_alarm_leaves_out_what_stands_above_it(scripts: Page) -> None:
    def brief(condition: str, kind: str, text: str) -> object:
        return asked(scripts, "reading.alarmBrief", {"condition": condition, "kind": kind, "text": text})

    assert brief("sbp_high", "physiological", "SYS 184 ≥ 180") == "SYS ≥ 180"
    assert brief("pressure_overdue", "technical", "pressure overdue 5 min") == "overdue 5 min"
    assert brief("device_lost_ox", "technical", "Monitor 10 lost") == "Monitor 10 lost"
