"""By axe-core, in each theme: the pages that need the whole server, from sign-in to administration."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from monitor.dashboard.pages import build
from monitor.dashboard.pages.admin import TABS
from monitor.store.snapshot import ChairView
from tests.browser.axe import findings, findings_at_each_size
from tests.monitor.dashboard_server.clinic import PINS, Clinic, clinic_settings, number, running

THEMES = ("dark", "light", "contrast")
TURN_S = 0.2


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    store = tmp_path_factory.mktemp("store")
    settings = replace(clinic_settings(store), demo=True, demo_pins=PINS)
    with running(store, pages=build, settings=settings) as made, under_way(made):
        yield made


@contextmanager
def under_way(clinic: Clinic) -> Iterator[None]:
    """Let turns be committed, as a monitor does: without them a page covers what it shows."""
    stop = threading.Event()

    def commit() -> None:
        while not stop.wait(TURN_S):
            clinic.crank.commit(ChairView("1", "Chair 1", hr=number(77)))

    monitor = threading.Thread(target=commit)
    monitor.start()
    yield
    stop.set()
    monitor.join()


@pytest.fixture(scope="module")
def page(browser: Browser, clinic: Clinic) -> Iterator[Page]:
    """A page of an administrator; the first test signs in with it."""
    context = browser.new_context(
        base_url=clinic.origin, viewport={"width": 1280, "height": 800}, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


def in_each_theme(page: Page) -> list[str]:
    found = []
    for theme in THEMES:
        page.evaluate("(theme) => chairside.theme.choose(theme)", theme)
        found += [f"{theme}: {one}" for one in findings(page)]
    return found


def test_the_sign_in_page_and_the_step_after_it(page: Page) -> None:
    page.goto("/login")
    page.get_by_label("Name").fill("boss")
    page.get_by_label("PIN", exact=True).fill("0")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("Wrong name or PIN.")
    assert findings_at_each_size(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Boss").click()
    page.get_by_role("button", name="Start watching").click()
    page.locator(".sound").click()
    expect(page.locator(".sound-menu")).to_be_visible()
    assert findings_at_each_size(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    assert in_each_theme(page) == []
    page.get_by_role("button", name="Yes", exact=True).locator("visible=true").first.click()


def test_the_administrators_pages(page: Page) -> None:
    page.goto("/admin")
    for tab in TABS:
        page.get_by_role("tab", name=tab, exact=True).click()
        panel = page.get_by_role("tabpanel", name=tab, exact=True)
        expect(panel).to_be_visible()
        assert in_each_theme(page) == [], tab


@pytest.mark.parametrize("path", ["/devices", "/history", "/sandbox"])
def test_the_other_pages_of_an_administrator(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.locator("main h1, main h2").first).to_be_visible()
    assert in_each_theme(page) == []


def test_a_wall_link_that_opens_nothing(browser: Browser, clinic: Clinic) -> None:
    page = browser.new_page()
    page.goto(f"{clinic.origin}/wall/revoked")
    page.wait_for_url("**/wall")
    assert findings(page) == []
    page.close()
