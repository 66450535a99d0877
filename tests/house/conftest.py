"""The house as its own tests see it: its files, its modules, and commands run as people run them."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.clock import SystemClock

HOUSE = Path(__file__).parents[2]
PACKAGES = ("devices", "monitor", "simulators")

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(scope="session")
def house() -> Path:
    """The top of the checkout."""
    return HOUSE


def eventually(holds: Callable[[], object], *passing: type[Exception], within_s: float = 30) -> None:
    """Ask again until it holds; errors that are `passing` mean not yet."""
    clock, pause = SystemClock(), threading.Event()
    deadline = clock.mono_s() + within_s
    while True:
        try:
            if holds():
                return
        except passing:
            if clock.mono_s() > deadline:
                raise
        assert clock.mono_s() < deadline, f"does not hold after {within_s:g} s"
        pause.wait(0.1)


def free_port() -> int:
    """A TCP port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def healthz(port: int, process: subprocess.Popen[str]) -> dict[str, Any]:
    """Wait until the dashboard on this port is well, and return what it says; the process must live on."""
    said: dict[str, Any] = {}

    def is_well() -> bool:
        assert process.poll() is None, f"it ended with exit code {process.returncode}"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=3) as answer:
            said.update(json.load(answer))
        return True

    eventually(is_well, OSError, within_s=120)
    return said


@pytest.fixture(scope="session")
def own_files() -> list[Path]:
    """Every file that belongs to the project and holds text."""
    if shutil.which("git") is None or not (HOUSE / ".git").exists():
        pytest.skip("needs a git checkout, which says what belongs to the project")
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=HOUSE, capture_output=True, text=True, check=True,
    )  # fmt: skip
    files = [HOUSE / name for name in listed.stdout.split("\0") if name]
    return [file for file in files if file.is_file() and b"\0" not in file.read_bytes()[:4096]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a command; at the end of the test it is told to end, and what it said is shown with a failure."""
    running: list[subprocess.Popen[str]] = []
    log = tmp_path / "said.log"

    def start(*command: str | Path) -> subprocess.Popen[str]:
        with log.open("a") as said:
            running.append(
                subprocess.Popen(
                    [str(part) for part in command], cwd=tmp_path, stdin=subprocess.DEVNULL,
                    stdout=said, stderr=subprocess.STDOUT, text=True,
                )
            )  # fmt: skip
        return running[-1]

    yield start
    for process in reversed(running):
        _end(process)
    if log.exists():
        sys.stdout.write(log.read_text())


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


@pytest.fixture(scope="session")
def chairside() -> tuple[str, ...]:
    """The chairside command of this checkout."""
    return ("env", f"PYTHONPATH={HOUSE}", sys.executable, "-m", "monitor.cli")
