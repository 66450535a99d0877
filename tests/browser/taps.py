"""Taps that a page may rightly swallow: what has just come under a thumb is deaf for a moment."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator

TRIES = 20
LOOKS = 10


def tap_until(button: Locator, took: Callable[[], object]) -> None:
    """Tap until it took, as somebody would whose first tap came too early."""
    for _ in range(TRIES):
        if button.is_visible() and button.is_enabled():
            button.click()
        for _ in range(LOOKS):
            if took():
                return
            button.page.wait_for_timeout(100)
    raise AssertionError(f"no tap took: {button}")


def pick(line: Locator) -> None:
    """Show the alarm of a worklist's line whole."""
    tap_until(line.locator(".alarm-pick"), lambda: line.get_attribute("data-shown") is not None)
