"""A quiet Chromium, and the way into a clinic that is only just starting."""

from __future__ import annotations

import socket
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)


def with_profile(playwright: Playwright, folder: Path) -> BrowserContext:
    """Return the only context of a browser that keeps what it loads and compiles, as a station's does."""
    return playwright.chromium.launch_persistent_context(
        folder, executable_path="/usr/bin/chromium", args=FLAGS, viewport={"width": 1920, "height": 1080}
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def sign_in(page: Page, address: str, user: str, pin: str) -> None:
    """Sign in as soon as the dashboard answers."""
    while True:
        try:
            page.goto(f"{address}/login")
            break
        except Error as error:
            if "ERR_CONNECTION_REFUSED" not in str(error):
                raise
            page.wait_for_timeout(50)
    page.get_by_label("Name").fill(user)
    page.get_by_label("PIN", exact=True).fill(pin)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator("#board").wait_for()
