"""Sound that really sounds, and a station that says when it cannot."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.live import frames
from tests.browser.live.conftest import Open
from tests.browser.live.server import Stage


def open_loud(context: BrowserContext, stage: Stage, before: str = "") -> Page:
    page = context.new_page()
    if before:
        page.add_init_script(before)
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


def test_the_first_touch_arms_and_tests_it_and_the_menu_switches_it_off(
    open_page: Open, stage: Stage
) -> None:
    page = open_page()
    page.locator(".board-word").click()
    expect(page.locator(".sound")).to_have_text("Sound on")
    stage.wait(lambda: stage.reports and sound_of(stage.reports[-1]) == "armed")
    page.locator(".sound").click()
    expect(page.get_by_text("Did you hear two tones?").locator("visible=true")).to_be_visible()
    page.get_by_role("button", name="Switch the sound off here").click()
    expect(page.locator(".sound")).to_have_text("SOUND OFF")
    stage.wait(lambda: sound_of(stage.reports[-1]) == "off")
    page.reload()
    page.locator(".board-word").click()
    expect(page.locator(".sound")).to_have_text("SOUND OFF")
    page.locator(".sound").click()
    expect(page.locator(".sound")).to_have_text("Sound on")
    assert len({report["station"] for report in stage.reports}) == 1


AT_ITS_END = """{
  const { resume } = AudioContext.prototype;
  AudioContext.prototype.resume = function () {
    return window.event?.type === "pointerdown" ? new Promise(() => {}) : resume.call(this);
  };
}"""
"""A finger's tap counts when it ends: what Safari allows."""


def test_the_first_tap_of_a_finger_arms_it_too(browser: Browser, stage: Stage) -> None:
    context = browser.new_context(has_touch=True, viewport={"width": 1024, "height": 768})
    context.add_init_script(AT_ITS_END)
    page = open_loud(context, stage)
    expect(page.locator(".sound")).to_have_text("SOUND OFF")
    page.locator(".choices").tap()
    expect(page.locator(".sound")).to_have_text("Sound on")
    context.close()


INTERRUPTED = """{
  const { get } = Object.getOwnPropertyDescriptor(BaseAudioContext.prototype, "state");
  const { resume } = AudioContext.prototype;
  const state = { get() { return window.call ?? get.call(this); } };
  Object.defineProperty(BaseAudioContext.prototype, "state", state);
  AudioContext.prototype.resume = function () {
    window.resumed = (window.resumed ?? 0) + 1;
    if (!window.ringing) window.call = undefined;
    return window.ringing ? Promise.reject(new DOMException("a call")) : resume.call(this);
  };
}"""
"""A telephone call as Safari tells it: sound is interrupted, and may be resumed without a touch after it."""


def test_sound_that_a_call_interrupted_comes_back_without_a_touch(
    loud_context: BrowserContext, stage: Stage
) -> None:
    page = open_loud(loud_context, stage, INTERRUPTED)
    expect(page.locator(".sound")).to_have_text("Sound on")
    page.evaluate("() => { window.ringing = true; window.call = 'interrupted'; window.resumed = 0; }")
    expect(page.locator(".sound")).to_have_text("SOUND OFF")
    stage.wait(lambda: stage.reports and sound_of(stage.reports[-1]) == "blocked")
    page.wait_for_function("window.resumed > 0")
    page.evaluate("() => { window.ringing = false; }")
    expect(page.locator(".sound")).to_have_text("Sound on")
    page.wait_for_function("chairside.sound.priority === 'high'")


def test_the_menu_opens_within_the_window_and_closes_in_every_way(open_page: Open, stage: Stage) -> None:
    page = open_page(width=390, height=844)
    open_it, menu = page.locator(".sound"), page.locator("#sound-menu")
    open_it.click()
    box = menu.bounding_box()
    assert box is not None
    assert 0 <= box["x"] <= 390 - box["width"]
    assert box["height"] < 600
    expect(open_it).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(open_it).to_be_focused()
    open_it.click()
    page.locator(".bar-time").click()
    expect(menu).to_be_hidden()
    open_it.click()
    page.locator(".colours").click()
    expect(menu).to_be_hidden()
    expect(page.locator("#colours-menu")).to_be_visible()
    page.locator(".colours").click()
    expect(page.locator("#colours-menu")).to_be_hidden()
    expect(page.locator(".colours")).to_have_attribute("aria-expanded", "false")


SHIFT = "sessionStorage.setItem('shift', 'begins')"
"""As the sign-in page leaves it."""
STEP = "Start watching: tap to test the sound"


def test_a_shift_begins_with_a_test_that_somebody_answers(open_page: Open, stage: Stage) -> None:
    page = open_page(before=SHIFT)
    step = page.get_by_role("region", name="Test of the sound")
    expect(step.get_by_role("button", name="Yes")).to_be_hidden()
    step.get_by_role("button", name=STEP).click()
    expect(step.get_by_role("status")).to_have_text("Did you hear two tones?")
    page.wait_for_function("chairside.sound.played === true")
    step.get_by_role("button", name="Yes").click()
    expect(step).to_be_hidden()
    stage.wait(lambda: sound_of(stage.reports[-1]) == "armed")
    page.locator(".sound").click()
    expect(page.locator(".sound-menu .sound-result")).to_contain_text("by Ana Ruiz.")
    assert page.evaluate("sessionStorage.getItem('shift')") is None


def test_a_station_whose_test_nobody_heard_counts_as_silent(open_page: Open, stage: Stage) -> None:
    page = open_page(before=SHIFT)
    step = page.get_by_role("region", name="Test of the sound")
    step.get_by_role("button", name=STEP).click()
    step.get_by_role("button", name="No", exact=True).click()
    expect(page.locator(".sound")).to_have_text("SOUND OFF")
    expect(step.get_by_role("status")).to_contain_text("this station counts as silent")
    stage.wait(lambda: sound_of(stage.reports[-1]) == "unheard")
    page.wait_for_function("chairside.sound.priority === 'high'")
    step.get_by_role("button", name=STEP).click()
    step.get_by_role("button", name="Yes").click()
    expect(page.locator(".sound")).to_have_text("Sound on")
    stage.wait(lambda: sound_of(stage.reports[-1]) == "armed")


def test_nothing_moves_under_a_finger_that_arms_the_sound_elsewhere(open_page: Open, stage: Stage) -> None:
    page = open_page(width=390, height=844, before=SHIFT)
    ack = page.locator('.tile:has(a[href="/chair/7"]) .strip-ack')
    expect(page.get_by_role("button", name=STEP)).to_be_visible()
    ack.hover()
    before = ack.bounding_box()
    page.mouse.down()
    expect(page.locator(".sound-step .sound-yes")).to_be_visible()
    assert ack.bounding_box() == before
    page.mouse.up()
    stage.wait(lambda: stage.posted)


def test_the_test_can_wait_and_another_user_is_asked_anew(open_page: Open, stage: Stage) -> None:
    page = open_page(before=SHIFT)
    page.get_by_role("button", name="Not now").click()
    expect(page.locator(".sound-step")).to_be_hidden()
    assert page.evaluate("sessionStorage.getItem('shift')") is None
    page.evaluate("chairside.soundStep.begin()")
    expect(page.locator(".sound-step")).to_be_visible()


def test_nobody_is_there_to_test_a_wall_display(open_page: Open, stage: Stage) -> None:
    stage.me = {**stage.me, "role": "wall"}
    page = open_page(before=SHIFT)
    expect(page.locator("html[data-role=wall]")).to_be_attached()
    expect(page.locator(".sound")).to_have_text("SOUND OFF")
    expect(page.locator(".sound-step")).to_be_hidden()


def test_the_volume_is_remembered_and_has_a_floor(open_page: Open, stage: Stage) -> None:
    page = open_page()
    page.locator(".sound").click()
    slider = page.get_by_role("slider", name="Volume")
    expect(slider).to_have_value("100")
    slider.fill("50")
    page.reload()
    page.locator(".sound").click()
    expect(slider).to_have_value("50")
    slider.press("Home")
    expect(slider).to_have_value("30")
    page.evaluate("localStorage.setItem('volume', '0')")
    assert page.evaluate("chairside.sound.volume()") == 30


LEVEL = """() => {
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...more) {
    if (this instanceof GainNode && to instanceof AnalyserNode) window.master = this.gain;
    return connect.call(this, to, ...more);
  };
}"""


def test_what_sounds_is_as_loud_as_the_station_was_set(loud_context: BrowserContext, stage: Stage) -> None:
    page = open_loud(loud_context, stage, f"({LEVEL})(); localStorage.setItem('volume', '40');")
    page.wait_for_function("chairside.sound.priority === 'high'")
    assert page.evaluate("master.value") == pytest.approx(0.4)


def test_in_a_treatment_room_only_a_high_alarm_sounds_and_the_server_knows(
    loud_context: BrowserContext, stage: Stage
) -> None:
    page = open_loud(loud_context, stage)
    page.wait_for_function("chairside.sound.priority === 'high'")
    page.locator(".sound").click()
    page.get_by_role("checkbox", name="Treatment room").check()
    expect(page.locator(".sound")).to_have_text("Only high sounds")
    stage.wait(lambda: sound_of(stage.reports[-1]) == "high_only")
    assert page.evaluate("chairside.sound.priority") == "high"
    high = frames.as_json(frames.clinic()[6])["alarms"]
    stage.change({"7": {"alarms": []}})
    page.wait_for_function("chairside.sound.priority === null")
    stage.change({"7": {"alarms": high}})
    page.wait_for_function("chairside.sound.priority === 'high'")


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


NO_TLS = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });"
"""What browsers leave out on a page that came over plain HTTP from another machine."""


@pytest.mark.parametrize("before", ["", NO_TLS], ids=["locks", "no locks"])
def test_one_tab_of_a_machine_sounds(loud_context: BrowserContext, stage: Stage, before: str) -> None:
    first = open_loud(loud_context, stage, before)
    first.wait_for_function("chairside.sound.priority === 'high'")
    second = open_loud(loud_context, stage, before)
    expect(second.locator(".sound")).to_have_text("Sound on in another tab")
    assert second.evaluate("chairside.sound.priority") is None
    first.close()
    second.wait_for_function("chairside.sound.priority === 'high'")


def test_a_tab_that_hangs_gives_the_sound_to_another(loud_context: BrowserContext, stage: Stage) -> None:
    first = open_loud(loud_context, stage)
    first.wait_for_function("chairside.sound.priority === 'high'")
    second = open_loud(loud_context, stage)
    expect(second.locator(".sound")).to_have_text("Sound on in another tab")
    first.evaluate("void (chairside.place.look = async () => {})")
    second.wait_for_function("chairside.sound.priority === 'high'")
    first.wait_for_function("!chairside.place.ours && chairside.sound.priority === null")


EXPOSED = """
  const Plain = window.AudioContext;
  window.AudioContext = class extends Plain { constructor(...all) { super(...all); window.audio = this; } };
"""


def test_audio_that_a_machine_stopped_goes_on_without_a_touch(
    loud_context: BrowserContext, stage: Stage
) -> None:
    page = open_loud(loud_context, stage, EXPOSED)
    page.wait_for_function("chairside.sound.state === 'armed'")
    page.evaluate("void (audio.resume = () => Promise.reject(new Error('not yet')))")
    page.evaluate("audio.suspend()")
    expect(page.locator(".sound")).to_have_text("SOUND OFF")
    stage.wait(lambda: sound_of(stage.reports[-1]) == "blocked")
    page.evaluate("delete audio.resume")
    expect(page.locator(".sound")).to_have_text("Sound on")
    stage.wait(lambda: sound_of(stage.reports[-1]) == "armed")
