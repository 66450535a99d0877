"""What the simulator's tests share: a clock that stands until moved, small scenarios, real brokers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from simulators.scenario import Scenario, load
from tests.brokers import Broker, mosquitto_broker, nats_broker

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


@pytest.fixture(params=["nats", "mosquitto"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    """A real broker that runs; the test may kill it and start it again."""
    if request.param == "nats":
        running = nats_broker(tmp_path)
    else:
        running = mosquitto_broker(tmp_path, Path(request.getfixturevalue("mosquitto")))
    running.start()
    yield running
    running.kill()
