"""What the board costs in a browser: thirty chairs, ten turns a second, fifty others who watch.

    python benchmarks/board_page.py --seconds 60
    python benchmarks/board_page.py --seconds 360 --speed 10    # an hour of the clinic in six minutes

The stand-in for the monitor and the dashboard are those of live_view.py. Latency runs from the end of a
commit to the turn's number in the page, which is written after everything else is painted. Script and main
thread are what Chromium itself counts; the heap is looked at after a collection: at the beginning, in the
middle and at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import threading
import time
from functools import partial
from pathlib import Path

import msgspec
from live_view import committing, percentile, serving, settings_file, sign_in
from parts.browsers import LiveBrowser, Tally
from parts.chromium import launch
from parts.clinic import CHAIRS, Clinic
from parts.watching import LONG_TASKS, counters, left, open_wire
from playwright.sync_api import Page, sync_playwright

WATCHERS = 50
WARM_UP_S = 5.0
SEEN = """() => {
  window.seen = [];
  new MutationObserver(() => {
    const at = performance.timeOrigin + performance.now();
    window.seen.push([Number(document.documentElement.dataset.turn), at]);
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-turn"] });
}"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the page is watched")
    parser.add_argument(
        "--speed", type=int, default=1, help="how many times as fast the clinic's time passes"
    )
    given = parser.parse_args()
    seconds = given.seconds
    with (
        tempfile.TemporaryDirectory() as folder,
        committing(Path(folder), partial(Clinic, speed=given.speed)) as clinic,
        sync_playwright() as playwright,
    ):
        settings = settings_file(Path(folder))
        port = msgspec.json.decode(settings.read_bytes())["server"]["port"]
        address = f"http://127.0.0.1:{port}"
        with serving(port, "-m", "monitor.cli", "dashboard", "--settings-json", str(settings)):
            cookie = sign_in(address)
            browser = launch(playwright)
            context = browser.new_context(viewport={"width": 1920, "height": 1080})
            pairs = (part.split("=", 1) for part in cookie.split("; "))
            context.add_cookies([{"name": n, "value": v, "url": address} for n, v in pairs])
            with watched_by(WATCHERS, port, cookie, clinic):
                found = measure(context.new_page(), address, clinic, seconds)
            browser.close()
    report(found)


def measure(page: Page, address: str, clinic: Clinic, seconds: float) -> dict[str, float]:
    page.goto(address)
    page.locator(".tile").nth(CHAIRS - 1).wait_for()
    page.wait_for_timeout(WARM_UP_S * 1000)
    wire = open_wire(page)
    found = [left(wire)]
    page.evaluate(SEEN)
    page.evaluate(LONG_TASKS)
    before, began = counters(wire), time.perf_counter()
    for _ in range(2):
        page.wait_for_timeout(seconds * 500)
        found.append(left(wire))
    after, took_s = counters(wire), time.perf_counter() - began
    wall = time.time() - time.perf_counter()
    seen = [(turn, at_ms) for turn, at_ms in page.evaluate("window.seen") if turn in clinic.committed]
    delays = [at_ms - (clinic.committed[turn] + wall) * 1000 for turn, at_ms in seen]
    long = page.evaluate("window.long")
    return {
        "updates": len(seen),
        "turn_to_dom_p50_ms": percentile(delays, 50),
        "turn_to_dom_p99_ms": percentile(delays, 99),
        "script_ms_per_update": 1000 * (after["ScriptDuration"] - before["ScriptDuration"]) / len(seen),
        "main_thread_percent": 100 * (after["TaskDuration"] - before["TaskDuration"]) / took_s,
        "long_tasks": len(long),
        "longest_task_ms": max(long, default=0.0),
        **{
            f"{what}_{when}": one[what]
            for what in found[0]
            for when, one in zip(("begin", "middle", "end"), found, strict=True)
        },
        "load_average": os.getloadavg()[0],
    }


class watched_by:  # noqa: N801
    """Other browsers that watch meanwhile, on a loop of their own."""

    def __init__(self, count: int, port: int, cookie: str, clinic: Clinic) -> None:
        self._args = (count, port, cookie, clinic)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> None:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(30)

    async def _open(self) -> None:
        count, port, cookie, clinic = self._args
        self._links = []
        for _ in range(count):
            one = LiveBrowser(f"http://127.0.0.1:{port}", cookie, clinic, Tally())
            await self._loop.create_connection(lambda it=one: it, "127.0.0.1", port)  # type: ignore[misc]
            self._links.append(one)

    def __exit__(self, *_: object) -> None:
        for one in self._links:
            self._loop.call_soon_threadsafe(one.transport.abort)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def report(found: dict[str, float]) -> None:
    for name, value in found.items():
        print(f"{name:24}{value:10.1f}")
    print("goals: turn to DOM p99 25 ms, script 2 ms an update, main thread 5 %, heap flat")
    print(json.dumps({name: round(value, 2) for name, value in found.items()}))


if __name__ == "__main__":
    main()
