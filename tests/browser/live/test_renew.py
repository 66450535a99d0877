"""A page whose server has other scripts loads itself anew: once, and never over what is being typed."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.live.conftest import Console, Open
from tests.browser.live.server import Stage

OWN = """new MutationObserver(() => {
  const root = document.documentElement;
  if (root && !root.dataset.version) root.dataset.version = sessionStorage.getItem("served") ?? "v1";
}).observe(document, { childList: true });"""


def loads(page: Page) -> int:
    """How often the page was loaded in this tab."""
    return int(page.evaluate("performance.getEntriesByType('navigation')[0].type === 'reload' ? 2 : 1"))


def reconnected(page: Page, stage: Stage) -> None:
    before = len(stage.reports)
    stage.close_all(1011)
    stage.wait(lambda: len(stage.reports) > before)


def test_it_loads_itself_once_when_the_server_comes_back_with_a_new_version(
    open_page: Open, stage: Stage
) -> None:
    stage.me = {**stage.me, "version": "v1"}
    page = open_page(before=OWN)
    assert loads(page) == 1
    stage.me = {**stage.me, "version": "v2"}
    with page.expect_navigation():
        reconnected(page, stage)
    page.wait_for_selector("html[data-turn]")
    assert loads(page) == 2
    expect(page.locator(".toast")).to_contain_text("another version than its server")


def test_what_is_being_typed_is_kept(open_page: Open, stage: Stage, console: Console) -> None:
    stage.me = {**stage.me, "version": "v1"}
    page = open_page("/handover", before=OWN)
    note = page.get_by_label("Note on chair 7")
    note.fill("call before the repeat")
    stage.me = {**stage.me, "version": "v2"}
    reconnected(page, stage)
    expect(page.locator(".toast")).to_contain_text("A new version is ready")
    expect(note).to_have_value("call before the repeat")
    with page.expect_navigation():
        note.fill("")


def test_the_same_version_changes_nothing(open_page: Open, stage: Stage) -> None:
    stage.me = {**stage.me, "version": "v1"}
    page = open_page(before=OWN)
    reconnected(page, stage)
    page.wait_for_function("chairside.live.connected")
    assert loads(page) == 1
