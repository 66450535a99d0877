"""Takes the README's pictures from the running demo: `make screenshots`."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
SIZES = ((1920, 1080), (1280, 800), (390, 844))
PAGES = {"board": "/", "chair": "/chair/7", "alarms": "/alarms"}
SETTLE_S = 8.0
"""The demo runs this long at each page before its picture is taken: charts are drawn, numbers have come."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def demo(speed: float = 1) -> Iterator[str]:
    """Run the demo in a folder of its own; yield its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "monitor.cli", "run", "--port", str(port), "--data", folder]
        process = subprocess.Popen([*command, "--speed", f"{speed:g}"])
        try:
            wait_for(f"{address}/healthz")
            yield address
        finally:
            process.terminate()
            process.wait()


def wait_for(url: str, tries: int = 120) -> None:
    pause = threading.Event()
    for _ in range(tries):
        with contextlib.suppress(OSError):
            if urllib.request.urlopen(url, timeout=1).status == 200:
                return
        pause.wait(0.5)
    raise SystemExit(f"{url} did not answer")


def sign_in(page: Page, address: str, user: str, pin: str) -> None:
    page.goto(f"{address}/login")
    page.fill("input[name=user]", user)
    page.fill("input[name=pin]", pin)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Start watching").click()
    page.get_by_role("button", name="Yes", exact=True).click()


def take(browser: Browser, address: str, folder: Path) -> None:
    for width, height in SIZES:
        page = browser.new_page(viewport={"width": width, "height": height})
        sign_in(page, address, "ana", "1111")
        for name, path in PAGES.items():
            page.goto(address + path)
            page.wait_for_timeout(SETTLE_S * 1000)
            page.screenshot(path=folder / f"{name}-{width}x{height}.png")
        page.close()


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images")
    folder.mkdir(parents=True, exist_ok=True)
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        take(browser, address, folder)
        browser.close()


if __name__ == "__main__":
    main()
