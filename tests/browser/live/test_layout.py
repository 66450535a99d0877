"""All chairs in one view at every size that a clinic has, and nothing cut off that must be read."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.live import frames
from tests.browser.live.conftest import Open
from tests.browser.live.server import Stage

OUTSIDE = """() => [...document.querySelectorAll(".tile")].flatMap((tile) => {
  const box = tile.getBoundingClientRect();
  return [...tile.querySelectorAll("*")]
    .filter((node) => node.checkVisibility() && !node.children.length && node.textContent.trim() && !node.closest(".sr-only"))
    .filter((node) => { const at = node.getBoundingClientRect();
      return at.right > box.right + 1 || at.bottom > box.bottom + 1 || at.left < box.left - 1 || at.top < box.top - 1; })
    .map((node) => `${node.className}: ${node.textContent}`);
})"""
CUT = """() => [...document.querySelectorAll(".pressure, .number-value, .strip-text, .strip-time, .meta-taken, .meta-next")]
  .filter((node) => node.checkVisibility() && node.scrollWidth > node.clientWidth + 1)
  .map((node) => `${node.className}: ${node.textContent}`)"""
SMALL = """(least) => [...document.querySelectorAll(".page *")]
  .filter((node) => node.checkVisibility() && [...node.childNodes].some((child) => child.nodeType === 3 && child.nodeValue.trim()))
  .filter((node) => !node.classList.contains("sr-only") && parseFloat(getComputedStyle(node).fontSize) < least)
  .map((node) => `${node.className} ${getComputedStyle(node).fontSize}: ${node.textContent}`)"""
OVERLAPS = """() => [...document.querySelectorAll(".tile")].flatMap((tile) => {
  const shown = [...tile.querySelectorAll(".tile-chair, .tile-label, .tile-time, .pressure, .side, .tile-meta, .number-name, .number-value, .number-note, .strip")]
    .filter((node) => node.checkVisibility() && node.textContent.trim()).map((node) => [node, node.getBoundingClientRect()]);
  return shown.flatMap(([a, p], n) => shown.slice(n + 1).filter(([, q]) =>
    p.left < q.right - 4 && q.left < p.right - 4 && p.top < q.bottom - 4 && q.top < p.bottom - 4)
    .map(([b]) => `${tile.querySelector(".tile-chair").textContent}: ${a.className} over ${b.className}`));
})"""


def scrolls(page: Page) -> tuple[bool, bool]:
    """Whether a page is wider, and higher, than its window."""
    return tuple(
        page.evaluate("""() => { const root = document.documentElement;
      return [root.scrollWidth > innerWidth, root.scrollHeight > innerHeight]; }""")
    )


@pytest.mark.parametrize("count", [1, 4, 12, 30])
@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 800)])
def test_all_chairs_in_one_view(open_page: Open, stage: Stage, count: int, width: int, height: int) -> None:
    stage.newest = frames.full(frames.clinic(count))
    page = open_page("/", width, height)
    assert page.locator(".tile").count() == count
    assert scrolls(page) == (False, False)
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate(SMALL, 16) == []


def test_the_pressure_is_the_biggest_thing_on_a_wall(open_page: Open) -> None:
    sizes = open_page().evaluate("""() => [".pressure", ".number-value"].map((of) =>
      parseFloat(getComputedStyle(document.querySelector(`.tile ${of}`)).fontSize))""")
    assert 62 <= sizes[0] <= 76
    assert 44 <= sizes[1] <= 52


@pytest.mark.parametrize("path", ["/", "/alarms", "/chair/7", "/history"])
def test_a_phone_never_scrolls_sideways(open_page: Open, path: str) -> None:
    page = open_page(path, 390, 844)
    assert scrolls(page)[0] is False
    assert page.evaluate(SMALL, 15) == []


def test_a_phone_has_targets_that_a_thumb_can_hit(open_page: Open) -> None:
    page = open_page("/alarms", 390, 844)
    for button in page.locator(
        ".alarm-card button:visible, .alarm-card .button:visible, .nav-link, .sound"
    ).all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44, button.inner_text()


def test_turning_a_screen_lays_the_board_out_again(open_page: Open) -> None:
    page = open_page("/", 1280, 800)
    page.set_viewport_size({"width": 800, "height": 1280})
    page.wait_for_function(
        "getComputedStyle(document.querySelector('.board-grid')).gridTemplateColumns.split(' ').length === 2"
    )
    assert scrolls(page) == (False, False)


CONTRAST = """() => {
  const light = (color) => { const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (node) => { for (let at = node; at; at = at.parentElement) {
    const color = getComputedStyle(at).backgroundColor; if (!/, 0\\)$|transparent/.test(color) && !/rgba/.test(color)) return color; } return "rgb(10, 13, 18)"; };
  return [...document.querySelectorAll(".page *")]
    .filter((node) => node.checkVisibility() && [...node.childNodes].some((child) => child.nodeType === 3 && child.nodeValue.trim()))
    .filter((node) => !node.closest(".slash, .sr-only"))
    .map((node) => { const [a, b] = [getComputedStyle(node).color, ground(node)].map(light).sort((x, y) => y - x);
      return [(a + 0.05) / (b + 0.05), `${node.className}: ${node.textContent}`]; })
    .filter(([ratio]) => ratio < 4.5);
}"""


@pytest.mark.parametrize("path", ["/", "/alarms", "/chair/7"])
def test_every_word_has_enough_contrast(open_page: Open, path: str) -> None:
    assert open_page(path).evaluate(CONTRAST) == []


def test_flashing_is_of_the_right_frequency_and_stops_where_motion_is_unwelcome(open_page: Open) -> None:
    page = open_page()
    flash = """() => ["high", "medium", "low"].map((priority) => {
      const style = getComputedStyle(document.querySelector(`.tile[data-priority=${priority}]:not([data-acknowledged])`), "::after");
      return style.animationName === "none" ? 0 : 1 / parseFloat(style.animationDuration); })"""
    high, medium, low = page.evaluate(flash)
    assert 1.4 <= high <= 2.8
    assert 0.4 <= medium <= 0.8
    assert low == 0
    taken = (
        """getComputedStyle(document.querySelector(".tile[data-acknowledged]"), "::after").animationName"""
    )
    assert page.evaluate(taken) == "none"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(flash) == [0, 0, 0]
