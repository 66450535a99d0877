"""The charts of a visit: bars that are never joined, gaps that stay gaps, labels that do not collide."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import msgspec
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.dashboard.figures import palette, themes
from monitor.dashboard.figures.continuous import with_gaps
from monitor.dashboard.figures.labels import Label, Span, placed, spread
from monitor.dashboard.figures.limits import NAME_PX
from monitor.dashboard.figures.rows import TITLE_PX, Rows
from monitor.dashboard.figures.screen import CARD_PX, Screen, screen_from
from monitor.dashboard.figures.visit import visit_figure
from monitor.dashboard.views import words
from monitor.limits import ExpectedResponse
from monitor.store.history import LimitSpan, PhaseSpan, Sample, SessionHistory, SessionSummary
from monitor.store.snapshot import CuffPoint
from monitor.terms import Priority
from tests.monitor.dashboard_pages.fake_services import MINUTE, NOW, START, hypertensive_history


def drawn(history: SessionHistory | None = None, now_ms: int = NOW, width_px: int = 1000) -> dict[str, Any]:
    shown = history or hypertensive_history()
    return visit_figure(shown, now_ms, Screen(width_px + 132 + CARD_PX), ExpectedResponse())


def traces(figure: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [trace for trace in figure["data"] if trace["name"] == name]


def trace(figure: dict[str, Any], name: str) -> dict[str, Any]:
    (only,) = traces(figure, name)
    return only


def named_limits(figure: dict[str, Any]) -> dict[str, float]:
    notes = (note for note in figure["layout"]["annotations"] if "yshift" in note)
    return {note["text"].replace("&nbsp;", " "): note["y"] for note in notes}


def just_seated() -> SessionHistory:
    summary = SessionSummary("s2", "2", "J. P.", "seated", NOW - MINUTE, 40)
    return SessionHistory(summary, None, [PhaseSpan("seated", NOW - MINUTE, None, "Ana")], [], {}, [], [], [])


@pytest.mark.parametrize("history", [hypertensive_history(), just_seated()])
def test_plotly_knows_every_property(history: SessionHistory) -> None:
    go.Figure(drawn(history))


def test_pressure_is_a_bar_at_its_time_and_never_joined_to_the_next() -> None:
    for stems in traces(drawn(), "pressure"):
        assert stems["x"][2::3] == [None] * (len(stems["x"]) // 3)
        assert stems["x"][0::3] == stems["x"][1::3]
    tops = trace(drawn(), "systolic")
    assert tops["x"][:3] == [-8, -4, 1]
    assert tops["y"][:3] == [137, 139, 141]


def test_the_expected_response_lies_behind_the_readings_and_is_named() -> None:
    figure = drawn()
    names = [trace["name"] for trace in figure["data"]]
    assert names[:2] == ["expected systolic", "expected diastolic"]
    upper = trace(figure, "expected systolic")
    half = len(upper["x"]) // 2
    assert (upper["x"][0], upper["x"][half - 1]) == (0, 40)
    assert (upper["y"][half - 1], upper["y"][half]) == (168, 140)
    assert any("shaded: expected" in note["text"] for note in figure["layout"]["annotations"])
    assert traces(drawn(just_seated()), "expected systolic") == []


def test_past_the_planned_end_the_expected_response_is_held_up_to_now() -> None:
    upper = trace(drawn(now_ms=START + 47 * MINUTE), "expected systolic")
    half = len(upper["x"]) // 2
    assert upper["x"][half - 2 : half] == [40, 47]
    assert upper["y"][half - 2] == upper["y"][half - 1]


def test_a_reading_beyond_a_limit_has_the_colour_of_that_alarm_and_no_other_has() -> None:
    tops = trace(drawn(), "systolic")
    colours = dict(zip(tops["y"], tops["marker"]["color"], strict=True))
    assert colours[184] == palette.ALARM[Priority.HIGH]
    assert colours[169] == palette.ALARM[Priority.MEDIUM]
    assert colours[158] == palette.PRESSURE


def test_questionable_is_hollow_and_struck_is_crossed_out_without_alarm_colour() -> None:
    history = hypertensive_history()
    history.cuffs[-1].in_error = True
    tops = trace(drawn(history), "systolic")
    symbols = dict(zip(tops["y"], tops["marker"]["symbol"], strict=True))
    assert symbols[163] == "triangle-down-open"
    assert symbols[184] == "x-thin"
    assert tops["marker"]["color"][-1] == palette.STRUCK
    assert tops["text"][-1] == ""
    assert "entered in error" in tops["hovertext"][-1]


def test_the_newest_reading_is_always_labelled() -> None:
    for width in (280, 600, 1400):
        assert trace(drawn(width_px=width), "systolic")["text"][-1] == "184/102"


ANCHORED = {"top center": -27, "top right": 8, "top left": -62}


@pytest.mark.parametrize("width", [280, 460, 636, 1100, 1500])
def test_the_name_of_a_pressure_lies_upon_no_bar_no_other_name_and_not_over_the_axis(width: int) -> None:
    history = hypertensive_history()
    seated = history.summary.seated_ms
    cuffs = [
        CuffPoint(f"k{n}", seated + n * 90_000, 146 - n % 3 * 8, 88, None, "valid", None, False)
        for n in range(25)
    ]
    history = msgspec.structs.replace(history, cuffs=cuffs)
    screen = Screen(width)
    tops = trace(visit_figure(history, NOW, screen, ExpectedResponse()), "systolic")
    first, last = visit_figure(history, NOW, screen, ExpectedResponse())["layout"]["xaxis"]["range"]
    at = [(x - first) / (last - first) * screen.plot_px for x in tops["x"]]
    named = [n for n, text in enumerate(tops["text"]) if text]
    spans = {n: at[n] + ANCHORED[tops["textposition"][n]] for n in named}
    assert named[-1] == len(cuffs) - 1
    for n, left in spans.items():
        assert 0 <= left <= screen.plot_px - 54
        assert not [m for m, other in spans.items() if m != n and abs(other - left) < 54]
        bars = [m for m, x in enumerate(at) if left - 6 < x < left + 60 and tops["y"][m] > tops["y"][n]]
        assert bars == []


def test_a_narrow_chart_has_fewer_labels() -> None:
    def labels(width: int) -> int:
        return sum(bool(text) for text in trace(drawn(width_px=width), "systolic")["text"])

    assert labels(280) < labels(600) < labels(1400)


def test_a_probe_that_was_off_leaves_a_gap_and_doubt_is_hollow_points() -> None:
    line = trace(drawn(), "heart rate")
    off = [y for x, y in zip(line["x"], line["y"], strict=True) if 12 <= x < 14]
    assert off
    assert set(off) == {None}
    assert line["connectgaps"] is False
    hollow = trace(drawn(), "heart rate, questionable")
    assert hollow["marker"]["symbol"] == "circle-open"
    assert all(20 <= x < 21 for x in hollow["x"])


@pytest.mark.parametrize(("silence_s", "joined"), [(10, True), (11, False)])
def test_samples_more_than_ten_seconds_apart_are_not_joined(silence_s: int, joined: bool) -> None:
    times = [0, 1, 2, 3, 3 + silence_s, 4 + silence_s]
    line = with_gaps([Sample(START + t * 1000, 97, "valid") for t in times])
    assert (None not in [sample.value for sample in line]) is joined


def test_a_long_visit_thinned_to_steps_over_ten_seconds_is_still_a_line() -> None:
    times = [*range(0, 12 * 50, 12), *range(12 * 60, 12 * 90, 12)]
    line = with_gaps([Sample(START + t * 1000, 97, "valid") for t in times])
    assert [sample.value for sample in line].count(None) == 1


def test_minutes_count_from_the_start_of_the_infusion_and_the_clock_is_on_hover() -> None:
    figure = drawn()
    assert figure["layout"]["xaxis"]["title"]["text"] == "minutes from infusion start"
    assert figure["layout"]["xaxis"]["range"] == [-11, 45]
    assert len(trace(figure, "SpO₂")["customdata"][0]) == len("14:01:01")
    assert drawn(just_seated())["layout"]["xaxis"]["title"]["text"] == "minutes from seating"


def test_a_redraw_stays_where_somebody_zoomed_to_and_remembers_the_whole() -> None:
    screen = screen_from({"column_px": 1000, "zero_ms": START, "zoom": [10, 20]})
    layout = visit_figure(hypertensive_history(), NOW, screen, ExpectedResponse())["layout"]
    assert layout["xaxis"]["range"] == [10, 20]
    assert layout["meta"] == {"zero_ms": START, "whole": [-11, 45]}


def test_a_zoom_stays_at_its_time_when_the_start_moves_the_zero() -> None:
    screen = Screen(zero_ms=START - 10 * MINUTE, zoom=(5, 20))
    figure = visit_figure(hypertensive_history(), NOW, screen, ExpectedResponse())
    assert figure["layout"]["xaxis"]["range"] == [-5, 10]


@pytest.mark.parametrize(
    "told", [None, 7, {"column_px": "wide"}, {"zero_ms": 1, "zoom": [1]}, {"zoom": [1e99, 2]}]
)
def test_a_browser_that_tells_nonsense_is_shown_the_whole_visit(told: Any) -> None:
    assert screen_from(told) == Screen()


@pytest.mark.parametrize("theme", ["light", "contrast"])
def test_a_figure_follows_the_theme_of_its_screen(theme: str) -> None:
    dark, other = (
        visit_figure(hypertensive_history(), NOW, Screen(theme=name), ExpectedResponse())
        for name in ("dark", theme)
    )
    for figure, ground in ((dark, palette.CARD), (other, themes.THEMES[theme][palette.CARD])):
        assert figure["layout"]["paper_bgcolor"] == ground
    assert palette.PRESSURE not in str(other)
    assert [t["y"] for t in other["data"]] == [t["y"] for t in dark["data"]]


def test_zoomed_in_more_labels_have_room() -> None:
    def labels(screen: Screen) -> int:
        figure = visit_figure(hypertensive_history(), NOW, screen, ExpectedResponse())
        return sum(bool(text) for text in trace(figure, "systolic")["text"])

    assert labels(Screen(500, zero_ms=START, zoom=(15, 32))) > labels(Screen(500))


def test_limits_are_dashed_and_step_where_they_changed() -> None:
    history = hypertensive_history()
    changed = START + 10 * MINUTE
    history.limits = [
        LimitSpan("sbp_high", "high", 180, START, until_ms=changed),
        LimitSpan("sbp_high", "high", 190, changed),
        LimitSpan("sbp_high", "advisory", 150, START),
    ]
    line = trace(drawn(history), "limits high dash")
    assert line["x"] == [0, 10, None, 10, 45, None]
    assert line["y"] == [180, 180, None, 190, 190, None]
    assert line["line"]["dash"] == "dash"
    assert named_limits(drawn(history)) == {"SYS ≥ 190": 190}
    assert not traces(drawn(history), "limits advisory dash")


def test_limits_that_look_alike_are_one_line_and_each_point_says_whose_it_is() -> None:
    history = hypertensive_history()
    named = [("sbp_high", "medium", 160), ("sbp_low", "medium", 90), ("dbp_high", "medium", 100)]
    history.limits = [LimitSpan(condition, priority, limit, START) for condition, priority, limit in named]
    figure = drawn(history)
    dashed, dotted = trace(figure, "limits medium dash"), trace(figure, "limits medium dot")
    assert dashed["y"] == [160, 160, None, 90, 90, None]
    assert dashed["text"] == ["SYS ≥", "SYS ≥", "", "SYS <", "SYS <", ""]
    assert set(dotted["text"]) == {"DIA ≥", ""}
    assert (
        len({each["name"] for each in figure["data"] if each["yaxis"] == "y" and "limit" in each["name"]})
        == 2
    )


def test_limits_that_lie_close_are_named_one_above_the_other_beside_the_chart() -> None:
    history = hypertensive_history()
    named = [("sbp_high", "high", 110), ("sbp_high", "medium", 108), ("dbp_high", "high", 109)]
    history.limits = [LimitSpan(condition, priority, limit, START) for condition, priority, limit in named]
    figure = drawn(history)
    low, high = figure["layout"]["yaxis"]["range"]
    bottom, top = Rows(Screen().plot_height_px).span_px("y")
    notes = [note for note in figure["layout"]["annotations"] if "yshift" in note]
    assert {note["x"] for note in notes} == {1}
    at = [bottom + (n["y"] - low) / (high - low) * (top - bottom) + n["yshift"] for n in notes]
    heights = sorted(at)
    assert [b - a for a, b in pairwise(heights)] == pytest.approx([NAME_PX, NAME_PX], abs=0.2)
    assert [note["text"].replace("&nbsp;", " ") for _, note in sorted(zip(at, notes, strict=True))] == [
        "SYS ≥ 108",
        "DIA ≥ 109",
        "SYS ≥ 110",
    ]


def test_a_limit_out_of_force_is_drawn_but_not_named() -> None:
    history = hypertensive_history()
    history.limits = [LimitSpan("sbp_high", "high", 180, START, until_ms=START + MINUTE)]
    assert traces(drawn(history), "limits high dash")
    assert named_limits(drawn(history)) == {}


def test_a_phone_s_limits_are_short_and_diastolic_ones_are_told_apart() -> None:
    history = hypertensive_history()
    history.limits = [LimitSpan("sbp_high", "high", 180, START), LimitSpan("dbp_high", "high", 110, START)]
    assert named_limits(drawn(history, width_px=250)) == {"≥ 180": 180, "D ≥ 110": 110}


@pytest.mark.parametrize("height_px", [400, 560, 900, 2000])
def test_rows_of_every_chart_lie_apart_with_room_for_their_titles(height_px: int) -> None:
    spans = [Rows(height_px).span_px(row) for row in ("y4", "y", "y2", "y3")]
    assert spans[0][1] < height_px
    assert all(above[0] - below[1] >= TITLE_PX for above, below in pairwise(spans))
    assert spans[-1][0] == pytest.approx(0, abs=0.01)


@given(st.lists(st.floats(0, 100), max_size=8))
def test_names_that_are_spread_keep_their_order_their_distance_and_the_row(wanted: list[float]) -> None:
    places = spread(wanted, 10, 0, 100)
    ordered = sorted(places)
    assert all(b - a >= 10 - 1e-6 for a, b in pairwise(ordered))
    assert sorted(range(len(wanted)), key=lambda i: (wanted[i], i)) == sorted(
        range(len(wanted)), key=lambda i: (places[i], i)
    )
    assert all(-1e-6 <= place <= 100 + 1e-6 for place in places)


def test_names_with_room_stand_at_their_lines() -> None:
    assert spread([80, 10, 40], 10, 0, 100) == [80, 10, 40]


def test_the_axis_names_minutes_over_the_clock_as_many_as_have_room() -> None:
    wide, narrow = (drawn(width_px=width)["layout"]["xaxis"] for width in (1000, 250))
    assert (wide["tickvals"], narrow["tickvals"]) == (
        [-10, -5, 0, 5, 10, 15, 20, 25, 30, 35, 40, 45],
        [0, 15, 30, 45],
    )
    first, zero = wide["ticktext"][0], wide["ticktext"][2]
    assert (first, zero) == (f"−10<br>{words.clock(START - 10 * MINUTE)}", f"0<br>{words.clock(START)}")


def test_an_open_visit_s_axis_stands_still_for_minutes_so_that_a_zoom_in_its_midst_is_kept() -> None:
    one, other = (drawn(now_ms=START + 62 * MINUTE + after)["layout"] for after in (0, 3 * MINUTE))
    assert one["xaxis"]["range"] == other["xaxis"]["range"]
    assert one["uirevision"] == other["uirevision"] != drawn(just_seated())["layout"]["uirevision"]


def test_phases_are_bands_up_to_now_and_the_plan_is_a_band_beyond() -> None:
    infusion, planned = (shape for shape in drawn()["layout"]["shapes"] if shape["type"] == "rect")
    assert (infusion["x0"], infusion["x1"]) == (0, pytest.approx(31.2))
    assert (planned["x0"], planned["x1"]) == (pytest.approx(31.2), 40)


def test_the_baseline_is_a_line_for_each_of_its_numbers() -> None:
    lines = [shape for shape in drawn()["layout"]["shapes"] if shape["type"] == "line"]
    assert [(line["yref"], line["y0"]) for line in lines] == [("y", 138), ("y", 84), ("y2", 82)]


def test_alarms_and_events_stand_in_the_lane_with_all_they_say_on_hover() -> None:
    figure = drawn(width_px=2400)
    alarms, events = trace(figure, "alarms"), trace(figure, "events")
    assert " !!! SYS 182 ≥ 180" in alarms["text"]
    assert len(alarms["x"]) == 4
    assert any("talked to" in hover and "Ana" in hover for hover in events["hovertext"])
    assert "seat" not in " ".join(events["hovertext"]).lower()


def test_nothing_of_a_phone_s_chart_takes_the_finger_that_scrolls() -> None:
    assert drawn(width_px=300)["layout"]["dragmode"] is False
    assert drawn(width_px=900)["layout"]["dragmode"] == "zoom"


@given(
    st.lists(st.builds(Label, st.floats(0, 900), st.floats(1, 120), st.floats(0, 10)), max_size=30),
    st.lists(st.builds(Span, st.floats(0, 900), st.floats(1, 20)), max_size=5),
)
def test_no_two_shown_labels_meet_and_none_is_left_out_without_cause(
    labels: list[Label], around: list[Span]
) -> None:
    shown = placed(labels, around, gap=0)
    stand = [label for label, room in zip(labels, shown, strict=True) if room]

    def meet(one: Any, other: Any) -> bool:
        return bool(one.left < other.left + other.width and other.left < one.left + one.width)

    assert not any(meet(a, b) for i, a in enumerate(stand) for b in (*stand[i + 1 :], *around))
    hidden = [label for label, room in zip(labels, shown, strict=True) if not room]
    assert all(any(meet(label, other) for other in (*stand, *around)) for label in hidden)
