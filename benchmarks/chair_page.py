"""A chair's page with a visit of two hours: until somebody can use it, and what it costs to leave it open.

    python benchmarks/chair_page.py
    python benchmarks/chair_page.py --minutes 10
    python benchmarks/chair_page.py --minutes 6 --speed 10    # an hour of the clinic in six minutes

The journal holds two hours of rate, SpO2 and perfusion index at 1 Hz, pressures every three to five minutes,
marks, alarms and gaps, and goes on growing; thirty chairs send ten turns a second. The dashboard is the real
process. Opening runs from the navigation to the moment at which the charts are drawn and the page answers:
the end of the last task over 50 ms before a second without one. The first load has an empty cache; the
others, each in a tab of its own, find the scripts where the browser keeps them. Afterwards the page is left
open, a pointer goes over its charts, and long tasks, processor, heap, nodes and listeners are counted. With
`--speed` the charts are redrawn so many times as often as well, once for each pixel of the time that passes.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from functools import partial
from pathlib import Path

import msgspec
from live_view import committing, serving, settings_file, sign_in
from parts.chromium import with_profile
from parts.visit import CHAIR, LongVisit
from parts.watching import counters, left, open_wire
from playwright.sync_api import BrowserContext, Page, sync_playwright

QUIET_MS = 1000
OPENINGS = 7
STARTED = """
window.long = []; window.hovers = []; window.drawn = 0; window.numbers = 0; window.redraws = 0;
const noted = (list) => window.long.push(...list.getEntries().map((one) => [one.startTime, one.duration]));
new PerformanceObserver(noted).observe({ type: "longtask", buffered: true });
const NUMBERS = "#chair-numbers .num";
const LINES = ".chair-charts .scatterlayer .trace .lines path";
new MutationObserver(() => {
  if (!window.numbers && document.querySelector(NUMBERS)?.textContent) window.numbers = performance.now();
  if (window.drawn || !document.querySelector(LINES)) return;
  window.drawn = performance.now();
  const plot = document.querySelector(".chair-charts .js-plotly-plot");
  plot.on("plotly_afterplot", () => { window.redraws += 1; });
}).observe(document, { subtree: true, childList: true });
addEventListener("mousemove", (event) => {
  const came = event.timeStamp;
  requestAnimationFrame(() => setTimeout(() => window.hovers.push(performance.now() - came)));
}, { capture: true, passive: true });
"""
READY = """(quiet) => {
  const last = window.long.at(-1);
  const end = Math.max(window.drawn, last ? last[0] + last[1] : 0);
  return window.drawn > 0 && performance.now() - end > quiet;
}"""
OPENED = """() => {
  const before = window.long.filter(([at]) => at < window.drawn + 5000);
  return {
    numbers_ms: window.numbers,
    drawn_ms: window.drawn,
    interactive_ms: Math.max(window.drawn, ...before.map(([at, took]) => at + took)),
    blocked_ms: before.reduce((sum, [, took]) => sum + took - 50, 0),
    longest_task_ms: Math.max(0, ...before.map(([, took]) => took)),
  };
}"""

HURRY = """(speed) => {
  const every = Math.max(5000, window.chairside.charts.pixelMs("charts")) / speed;
  let n = 1e9;
  setInterval(() => window.dash_clientside.set_props("chart-tick", { data: n++ }), every);
}"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=1.0, help="how long the page is left open")
    parser.add_argument(
        "--speed", type=int, default=1, help="how many times as fast the clinic's time passes"
    )
    parser.add_argument(
        "--openings", type=int, default=OPENINGS, help="how often it is opened from the cache"
    )
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        committing(Path(folder), partial(LongVisit, speed=given.speed)),
        sync_playwright() as playwright,
    ):
        settings = settings_file(Path(folder))
        port = msgspec.json.decode(settings.read_bytes())["server"]["port"]
        address = f"http://127.0.0.1:{port}"
        with serving(port, "-m", "monitor.cli", "dashboard", "--settings-json", str(settings)):
            context = with_profile(playwright, Path(folder) / "profile")
            pairs = (part.split("=", 1) for part in sign_in(address, "nora").split("; "))
            context.add_cookies([{"name": n, "value": v, "url": address} for n, v in pairs])
            context.add_init_script(STARTED)
            chair = f"{address}/chair/{CHAIR}"
            found = opened_often(context, chair, given.openings)
            page = opened(context, chair)[0]
            if given.speed > 1:
                page.evaluate(HURRY, given.speed)
            found |= left_open(page, given.minutes)
            context.close()
    report(found)


def opened_often(context: BrowserContext, address: str, times: int) -> dict[str, float]:
    """Return the first opening, with nothing in the cache, and the median and the worst of the others."""
    found = []
    for _ in range(times + 1):
        page, one = opened(context, address)
        page.close()
        found.append(one)
    first, others = found[0], found[1:]
    return {
        **{f"first_{name}": first[name] for name in first},
        **{name: statistics.median(one[name] for one in others) for name in first},
        "interactive_worst_ms": max(one["interactive_ms"] for one in others),
    }


def opened(context: BrowserContext, address: str) -> tuple[Page, dict[str, float]]:
    """Open the page in a new tab and wait until it answers."""
    page = context.new_page()
    page.goto(address)
    page.wait_for_function(READY, arg=QUIET_MS, timeout=60_000)
    return page, page.evaluate(OPENED)


def left_open(page: Page, minutes: float) -> dict[str, float]:
    """Leave the page open, a pointer over its charts now and then, and count."""
    wire = open_wire(page)
    kept = [left(wire)]
    page.evaluate("window.long.length = 0; window.hovers.length = 0; window.redraws = 0")
    before, began = counters(wire), page.evaluate("performance.now()")
    for _ in range(2):
        for step in range(max(1, round(minutes * 30 / 2))):
            page.wait_for_timeout(1900)
            box = page.locator(".chair-charts .js-plotly-plot").bounding_box()
            page.mouse.move(box["x"] + box["width"] * (0.2 + step % 13 / 20), box["y"] + box["height"] * 0.7)
        kept.append(left(wire))
    after, took_s = counters(wire), (page.evaluate("performance.now()") - began) / 1000
    long = [took for _, took in page.evaluate("window.long")]
    hovers = page.evaluate("window.hovers")
    return {
        "redraws_a_minute": page.evaluate("window.redraws") / took_s * 60,
        "script_ms_per_s": 1000 * (after["ScriptDuration"] - before["ScriptDuration"]) / took_s,
        "main_thread_percent": 100 * (after["TaskDuration"] - before["TaskDuration"]) / took_s,
        "long_tasks": len(long),
        "long_tasks_over_100_ms": sum(took > 100 for took in long),
        "open_longest_task_ms": max(long, default=0.0),
        "hover_p50_ms": statistics.median(hovers),
        "hover_worst_ms": max(hovers),
        **{
            f"{what}_{when}": one[what]
            for what in kept[0]
            for when, one in zip(("begin", "middle", "end"), kept, strict=True)
        },
        "load_average": os.getloadavg()[0],
    }


def report(found: dict[str, float]) -> None:
    for name, value in found.items():
        print(f"{name:28}{value:10.1f}")
    print("goals: interactive 1000 ms, no task over 100 ms once open, heap flat")
    print(json.dumps({name: round(value, 2) for name, value in found.items()}))


if __name__ == "__main__":
    main()
