"""A real Chromium, a stage that feeds it, and pages whose console must stay empty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.live import frames
from tests.browser.live.server import ASSETS, Stage, Theatre, theatre

MEASURE = Path(__file__).parent / "measure.js"

Open = Callable[..., Page]

APART = [
    "__words",
    "_theme",
    "_dom",
    "_alarm_words",
    "_reading",
    "_retold",
    "_quiet",
    "_spoken",
    "arrange",
    "callback",
    "fit",
    "order",
    "vitals",
    "strip",
    "trend",
    "tile_head",
    "tile",
]
"""Scripts that need neither server nor page."""


@pytest.fixture(scope="module")
def loud_browser(launch: Callable[..., Browser]) -> Browser:
    """A browser that lets sound out at once, as a clinic's machine can be set up."""
    return launch("--autoplay-policy=no-user-gesture-required")


@pytest.fixture(scope="module")
def scripts(browser: Browser) -> Iterator[Page]:
    """An empty page in front of a nurse, with the scripts that stand alone, for what they compute."""
    page = browser.new_page()
    for name in APART:
        page.add_script_tag(path=ASSETS / f"{name}.js")
    page.evaluate("chairside.me = { role: 'nurse' }")
    page.add_script_tag(path=MEASURE)
    yield page
    page.close()


@pytest.fixture(scope="module")
def house() -> Iterator[Theatre]:
    with theatre() as ready:
        yield ready


@pytest.fixture
def stage(house: Theatre) -> Iterator[Stage]:
    with house.stage() as ready:
        ready.newest = frames.full(frames.clinic(12))
        yield ready


@pytest.fixture(scope="module")
def loud_profile(loud_browser: Browser) -> Iterator[BrowserContext]:
    made = loud_browser.new_context()
    yield made
    made.close()


@pytest.fixture
def loud_context(loud_profile: BrowserContext) -> Iterator[BrowserContext]:
    yield loud_profile
    for page in loud_profile.pages:
        page.close()


class Console:
    """What a page complained of."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.expected: tuple[str, ...] = ()

    def listen(self, page: Page) -> None:
        page.on(
            "console",
            lambda message: self.said.append(message.text) if message.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def complaints(self) -> list[str]:
        return [line for line in self.said if not any(known in line for known in self.expected)]


@pytest.fixture
def console() -> Console:
    return Console()


@pytest.fixture(scope="module")
def profile(browser: Browser) -> Iterator[BrowserContext]:
    """One profile for a module: each of its stages has an address of its own, where nothing is stored yet."""
    made = browser.new_context(viewport={"width": 1920, "height": 1080})
    yield made
    made.close()


@pytest.fixture
def context(profile: BrowserContext) -> Iterator[BrowserContext]:
    """Where a test's pages open; none outlives it. What goes before a page's scripts goes to that page."""
    yield profile
    for page in profile.pages:
        page.close()


@pytest.fixture
def fresh(browser: Browser) -> Iterator[BrowserContext]:
    """A profile for one test, which changes what every page in it finds."""
    made = browser.new_context(viewport={"width": 1920, "height": 1080})
    yield made
    made.close()


@pytest.fixture
def open_page(stage: Stage, context: BrowserContext, console: Console) -> Iterator[Open]:
    """Open a page of the stage and wait for its first numbers; no page may complain."""

    def opened(path: str = "/", width: int = 1920, height: int = 1080, before: str = "") -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        console.listen(page)
        if before:
            page.add_init_script(before)
        page.goto(stage.url + path)
        page.wait_for_selector("html[data-turn]")
        page.add_script_tag(path=MEASURE)
        return page

    yield opened
    assert console.complaints() == []
