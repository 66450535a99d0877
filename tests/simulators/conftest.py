"""What the simulator's tests share: a clock that stands until moved, small scenarios, real brokers."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from simulators.scenario import Scenario, load

EPOCH_MS = 1_770_000_000_000


@dataclass
class StandingClock:
    """A clock that shows what it is told."""

    at_ms: int = EPOCH_MS

    def utc_ms(self) -> int:
        return self.at_ms

    def mono_s(self) -> float:
        return self.at_ms / 1000

    def move(self, seconds: float) -> None:
        self.at_ms += round(seconds * 1000)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def scenario_of(tmp_path: Path) -> Callable[[str], Scenario]:
    """Return a scenario from the text of its chairs and faults."""

    def build(text: str) -> Scenario:
        path = tmp_path / "small.toml"
        path.write_text('title = "Small"\ndescription = "For a test"\n' + text, encoding="utf-8")
        return load(path)

    return build


def _mosquitto(folder: Path, port: int) -> tuple[list[str], bytes]:
    config = folder / "mosquitto.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n", encoding="utf-8")
    return [shutil.which("mosquitto") or "", "-v", "-c", str(config)], b"running"


def _nats(folder: Path, port: int) -> tuple[list[str], bytes]:
    config = folder / "nats.conf"
    config.write_text(
        f'server_name: test\nhost: 127.0.0.1\nport: -1\njetstream {{ store_dir: "{folder}/js" }}\n'
        f'mqtt {{ host: 127.0.0.1, port: {port}, ack_wait: "2s" }}\n',
        encoding="utf-8",
    )
    return [str(Path(sys.executable).with_name("nats-server")), "-c", str(config)], b"Server is ready"


BROKERS = {"nats": _nats, "mosquitto": _mosquitto}


@pytest.fixture(params=list(BROKERS))
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator["RunningBroker"]:
    running = RunningBroker(request.param, tmp_path)
    running.start()
    yield running
    running.stop()


class RunningBroker:
    """A real broker on a free port of this machine."""

    def __init__(self, name: str, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port: int = probe.getsockname()[1]
        self._command, self._ready = BROKERS[name](folder, self.port)
        if not shutil.which(self._command[0]):
            pytest.skip(f"{name} is not installed")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stderr=subprocess.PIPE)
        stream = self._process.stderr
        assert stream is not None
        assert any(self._ready in line for line in stream), "the broker did not start"

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stderr is not None
            self._process.stderr.close()
            self._process = None
