"""All chairs in one view at every size that a clinic has, and nothing cut off that must be read."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.live import frames
from tests.browser.live.conftest import Open
from tests.browser.live.server import Stage


def scrolls(page: Page) -> tuple[bool, bool]:
    """Whether a page is wider, and higher, than its window."""
    return tuple(
        page.evaluate("""() => { const root = document.documentElement;
      return [root.scrollWidth > innerWidth, root.scrollHeight > innerHeight]; }""")
    )


COUNTS = (1, 2, 4, 6, 9, 12, 16, 20, 24, 30)
SIZES = ((3840, 2160), (1920, 1080), (1280, 800), (820, 1180), (390, 844))
LOOK = """([turn, least]) => new Promise((done) => {
  const all = (which) => [...document.querySelectorAll(which)];
  const seen = (which) => all(which).filter((node) => node.checkVisibility()).length;
  const wait = () => {
    if (document.documentElement.dataset.turn !== turn) return requestAnimationFrame(wait);
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const root = document.documentElement;
      done({
        tiles: document.querySelectorAll(".tile").length,
        faults: [...measure.outside(), ...measure.cut(), ...measure.overlaps(), ...measure.small(least)],
        wide: root.scrollWidth > innerWidth,
        high: root.scrollHeight > innerHeight,
        acks: seen(".tile[data-priority=high] .strip-ack"),
        rooms: seen(".board-room"),
      });
    }));
  };
  wait();
})"""


@pytest.mark.parametrize("order", ["worst", "room"])
def test_a_board_of_any_size_cuts_nothing_off(open_page: Open, stage: Stage, order: str) -> None:
    stage.beating = False
    page = open_page("/", *SIZES[0], before=f"localStorage.setItem('board-order', '{order}')")
    turn = 10
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        phone = width < 700
        for count in COUNTS:
            turn += 1
            stage.show(frames.full(frames.crowded(count), turn=turn))
            seen = page.evaluate(LOOK, [str(turn), 15 if phone else 16])
            where = f"{count} chairs by {order}, {width}×{height}"
            assert seen["faults"] == [], where
            assert seen["tiles"] == count, where
            assert not seen["wide"], where
            assert phone or not seen["high"] or (order, width, count) == ("room", 820, 30), where
            assert seen["acks"] == (count >= 7), where
            assert seen["rooms"] == (0 if order == "worst" else min(count, 3) if count > 1 else 0), where


def test_the_pressure_is_the_biggest_thing_on_a_wall(open_page: Open) -> None:
    sizes = open_page().evaluate("""() => [".pressure", ".number-value"].map((of) =>
      parseFloat(getComputedStyle(document.querySelector(`.tile ${of}`)).fontSize))""")
    assert 62 <= sizes[0] <= 76
    assert 44 <= sizes[1] <= 52


@pytest.mark.parametrize("path", ["/", "/alarms", "/chair/7", "/history"])
def test_a_phone_never_scrolls_sideways(open_page: Open, path: str) -> None:
    page = open_page(path, 390, 844)
    assert scrolls(page)[0] is False
    assert page.evaluate("measure.small(15)") == []


def test_a_phone_has_targets_that_a_thumb_can_hit(open_page: Open) -> None:
    page = open_page("/alarms", 390, 844)
    for button in page.locator(
        ".alarm-card:visible, .alarm-detail button:visible, .nav-link:visible, .sound"
    ).all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44, button.inner_text()


def test_turning_a_screen_lays_the_board_out_again(open_page: Open) -> None:
    page = open_page("/", 1280, 800)
    page.set_viewport_size({"width": 800, "height": 1280})
    columns = "getComputedStyle(document.querySelector('.board-grid')).gridTemplateColumns"
    page.wait_for_function(f"{columns}.split(' ').length === 3")
    assert scrolls(page) == (False, False)


FLASHES = """() => ["[data-priority=high]", "[data-priority=medium]:not([data-acknowledged])",
  "[data-priority=low]", "[data-acknowledged]"].map((which) => measure.flashes(`.tile${which}`))"""


def test_flashing_has_the_right_frequency_and_stops_where_motion_is_unwelcome(open_page: Open) -> None:
    page = open_page()
    high, medium, low, taken = page.evaluate(FLASHES)
    assert 1.4 <= high <= 2.8
    assert 0.4 <= medium <= 0.8
    assert (low, taken) == (0, 0)
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(FLASHES) == [0, 0, 0, 0]


THEMES = ("dark", "light", "contrast")


@pytest.mark.parametrize("path", ["/", "/alarms", "/chair/7"])
def test_every_word_and_every_alarm_has_enough_contrast(open_page: Open, path: str) -> None:
    page = open_page(path)
    for theme in THEMES:
        page.evaluate("(theme) => chairside.theme.choose(theme)", theme)
        assert page.evaluate("document.documentElement.dataset.theme") == theme
        assert page.evaluate("measure.faint()") == [], theme
        assert page.evaluate("measure.paleSignals()") == [], theme


def test_a_theme_is_chosen_in_the_bar_and_remembered(open_page: Open) -> None:
    page = open_page()
    worn = "document.documentElement.dataset.theme"
    assert page.evaluate(worn) == "dark"
    page.get_by_role("button", name="Colours").click()
    page.get_by_role("button", name="Light").click()
    assert page.evaluate(worn) == "light"
    page.reload()
    assert page.evaluate(worn) == "light"


def test_a_machine_that_asks_for_contrast_gets_it_until_somebody_chooses(open_page: Open) -> None:
    page = open_page()
    page.emulate_media(contrast="more")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "contrast"
    page.evaluate("chairside.theme.choose('dark')")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
