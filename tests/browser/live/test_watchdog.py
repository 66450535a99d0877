"""A page that may be old is covered, says why, and heals by itself."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.live import frames
from tests.browser.live.conftest import Console, Open
from tests.browser.live.server import Stage

NOTE_COVERS = """() => {
  window.covers = [];
  new MutationObserver(() => {
    const cover = document.querySelector(".cover p");
    if (cover) window.covers.push([performance.now(), cover.textContent]);
  }).observe(document.body, { childList: true });
}"""


def test_numbers_are_covered_three_seconds_after_the_last_turn_and_come_back(
    open_page: Open, stage: Stage
) -> None:
    page = open_page()
    page.evaluate(NOTE_COVERS)
    stage.beating = False
    stage.change({})
    began = page.evaluate("performance.now()")
    expect(page.locator(".cover")).to_be_visible(timeout=5000)
    at, words = page.evaluate("window.covers[0]")
    assert 2500 <= at - began <= 4500
    assert words.startswith("The monitor has sent nothing new since ")
    assert page.evaluate("document.elementFromPoint(300, 300).closest('.cover') !== null")
    stage.beating = True
    expect(page.locator(".cover")).to_be_hidden(timeout=3000)


def test_frames_that_repeat_a_turn_do_not_heal(open_page: Open, stage: Stage) -> None:
    page = open_page()
    stage.beating = False
    expect(page.locator(".cover")).to_be_visible(timeout=5000)
    assert stage.newest is not None
    stage.show(stage.newest)
    page.wait_for_timeout(600)
    expect(page.locator(".cover")).to_be_visible()


def test_a_screen_that_cannot_paint_is_covered_too(open_page: Open, stage: Stage, console: Console) -> None:
    console.expected = ("broken on purpose",)
    page = open_page()
    page.evaluate("""() => {
      const broken = () => { if (window.covers) throw new Error("broken on purpose"); };
      chairside.live.subscribe({ frame: broken });
      window.covers = [];
    }""")
    expect(page.locator(".cover")).to_be_visible(timeout=9000)


def test_a_laptop_that_slept_is_covered_at_once_and_fetches_anew(open_page: Open, stage: Stage) -> None:
    page = open_page()
    page.evaluate(NOTE_COVERS)
    reports = len(stage.reports)
    began = page.evaluate(
        "() => { const real = Date.now; Date.now = () => real() + 42000; return performance.now(); }"
    )
    page.wait_for_function("window.covers.length > 0")
    at, words = page.evaluate("window.covers[0]")
    assert at - began < 700
    assert words == "This screen was asleep for 42 s and is fetching the present numbers."
    expect(page.locator(".cover")).to_be_hidden(timeout=4000)
    stage.wait(lambda: len(stage.reports) > reports)


def test_the_clock_of_the_machine_may_be_set_back(open_page: Open) -> None:
    page = open_page()
    page.evaluate(NOTE_COVERS)
    page.evaluate("() => { const real = Date.now; Date.now = () => real() - 3600000; }")
    page.wait_for_timeout(1200)
    assert page.evaluate("window.covers") == []


def test_a_page_without_numbers_is_not_covered_but_told(open_page: Open, stage: Stage) -> None:
    page = open_page("/history")
    stage.beating = False
    expect(page.locator(".cover-bar")).to_be_visible(timeout=5000)
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
