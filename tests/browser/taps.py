"""What hands do in several journeys; a page may rightly swallow a tap on what has just come under a thumb."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

TRIES = 20
LOOKS = 10


def tap_until(button: Locator, took: Callable[[], object]) -> None:
    """Tap until it took, as somebody would whose first tap came too early."""

    def tap() -> None:
        if button.is_visible() and button.is_enabled():
            button.click()

    repeat_until(button.page, tap, took)


def repeat_until(page: Page, gesture: Callable[[], None], took: Callable[[], object]) -> None:
    """Make a gesture until it took."""
    for _ in range(TRIES):
        gesture()
        for _ in range(LOOKS):
            if took():
                return
            page.wait_for_timeout(100)
    raise AssertionError(f"it never took, at {page.url}")


def pick(line: Locator) -> None:
    """Show the alarm of a worklist's line whole."""
    tap_until(line.locator(".alarm-pick"), lambda: line.get_attribute("data-shown") is not None)


def enter_cuff(page: Page, systolic: int, diastolic: int) -> None:
    """On a chair's page, enter a pressure by hand and wait until it stands among its readings."""
    page.get_by_role("button", name="Enter cuff by hand", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Systolic, mmHg")).to_be_focused()
    dialog.get_by_label("Systolic, mmHg").fill(str(systolic))
    dialog.get_by_label("Diastolic, mmHg").fill(str(diastolic))
    dialog.get_by_role("button", name="Enter reading", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(page.locator("#readings")).to_contain_text(f"{systolic}/{diastolic}")
