"""What every test may count on: nothing left running, one hypothesis profile, a real browser and broker."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, expect, sync_playwright

settings.register_profile(
    "house",
    deadline=None,  # machines that share their cores are slow now and then
    max_examples=60,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("long", settings.get_profile("house"), max_examples=6000, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """How many files run at a time: most of them wait for a browser or a broker more than they compute."""
    return max(4, os.cpu_count() or 1)


GRACE_S = 3.0
"""How long a thread that was told to end may take to do so."""


POOLS = ("asyncio_", "uvloop_", "AnyIO worker thread")
"""Idle workers of an event loop that a wider fixture runs; they end with it."""


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """Fail a test that leaves a thread running; those of a wider fixture were there before it."""
    before = set(threading.enumerate())
    yield
    leaked = [
        thread
        for thread in threading.enumerate()
        if thread not in before and not thread.name.startswith(POOLS)
    ]
    for thread in leaked:
        thread.join(GRACE_S)
    alive = [thread.name for thread in leaked if thread.is_alive()]
    assert not alive, f"threads left running: {', '.join(alive)}"


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium that starts; skips where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    for path in filter(None, map(shutil.which, names)):
        if subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0:
            return path
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    installed = sorted(cache.glob("chromium-*/chrome-linux*/chrome"))
    if not installed:
        pytest.skip("needs chromium (sudo apt-get install chromium)")
    return str(installed[-1])


FEATURES_OFF = (
    # A renderer with a page of its own behind the address bar, which nobody sees, in each window.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    # What Playwright switches off: the last such flag is the one that counts.
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "TcpPortRandomizationWin",
    "ThirdPartyStoragePartitioning",
)
BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(FEATURES_OFF)}",
)


@pytest.fixture(scope="module")
def launch(chromium: str) -> Iterator[Callable[..., Browser]]:
    """Start a browser, with more flags if need be; all of a module's end with it.

    Not longer than a module: as long as one runs, no other test of this thread can run an event loop.
    """
    expect.set_options(timeout=20_000)  # a machine that does much else is slow
    with sync_playwright() as playwright:
        yield lambda *more: playwright.chromium.launch(executable_path=chromium, args=[*BROWSER_FLAGS, *more])


@pytest.fixture(scope="module")
def browser(launch: Callable[..., Browser]) -> Browser:
    """A browser that holds sound back until somebody touches the page, as shipped."""
    return launch()


@pytest.fixture(scope="session")
def mosquitto() -> str:
    """The path of the Mosquitto broker; skips where there is none."""
    path = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")
    if path is None:
        pytest.skip("needs mosquitto (sudo apt-get install mosquitto)")
    return path
