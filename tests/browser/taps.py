"""Taps on buttons that may be deaf: what has just come under a thumb swallows it, as it should."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Error, Locator

TRIES = 40
EACH_MS = 2000
LOOK_MS = 50


def tap(button: Locator, took: Callable[[], object]) -> None:
    """Tap until it took; a button that the tap took away is not sought for long."""
    for _ in range(TRIES):
        try:
            button.click(timeout=EACH_MS)
        except Error:
            if took():
                return
            continue
        for _ in range(EACH_MS // LOOK_MS // 4):
            if took():
                return
            button.page.wait_for_timeout(LOOK_MS)
    assert took(), f"{TRIES} taps on {button} and none took"
