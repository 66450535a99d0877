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
from dataclasses import dataclass
from pathlib import Path

from palette import shrunk
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
WALL, DESK, LAPTOP, TABLET, PHONE = (3840, 2160), (1920, 1080), (1280, 800), (820, 1180), (390, 844)
SETTLE_S = 8.0
"""The demo runs this long at each page before its first picture: charts are drawn, numbers have come."""
TURNED_S = 2.0
"""And this long after its window was made another one."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A page, its windows, and whose it is."""

    name: str
    path: str
    sizes: tuple[tuple[int, int], ...]
    user: str = "ana"
    pin: str = "1111"
    theme: str = "dark"


SHOTS = (
    Shot("board", "/", (WALL, DESK, LAPTOP, TABLET, PHONE)),
    Shot("board-light", "/", (DESK,), theme="light"),
    Shot("board-contrast", "/", (DESK,), theme="contrast"),
    Shot("chair", "/chair/7", (WALL, DESK, LAPTOP, TABLET, PHONE)),
    Shot("alarms", "/alarms", (LAPTOP, PHONE), "ruiz", "3333"),
    Shot("wall", "/", (DESK,), "wall", "0000"),
)


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
    page.wait_for_selector("html[data-turn]")
    if user == "wall":
        return
    page.get_by_role("button", name="Start watching").click()
    page.get_by_role("button", name="Yes", exact=True).click()


def take(browser: Browser, address: str, shot: Shot, folder: Path) -> None:
    page = browser.new_page(viewport={"width": DESK[0], "height": DESK[1]})
    sign_in(page, address, shot.user, shot.pin)
    page.evaluate("theme => chairside.theme.choose(theme)", shot.theme)
    page.goto(address + shot.path)
    page.wait_for_timeout(SETTLE_S * 1000)
    blank = browser.new_page()
    for width, height in shot.sizes:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(TURNED_S * 1000)
        file = folder / f"{shot.name}-{width}x{height}.png"
        file.write_bytes(shrunk(page.screenshot(), blank))
    blank.close()
    page.close()


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images")
    folder.mkdir(parents=True, exist_ok=True)
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for shot in SHOTS:
            take(browser, address, shot, folder)
        browser.close()


if __name__ == "__main__":
    main()
