"""The server as a real Chromium meets it: policy, form, cookies, websocket."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from monitor.dashboard.pages import build
from monitor.store.snapshot import ChairView
from tests.monitor.dashboard_server.clinic import PINS, Clinic, clinic_settings, number, running

CLOSE_CODE = """(url) => new Promise((done) => {
  const socket = new WebSocket(url);
  socket.onopen = () => done("open");
  socket.onclose = (event) => done(event.code);
})"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    store = tmp_path_factory.mktemp("store")
    settings = replace(clinic_settings(store), demo=True, demo_pins=PINS)
    with running(store, pages=build, settings=settings) as clinic:
        yield clinic


class Screen:
    """One page in a browser of its own, with everything its console said."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[str] = []
        page.on("console", lambda line: self.said.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: self.said.append(str(error)))


@pytest.fixture
def screen(browser: Browser, demo: Clinic) -> Iterator[Screen]:
    context = browser.new_context(base_url=demo.origin, has_touch=True)
    yield Screen(context.new_page())
    context.close()


def test_signing_in_by_touch_leads_to_the_page_that_was_wanted(screen: Screen, demo: Clinic) -> None:
    page = screen.page
    page.goto("/chair/1")
    page.get_by_label("Name").fill("ana")
    pad = page.get_by_role("group", name="PIN pad")
    for key in "9C" + PINS["ana"] + "7":
        pad.get_by_text(key, exact=True).tap()
    pad.get_by_label("Delete the last digit").tap()
    page.get_by_role("button", name="Sign in", exact=True).tap()
    page.wait_for_url("**/chair/1")
    demo.crank.commit(ChairView("1", "Chair 1", hr=number(77)))
    expect(page.locator("html")).to_have_attribute("data-turn", "1")
    page.get_by_role("button", name="Start watching: tap to test the sound").tap()
    page.get_by_role("button", name="Yes", exact=True).tap()
    expect(page.locator(".sound")).to_have_text("Sound on")
    assert screen.said == []


def test_signing_in_by_keyboard_after_a_wrong_pin(screen: Screen) -> None:
    page = screen.page
    page.goto("/login")
    page.keyboard.type("ruiz")
    page.keyboard.press("Tab")
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Wrong name or PIN.")
    expect(page.get_by_label("Name")).to_have_value("ruiz")
    page.keyboard.type(PINS["ruiz"])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/login"))


def test_one_tap_signs_in_to_the_demo_and_signing_out_leads_back(screen: Screen) -> None:
    page = screen.page
    page.goto("/")
    page.get_by_role("button", name="Ruiz").tap()
    page.wait_for_url("**/")
    page.evaluate("void fetch('/logout', {method: 'POST'})")
    page.wait_for_url("**/login*")


def test_another_user_goes_on_at_the_same_page_and_a_wrong_pin_is_said(screen: Screen, demo: Clinic) -> None:
    page = screen.page
    page.goto("/login?next=/chair/1")
    page.get_by_role("button", name="Ana").tap()
    expect(page.get_by_role("button", name="Switch")).to_be_visible()
    page.evaluate("window.stays = true")
    page.get_by_role("button", name="Switch").tap()
    pad = page.get_by_role("dialog", name="Switch user")
    pad.get_by_role("button", name="Ruiz").tap()
    for key in "12":
        pad.get_by_role("button", name=key, exact=True).tap()
    pad.get_by_role("button", name="Switch").tap()
    expect(pad.get_by_role("alert")).to_have_text("Wrong name or PIN.")
    keys = pad.get_by_role("group", name="PIN pad").get_by_role("button").all()
    assert len(keys) == 12
    assert all(box["height"] >= 64 for key in keys if (box := key.bounding_box()))
    page.keyboard.type(PINS["ruiz"])
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-role", "anesthesia")
    demo.crank.commit(ChairView("1", "Chair 1", hr=number(78)))
    expect(page.locator("html")).to_have_attribute("data-turn", str(demo.crank.turn))
    assert page.evaluate("window.stays") is True
    assert page.url.endswith("/chair/1")


def test_a_lock_out_counts_down_on_the_pad_and_on_the_sign_in_page(screen: Screen) -> None:
    page = screen.page
    page.goto("/login")
    page.get_by_role("button", name="Ana").tap()
    page.wait_for_url("**/")
    page.get_by_role("button", name="Switch").tap()
    pad = page.get_by_role("dialog", name="Switch user")
    pad.get_by_role("button", name="Boss").tap()
    for _ in range(5):
        page.keyboard.type("0")
        with page.expect_response("**/switch"):
            page.keyboard.press("Enter")
        expect(pad.get_by_role("button", name="Switch")).to_be_enabled()
    expect(pad.get_by_role("alert")).to_have_text(re.compile(r"Wait 0:2\d\."))
    page.goto("/login")
    page.get_by_label("Name").fill("boss")
    page.get_by_label("PIN", exact=True).fill("0")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text(re.compile(r"Try again in 2\d s"))


def test_no_foreign_page_can_post_or_connect(screen: Screen, demo: Clinic, browser: Browser) -> None:
    page = screen.page
    page.goto("/")
    page.get_by_role("button", name="Ruiz").tap()
    page.wait_for_url("**/")
    foreign: Any = page.context.new_page()
    hello = {"body": "<p>hello</p>", "content_type": "text/html"}
    foreign.route("http://evil.example/*", lambda route: route.fulfill(**hello))
    foreign.goto("http://evil.example/")
    code = foreign.evaluate(CLOSE_CODE, f"ws://127.0.0.1:{demo.port}/live")
    assert code == 1006


def test_the_sign_in_page_fits_a_phone(browser: Browser, demo: Clinic, tmp_path: Path) -> None:
    context = browser.new_context(base_url=demo.origin, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto("/login")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.screenshot(path=tmp_path / "login.png", full_page=True)
    context.close()
