"""A machine that brings colours of its own: pages take them, alarms and pictures stay what they are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.live.conftest import MEASURE
from tests.browser.live.server import Stage

GROUND = "node => getComputedStyle(node).backgroundColor"
FADED = "node => getComputedStyle(node).opacity"
CHOSEN = ("nav-link", "choice")
"""The machine's own colours, the ground of which a browser may make see-through."""


@pytest.fixture(params=["light", "dark"])
def page(browser: Browser, stage: Stage, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(forced_colors="active", color_scheme=request.param)
    page = context.new_page()
    page.goto(stage.url)
    page.wait_for_selector("html[data-turn]")
    page.add_script_tag(path=MEASURE)
    yield page
    context.close()


def ground(page: Page, which: str) -> str:
    return str(page.locator(which).first.evaluate(GROUND))


def test_alarms_keep_their_colours_and_every_word_its_contrast(page: Page) -> None:
    for priority, color in (("high", "rgb(214, 35, 26)"), ("medium", "rgb(255, 214, 10)")):
        assert ground(page, f".strip[data-priority={priority}]:not([data-acknowledged])") == color
        assert ground(page, f".pressure[data-alarm={priority}]:not([data-acknowledged])") == color
    assert ground(page, ".demo-tag") == "rgb(59, 42, 99)"
    assert [one for one in page.evaluate("measure.faint()") if not one.startswith(CHOSEN)] == []


def test_what_is_chosen_and_what_is_old_is_seen_without_our_colours(page: Page) -> None:
    chosen, other = (f".choice[aria-pressed={is_it}]" for is_it in ("true", "false"))
    assert ground(page, chosen) != ground(page, other)
    assert ground(page, ".nav-link[aria-current]") != ground(page, ".nav-link:not([aria-current])")
    for state, faded in (("dim", "0.65"), ("live", "1")):
        number = page.locator(f".pressure[data-state={state}]:not([data-alarm])").first
        assert number.evaluate(FADED) == faded
