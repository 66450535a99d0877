"""A page that may be old is covered, says why, and heals by itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.live import frames
from tests.browser.live.conftest import Console, Open
from tests.browser.live.server import Stage

LOOK_MS = 250
PAGES_SCRIPT = "**/assets/pages.js*"
"""All scripts but the watchdog."""


@pytest.fixture
def context(fresh: BrowserContext) -> BrowserContext:
    """Its pages have a clock of their own: it runs, until the test stops it."""
    fresh.clock.install()
    return fresh


def stand_still(page: Page, stage: Stage) -> None:
    """Let the page's time pass only as the test says; the watchdog has just seen the last turn."""
    stage.beating = False
    page.clock.pause_at(page.evaluate("(Date.now() + 1000) / 1000"))
    stage.change({})
    assert stage.newest is not None
    page.wait_for_function(
        "(turn) => Number(document.documentElement.dataset.turn) === turn", arg=stage.newest["turn"]
    )
    page.clock.run_for(LOOK_MS)


def test_numbers_are_covered_three_seconds_after_the_last_turn_and_come_back(
    open_page: Open, stage: Stage
) -> None:
    page = open_page()
    stand_still(page, stage)
    page.clock.run_for(3000 - 2 * LOOK_MS)
    expect(page.locator(".cover")).to_be_hidden()
    page.clock.run_for(4 * LOOK_MS)
    expect(page.locator(".cover p").first).to_contain_text("The monitor has sent nothing new since ")
    page.clock.resume()
    assert page.evaluate("document.elementFromPoint(300, 300).closest('.cover') !== null")
    stage.beating = True
    expect(page.locator(".cover")).to_be_hidden()


def test_a_browser_that_cannot_read_our_scripts_says_so(context: BrowserContext, stage: Stage) -> None:
    page = context.new_page()
    page.route(PAGES_SCRIPT, lambda route: route.abort())
    page.goto(stage.url)
    page.clock.run_for(3000 + 2 * LOOK_MS)
    expect(page.locator(".cover p").first).to_have_text(
        "The scripts of this page do not run here. Is this browser too old?"
    )


def test_frames_that_repeat_a_turn_do_not_heal(open_page: Open, stage: Stage) -> None:
    page = open_page()
    stand_still(page, stage)
    page.clock.run_for(3000 + LOOK_MS)
    expect(page.locator(".cover")).to_be_visible()
    page.evaluate(
        "() => { window.heard = 0; chairside.live.subscribe({ frame: () => { window.heard += 1; } }); }"
    )
    assert stage.newest is not None
    stage.show(stage.newest)
    page.wait_for_function("window.heard === 2")
    page.clock.run_for(2 * LOOK_MS)
    expect(page.locator(".cover")).to_be_visible()


def test_a_screen_that_cannot_paint_is_covered_too(open_page: Open, stage: Stage, console: Console) -> None:
    console.expected = ("broken on purpose",)
    page = open_page()
    page.evaluate("""() => {
      const broken = () => { if (window.covers) throw new Error("broken on purpose"); };
      chairside.live.subscribe({ frame: broken });
      window.covers = [];
    }""")
    expect(page.locator(".cover")).to_be_visible()


def test_a_laptop_that_slept_is_covered_at_once_and_fetches_anew(open_page: Open, stage: Stage) -> None:
    page = open_page()
    stand_still(page, stage)
    reports = len(stage.reports)
    page.evaluate("() => { const real = Date.now; Date.now = () => real() + 42000; }")
    page.clock.run_for(LOOK_MS)
    slept = "This screen was asleep for 42 s and is fetching the present numbers."
    expect(page.locator(".cover p").first).to_have_text(slept)
    stage.beating = True
    page.clock.resume()
    expect(page.locator(".cover")).to_be_hidden()
    stage.wait(lambda: len(stage.reports) > reports)


def test_the_clock_of_the_machine_may_be_set_back(open_page: Open, stage: Stage) -> None:
    page = open_page()
    stand_still(page, stage)
    page.evaluate("() => { const real = Date.now; Date.now = () => real() - 3600000; }")
    page.clock.run_for(4 * LOOK_MS)
    expect(page.locator(".cover")).to_be_hidden()


def test_a_page_without_numbers_is_not_covered_but_told(open_page: Open, stage: Stage) -> None:
    page = open_page("/history")
    stage.beating = False
    expect(page.locator(".cover-bar")).to_be_visible()
    assert page.evaluate("document.elementFromPoint(500, 500).closest('.cover')") is None


def test_a_broken_link_is_named_and_mended(open_page: Open, stage: Stage) -> None:
    page = open_page()
    before = len(stage.reports)
    stage.close_all(1011)
    stage.wait(lambda: len(stage.reports) > before)
    stage.change({"7": {"hr": frames.as_json(frames.seated("7", "R. T.", hr=frames.rate(111)))["hr"]}})
    expect(page.locator('.tile:has(a[href="/chair/7"]) .number-hr .number-value')).to_contain_text("111")


def test_who_is_no_longer_signed_in_is_taken_to_the_sign_in(
    open_page: Open, stage: Stage, console: Console
) -> None:
    console.expected = ("401",)
    page: Page = open_page()
    stage.signed_in = False
    stage.close_all(1008)
    page.wait_for_url("**/login")


def loading(page: Page, stage: Stage) -> None:
    """A page of which only the scripts came; its time passes as the test says."""
    stage.whole = False
    page.goto(stage.url)
    page.wait_for_function("document.readyState === 'complete' && window.chairside.live")
    page.clock.pause_at(page.evaluate("(Date.now() + 1000) / 1000"))


def test_a_page_that_did_not_come_whole_says_that_nothing_is_live_and_heals(
    stage: Stage, context: BrowserContext
) -> None:
    page = context.new_page()
    context.route("**/healthz", lambda route: route.abort())
    loading(page, stage)
    page.clock.run_for(3000)
    expect(page.locator(".cover p").first).to_contain_text("Nothing here is live")
    assert page.evaluate("document.elementFromPoint(300, 300).closest('.cover') !== null")
    page.clock.resume()
    expect(page.locator(".cover p").first).to_contain_text("no connection to the server for")
    stage.whole = True
    expect(page.locator("._dash-loading")).to_be_visible()
    context.unroute("**/healthz")
    expect(page.locator(".tile").first).to_be_visible()
    expect(page.locator(".cover")).to_be_hidden()


def test_what_a_server_that_is_there_did_not_send_is_asked_for_again(
    stage: Stage, context: BrowserContext
) -> None:
    page = context.new_page()
    loading(page, stage)
    page.clock.run_for(3000)
    expect(page.locator(".cover p").first).to_contain_text("this page has been loading for")
    stage.whole = True
    page.clock.resume()
    page.clock.fast_forward(16_000)
    expect(page.locator(".tile").first).to_be_visible()
    page.wait_for_function("sessionStorage.getItem('patience') === null")


def test_a_server_of_somebody_else_in_its_place_loads_nothing(stage: Stage, context: BrowserContext) -> None:
    page = context.new_page()
    context.route("**/healthz", lambda route: route.fulfill(status=502, body="Bad gateway"))
    loading(page, stage)
    page.evaluate("window.same = true")
    for _ in range(12):
        page.clock.run_for(2000)
    expect(page.locator(".cover p").first).to_contain_text("no connection to the server for")
    assert page.evaluate("window.same")


def test_a_page_without_its_other_scripts_is_covered_and_heals(stage: Stage, context: BrowserContext) -> None:
    page = context.new_page()
    context.route(PAGES_SCRIPT, lambda route: route.abort())
    page.goto(stage.url)
    page.clock.run_for(4000)
    expect(page.locator(".cover p").first).to_contain_text("do not run here")
    context.unroute_all()
    page.clock.fast_forward(16_000)
    expect(page.locator(".tile").first).to_be_visible()
