"""What the demo clinic costs: seconds to the first live numbers, then processor and memory of its processes.

    python benchmarks/demo_cost.py --seconds 60

Starts `chairside run` in an empty folder, opens the board in Chromium and waits for its first live numbers;
then measures monitor and dashboard with that one browser watching. The simulators and the broker, which a
clinic does not run, are named beside them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from parts.chromium import free_port, launch, sign_in
from playwright.sync_api import sync_playwright

SETTLE_S = 10.0


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the cost is measured")
    seconds = parser.parse_args().seconds
    port = free_port()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = launch(playwright)
        began = time.perf_counter()
        command = [sys.executable, "-m", "monitor.cli", "run", "--port", str(port), "--data", folder]
        process = subprocess.Popen(
            command, stderr=(Path(folder) / "log").open("w"), stdout=subprocess.DEVNULL
        )
        try:
            page = browser.new_page(viewport={"width": 1920, "height": 1080})
            first_numbers(page, f"http://127.0.0.1:{port}")
            ready_s = time.perf_counter() - began
            page.wait_for_timeout(SETTLE_S * 1000)
            report(ready_s, cost(psutil.Process(process.pid), page, seconds))
        finally:
            process.terminate()
            process.wait()
            browser.close()


def first_numbers(page, address: str) -> None:
    """Sign in as soon as the dashboard answers, and wait until a rate shows on the board."""
    sign_in(page, address, "wall", "0000")
    page.locator("#board").get_by_text("/min").first.wait_for(timeout=60_000)
    page.wait_for_function(
        "[...document.querySelectorAll('#board .tile-numbers')].some(t => /\\d\\d/.test(t.innerText))"
    )


def cost(supervisor: psutil.Process, page, seconds: float) -> dict[str, tuple[float, float]]:
    """Percent of a core and MB of each process, by its name."""
    children = {
        command[3] if command[1] == "-m" else Path(command[0]).name: child
        for child in supervisor.children()
        for command in [child.cmdline()]
    }
    before = {name: sum(child.cpu_times()[:2]) for name, child in children.items()}
    page.wait_for_timeout(seconds * 1000)
    return {
        name: ((sum(child.cpu_times()[:2]) - before[name]) / seconds * 100, child.memory_info().rss / 1e6)
        for name, child in children.items()
    }


def report(ready_s: float, found: dict[str, tuple[float, float]]) -> None:
    for name, (core, megabytes) in found.items():
        print(f"{name:<12} {core:5.1f} % of a core {megabytes:6.0f} MB")
    core, megabytes = (sum(found[name][i] for name in ("monitor", "dashboard")) for i in (0, 1))
    print(f"monitor and dashboard together {core:.1f} % of a core, {megabytes:.0f} MB; goals 5 %, 300 MB")
    print(f"from the command to live numbers in the browser {ready_s:.1f} s; goal 10 s")
    said = {"ready_s": round(ready_s, 2), "core_percent": round(core, 2), "megabytes": round(megabytes)}
    print(json.dumps(said))


if __name__ == "__main__":
    main()
