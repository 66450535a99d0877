"""Sound that really sounds, and a station that says when it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.live import frames
from tests.browser.live.conftest import Open
from tests.browser.live.server import Stage

RENDER = """async (priority) => {
  const rate = 22050;
  const ctx = new OfflineAudioContext(1, rate * 5, rate);
  chairside.burst.schedule(ctx, ctx.destination, priority, 0.1);
  const wave = (await ctx.startRendering()).getChannelData(0);
  const step = rate / 200;
  const loud = Array.from({ length: Math.floor(wave.length / step) }, (_, n) =>
    Math.max(...wave.subarray(n * step, (n + 1) * step).map(Math.abs)) > 0.05);
  const pulses = [];
  loud.forEach((on, n) => { if (on && !loud[n - 1]) pulses.push([n / 200, 0]); if (!on && loud[n - 1]) pulses.at(-1)[1] = n / 200; });
  const middle = wave.subarray(rate * 0.13, rate * 0.13 + 2205);
  const level = (hz) => { let re = 0, im = 0; middle.forEach((v, n) => { re += v * Math.cos(2 * Math.PI * hz * n / rate); im += v * Math.sin(2 * Math.PI * hz * n / rate); });
    return Math.hypot(re, im); };
  const base = chairside.burst.PATTERNS[priority].pitch_hz;
  return { pulses, base, harmonics: [1, 2, 3, 4, 5].map((n) => [n * base, 20 * Math.log10(level(n * base) / level(base))]), peak: Math.max(...wave) };
}"""


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
        {**alarm, "audible": False, "presence": "acknowledged"}
        for alarm in frames.as_json(frames.clinic()[6])["alarms"]
    ]
    stage.change({"7": {"alarms": quiet}})
    page.wait_for_function("chairside.sound.priority === 'medium'")
    stage.change({"3": {"alarms": []}})
    page.wait_for_function("chairside.sound.priority === null")


def test_one_tab_of_a_machine_sounds(loud_context: BrowserContext, stage: Stage) -> None:
    first = open_loud(loud_context, stage)
    first.wait_for_function("chairside.sound.priority === 'high'")
    second = open_loud(loud_context, stage)
    expect(second.locator(".sound")).to_have_text("Sound on in another tab")
    assert second.evaluate("chairside.sound.priority") is None
    first.close()
    second.wait_for_function("chairside.sound.priority === 'high'")


def test_a_high_burst_is_ten_pulses_three_and_two_twice(open_page: Open) -> None:
    heard = open_page().evaluate(RENDER, "high")
    starts = [at for at, _ in heard["pulses"]]
    assert len(starts) == 10
    gaps = [round(b - a, 2) for a, b in zip(starts, starts[1:], strict=False)]
    spacing, length = 0.1, 0.15
    assert gaps[0] == pytest.approx(spacing + length, abs=0.02)
    assert gaps[2] == pytest.approx(2 * spacing + 2 * length, abs=0.02)
    assert 0.35 <= gaps[4] - length <= 1.3
    assert gaps[5:] == pytest.approx(gaps[:4], abs=0.02)
    assert all(0.075 <= end - start <= 0.2 for start, end in heard["pulses"])


def test_a_medium_burst_is_three_pulses(open_page: Open) -> None:
    heard = open_page().evaluate(RENDER, "medium")
    assert len(heard["pulses"]) == 3
    assert all(0.125 <= end - start <= 0.25 for start, end in heard["pulses"])


@pytest.mark.parametrize("priority", ["high", "medium"])
def test_a_pulse_has_a_fundamental_and_four_harmonics_near_it(open_page: Open, priority: str) -> None:
    heard = open_page().evaluate(RENDER, priority)
    assert 150 <= heard["base"] <= 1000
    near = [hz for hz, level in heard["harmonics"] if 300 <= hz <= 4000 and abs(level) <= 15]
    assert len(near) >= 4
    assert 0.1 <= heard["peak"] <= 1.0
