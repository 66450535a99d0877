"""Where the keyboard goes on when what had the focus is gone, switched off or drawn anew."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live import frames
from tests.browser.live.conftest import Console, Open
from tests.browser.live.server import Stage

RING = "node => getComputedStyle(node).outlineStyle"


def taken(stage: Stage, chair: str) -> None:
    """Somebody has the first alarm of a chair."""
    assert stage.newest is not None
    (first, *others) = stage.newest["chairs"][chair]["alarms"]
    has_it = first | {"presence": "acknowledged", "acknowledged_by": "Ana Ruiz", "calls": []}
    stage.change({chair: {"alarms": [has_it, *others]}})


def by_keyboard(page: Page, what: str) -> None:
    page.locator(what).focus()
    page.keyboard.press("Enter")


THREE = '.tile:has(a[href="/chair/3"])'


def test_after_an_acknowledgement_the_tile_has_the_focus_and_no_other_button(
    open_page: Open, stage: Stage
) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    by_keyboard(page, f"{THREE} .strip-ack")
    stage.wait(lambda: stage.posted)
    taken(stage, "3")
    expect(page.locator(THREE)).to_be_focused()
    assert page.locator(THREE).evaluate(RING) == "solid"
    page.keyboard.press("Enter")
    assert len(stage.posted) == 1
    page.keyboard.press("Tab")
    expect(page.locator(f"{THREE} .tile-link")).to_be_focused()
    expect(page.locator(THREE)).not_to_have_attribute("tabindex", "-1")


def test_a_refused_button_has_the_focus_again(open_page: Open, stage: Stage, console: Console) -> None:
    console.expected = ("status of 409",)
    stage.answers["/act"] = [(409, {"message": "Not now."})]
    page = open_page("/alarms")
    by_keyboard(page, ".act-ack")
    expect(page.locator(".toast")).to_have_text("Not now.")
    expect(page.locator(".act-ack")).to_be_focused()


def test_a_dialog_that_is_given_up_gives_the_focus_back_to_a_button_that_was_off_meanwhile(
    open_page: Open,
) -> None:
    page = open_page("/alarms")
    by_keyboard(page, ".act-back")
    expect(page.locator("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator(".act-back")).to_be_focused()


def test_a_control_that_is_drawn_anew_keeps_the_focus_and_a_page_that_goes_gives_it_to_the_next(
    open_page: Open,
) -> None:
    page = open_page("/history")
    page.evaluate("document.querySelector('main').innerHTML = '<p><button id=same>Mark</button></p>'")
    by_keyboard(page, "#same")
    page.evaluate("document.querySelector('main').innerHTML = '<p><button id=same>Mark</button></p>'")
    expect(page.locator("#same")).to_be_focused()
    page.evaluate("document.querySelector('main').innerHTML = '<p>Another page</p>'")
    expect(page.locator("main")).to_be_focused()


STAYS = """() => new Promise((done) => setTimeout(
  () => done(!document.activeElement.matches("a, button")), 700))"""


@pytest.mark.parametrize("leave", ["pointer", "Tab"])
def test_who_leaves_on_purpose_is_not_called_back(open_page: Open, leave: str) -> None:
    page = open_page("/history")
    page.locator("a, button").locator("visible=true").last.focus()
    if leave == "Tab":
        page.keyboard.press("Tab")
    else:
        page.mouse.click(640, 700)
    assert page.evaluate(STAYS)


SEEN = """(all) => all.map((node) => [node.getBoundingClientRect(), node.className])
  .sort(([p], [q]) => Math.round(p.top - q.top) || p.left - q.left).map(([, name]) => name)"""


@pytest.mark.parametrize("width", [390, 1920])
def test_what_one_can_say_to_an_alarm_is_met_as_it_is_seen(open_page: Open, width: int) -> None:
    page = open_page("/alarms", width, 1080)
    offered = page.locator(".alarm-acts :is(button, a)").locator("visible=true")
    assert offered.evaluate_all(SEEN) == offered.evaluate_all("(all) => all.map((node) => node.className)")


COVERED = """() => {
  const node = document.activeElement;
  const box = node.getBoundingClientRect();
  const middle = (from, to, end) => (Math.max(0, from) + Math.min(end, to)) / 2;
  const [x, y] = [middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight)];
  const top = document.elementFromPoint(x, y);
  const seen = box.bottom > 0 && box.top < innerHeight && top && (node.contains(top) || top.contains(node));
  return seen || node === document.body ? "" : `${node.className} ${node.textContent}`;
}"""
PHONE, TWICE, FOUR_TIMES = (390, 844), (640, 400), (320, 256)
"""The last two are what is left of 1280 × 800 and 1280 × 1024 where a page is magnified."""


@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("/", TWICE),
        ("/", FOUR_TIMES),
        ("/alarms", PHONE),
        ("/alarms", FOUR_TIMES),
        ("/chair/7", PHONE),
        ("/chair/7", FOUR_TIMES),
    ],
)
def test_nothing_lies_over_what_has_the_focus_nor_beside_the_window(
    open_page: Open, stage: Stage, path: str, size: tuple[int, int]
) -> None:
    stage.newest = frames.full(frames.crowded(9))
    page = open_page(path, *size)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        assert page.evaluate(COVERED) == ""


def test_a_page_that_is_magnified_four_times_keeps_its_lines_for_itself(open_page: Open) -> None:
    page = open_page("/alarms", 320, 256)
    fixed = page.evaluate("""() => [...document.querySelectorAll(".page *:not(.skip-link)")]
      .filter((node) => /fixed|sticky/.test(getComputedStyle(node).position) && node.checkVisibility())
      .map((node) => node.className)""")
    assert fixed == []
    assert page.evaluate("measure.cut()") == []
