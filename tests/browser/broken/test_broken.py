"""Whatever breaks between device and screen: no uncovered number is old, and all heals by itself."""

from __future__ import annotations

import os
import select
import signal
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.brokers import wait_until
from tests.browser.demo import Demo, demo_at, health, turn

pytestmark = pytest.mark.alone

COVERED_MS = 3750
"""The limit of the watchdog, and its look."""
HEALS_MS = 5000
NOISE = ("WebSocket", "ERR_", "Failed to load resource", "CDP")

PROBE = """() => {
  const root = document.documentElement;
  let turn = root.dataset.turn;
  let since = performance.now();
  window.probe = { oldest: 0, covers: [], uncovered: null, focus: document.activeElement, scrolled: 0 };
  window.addEventListener("scroll", () => { window.probe.scrolled += 1; });
  setInterval(() => {
    const now = performance.now();
    if (root.dataset.turn !== turn) [turn, since] = [root.dataset.turn, now];
    const cover = document.querySelector(".cover:not(.cover-bar)");
    if (cover === null) window.probe.oldest = Math.max(window.probe.oldest, now - since);
    else window.probe.covers.push(cover.firstChild.textContent);
  }, 50);
}"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demo_at(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


@pytest.fixture(scope="module")
def signed_in(browser: Browser, demo: Demo) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{demo.address}/login")
    page.get_by_label("Name").fill("ana")
    page.get_by_label("PIN", exact=True).fill("1111")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("#board")).to_be_attached(timeout=30_000)
    page.close()
    yield context
    context.close()


@contextmanager
def watched(context: BrowserContext, address: str) -> Iterator[Page]:
    """The board, probed from its first numbers on; nothing scrolls, takes the focus or fails."""
    page = context.new_page()
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.on("console", lambda said: failed.append(said.text) if said.type == "error" else None)
    page.goto(address)
    page.wait_for_selector("html[data-turn]")
    page.wait_for_selector("#board .tile")
    expect(page.locator(".cover")).to_have_count(0, timeout=HEALS_MS)
    page.evaluate(PROBE)
    yield page
    seen = page.evaluate(
        "({ oldest: probe.oldest, scrolled: probe.scrolled, stays: probe.focus === document.activeElement })"
    )
    assert seen["oldest"] < COVERED_MS
    assert (seen["scrolled"], seen["stays"]) == (0, True)
    assert [line for line in failed if not any(noise in line for noise in NOISE)] == []
    page.close()


def breaks_and_heals(
    page: Page, breaking: Callable[[], None], mending: Callable[[], None], said: str
) -> None:
    """It is covered, says why, and is uncovered soon after the cause is gone."""
    breaking()
    try:
        expect(page.locator(".cover")).to_contain_text(said, timeout=8000)
    finally:
        mending()
    expect(page.locator(".cover")).to_have_count(0, timeout=HEALS_MS)


def test_a_server_that_stands_still(signed_in: BrowserContext, demo: Demo) -> None:
    child = demo.child("dashboard")
    with watched(signed_in, demo.address) as page:
        breaks_and_heals(page, child.suspend, child.resume, "The monitor has sent nothing new")


def shows_later(page: Page, turn: int) -> None:
    """Within five seconds it shows a turn after this one, uncovered."""
    later = (
        "(turn) => Number(document.documentElement.dataset.turn) > turn && !document.querySelector('.cover')"
    )
    wait_until(lambda: page.evaluate(later, turn), HEALS_MS / 1000)


@pytest.mark.parametrize("half", ["dashboard", "monitor"])
def test_a_half_that_is_killed(signed_in: BrowserContext, demo: Demo, half: str) -> None:
    with watched(signed_in, demo.address) as page:
        before = int(page.evaluate("document.documentElement.dataset.turn"))
        os.kill(demo.child(half).pid, signal.SIGKILL)
        wait_until(lambda: health(demo.address) == 200 and turn(demo.address) > before + 5, 30)
        shows_later(page, before + 5)


def test_a_journal_that_is_stuck(signed_in: BrowserContext, demo: Demo) -> None:
    with (
        watched(signed_in, demo.address) as page,
        closing(sqlite3.connect(next(demo.store.rglob("journal.db")), isolation_level=None)) as lock,
    ):
        breaks_and_heals(
            page,
            lambda: lock.execute("BEGIN IMMEDIATE"),
            lambda: lock.execute("ROLLBACK"),
            "The monitor has sent nothing new",
        )


class Proxy:
    """A network between browser and server that can be cut: then it swallows all, as a pulled cable does."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._pairs: dict[socket.socket, socket.socket] = {}
        self.cut = threading.Event()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def mend(self) -> None:
        self.cut.clear()

    def close(self) -> None:
        self._end.set()
        self._thread.join(5)
        for one in [self._listening, *self._pairs]:
            one.close()

    def _run(self) -> None:
        while not self._end.is_set():
            if self.cut.is_set():
                self._end.wait(0.05)
                continue
            ready, _, _ = select.select([self._listening, *self._pairs], [], [], 0.05)
            for one in ready:
                if one is self._listening:
                    self._join(one.accept()[0])
                elif one in self._pairs:
                    self._pass_on(one)

    def _join(self, here: socket.socket) -> None:
        try:
            there = socket.create_connection(("127.0.0.1", self._to))
        except OSError:
            here.close()
            return
        self._pairs |= {here: there, there: here}

    def _pass_on(self, one: socket.socket) -> None:
        try:
            data = one.recv(65536)
            if data:
                self._pairs[one].sendall(data)
                return
        except OSError:
            data = b""
        other = self._pairs.pop(one)
        self._pairs.pop(other)
        one.close()
        other.close()


@pytest.fixture
def proxy(demo: Demo) -> Iterator[Proxy]:
    made = Proxy(demo.port)
    yield made
    made.close()


def test_a_network_that_is_cut(signed_in: BrowserContext, proxy: Proxy) -> None:
    with watched(signed_in, f"http://127.0.0.1:{proxy.port}") as page:
        breaks_and_heals(page, proxy.cut.set, proxy.mend, "The monitor has sent nothing new")


def test_a_tab_that_was_frozen_shows_the_present_when_it_wakes(signed_in: BrowserContext, demo: Demo) -> None:
    with watched(signed_in, demo.address) as page:
        tab = signed_in.new_cdp_session(page)
        tab.send("Page.setWebLifecycleState", {"state": "frozen"})
        before = turn(demo.address)
        wait_until(lambda: turn(demo.address) > before + 20, 15)
        tab.send("Page.setWebLifecycleState", {"state": "active"})
        shows_later(page, before + 20)
        page.evaluate("probe.oldest = 0")  # while it was frozen nobody saw it, the probe neither


def test_the_clock_of_the_browser_changes_no_age(signed_in: BrowserContext, demo: Demo) -> None:
    wrong = signed_in.browser.new_context(storage_state=signed_in.storage_state())
    wrong.add_init_script("{ const real = Date.now; Date.now = () => real() + 7200_000; }")
    with closing(wrong), watched(wrong, demo.address) as page:
        assert page.evaluate("Math.abs(chairside.live.now() - chairside.live.state.at) < 3000")
        live = page.locator('.tile .number[data-state="live"] .number-when').first
        expect(live).to_have_text("<3\u00a0s")
