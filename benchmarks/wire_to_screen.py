"""From a byte on a serial line to the number on the screen, and to the alarm.

    python benchmarks/wire_to_screen.py --values 200

Plays a Masimo oximeter on a pseudo-terminal against a configured clinic of one chair, with Chromium showing
the board. Every line carries a new pulse rate, sent at random moments; the time until the tile's text
changes is taken in the browser on the machine's own clock. Every tenth value is beyond a limit without
delay, and the time until the tile is marked as alarming is taken as well. As the alternative, the same
numbers with the line read once a second and shown by a page that asks once a second: half a second each on
average, computed from the moments at which the values were sent.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import tty
from pathlib import Path

from argon2 import PasswordHasher
from parts.chromium import free_port, launch, sign_in
from playwright.sync_api import sync_playwright

PIN = "2580"
CLINIC = """
[clinic]
name = "Bench"
site = "bench"
[store]
path = "store"
[[chair]]
id = "1"
[[device]]
id = "ox"
kind = "masimo-ascii1"
chair = "1"
port = "{port}"
[[user]]
name = "nora"
role = "nurse"
pin_hash = "{pin}"
[limits.default.hr_high.high]
limit = 140
delay_s = 0
[limits.default.hr_high]
deadband = 0
"""
LINE = "02/03/26 14:30:15 SN=0000070986 SPO2=097% BPM={bpm:03d} PI=02.50% SPCO=--.-% SPMET=--.-% DESAT=-- PIDELTA=+-- ALARM=0000 EXC=000800\r\n"  # noqa: E501
WATCH = """
window.seen = {}; window.alarmed = [];
const tile = document.querySelector('#board article');
let shown = '', marked = '';
new MutationObserver(() => {
  const at = performance.timeOrigin + performance.now();
  const text = tile.querySelector('.tile-numbers').innerText;
  if (text !== shown) {
    shown = text;
    (text.match(/\\d+/g) || []).forEach(n => { (window.seen[n] ??= []).push(at); });
  }
  const priority = tile.dataset.priority || '';
  if (priority !== marked) { marked = priority; if (priority === 'high') window.alarmed.push(at); }
}).observe(tile, {subtree: true, childList: true, characterData: true, attributes: true});
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--values", type=int, default=200, help="how many values are sent")
    values = parser.parse_args().values
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        master, slave = os.openpty()
        tty.setraw(master)
        address, process = clinic(Path(folder), os.ttyname(slave))
        browser = launch(playwright)
        try:
            page = board(browser, address)
            sent, alarms = play(master, page, values)
            report(sent, alarms, page.evaluate("window.seen"), page.evaluate("window.alarmed"))
        finally:
            browser.close()
            process.terminate()
            process.wait()
            os.close(master)
            os.close(slave)


def clinic(folder: Path, port: str) -> tuple[str, subprocess.Popen[bytes]]:
    """Start a clinic of one chair on this line; return its address."""
    number = free_port()
    file = folder / "clinic.toml"
    file.write_text(CLINIC.format(port=port, pin=PasswordHasher().hash(PIN)))
    command = [sys.executable, "-m", "monitor.cli", "run", "--config", str(file), "--port", str(number)]
    log = (folder / "log").open("w")
    return f"http://127.0.0.1:{number}", subprocess.Popen(command, stderr=log, stdout=log)


def board(browser, address: str):
    """Sign in, seat somebody, and return the board with its observer in place."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    sign_in(page, address, "nora", PIN)
    page.locator("#board article").wait_for()
    seat = {"type": "seat", "label": "B. M.", "identifiers_confirmed": True}
    page.evaluate(
        "act => fetch('/act', {method: 'POST', headers: {'Content-Type': 'application/json'},"
        " body: JSON.stringify({chair: '1', session: null, act})})",
        seat,
    )
    page.locator("#board").get_by_text("B. M.").wait_for()
    page.evaluate(WATCH)
    return page


def play(master: int, page, values: int) -> tuple[list[tuple[int, float]], list[float]]:
    """Send the values at random moments; return what was sent when, and when what alarms was sent."""
    dice = random.Random(1)
    sent: list[tuple[int, float]] = []
    alarms: list[float] = []
    for number in range(values):
        beyond = number % 10 == 9
        bpm = 150 + number // 10 % 40 if beyond else 60 + number % 37
        page.wait_for_timeout(dice.uniform(700, 1300))
        now_ms = time.time() * 1000
        os.write(master, LINE.format(bpm=bpm).encode())
        sent.append((bpm, now_ms))
        if beyond:
            alarms.append(now_ms)
    page.wait_for_timeout(1500)
    return sent, alarms


def report(sent, alarms, seen, alarmed) -> None:
    numbers = latencies(sent, {int(value): times for value, times in seen.items()})
    alarm = [after - at for at in alarms if (after := next((t for t in alarmed if t >= at), None))]
    asked = [(1000 - at % 1000) + 500 for _, at in sent]
    print(f"{len(numbers)} of {len(sent)} values and {len(alarm)} of {len(alarms)} alarms were seen")
    for name, found, goal in (("number", numbers, 500), ("alarm", alarm, 300)):
        print(
            f"wire to {name:<7} p50 {at(found, 50):4.0f} ms  p99 {at(found, 99):4.0f} ms; goal p99 {goal} ms"
        )
    times = at(asked, 50) / at(numbers, 50)
    print(f"beside asking once a second, the number is {times:.1f} times as quick (p50)")
    print(json.dumps({"number_p99_ms": round(at(numbers, 99)), "alarm_p99_ms": round(at(alarm, 99))}))


def latencies(sent, seen) -> list[float]:
    """Milliseconds from sending each value to its first showing after that, within two seconds."""
    found = []
    for value, at_ms in sent:
        shown = next((t for t in seen.get(value, ()) if 0 <= t - at_ms < 2000), None)
        if shown is not None:
            found.append(shown - at_ms)
    return found


def at(values: list[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


if __name__ == "__main__":
    main()
