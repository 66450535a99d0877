"""Fifty browsers on thirty chairs: what one dashboard costs, beside the usual dcc.Interval page.

    python benchmarks/live_view.py --seconds 20
    python benchmarks/live_view.py --browsers 1000

A stand-in for the monitor commits ten turns a second to a real journal. The dashboard is the real process;
each browser is a websocket whose bytes are counted on the wire. Latency runs from the end of a commit to
the arrival of the frame that carries the turn. The naive page serves ten browsers from the same journal.
All of it shares this machine, so other load on it shows in the latencies.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import httpx
import msgspec
import psutil
from argon2 import PasswordHasher
from parts.browsers import IntervalBrowsers, LiveBrowser, Tally
from parts.clinic import CHAIRS, Clinic

from monitor.config import ChairSettings, ServerSettings, Settings, UserSettings
from monitor.limits import default_preset
from monitor.store.prepare import prepare
from monitor.terms import Role

AnyClinic = TypeVar("AnyClinic", bound=Clinic)

BROWSERS = 50
NAIVE_BROWSERS = 10
OF_ONE_SIGN_IN = 40
"""A sign-in has at most so many open pages."""
WARM_UP_S = 3.0
LATE_TURNS = 50
"""A browser whose newest turn is older than so many, five seconds, is lost."""
USERS = {"wall": Role.WALL, "nora": Role.NURSE}
PIN = "1234"
HERE = Path(__file__).resolve().parent


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=20.0, help="how long each of the two is measured")
    parser.add_argument("--browsers", type=int, default=BROWSERS, help="how many watch /live")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, committing(Path(folder)) as clinic:
        live = measure_live(Path(folder), clinic, given.seconds, given.browsers)
        naive = measure_naive(Path(folder), given.seconds)
    report(live, naive)


def measure_live(store: Path, clinic: Clinic, seconds: float, count: int) -> dict[str, float]:
    settings = settings_file(store)
    port = msgspec.json.decode(settings.read_bytes())["server"]["port"]
    tally = Tally()
    with serving(port, "-m", "monitor.cli", "dashboard", "--settings-json", str(settings)) as process:
        cookies = [sign_in(f"http://127.0.0.1:{port}") for _ in range(0, count, OF_ONE_SIGN_IN)]
        cpu, wall_s = asyncio.run(watch(port, cookies, clinic, tally, seconds, process, count))
        memory = process.memory_info().rss / 1e6
    return {
        "browsers": count,
        "browsers_lost": count - tally.alive,
        "load_average": os.getloadavg()[0],
        "cpu_percent": 100 * cpu / wall_s,
        "memory_mb": memory,
        "bytes_per_s_per_browser": tally.bytes / wall_s / count,
        "updates_per_s_per_browser": tally.frames / wall_s / count,
        "latency_p50_ms": percentile(tally.latencies_ms, 50),
        "latency_p99_ms": percentile(tally.latencies_ms, 99),
        "alarm_latency_p99_ms": percentile(tally.alarm_latencies_ms, 99),
    }


async def watch(
    port: int,
    cookies: list[str],
    clinic: Clinic,
    tally: Tally,
    seconds: float,
    process: psutil.Process,
    count: int,
) -> tuple[float, float]:
    """Connect all browsers, let them settle, count; return CPU seconds and wall seconds of the server."""
    loop, browsers = asyncio.get_running_loop(), []
    for n in range(count):
        cookie = cookies[n // OF_ONE_SIGN_IN]
        browser = LiveBrowser(f"http://127.0.0.1:{port}", cookie, clinic, tally)
        await loop.create_connection(lambda it=browser: it, "127.0.0.1", port)  # type: ignore[misc]
        browsers.append(browser)
    await asyncio.sleep(WARM_UP_S)
    tally.counting = True
    used = await cpu_during(process, asyncio.sleep(seconds))
    tally.counting = False
    newest = max(clinic.committed)
    tally.alive = sum(newest - browser.turn < LATE_TURNS for browser in browsers)
    for browser in browsers:
        browser.transport.abort()
    return used


def measure_naive(store: Path, seconds: float) -> dict[str, float]:
    port = free_port()
    browsers = IntervalBrowsers(NAIVE_BROWSERS)
    with serving(port, str(HERE / "parts" / "naive_page.py"), str(store), str(port)) as process:
        cpu, wall_s = asyncio.run(cpu_during(process, browsers.run(f"http://127.0.0.1:{port}", seconds)))
        memory = process.memory_info().rss / 1e6
    return {
        "browsers": NAIVE_BROWSERS,
        "cpu_percent": 100 * cpu / wall_s,
        "memory_mb": memory,
        "bytes_per_s_per_browser": browsers.bytes / wall_s / NAIVE_BROWSERS,
        "updates_per_s_per_browser": browsers.answers / wall_s / NAIVE_BROWSERS,
        "latency_p50_ms": percentile(browsers.latencies_ms, 50),
        "latency_p99_ms": percentile(browsers.latencies_ms, 99),
    }


def report(live: dict[str, float], naive: dict[str, float]) -> None:
    cost = {
        name: page["cpu_percent"] / page["browsers"] / max(page["updates_per_s_per_browser"], 1e-9)
        for name, page in (("live", live), ("naive", naive))
    }
    ratios = {
        "cpu_per_update": cost["naive"] / cost["live"],
        "cpu_per_browser": naive["cpu_percent"] / NAIVE_BROWSERS / (live["cpu_percent"] / live["browsers"]),
        "bytes_per_browser": naive["bytes_per_s_per_browser"] / live["bytes_per_s_per_browser"],
    }
    print(f"{CHAIRS} chairs{'':22}{'/live':>12}{'dcc.Interval':>15}")
    for name, value in live.items():
        beside = f"{naive[name]:15.1f}" if name in naive else ""
        print(f"{name:31}{value:12.1f}{beside}")
    print("naive / live: " + ", ".join(f"{name} {ratio:.0f}x" for name, ratio in ratios.items()))
    rounded = [{name: round(value, 2) for name, value in page.items()} for page in (live, naive, ratios)]
    print(json.dumps(dict(zip(("live", "naive", "ratios"), rounded, strict=True))))


@contextlib.contextmanager
def committing(store: Path, made: Callable[[Path], AnyClinic] = Clinic) -> Iterator[AnyClinic]:  # type: ignore[assignment]
    """Turns go to a new journal for as long as this is open."""
    prepare(store)
    clinic, stop = made(store), threading.Event()
    thread = threading.Thread(target=clinic.run, args=(stop,))
    thread.start()
    try:
        yield clinic
    finally:
        stop.set()
        thread.join()


@contextlib.contextmanager
def serving(port: int, *command: str) -> Iterator[psutil.Process]:
    """Run a server in a process of its own from its first answer until it is no longer needed."""
    paths = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    with subprocess.Popen([sys.executable, *command], env=paths, stdout=subprocess.DEVNULL) as process:
        try:
            while process.poll() is None:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.05)
            yield psutil.Process(process.pid)
        finally:
            process.terminate()


async def cpu_during(process: psutil.Process, work: Awaitable[None]) -> tuple[float, float]:
    """Return the CPU seconds that a process used while `work` ran, and how long that was."""
    before, started = sum(process.cpu_times()[:2]), time.perf_counter()
    await work
    return sum(process.cpu_times()[:2]) - before, time.perf_counter() - started


def settings_file(store: Path) -> Path:
    settings = Settings(
        name="Benchmark",
        site="bench",
        chairs=tuple(ChairSettings(str(n + 1), f"Chair {n + 1}") for n in range(CHAIRS)),
        devices=(),
        users=tuple(
            UserSettings(n, n.title(), role, PasswordHasher().hash(PIN)) for n, role in USERS.items()
        ),
        presets={"default": default_preset()},
        store=store,
        server=ServerSettings(port=free_port()),
    )
    file = store / "settings.json"
    file.write_bytes(msgspec.json.encode(settings, enc_hook=str))
    return file


def sign_in(origin: str, user: str = "wall") -> str:
    """Sign in, as the wall display unless told otherwise, and return the Cookie header."""
    with httpx.Client(base_url=origin, headers={"Origin": origin}) as client:
        client.get("/login")
        form = {"user": user, "pin": PIN, "csrf": client.cookies["csrf"]}
        client.post("/login", data=form)
        return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def percentile(values: list[float], share: int) -> float:
    return statistics.quantiles(values, n=100)[share - 1] if len(values) > 1 else float("nan")


if __name__ == "__main__":
    main()
