"""What Chromium tells of a page: processor, long tasks, and what is left after a collection."""

from __future__ import annotations

from playwright.sync_api import CDPSession, Page

LONG_TASKS = """() => {
  window.long = [];
  new PerformanceObserver((list) => window.long.push(...list.getEntries().map((task) => task.duration)))
    .observe({ type: "longtask" });
}"""


def open_wire(page: Page) -> CDPSession:
    """Return a line to the page's own counters."""
    wire = page.context.new_cdp_session(page)
    wire.send("Performance.enable")
    return wire


def counters(wire: CDPSession) -> dict[str, float]:
    """Return processor seconds and the like since the page began."""
    return {one["name"]: one["value"] for one in wire.send("Performance.getMetrics")["metrics"]}


def left(wire: CDPSession) -> dict[str, float]:
    """Return the heap, nodes and listeners that a collection leaves."""
    for _ in range(2):
        wire.send("HeapProfiler.collectGarbage")
    counted = wire.send("Memory.getDOMCounters")
    return {
        "heap_mb": wire.send("Runtime.getHeapUsage")["usedSize"] / 1e6,
        "nodes": counted["nodes"],
        "listeners": counted["jsEventListeners"],
    }
