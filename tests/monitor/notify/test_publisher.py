"""Alarm topics on real brokers: retained, alive or not, whole again after a kill."""

from __future__ import annotations

import contextlib
import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from monitor.clock import SystemClock
from monitor.config import AlarmTopics, BrokerSettings
from monitor.notify.publisher import Publisher
from monitor.notify.topics import pictures
from monitor.store.rows import Rows, TurnRecord
from monitor.store.snapshot import AlarmView, ChairView, SessionView, Snapshot
from monitor.terms import Now
from tests.brokers import Broker, mosquitto_broker, nats_broker, wait_until

pytestmark = pytest.mark.broker

ROOT = "chairside/test/alarms"


@pytest.fixture(params=["nats", "mosquitto"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    if request.param == "nats":
        made = nats_broker(tmp_path)
    else:
        made = mosquitto_broker(tmp_path, Path(request.getfixturevalue("mosquitto")))
    made.start()
    yield made
    made.kill()


class Light:
    """An alarm light: it subscribes and keeps the newest of each topic."""

    def __init__(self, broker: Broker, name: str = "light") -> None:
        self.topics: dict[str, dict[str, object]] = {}
        self.retained: set[str] = set()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name)
        self._client.on_message = self._take
        self._client.on_connect = lambda client, *_: client.subscribe(f"{ROOT}/#", 1)
        self._client.connect(broker.host, broker.port)
        self._client.loop_start()

    def _take(self, _client: mqtt.Client, _user: object, message: mqtt.MQTTMessage) -> None:
        name = message.topic.removeprefix(f"{ROOT}/")
        self.topics[name] = json.loads(message.payload)
        if message.retain:
            self.retained.add(name)

    def says(self, name: str, key: str) -> object:
        return self.topics.get(name, {}).get(key)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@contextlib.contextmanager
def light(broker: Broker, name: str = "light") -> Iterator[Light]:
    made = Light(broker, name)
    try:
        yield made
    finally:
        made.close()


def topics(broker: Broker) -> AlarmTopics:
    return AlarmTopics(BrokerSettings(broker.host, broker.port, "chairside-alarms"), ROOT, 0.1)


@pytest.fixture
def publisher(broker: Broker) -> Iterator[Publisher]:
    made = Publisher(topics(broker), SystemClock().real_mono_s, demo=False)
    made.start()
    yield made
    made.stop()


def alarm(priority: str = "high", **more: object) -> AlarmView:
    return AlarmView("a1", "sbp_high", "physiological", priority, "on", 5, "SYS 184 ≥ 180", **more)  # type: ignore[arg-type]


def turn(number: int, *alarms: AlarmView) -> TurnRecord:
    session = SessionView("v1", "J. Doe", "infusion", 0, 0, 40)
    chairs = [ChairView("7", "7", session=session, alarms=list(alarms)), ChairView("8", "8", demo=True)]
    snapshot = Snapshot(number, number * 1000, "boot", "Test clinic", True, 1.0, chairs=chairs)
    return TurnRecord(Now(number * 1000, float(number)), snapshot, Rows())


def test_an_alarm_is_retained_for_a_light_that_comes_later_and_cleared_when_it_ends(
    broker: Broker, publisher: Publisher
) -> None:
    wait_until(publisher._connected.is_set)
    publisher.committed(turn(1, alarm()))
    with light(broker) as late:
        wait_until(lambda: late.says("chair/7", "priority") == "high")
        assert late.topics["chair/7"] == {
            "chair": "7", "label": "7", "priority": "high", "counts": {"high": 1, "medium": 0, "low": 0},
            "worst": {"condition": "sbp_high", "text": "SYS 184 ≥ 180", "since_ms": 5,
                      "acknowledged": False, "outside": False},
            "demo": False, "replay": False, "turn": 1, "at_ms": 1000,
        }  # fmt: skip
        wait_until(lambda: late.says("clinic", "priority") == "high")
        wait_until(lambda: late.says("status", "status") == "online")
        publisher.committed(turn(2))
        wait_until(lambda: late.says("chair/7", "priority") == "none")
        assert "chair/8" not in late.topics, "a simulated chair lights no lamp"
        assert "J. Doe" not in json.dumps(late.topics)


def test_the_heart_beats_only_while_turns_are_committed(broker: Broker, publisher: Publisher) -> None:
    wait_until(publisher._connected.is_set)
    with light(broker) as lamp:
        numbers = itertools.count(1)

        def beats() -> bool:
            publisher.committed(turn(next(numbers)))
            return lamp.says("heartbeat", "turn") not in (None, 1)

        wait_until(beats)
        assert lamp.says("heartbeat", "every_s") == 0.1
        assert "heartbeat" not in lamp.retained


def test_a_publisher_that_leaves_says_so(broker: Broker) -> None:
    publisher = Publisher(topics(broker), SystemClock().real_mono_s, demo=False)
    publisher.start()
    wait_until(publisher._connected.is_set)
    publisher.committed(turn(1, alarm()))
    publisher.stop()
    with light(broker) as lamp:
        wait_until(lambda: lamp.says("status", "status") == "offline")


KILLED = """
import sys, threading
from monitor.clock import SystemClock
from monitor.config import AlarmTopics, BrokerSettings
from monitor.notify.publisher import Publisher
broker = BrokerSettings("127.0.0.1", int(sys.argv[1]), "chairside-alarms")
publisher = Publisher(AlarmTopics(broker, "chairside/test/alarms"), SystemClock().real_mono_s, demo=False)
publisher.start()
threading.Event().wait()
"""


def test_one_that_is_killed_is_told_of_by_its_last_will(broker: Broker) -> None:
    with light(broker) as lamp:
        process = subprocess.Popen([sys.executable, "-c", KILLED, str(broker.port)])
        try:
            wait_until(lambda: lamp.says("status", "status") == "online", 30)
        finally:
            process.kill()
            process.wait()
        wait_until(lambda: lamp.says("status", "status") == "offline", 20)


def test_a_broker_that_was_killed_is_told_everything_again(broker: Broker, publisher: Publisher) -> None:
    wait_until(publisher._connected.is_set)
    publisher.committed(turn(1, alarm()))
    broker.kill()
    wait_until(lambda: not publisher._connected.is_set())
    publisher.committed(turn(2, alarm("medium")))
    broker.start()
    wait_until(publisher._connected.is_set, 20)
    numbers = itertools.count(3)
    with light(broker) as lamp:

        def told_again() -> bool:
            # NATS may not tell a light that subscribes just then; the next heartbeat does.
            publisher.committed(turn(next(numbers), alarm("medium")))
            return lamp.says("chair/7", "priority") == "medium"

        wait_until(told_again, 20)


def test_the_worst_is_the_highest_then_the_unanswered_then_the_oldest() -> None:
    taken = alarm(acknowledged_by="ruiz")
    taken.presence = "acknowledged"
    record = turn(1, taken, AlarmView("a2", "spo2_low", "physiological", "high", "on", 9, "SpO₂ 84 < 85"))
    record.snapshot.alarms = [
        AlarmView("c", "no_station", "technical", "medium", "on", 1, "no station can sound")
    ]
    shown = pictures(record.snapshot, demo=False)
    assert shown["chair/7"]["worst"]["condition"] == "spo2_low"
    assert shown["clinic"]["counts"] == {"high": 2, "medium": 1, "low": 0}
    assert "chair/8" in pictures(record.snapshot, demo=True)
