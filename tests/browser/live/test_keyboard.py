"""The live pages by keyboard alone: what Tab meets, in which order, and an alarm acknowledged."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live.conftest import Open
from tests.browser.live.server import Stage

BAR = ("SOUND OFF", "Switch", "Board", "Alarms", "Hand over", "History")
"""What the bar of every page offers a nurse, in its order; other things stand between."""

FOCUSED = """() => {
  const node = document.activeElement;
  const style = getComputedStyle(node);
  const seen = style.outlineStyle !== "none" || style.boxShadow !== "none";
  return [node.getAttribute("aria-label") ?? node.textContent, seen];
}"""


def tabs(page: Page, most: int = 60) -> list[str]:
    """The names of what Tab meets from here on, each once; all must show that they have the focus."""
    met: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        name, seen = page.evaluate(FOCUSED)
        if name in met or page.evaluate("document.activeElement === document.body"):
            break
        assert seen, f"{name} does not show that it has the focus"
        met.append(name)
    return met


def in_order(wanted: list[str], met: list[str]) -> bool:
    rest = iter(met)
    return all(any(word in name for name in rest) for word in wanted)


@pytest.mark.parametrize(
    ("path", "then"),
    [
        ("/", ["Chair 3", "Acknowledge chair 3", "Chair 7", "Acknowledge chair 7", "Worst first"]),
        ("/alarms", ["Show chair 7", "Show chair 3", "Reject", "Open chair", "Acknowledge chair 7"]),
        ("/chair/7", ["Acknowledge chair 7", "Pause sound"]),
    ],
)
def test_the_order_of_tab(open_page: Open, path: str, then: list[str]) -> None:
    page = open_page(
        path, before="localStorage.setItem('sound', 'off'); localStorage.setItem('board-order', 'chair')"
    )
    met = tabs(page)
    assert met[0] == "Skip to the page"
    assert in_order(list(BAR), met), met
    page.evaluate("document.activeElement.blur()")
    page.reload()
    page.wait_for_selector("html[data-turn]")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    met = tabs(page)
    assert in_order(then, met), met


def test_an_alarm_is_acknowledged_by_keyboard(open_page: Open, stage: Stage) -> None:
    page = open_page("/alarms")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    acknowledge = page.locator(".alarm-detail").get_by_role("button", name="Acknowledge chair 7")
    for _ in range(20):
        page.keyboard.press("Tab")
        if acknowledge.evaluate("node => node === document.activeElement"):
            break
    expect(acknowledge).to_be_focused()
    page.keyboard.press("Enter")
    stage.wait(lambda: stage.posted)
    assert stage.posted[0][1]["act"] == {"type": "acknowledge", "occurrence": "o-7", "priority": "high"}
