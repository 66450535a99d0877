"""The running demo as tests meet it: real processes, real simulated devices, its sign-in page."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.brokers import wait_until

SCREEN: ViewportSize = {"width": 1920, "height": 1080}


class Demo:
    """The running demo: its supervisor, its halves and its store."""

    def __init__(self, process: subprocess.Popen[str], port: int, store: Path) -> None:
        self.process = process
        self.port = port
        self.store = store

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def child(self, name: str) -> psutil.Process:
        return next(
            child
            for child in psutil.Process(self.process.pid).children()
            if f"monitor.cli {name}" in " ".join(child.cmdline())
        )


@contextmanager
def demo_at(folder: Path, speed: float = 1) -> Iterator[Demo]:
    """Run it, so many times as fast as real."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "monitor.cli", "run", "--port", str(port), "--data", str(folder)]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([*command, "--speed", str(speed)], stderr=log, stdout=log, text=True)
        try:
            demo = Demo(process, port, folder)
            wait_until(lambda: health(demo.address) == 200, 120)
            yield demo
        finally:
            process.terminate()
            assert process.wait(60) == 0


def health(address: str) -> int:
    return answers(f"{address}/healthz")


def answers(address: str) -> int:
    """The status of what answers there; 0 while nobody does."""
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return int(answer.status)
    except OSError:
        return 0


def turn(address: str) -> int:
    """The newest turn; 0 while none comes, as on a busy machine whose monitor is still starting anew."""
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:
            return int(json.load(answer)["turn"])
    except urllib.error.HTTPError:
        return 0


def signed_in(browser: Browser, address: str, user: str, pin: str) -> Page:
    page = browser.new_context(base_url=address, viewport=SCREEN, reduced_motion="reduce").new_page()
    page.set_default_timeout(45_000)
    expect.set_options(timeout=30_000)
    page.goto("/login")
    page.get_by_label("Name").fill(user)
    page.get_by_label("PIN", exact=True).fill(pin)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("#board")).to_be_attached()
    return page
