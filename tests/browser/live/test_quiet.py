"""What is quiet on purpose stands on every screen, with who and until when, and can be ended there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live import frames
from tests.browser.live.conftest import Open
from tests.browser.live.server import Stage
from tests.browser.live.test_sound import open_loud

HIGH = frames.as_json(frames.clinic()[6])["alarms"][0]
OFF = [
    {
        "condition": "spo2_low",
        "by": "Leo",
        "since_ms": frames.AT_MS,
        "reason": "Sensor moved",
        "holds": "medium",
    }
]


def paused(seconds: float = 72) -> dict[str, Any]:
    return {
        "audio_paused": {"by": "Leo", "until_ms": frames.AT_MS + 1000 + round(seconds * 1000)},
        "alarms": [{**HIGH, "calls": [], "audible": False, "paused": True}],
    }


def tile(page: Page, chair: str) -> Any:
    return page.locator(f'.tile:has(a[href="/chair/{chair}"])')


def test_the_bar_pauses_every_chair_that_sounds_and_no_other(open_page: Open, stage: Stage) -> None:
    page = open_page()
    button = page.locator(".board-foot .pause-audio")
    expect(button).to_have_text("Pause sound 2:00")
    expect(page.locator(".bar .pause-audio")).to_have_text("Pause sound 2:00")
    button.click()
    stage.wait(lambda: len(stage.posted) == 2)
    asked = [(body["chair"], body["session"], body["act"]) for _, body, _ in stage.posted]
    assert sorted(asked) == [("3", "s3", {"type": "pause_audio"}), ("7", "s7", {"type": "pause_audio"})]


def test_a_pause_counts_down_with_its_author_on_tile_and_bar(open_page: Open, stage: Stage) -> None:
    page = open_page()
    stage.change({"7": paused(), "3": {"alarms": []}})
    time = tile(page, "7").locator(".strip-time")
    expect(time).to_have_text(re.compile(r"^[01]:\d\d paused · Leo"))
    before = time.inner_text()
    expect(tile(page, "7").locator('.strip .bell[data-kind="paused"]')).to_be_visible()
    expect(page.locator(".board-foot .bar-paused")).to_contain_text("paused · Leo · chair 7")
    expect(page.locator(".bar .bar-paused")).to_contain_text(re.compile(r"[01]:\d\d"))
    expect(page.locator(".pause-audio").filter(visible=True)).to_have_count(0)
    assert tile(page, "7").evaluate("node => getComputedStyle(node, '::after').animationName") == "flash"
    expect(time).not_to_have_text(before)


def test_a_paused_alarm_is_silent_and_another_one_sounds(loud_context: Any, stage: Stage) -> None:
    page = open_loud(loud_context, stage)
    stage.change({"7": paused(), "3": {"alarms": []}})
    page.wait_for_function("chairside.sound.priority === null")
    other = {**HIGH, "id": "o-8", "condition": "spo2_low", "text": "SpO₂ 79 < 85"}
    stage.change({"7": {"alarms": [other, *paused()["alarms"]]}})
    page.wait_for_function("chairside.sound.priority === 'high'")


def test_the_chairs_page_pauses_and_resumes(open_page: Open, stage: Stage) -> None:
    page = open_page("/chair/7")
    page.locator(".pause-chair").click()
    stage.wait(lambda: stage.posted)
    stage.change({"7": paused()})
    expect(page.locator(".chair-quiet")).to_contain_text("paused · Leo")
    page.get_by_role("button", name="Sound on again").click()
    stage.wait(lambda: len(stage.posted) == 2)
    acts = [body["act"]["type"] for _, body, _ in stage.posted]
    assert acts == ["pause_audio", "resume_audio"]


def test_what_is_off_stands_on_tile_number_and_chair_and_is_switched_on_there(
    open_page: Open, stage: Stage
) -> None:
    page = open_page()
    stage.change({"1": {"off": OFF}})
    line = tile(page, "1").locator(".tile-off")
    expect(line).to_contain_text("SpO₂ low OFF · Leo · ")
    expect(tile(page, "1").locator(".number-spo2 .bell")).to_be_visible()
    expect(tile(page, "1").locator(".number-hr .bell")).to_be_hidden()
    page.goto(stage.url + "/chair/1")
    expect(page.locator(".quiet-row[data-holds=medium]")).to_contain_text(
        "Sensor moved · holds back medium now"
    )
    page.get_by_role("button", name="Switch on SpO₂ low").click()
    stage.wait(lambda: stage.posted)
    assert stage.posted[0][1]["act"] == {"type": "alarm_on", "condition": "spo2_low"}


def test_a_nurse_is_not_offered_to_switch_off_what_only_anesthesia_may(open_page: Open) -> None:
    page = open_page("/chair/3")
    expect(page.locator("html[data-role=nurse]")).to_be_attached()
    expect(page.get_by_role("button", name="Pause sound 2:00").first).to_be_visible()
    expect(page.get_by_role("button", name="Switch off SYS high…")).to_have_count(0)


def test_switching_off_asks_for_a_reason(open_page: Open, stage: Stage) -> None:
    stage.me = {**stage.me, "role": "anesthesia"}
    page = open_page("/chair/3")
    off = page.get_by_role("button", name="Switch off SYS high…")
    expect(page.get_by_text("Switch an alarm off…")).to_be_visible()
    expect(off).to_be_hidden()
    page.get_by_text("Switch an alarm off…").click()
    off.click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Switch off SYS high…").click()
    page.get_by_role("button", name="Known and being treated").click()
    stage.wait(lambda: stage.posted)
    act = {"type": "alarm_off", "condition": "sbp_high", "reason": "Known and being treated"}
    assert [body["act"] for _, body, _ in stage.posted] == [act]


def test_what_is_high_has_no_button_to_switch_it_off(open_page: Open, stage: Stage) -> None:
    page = open_page("/chair/7")
    page.get_by_text("Switch an alarm off…").click()
    expect(page.get_by_role("button", name="Switch off no baseline…")).to_be_visible()
    expect(page.get_by_role("button", name="Switch off SYS high…")).to_have_count(0)


def test_a_display_that_only_shows_has_none_of_these_buttons(open_page: Open, stage: Stage) -> None:
    stage.me = {**stage.me, "role": "wall"}
    page = open_page("/chair/7")
    expect(page.locator("html[data-role=wall]")).to_be_attached()
    expect(page.locator(".pause-audio, .quiet-act").filter(visible=True)).to_have_count(0)


def test_a_flood_is_told_by_number(open_page: Open, stage: Stage) -> None:
    page = open_page()
    stage.change({}, flood={"high": 3, "medium": 9, "low": 0})
    expect(page.locator(".bar-flood")).to_have_text("12 alarms: 3 high, 9 medium")
    expect(page.locator(".pills")).to_be_hidden()
    stage.change({}, flood=None)
    expect(page.locator(".bar-flood")).to_be_hidden()
    expect(page.locator(".pills")).to_be_visible()


def test_a_reminder_is_given_once_to_the_roles_that_acted(loud_context: Any, stage: Stage) -> None:
    page = open_loud(loud_context, stage)
    expect(page.locator("html[data-may-act=true]")).to_be_attached()
    stage.change({"7": paused(), "3": {"alarms": []}})
    page.wait_for_function("chairside.sound.priority === null")
    role = page.evaluate("chairside.me.role")
    at_ms = page.evaluate("chairside.live.now()")
    other = "anesthesia" if role == "nurse" else "nurse"
    stage.change({"7": {**paused(), "reminder_ms": at_ms, "reminder_roles": [other]}})
    expect(tile(page, "7")).to_have_attribute("data-reminded", "true")
    assert page.evaluate("chairside.sound.reminders") == 0
    stage.change({"7": {**paused(), "reminder_ms": at_ms + 1, "reminder_roles": [role]}})
    page.wait_for_function("chairside.sound.reminders === 1")
    stage.change({"7": {**paused(), "reminder_ms": at_ms + 1, "reminder_roles": [role]}})
    assert stage.newest is not None
    shown = "(turn) => Number(document.documentElement.dataset.turn) > turn"
    page.wait_for_function(shown, arg=stage.newest["turn"])
    assert page.evaluate("chairside.sound.reminders") == 1


@pytest.mark.parametrize("width", [768, 820, 1024, 1150])
def test_below_the_board_nothing_lies_upon_the_pause(open_page: Open, width: int) -> None:
    page = open_page("/", width, 1180)
    pause = page.locator(".board-foot .pause-audio").bounding_box()
    chairs = page.locator(".board-foot .board-spare").bounding_box()
    assert pause is not None
    assert chairs is not None
    assert pause["x"] + pause["width"] <= chairs["x"] or pause["y"] + pause["height"] <= chairs["y"]
