"""What the board shows of each state, and that it writes no more than what changed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live import frames
from tests.browser.live.conftest import Open
from tests.browser.live.server import Stage


def tile(page: Page, chair: str) -> object:
    return page.locator(f'.tile:has(a[href="/chair/{chair}"])')


def test_a_tile_shows_pressure_rate_and_saturation_with_their_units(open_page: Open) -> None:
    seven = tile(open_page(), "7")
    expect(seven.locator(".pressure")).to_contain_text("184/102")
    expect(seven.locator(".side-unit")).to_have_text("mmHg")
    expect(seven.locator(".meta-taken")).to_contain_text("MAP 129")
    expect(seven.locator(".side-delta")).to_have_text("+56\u00a0%")
    expect(seven.locator(".number-hr .number-label")).to_have_text("PR")
    expect(seven.locator(".number-hr .number-value")).to_contain_text("104")
    expect(seven.locator(".number-hr .number-unit")).to_have_text("/min")
    expect(seven.locator(".number-spo2 .number-value")).to_contain_text("96")
    expect(seven.locator(".number-spo2 .number-unit")).to_have_text("%")
    expect(seven.locator(".tile-planned")).to_have_text("/40")


def test_a_tile_says_what_pressure_is_expected_in_shape_and_range(open_page: Open, stage: Stage) -> None:
    page = open_page()
    seven, five = tile(page, "7"), tile(page, "5")
    expect(seven.locator(".side-expected")).to_have_text("▲ expected+1…+24\u00a0%")
    expect(seven.locator(".side-expected")).to_have_attribute("title", "above expected")
    expect(five.locator(".side-expected")).to_have_text("")
    within = frames.cuff(115, 74, 1, expected=frames.ExpectedView(-5, 6, "within"))
    stage.change({"5": {"cuff": frames.as_json(frames.seated("5", "H. B.", cuff=within))["cuff"]}})
    expect(five.locator(".side-expected")).to_have_text("● expected−5…+6\u00a0%")


PAINTED = """(tile) => {
  const canvas = tile.querySelector("canvas");
  const copy = new OffscreenCanvas(canvas.width, canvas.height)
    .getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((sum, byte) => sum + byte, 0);
}"""


def test_the_corridor_lies_on_the_trend_and_goes_when_it_is_no_longer_told(
    open_page: Open, stage: Stage
) -> None:
    page = open_page()
    drawn = tile(page, "7").evaluate(PAINTED)
    stage.change({"7": {"response": None}})
    stage.wait(lambda: tile(page, "7").evaluate(PAINTED) < drawn)


def extended(minutes: float, **more: object) -> dict[str, object]:
    session = frames.visit("7", "R. T.", minutes=minutes, planned=50, **more)
    return {"7": {"session": frames.as_json(frames.seated("7", "R. T.", session=session))["session"]}}


def test_an_extension_and_an_overrun_are_said_in_words(open_page: Open, stage: Stage) -> None:
    page = open_page()
    planned = tile(page, "7").locator(".tile-planned")
    stage.change(extended(31, extended_min=10))
    expect(planned).to_have_text("/40\u00a0+\u00a010")
    stage.change(extended(55.5, extended_min=10, elapsed_s=55.5 * 60))
    expect(planned).to_have_text("5\u00a0min over")


def test_a_rate_is_called_heart_rate_only_when_it_comes_from_an_ecg(open_page: Open, stage: Stage) -> None:
    label = tile(open_page(), "7").locator(".number-hr .number-label")
    for method, name in (("ecg", "HR"), (None, "PR")):
        rate = frames.rate(104, method=method)
        stage.change({"7": {"hr": frames.as_json(frames.seated("7", "R. T.", hr=rate))["hr"]}})
        expect(label).to_have_text(name)


def test_a_number_that_is_gone_is_a_dash_with_the_last_value_and_the_reason(open_page: Open) -> None:
    eleven = tile(open_page(), "11").locator(".number-spo2")
    expect(eleven.locator(".number-value")).to_contain_text("--")
    expect(eleven.locator(".number-when")).to_contain_text("last\u00a097, 4")
    expect(eleven.locator(".number-reason")).to_have_text("probe off")


def test_a_pressure_that_is_gone_names_the_last_one(open_page: Open) -> None:
    ten = tile(open_page(), "10")
    expect(ten.locator(".pressure")).to_contain_text("--/--")
    expect(ten.locator(".meta-taken")).to_contain_text("last\u00a0151/92, 14\u00a0min\u00a0ago")


def test_a_questionable_pressure_carries_a_question_mark_and_its_reason(open_page: Open) -> None:
    page = open_page()
    eleven = tile(page, "11")
    expect(eleven.locator(".pressure .doubt")).to_be_visible()
    expect(eleven.locator(".meta-reason")).to_have_text("motion")
    expect(tile(page, "7").locator(".pressure .doubt")).to_be_hidden()


def test_a_pressure_that_waits_counts_down_to_its_repeat(open_page: Open, stage: Stage) -> None:
    page = open_page()
    next_one = tile(page, "7").locator(".meta-next")

    def wanted(in_s: float, **more: bool) -> None:
        cuff = frames.cuff(182, 94, 0, repeat_ms=int(frames.AT_MS + in_s * 1000), **more)
        text = "SYS 182 ≥ 180, unconfirmed"
        systolic = frames.as_json(frames.clinic()[6])["alarms"][0] | {"priority": "medium", "text": text}
        diastolic = systolic | {"id": "other", "condition": "dbp_high", "since_ms": frames.AT_MS}
        stage.change({"7": {"cuff": frames.as_json(cuff), "alarms": [systolic, diastolic]}})

    wanted(55)
    expect(next_one).to_have_text(re.compile(r"repeat in 0:[45]\d"))
    words = tile(page, "7").locator(".strip-text")
    expect(words).to_have_text("SYS 182 ≥ 180, unconfirmed")
    for width, height in ((1920, 1080), (1366, 768)):
        page.set_viewport_size({"width": width, "height": height})
        assert words.evaluate("node => node.scrollWidth <= node.clientWidth"), "the strip cuts its words off"
    expect(tile(page, "7").locator(".strip-time")).to_be_hidden()
    wanted(-1)
    expect(next_one).to_have_text("repeat now")
    wanted(-1, measuring=True)
    expect(next_one).to_have_text("measuring…")


def test_a_number_past_its_shelf_life_loses_its_colour_and_shows_its_age(open_page: Open) -> None:
    page = open_page()
    nine = tile(page, "9").locator(".number-spo2")
    fresh = tile(page, "7").locator(".number-spo2 .number-value")
    color = "node => getComputedStyle(node).color"
    assert nine.locator(".number-value").evaluate(color) != fresh.evaluate(color)
    expect(nine.locator(".number-when")).to_contain_text("s")
    expect(tile(page, "9").locator(".meta-next")).to_contain_text("late")


def recovering(*missing: str) -> dict[str, object]:
    return {"2": {"session": frames.as_json(
        frames.seated("2", "A. L.", session=frames.visit("2", "A. L.", "recovery", 57, leave_missing=missing))
    )["session"]}}  # fmt: skip


def test_a_tile_says_what_still_keeps_a_patient_when_it_is_little(open_page: Open, stage: Stage) -> None:
    page = open_page()
    notice = tile(page, "2").locator(".notice-words")
    stage.change(recovering("12 more min", "assessment", "escort"))
    expect(notice).to_be_hidden()
    stage.change(recovering("assessment", "escort"))
    expect(notice).to_have_text("Ready to leave but for assessment, escort")


def test_the_bar_counts_overdue_checks(open_page: Open, stage: Stage) -> None:
    page = open_page()
    expect(page.locator(".bar-overdue")).to_be_hidden()
    late = frames.alarm("pressure_overdue", "low", "pressure overdue 3 min", id="o-2")
    stage.change({"2": {"alarms": frames.as_json(frames.seated("2", "A. L.", alarms=[late]))["alarms"]}})
    expect(page.locator(".bar-overdue")).to_have_text("checks overdue 1")


def test_a_delta_writes_the_one_number_that_changed(open_page: Open, stage: Stage) -> None:
    page = open_page()
    stage.beating = False
    page.evaluate("""() => {
      window.written = [];
      new MutationObserver((all) => all.forEach((one) => {
        const node = one.target.parentElement ?? one.target;
        if (node.closest(".number-value, .pressure")) window.written.push(one.target.nodeValue);
      })).observe(document.getElementById("board"), { subtree: true, characterData: true, childList: true });
    }""")
    stage.change({"7": {"hr": frames.as_json(frames.seated("7", "R. T.", hr=frames.rate(105)))["hr"]}})
    expect(tile(page, "7").locator(".number-hr .number-value")).to_contain_text("105")
    assert page.evaluate("window.written") == ["105"]


def test_a_label_is_text_whatever_it_contains(open_page: Open, stage: Stage) -> None:
    page = open_page()
    evil = "<img src=x onerror=window.owned=1>"
    stage.change(
        {
            "7": {
                "session": frames.as_json(frames.seated("7", evil, session=frames.visit("7", evil)))[
                    "session"
                ]
            }
        }
    )
    expect(tile(page, "7").locator(".tile-label")).to_have_text(evil)
    assert page.locator(".tile img").count() == 0
    assert page.evaluate("window.owned") is None


def test_every_simulated_chair_and_the_title_say_demo(open_page: Open) -> None:
    page = open_page()
    assert page.locator(".tile .demo-tag:visible").count() == 12
    assert "DEMO" in page.title()


def test_a_chair_to_which_a_recording_is_played_says_replay(open_page: Open, stage: Stage) -> None:
    page = open_page()
    stage.change({"7": {"demo": True, "replay": True}})
    expect(tile(page, "7").locator(".demo-tag")).to_have_text("REPLAY")
    expect(tile(page, "8").locator(".demo-tag")).to_have_text("DEMO")
    expect(page.locator(".demo-mark")).to_have_text("DEMO · REPLAY")
    expect(page).to_have_title(re.compile("DEMO · REPLAY · "))


def test_the_infusion_clock_runs_on_the_servers_time(open_page: Open) -> None:
    clock = tile(open_page(), "7").locator(".tile-clock")
    before = clock.inner_text()
    expect(clock).not_to_have_text(before)
    assert clock.inner_text() > before


def test_worst_first_and_by_chair_is_remembered(open_page: Open) -> None:
    page = open_page()
    order = """() => [...document.querySelectorAll(".tile-chair")].map((chair) => chair.textContent)"""
    assert page.evaluate(order)[:4] == ["7", "3", "8", "11"]
    assert page.evaluate(order)[-2:] == ["6", "12"]
    page.get_by_role("button", name="By chair").click()
    assert page.evaluate(order) == [str(n) for n in range(1, 13)]
    page.reload()
    page.wait_for_selector("html[data-turn]")
    assert page.evaluate(order) == [str(n) for n in range(1, 13)]


ORDER = """([steps]) => {
  const chair = (priority) => ({ session: {}, alarms: priority ? [{ priority, presence: "on" }] : [] });
  const order = new chairside.order.SettledOrder();
  return steps.map(([at, a, b, c, held]) =>
    order.next(["a", "b", "c"], { a: chair(a), b: chair(b), c: chair(c) }, at, held).join(""));
}"""


@pytest.mark.parametrize(
    ("steps", "shown"),
    [
        pytest.param(
            [[0, None, None, None, False], [100, None, None, "high", False]],
            ["abc", "cab"],
            id="a new high alarm at once",
        ),
        pytest.param(
            [[0, None, None, None, False], [100, None, "low", None, False]],
            ["abc", "abc"],
            id="a low alarm waits",
        ),
        pytest.param(
            [[0, None, None, None, False], [100, None, "low", None, False], [5100, None, "low", None, False]],
            ["abc", "abc", "bac"],
            id="and settles after five seconds",
        ),
        pytest.param(
            [
                [0, None, None, "high", False],
                [100, None, None, None, False],
                [4000, None, None, "high", False],
            ],
            ["cab", "cab", "cab"],
            id="what comes and goes does not move",
        ),
        pytest.param(
            [[0, None, None, None, False], [100, None, None, "high", True]],
            ["abc", "abc"],
            id="never under a pointer",
        ),
        pytest.param(
            [[0, None, None, None, False], [100, None, None, "high", True], [200, None, None, "high", False]],
            ["abc", "abc", "cab"],
            id="at once when the pointer is gone",
        ),
    ],
)
def test_order_settles(scripts: Page, steps: list[object], shown: list[str]) -> None:
    assert scripts.evaluate(ORDER, [steps]) == shown


def test_a_tile_is_a_link_for_mouse_and_keyboard(open_page: Open) -> None:
    page = open_page()
    link = page.get_by_role("link", name="Chair 5, H. B.")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/chair/5")
    expect(page.locator(".id-label")).to_have_text("H. B.")


def test_a_display_that_may_not_say_who_sits_here_has_no_way_to_the_visits(
    open_page: Open, stage: Stage
) -> None:
    stage.me = {**stage.me, "role": "wall", "labels": False}
    page = open_page()
    expect(page.locator("html[data-role=wall]")).to_be_attached()
    expect(page.locator(".nav-link", has_text="History")).to_be_hidden()
    expect(page.locator(".nav-link", has_text="Alarms")).to_be_visible()
