"""Sound that really sounds, and a station that says when it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.live import frames
from tests.browser.live.conftest import Open
from tests.browser.live.server import Stage


@pytest.fixture
def loud_context(loud_browser: Browser) -> Iterator[BrowserContext]:
    made = loud_browser.new_context()
    yield made
    made.close()


def open_loud(context: BrowserContext, stage: Stage) -> Page:
    page = context.new_page()
    page.goto(stage.url)
    page.wait_for_selector("html[data-turn]")
    return page


def sound_of(report: dict[str, Any]) -> str:
    return str(report["sound"])


def test_a_browser_that_holds_sound_back_shows_it_in_red_and_tells_the_server(
    open_page: Open, stage: Stage
) -> None:
    page = open_page()
    expect(page.locator(".sound")).to_have_text("SOUND OFF")
    stage.wait(lambda: stage.reports)
    assert stage.reports[-1]["sound"] == "blocked"
    assert stage.reports[-1]["page"] == "/"
    assert len(stage.reports[-1]["station"]) == 16


def test_the_first_touch_arms_it_and_the_button_switches_it_off(open_page: Open, stage: Stage) -> None:
    page = open_page()
    page.locator(".board-word").click()
    expect(page.locator(".sound")).to_have_text("Sound on")
    stage.wait(lambda: stage.reports and sound_of(stage.reports[-1]) == "armed")
    page.locator(".sound").click()
    expect(page.locator(".sound")).to_have_text("SOUND OFF")
    stage.wait(lambda: sound_of(stage.reports[-1]) == "off")
    page.reload()
    page.locator(".board-word").click()
    expect(page.locator(".sound")).to_have_text("SOUND OFF")
    page.locator(".sound").click()
    expect(page.locator(".sound")).to_have_text("Sound on")
    assert len({report["station"] for report in stage.reports}) == 1


def test_the_highest_alarm_sounds_until_somebody_has_it(loud_context: BrowserContext, stage: Stage) -> None:
    page = open_loud(loud_context, stage)
    page.wait_for_function("chairside.sound.priority === 'high'")
    quiet = [
        {**alarm, "calls": [], "audible": False, "presence": "acknowledged"}
        for alarm in frames.as_json(frames.clinic()[6])["alarms"]
    ]
    stage.change({"7": {"alarms": quiet}})
    page.wait_for_function("chairside.sound.priority === 'medium'")
    stage.change({"3": {"alarms": []}})
    page.wait_for_function("chairside.sound.priority === null")
    stage.change({"3": {"alarms": [{**quiet[0], "priority": "low", "calls": ["nurse"], "presence": "on"}]}})
    page.wait_for_function("chairside.sound.priority === 'low'")


def test_a_station_sounds_what_calls_its_own_role(loud_context: BrowserContext, stage: Stage) -> None:
    stage.me = {**stage.me, "role": "wall"}
    page = open_loud(loud_context, stage)
    expect(page.locator("html[data-role=wall]")).to_be_attached()
    page.wait_for_function("chairside.sound.priority === null")
    high = frames.as_json(frames.clinic()[6])["alarms"][0]
    stage.change({"7": {"alarms": [{**high, "calls": ["nurse", "anesthesia", "admin", "wall"]}]}})
    page.wait_for_function("chairside.sound.priority === 'high'")
    stage.change({"7": {"alarms": [{**high, "presence": "acknowledged", "calls": ["anesthesia"]}]}})
    page.wait_for_function("chairside.sound.priority === null")


def test_one_tab_of_a_machine_sounds(loud_context: BrowserContext, stage: Stage) -> None:
    first = open_loud(loud_context, stage)
    first.wait_for_function("chairside.sound.priority === 'high'")
    second = open_loud(loud_context, stage)
    expect(second.locator(".sound")).to_have_text("Sound on in another tab")
    assert second.evaluate("chairside.sound.priority") is None
    first.close()
    second.wait_for_function("chairside.sound.priority === 'high'")


def test_a_high_burst_is_ten_pulses_three_and_two_twice(scripts: Page) -> None:
    heard = scripts.evaluate("(priority) => measure.burst(priority)", "high")
    starts = [at for at, _ in heard["pulses"]]
    assert len(starts) == 10
    gaps = [round(b - a, 2) for a, b in pairwise(starts)]
    spacing, length = 0.1, 0.15
    assert gaps[0] == pytest.approx(spacing + length, abs=0.02)
    assert gaps[2] == pytest.approx(2 * spacing + 2 * length, abs=0.02)
    assert 0.35 <= gaps[4] - length <= 1.3
    assert gaps[5:] == pytest.approx(gaps[:4], abs=0.02)
    assert all(0.075 <= end - start <= 0.2 for start, end in heard["pulses"])


def test_a_medium_burst_is_three_pulses(scripts: Page) -> None:
    heard = scripts.evaluate("(priority) => measure.burst(priority)", "medium")
    assert len(heard["pulses"]) == 3
    assert all(0.125 <= end - start <= 0.25 for start, end in heard["pulses"])


def test_a_low_burst_is_two_pulses(scripts: Page) -> None:
    heard = scripts.evaluate("(priority) => measure.burst(priority)", "low")
    assert len(heard["pulses"]) == 2
    assert all(0.125 <= end - start <= 0.25 for start, end in heard["pulses"])


@pytest.mark.parametrize("priority", ["high", "medium", "low"])
def test_a_pulse_has_a_fundamental_and_four_harmonics_near_it(scripts: Page, priority: str) -> None:
    heard = scripts.evaluate("(priority) => measure.burst(priority)", priority)
    assert 150 <= heard["base"] <= 1000
    near = [hz for hz, level in heard["harmonics"] if 300 <= hz <= 4000 and abs(level) <= 15]
    assert len(near) >= 4
    assert 0.1 <= heard["peak"] <= 1.0
