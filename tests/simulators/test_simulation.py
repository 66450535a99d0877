"""A whole scenario running: real pseudo-terminals, real brokers, control lines, speed, a clean end."""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

import paho.mqtt.client as mqtt
import pytest
import serial
from paho.mqtt.enums import CallbackAPIVersion

from monitor.clock import SystemClock
from simulators.run import Simulation
from simulators.scenario import Scenario
from simulators.transport import Broker
from tests.brokers import mosquitto_broker

SERIAL = """
[chair.1]
patient = { label = "A. B.", seed = 5 }
visit = { phase = "baseline", minute = 1 }
devices = [{ id = "din", kind = "dinamap" }, { id = "ox", kind = "masimo-ascii1" }]
"""
NATIVE = """
[chair.1]
patient = { label = "A. B.", seed = 5 }
visit = { phase = "infusion", minute = 10 }
devices = [{ id = "vs", kind = "chairside-json", topic = "vs-1" }]
"""
PREFIX = "chairside/v1/demo/gw-demo"
NOWHERE = Broker("127.0.0.1", 1)


@contextmanager
def running(
    scenario: Scenario, directory: Path, broker: Broker = NOWHERE, **settings
) -> Iterator[Simulation]:
    speed = settings.get("speed", 1.0)
    real_s = SystemClock().utc_ms() / 1000
    clock = SystemClock(speed, (real_s, real_s))
    with Simulation(scenario, directory, broker, clock, **settings) as simulation:
        thread = threading.Thread(target=simulation.run)
        thread.start()
        try:
            yield simulation
        finally:
            simulation.stop()
            thread.join(timeout=5)
            assert not thread.is_alive()


def opened(directory: Path, port: str) -> serial.Serial:
    return serial.Serial(str(directory / port), 9600, timeout=3)


def asked(line: serial.Serial, request: bytes) -> bytes:
    line.write(request)
    return line.read_until(b"\r")


def test_serial_devices_speak_and_answer(scenario_of, tmp_path):
    with running(scenario_of(SERIAL), tmp_path), opened(tmp_path, "ox") as ox, opened(tmp_path, "din") as din:
        assert b"SPO2=09" in ox.readline() + ox.readline()
        assert asked(din, b" NA!2\r").startswith(b"<chairside:demo> NA1")
        assert asked(din, b" RA!6\r").startswith(b"<chairside:demo> RA3")


def test_an_empty_chair_takes_the_probe_off(scenario_of, tmp_path):
    with running(scenario_of(SERIAL), tmp_path, speed=20) as simulation, opened(tmp_path, "ox") as ox:
        assert b"EXC=000800" in ox.readline() + ox.readline()
        simulation.obey(b'{"chair": "1", "phase": null}')
        assert any(b"SPO2=---%" in ox.readline() and b"EXC=000820" for _ in range(5))


def test_a_control_line_that_cannot_be_read_changes_nothing(scenario_of, tmp_path, caplog):
    with running(scenario_of(SERIAL), tmp_path) as simulation, opened(tmp_path, "ox") as ox:
        for line in (b"nonsense", b'{"chair": "9", "phase": null}', b'{"chair": "1", "phase": "flying"}'):
            simulation.obey(line)
        assert b"EXC=000800" in ox.readline() + ox.readline()
    assert "expected JSON, got b'nonsense'" in caplog.text
    assert "chair: expected one of 1, got '9'" in caplog.text
    assert "phase: expected one of seated" in caplog.text


def numbers_of(line: bytes) -> bytes:
    return line[line.index(b"SPO2") :]


def test_patients_stand_still_while_the_device_goes_on_talking(scenario_of, tmp_path):
    with running(scenario_of(SERIAL), tmp_path, speed=20) as simulation, opened(tmp_path, "ox") as ox:
        assert not simulation.paused
        simulation.obey(b'{"time": "pause"}')
        assert simulation.paused
        ox.readline(), ox.readline()
        lines = [ox.readline() for _ in range(6)]
        assert len({numbers_of(line) for line in lines}) == 1
        assert len({line.partition(b">")[2][:17] for line in lines}) == 6
        simulation.obey(b'{"time": "step", "seconds": 600}')
        assert simulation.paused
        assert any(numbers_of(ox.readline()) != numbers_of(lines[0]) for _ in range(20))
        simulation.obey(b'{"time": "resume"}')
        assert any(numbers_of(ox.readline()) != numbers_of(ox.readline()) for _ in range(60))
    assert not simulation.paused


def test_a_step_back_is_refused_and_named(scenario_of, tmp_path, caplog):
    with running(scenario_of(SERIAL), tmp_path) as simulation:
        simulation.obey(b'{"time": "step", "seconds": -5}')
        simulation.obey(b'{"time": "stop"}')
    assert "seconds: expected a number from 0 to 14400, got -5" in caplog.text
    assert "time: expected one of pause, resume, step, got 'stop'" in caplog.text


def test_control_lines_come_through_a_pipe_and_its_end_ends_the_run(scenario_of, tmp_path):
    read_end, write_end = os.pipe()
    real_s = SystemClock().utc_ms() / 1000
    clock = SystemClock(20, (real_s, real_s))
    with Simulation(scenario_of(SERIAL), tmp_path, NOWHERE, clock, speed=20, control=read_end) as simulation:
        thread = threading.Thread(target=simulation.run)
        thread.start()
        with opened(tmp_path, "ox") as ox:
            os.write(write_end, b'{"chair": "1", "phase": null}\n')
            assert any(b"SPO2=---%" in ox.readline() for _ in range(10))
        os.close(write_end)
        thread.join(timeout=5)
        assert not thread.is_alive()
    os.close(read_end)


def test_a_silent_device_says_nothing_and_answers_nothing(scenario_of, tmp_path):
    silent = '[[faults]]\ndevice = "%s"\nkind = "silent"\nevery_min = 1\nfor_s = 60\n'
    scenario = scenario_of(SERIAL + silent % "ox" + silent % "din")
    with running(scenario, tmp_path), opened(tmp_path, "ox") as ox, opened(tmp_path, "din") as din:
        ox.timeout = din.timeout = 1.5
        assert ox.readline() == b""
        assert asked(din, b" NA!2\r") == b""


def test_an_unplugged_port_is_gone_and_comes_back(scenario_of, tmp_path):
    unplug = '[[faults]]\ndevice = "ox"\nkind = "unplug"\nevery_min = 1\nfor_s = 25\n'
    with running(scenario_of(SERIAL + unplug), tmp_path, speed=60):
        seen = []
        deadline_s = SystemClock().mono_s() + 10
        while seen[-3:] != [True, False, True] and SystemClock().mono_s() < deadline_s:
            there = (tmp_path / "ox").exists()
            if seen[-1:] != [there]:
                seen.append(there)
        assert seen[-3:] == [True, False, True]


def test_at_full_speed_a_device_skips_seconds_instead_of_flooding(scenario_of, tmp_path):
    with running(scenario_of(SERIAL), tmp_path, speed=60), opened(tmp_path, "ox") as ox:
        began_s = SystemClock().mono_s()
        lines = [ox.readline() for _ in range(10)]
        took_s = SystemClock().mono_s() - began_s
    assert all(line.endswith(b"\r\n") for line in lines)
    assert took_s > 0.8


def test_the_ports_are_gone_afterwards(scenario_of, tmp_path):
    ports = tmp_path / "ports"
    with running(scenario_of(SERIAL), ports):
        assert {path.name for path in ports.iterdir()} == {"din", "ox"}
    assert list(ports.iterdir()) == []


class Listener:
    """An independent MQTT client that keeps what it hears."""

    def __init__(self, port: int) -> None:
        self.heard: Queue[mqtt.MQTTMessage] = Queue()
        self._kept: list[mqtt.MQTTMessage] = []
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="test-listener")
        self.client.on_connect = lambda client, *_: client.subscribe("chairside/#", qos=1)
        self.client.on_message = lambda _client, _userdata, message: self.heard.put(message)
        subscribed = threading.Event()
        self.client.on_subscribe = lambda *_: subscribed.set()
        self.client.reconnect_delay_set(1, 1)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        assert subscribed.wait(15)  # what is said meanwhile, a broker may lose

    def until(self, suffix: str, **expected: object) -> mqtt.MQTTMessage:
        """Return the first message on this topic with these values that was not returned before."""
        deadline_s = SystemClock().mono_s() + 15
        unread = self._kept
        self._kept = []
        while SystemClock().mono_s() < deadline_s:
            message = unread.pop(0) if unread else self.heard.get(timeout=15)
            payload = json.loads(message.payload)
            right = message.topic == f"{PREFIX}/{suffix}"
            if right and all(payload.get(key) == value for key, value in expected.items()):
                self._kept += unread
                return message
            self._kept.append(message)
        raise TimeoutError(f"nothing on {suffix} with {expected}")

    def stop(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def listening(broker):
    listener = Listener(broker.port)
    yield listener
    listener.stop()


@pytest.mark.broker
def test_a_gateway_is_born_speaks_and_says_goodbye(scenario_of, tmp_path, broker, listening):
    with running(scenario_of(NATIVE), tmp_path, Broker(port=broker.port)):
        listening.until("_gw/status", state="online")
        assert json.loads(listening.until("vs-1/info").payload)["capabilities"] == [
            "spo2",
            "pr",
            "pi",
            "nibp",
        ]
        first, second = (listening.until("vs-1/obs") for _ in range(2))
        assert not first.retain
        assert first.qos == 1
        assert json.loads(second.payload)["seq"] == json.loads(first.payload)["seq"] + 1
    listening.until("vs-1/status", state="offline")
    listening.until("_gw/status", state="offline")


@pytest.mark.broker
def test_who_comes_later_finds_status_and_info_but_no_old_observation(
    scenario_of, tmp_path, broker, listening
):
    with running(scenario_of(NATIVE), tmp_path, Broker(port=broker.port)):
        listening.until("vs-1/obs")
    late = Listener(broker.port)
    try:
        retained = {}
        while len(retained) < 3:
            message = late.heard.get(timeout=15)
            retained[message.topic.removeprefix(f"{PREFIX}/")] = json.loads(message.payload)
    finally:
        late.stop()
    assert set(retained) == {"_gw/status", "vs-1/status", "vs-1/info"}
    assert all(payload["origin"] == "demo" for payload in retained.values())


@pytest.mark.broker
def test_it_finds_a_broker_that_comes_late_and_one_that_comes_back(scenario_of, tmp_path, broker):
    broker.kill()
    with running(scenario_of(NATIVE), tmp_path, Broker(port=broker.port)):
        for _ in range(2):
            broker.start()
            listener = Listener(broker.port)
            listener.until("vs-1/obs")
            listener.stop()
            broker.kill()


@pytest.mark.broker
@pytest.mark.parametrize("broker", ["nats"], indirect=True)
def test_a_broker_that_is_away_kills_the_connection_which_is_made_again(
    scenario_of, tmp_path, broker, listening
):
    fault = '[[faults]]\ndevice = "vs"\nkind = "broker_restart"\nat_min = 0.02\nfor_s = 1\n'
    with running(scenario_of(NATIVE + fault), tmp_path, Broker(port=broker.port)):
        listening.until("_gw/status", state="online")
        listening.until("_gw/status", state="offline")
        listening.until("_gw/status", state="online")
        listening.until("vs-1/obs")


@pytest.mark.broker
def test_duplicates_have_the_same_seq(scenario_of, tmp_path, broker, listening):
    fault = '[[faults]]\ndevice = "vs"\nkind = "duplicate"\nevery_min = 1\nfor_s = 60\n'
    with running(scenario_of(NATIVE + fault), tmp_path, Broker(port=broker.port)):
        numbers = [json.loads(listening.until("vs-1/obs").payload)["seq"] for _ in range(4)]
    assert numbers[0] == numbers[1] != numbers[2] == numbers[3]


def test_a_broker_that_refuses_is_named_once(scenario_of, tmp_path, mosquitto, caplog):
    broker = mosquitto_broker(tmp_path, Path(mosquitto), "allow_anonymous false\n")
    broker.start()
    try:
        with (
            running(
                scenario_of(SERIAL + NATIVE.replace("chair.1", "chair.2")), tmp_path, Broker(port=broker.port)
            ),
            opened(tmp_path, "ox") as ox,
        ):
            lines = [ox.readline() for _ in range(4)]
    finally:
        broker.kill()
    assert all(lines)
    assert caplog.text.count("refused: Not authorized") == 1
