"""A gateway, a broker and a monitor as they run in a clinic; each is killed, and nothing taken is lost.

Between gateway and monitor lies a bad way: two brokers, and a bridge that drops, doubles and reorders.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from monitor.clock import SystemClock
from tests.brokers import Broker, mosquitto_broker, mosquitto_program, wait_until
from tests.devices.support import FarEnd

ROOT = Path(__file__).parents[3]
ROOM = "chairside/v1/elm/room-1"
LINE = (
    "02/03/26 14:30:15 SN=0000070986 SPO2=097% BPM={bpm:03d} PI=02.50% SPCO=--.-% SPMET=--.-% DESAT=--"
    " PIDELTA=+-- ALARM=0000 EXC=000800\r\n"
)
CLINIC = """
[clinic]
name = "Elm"
site = "elm"
[store]
path = "store"
[mqtt]
port = {port}
[[chair]]
id = "1"
[[device]]
id = "ox-1"
kind = "chairside-json"
chair = "1"
topic = "chairside/v1/elm/room-1/ox-1"
[[user]]
name = "nora"
role = "nurse"
pin_hash = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$VRb5N9E9bWQ0lVcPMV6kNw3nLwuRTqfZHtyW7UzCe6E"
"""
GATEWAY = """
[gateway]
site = "elm"
id = "room-1"
[mqtt]
port = {port}
[[device]]
id = "ox-1"
kind = "masimo-ascii1"
port = "{serial}"
"""


class BadWay:
    """Carries messages from the gateway's broker to the monitor's, badly, and its confirmations back."""

    def __init__(self, near: Broker, far: Broker) -> None:
        self.dropped = self.doubled = self.reordered = 0
        self._messages = 0
        self._held: bytes | None = None
        self._seen: set[bytes] = set()
        self._near, self._far = (
            self._client(broker, name) for broker, name in ((near, "near"), (far, "far"))
        )
        self._near.on_message = lambda _client, _data, message: self._carry(message)
        self._far.on_message = lambda _client, _data, message: self._near.publish(
            message.topic, message.payload, qos=1
        )
        self._near.on_connect = lambda client, *_: client.subscribe(
            [(f"{ROOM}/ox-1/#", 1), (f"{ROOM}/_gw/status", 1)]
        )
        self._far.on_connect = lambda client, *_: client.subscribe(f"{ROOM}/_gw/committed", 1)
        for client, broker in ((self._near, near), (self._far, far)):
            client.connect(broker.host, broker.port)
            client.loop_start()

    def _client(self, broker: Broker, name: str) -> mqtt.Client:
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"bridge-{name}-{broker.port}")
        client.reconnect_delay_set(1, 1)
        return client

    def _carry(self, message: mqtt.MQTTMessage) -> None:
        if not message.topic.endswith("/obs"):
            self._far.publish(message.topic, message.payload, qos=1, retain=message.retain)
            return
        payload = bytes(message.payload)
        if payload in self._seen:
            self._send(message.topic, payload)  # sent again by the gateway: each is dropped but once
            return
        self._seen.add(payload)
        self._messages += 1
        match self._messages % 7:
            case 2:
                self.dropped += 1
            case 4:
                self.doubled += 1
                self._send(message.topic, payload)
                self._send(message.topic, payload)
            case 6:
                self._held = payload
            case _:
                self._send(message.topic, payload)
                if self._held is not None:
                    self.reordered += 1
                    self._send(message.topic, self._held)
                    self._held = None

    def _send(self, topic: str, payload: bytes) -> None:
        self._far.publish(topic, payload, qos=1)

    def stop(self) -> None:
        for client in (self._near, self._far):
            client.disconnect()
            client.loop_stop()


class Clinic:
    """The three processes, the way between them, and the oximeter's far end of the line."""

    def __init__(self, folder: Path, broker: Broker, beyond: Broker, far: FarEnd) -> None:
        self.folder = folder
        self.broker = broker
        self.far = far
        self.way = BadWay(broker, beyond)
        self.log = (folder / "log").open("ab")
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        (folder / "clinic.toml").write_text(CLINIC.format(port=beyond.port))
        (folder / "gateway.toml").write_text(GATEWAY.format(port=broker.port, serial=far.port))

    def start(self, name: str, config: str) -> None:
        command = [sys.executable, "-m", "monitor.cli", name, "--config", str(self.folder / config)]
        self.running[name] = subprocess.Popen(command, cwd=ROOT, stdout=self.log, stderr=self.log)

    def kill(self, name: str) -> None:
        self.running[name].kill()
        self.running[name].wait()

    def rates(self) -> Counter[int]:
        """How often each pulse rate is in the monitor's journal."""
        file = self.folder / "store" / "journal.db"
        if not file.exists():
            return Counter()
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as journal:
            try:
                rows = journal.execute("SELECT value FROM observation WHERE metric = 'pulse_rate'")
                return Counter(int(row[0]) for row in rows)
            except sqlite3.OperationalError:
                return Counter()

    def waiting(self) -> int:
        """How many messages the gateway keeps."""
        with closing(sqlite3.connect(self.folder / "outbox.db")) as outbox:
            return int(outbox.execute("SELECT count(*) FROM message").fetchone()[0])

    def stop(self) -> None:
        self.way.stop()
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.wait(10)
        self.log.close()


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    program = mosquitto_program()
    if program is None:
        pytest.skip("mosquitto is not installed")
    brokers = []
    for name in ("near", "beyond"):
        (tmp_path / name).mkdir()
        brokers.append(mosquitto_broker(tmp_path / name, program))
        brokers[-1].start()
    with FarEnd() as far:
        clinic = Clinic(tmp_path, *brokers, far)
        try:
            yield clinic
        finally:
            clinic.stop()
            for broker in brokers:
                broker.kill()
            sys.stdout.write((tmp_path / "log").read_text()[-4000:])


@pytest.mark.broker
def test_nothing_taken_is_lost_and_nothing_doubled_whoever_is_killed_and_however_bad_the_way(
    clinic: Clinic,
) -> None:
    clinic.start("monitor", "clinic.toml")
    clinic.start("gateway", "gateway.toml")
    sent, stop, clock = [], threading.Event(), SystemClock()

    def speak() -> None:
        for bpm in range(31, 299):
            clinic.far.send(LINE.format(bpm=bpm).encode())
            sent.append((bpm, clock.real_mono_s()))
            if stop.wait(0.05):
                return

    # A first word that is no part of the count: all three are up when it is in the journal.
    def greeted() -> bool:
        clinic.far.send(LINE.format(bpm=30).encode())
        threading.Event().wait(0.1)
        return bool(clinic.rates()[30])

    wait_until(greeted, 60)
    voice = threading.Thread(target=speak)
    voice.start()
    gap = [0.0, 0.0]
    try:
        wait_until(lambda: max(clinic.rates(), default=0) >= 45, 60)
        clinic.broker.kill()
        threading.Event().wait(0.3)
        clinic.broker.start()
        wait_until(lambda: max(clinic.rates(), default=0) >= 60, 60)
        clinic.kill("monitor")
        clinic.start("monitor", "clinic.toml")
        wait_until(lambda: len(sent) > 60)
        gap[0] = clock.real_mono_s() - 0.5
        clinic.kill("gateway")
        clinic.start("gateway", "gateway.toml")
        seen = sent[-1][0]
        wait_until(lambda: any(rate > seen for rate in clinic.rates()), 60)
        gap[1] = clock.real_mono_s()
    finally:
        stop.set()
        voice.join()
    taken = {bpm for bpm, at_s in sent if not gap[0] <= at_s <= gap[1]}
    assert len(taken) > 50
    wait_until(lambda: taken <= clinic.rates().keys(), 60)
    wait_until(lambda: clinic.waiting() == 0, 60)
    rates = clinic.rates()
    assert {rate: count for rate, count in rates.items() if count != 1 and rate != 30} == {}
    way = clinic.way
    assert min(way.dropped, way.doubled, way.reordered) > 5
