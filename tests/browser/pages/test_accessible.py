"""Every page and dialog by axe-core, the visit by keyboard alone, and what a screen reader is told."""

from __future__ import annotations

import msgspec
import pytest
from playwright.sync_api import Page, expect

from monitor.dashboard.services import Viewer
from monitor.terms import OPEN_PHASES, Phase, Role
from tests.browser.axe import findings, findings_at_each_size
from tests.browser.pages.conftest import DESKTOP
from tests.monitor.dashboard_pages.fake_services import FakeServices, seen_by

PAGES = {
    "/": ".tile",
    "/chair/7": "#charts .main-svg",
    "/chair/2": "text=Seat patient",
    "/alarms": ".alarm-card",
    "/handover": "main h1",
    "/history": "main table",
    "/visit/s7": ".main-svg",
    "/sandbox": "main button",
    "/nowhere": "main p",
}
ON_A_PHONE_TOO = ("/", "/chair/7", "/alarms")
DIALOGS = ("Enter cuff by hand", "End infusion")
SANDBOX = Viewer("admin", "Admin", Role.ADMIN, locked=False)


@pytest.fixture
def page(opened: Page) -> Page:
    opened.emulate_media(reduced_motion="reduce")
    return opened


@pytest.mark.parametrize("path", PAGES)
def test_a_page_breaks_no_rule_in_any_theme(page: Page, clinic: tuple[FakeServices, str], path: str) -> None:
    if path == "/sandbox":
        clinic[0].viewing = SANDBOX
    page.goto(path)
    page.wait_for_selector("html[data-turn]")
    expect(page.locator(PAGES[path]).first).to_be_attached()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert findings_at_each_size(page) == []
    for theme in ("light", "contrast"):
        page.set_viewport_size(DESKTOP)
        page.evaluate("(theme) => chairside.theme.choose(theme)", theme)
        look = findings_at_each_size if path in ON_A_PHONE_TOO else findings
        assert look(page) == [], theme


TICK = """tick => dash_clientside.set_props("chart-tick", { data: tick })"""
"""What the live script says when the page is to be drawn again."""


def test_a_chair_breaks_no_rule_in_any_phase(page: Page, clinic: tuple[FakeServices, str]) -> None:
    page.goto("/chair/7")
    acts = page.locator("#acts")
    expect(page.locator("#charts .main-svg").first).to_be_attached()
    for tick, phase in enumerate(sorted(OPEN_PHASES - {Phase.INFUSION}), 1_000_000):
        expect(acts.locator("button").first).to_be_visible()
        before = str(acts.get_attribute("data-view"))
        clinic[0].seated["7"] = msgspec.structs.replace(clinic[0].seated["7"], phase=phase)
        page.evaluate(TICK, tick)
        expect(acts).not_to_have_attribute("data-view", before)
        page.wait_for_function(
            "phase => chairside.live.state.chairs['7'].session?.phase === phase", arg=phase
        )
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert findings(page) == [], phase


FADED_IN = """() => {
  for (let node = document.querySelector("[role=dialog]"); node; node = node.parentElement) {
    if (getComputedStyle(node).opacity !== "1") return false;
  }
  return true;
}"""
"""While a dialog fades in, its words have not their colours."""


def test_no_dialog_breaks_a_rule_and_each_gives_the_focus_back(page: Page) -> None:
    page.goto("/chair/7")
    for name in DIALOGS:
        opener = page.get_by_role("button", name=name, exact=True)
        opener.focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        page.wait_for_function("document.querySelector('[role=dialog]').contains(document.activeElement)")
        page.wait_for_function(FADED_IN)
        assert findings_at_each_size(page) == [], name
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(opener).to_be_focused()


def reach(page: Page, name: str, role: str = "button") -> None:
    """Go to a control with Tab alone; it must show that it has the focus."""
    wanted = page.get_by_role(role, name=name).first  # type: ignore[arg-type]
    expect(wanted).to_be_enabled()
    for _ in range(90):
        page.keyboard.press("Tab")
        if wanted.evaluate("node => node === document.activeElement"):
            break
    expect(wanted).to_be_focused()
    style = "node => { const s = getComputedStyle(node); return s.outlineStyle + s.outlineWidth; }"
    assert wanted.evaluate(style) != "none0px", name


def press(page: Page, name: str) -> None:
    reach(page, name)
    page.keyboard.press("Enter")


def test_a_visit_begins_by_keyboard_alone(page: Page, clinic: tuple[FakeServices, str]) -> None:
    page.goto("/chair/2")
    expect(page.get_by_role("button", name="Seat patient")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    reach(page, "Label", "textbox")
    page.keyboard.type("K. B.")
    for box in ("Full name matches", "Date of birth matches"):
        reach(page, box, "checkbox")
        page.keyboard.press("Space")
    press(page, "Seat patient")
    press(page, "Begin baseline")
    expect(page.get_by_role("button", name="Confirm baseline")).to_be_visible()
    press(page, "Start infusion")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    reach(page, "Start without one", "checkbox")
    page.keyboard.press("Space")
    dialog.get_by_role("button", name="Start infusion").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Pause infusion")).to_be_visible()
    assert clinic[0].seated["2"].phase == "infusion"
    press(page, "Pause infusion")
    expect(page.get_by_role("button", name="Resume infusion")).to_be_visible()
    page.wait_for_function("document.querySelector('#acts').contains(document.activeElement)")


def test_anesthesia_reads_its_own_pages_without_a_broken_rule(
    page: Page, clinic: tuple[FakeServices, str]
) -> None:
    clinic[0].viewing = seen_by(Role.ANESTHESIA)
    page.goto("/chair/7")
    limit = page.get_by_role("button", name="Change SYS high, high 180", exact=True)
    limit.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert findings_at_each_size(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(limit).to_be_focused()
