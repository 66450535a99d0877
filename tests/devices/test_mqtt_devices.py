"""Devices behind real brokers: nothing is acknowledged before the turn says so, and brokers die."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from devices.adapter import Adapters, BrokerSpec
from devices.catalogue import DeviceSpec
from devices.model import (
    Arrival,
    CuffResult,
    DeviceState,
    LinkChange,
    Malformed,
    MetricCode,
    Observation,
    Origin,
)
from monitor.clock import SystemClock, from_ms
from tests.brokers import Broker, free_port, mosquitto_broker, mosquitto_program, wait_until
from tests.devices.support import Sink

TOPIC = "chairside/v1/elm/room-1/vs-1"
pytestmark = pytest.mark.broker


class Publisher:
    """The gateway's end: publishes with QoS 1 and waits until the broker has it."""

    def __init__(self, broker: Broker) -> None:
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="gateway")
        self._client.connect(broker.host, broker.port)
        self._client.loop_start()
        self.seq = 0

    def publish(self, payload: bytes, topic: str = f"{TOPIC}/obs", *, retain: bool = False) -> None:
        self._client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(10)

    def observe(self, value: float, *, age_s: float = 0.0, retain: bool = False, **envelope: Any) -> None:
        self.seq += 1
        self.publish(observation(self.seq, value, age_s=age_s, **envelope), retain=retain)

    def take_turns(self) -> None:
        """Publish to nobody until the broker has read what others sent before; it takes one from each."""
        for _ in range(20):
            self.publish(b"", "nobody/listens")

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def utc_now() -> datetime:
    return from_ms(SystemClock().utc_ms()).astimezone(UTC)


def observation(seq: int, value: float, *, age_s: float = 0.0, **envelope: Any) -> bytes:
    item = {"code": "spo2", "value": value, "unit": "%", "quality": "valid", "flags": []}
    at = utc_now() - timedelta(seconds=age_s)
    whole = {"schema": "chairside.obs/1", "session": "run-1", "seq": seq, "t": at.isoformat(), "obs": [item]}
    return json.dumps(whole | envelope).encode()


def device(topic: str = TOPIC, name: str = "vs-1", **fields: Any) -> DeviceSpec:
    return DeviceSpec(name, "chairside-json", "Vital signs", topic=topic, **fields)


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def run() -> Iterator[Callable[..., Adapters]]:
    """Starts adapters against a broker; they are stopped at the end."""
    started: list[Adapters] = []

    def start(sink: Sink, broker: Broker, *devices: DeviceSpec, **spec: Any) -> Adapters:
        where = replace(BrokerSpec(broker.host, broker.port, "monitor-test"), **spec)
        adapters = Adapters(
            devices or [device()], where, sink, SystemClock(), "boot-1", backoff_s=(0.05, 0.3)
        )
        started.append(adapters)
        adapters.start()
        return adapters

    yield start
    for adapters in started:
        adapters.stop()


@pytest.fixture
def publish(request: pytest.FixtureRequest) -> Iterator[Callable[[Broker], Publisher]]:
    opened: list[Publisher] = []

    def connect(broker: Broker) -> Publisher:
        opened.append(Publisher(broker))
        return opened[-1]

    yield connect
    for publisher in opened:
        publisher.close()


def is_observation(arrival: Arrival) -> bool:
    return isinstance(arrival.event, Observation)


def is_malformed(arrival: Arrival) -> bool:
    return isinstance(arrival.event, Malformed)


def is_link(state: DeviceState) -> Callable[[Arrival], bool]:
    return lambda arrival: isinstance(arrival.event, LinkChange) and arrival.event.state is state


def subscribed(sink: Sink, times: int = 1) -> None:
    sink.wait_for(
        lambda a: isinstance(a.event, LinkChange) and a.event.detail.startswith("waiting for"), times
    )


def values(arrivals: list[Arrival]) -> list[float | None]:
    return [arrival.event.value for arrival in arrivals if isinstance(arrival.event, Observation)]


def test_a_message_becomes_arrivals_with_its_own_identity_and_time(
    run: Any, sink: Sink, broker: Broker, publish: Any
) -> None:
    run(sink, broker)
    subscribed(sink)
    publish(broker).observe(97, age_s=2, origin="real")
    (arrival,) = sink.wait_for(is_observation)
    assert (arrival.device, arrival.session, arrival.seq) == ("vs-1", "run-1", 1)
    assert (arrival.origin, arrival.live) == (Origin.REAL, True)
    assert arrival.received_ms - arrival.determined_ms == pytest.approx(2000, abs=1500)
    assert arrival.receipt is not None
    assert sink.links("vs-1")[-1].state is DeviceState.CONNECTED


def test_what_was_not_acknowledged_comes_again_and_what_was_does_not(
    run: Any, sink: Sink, broker: Broker, publish: Any
) -> None:
    adapters = run(sink, broker)
    subscribed(sink)
    publisher = publish(broker)
    for value in (91, 92, 93, 94):
        publisher.observe(value)
    arrivals = sink.wait_for(is_observation, 4)
    # Settled out of order: 93 must not be acknowledged before 92 is.
    adapters.acknowledge([arrivals[0].receipt, arrivals[2].receipt])
    adapters.stop()
    publisher.observe(95)
    publisher.take_turns()

    again = Sink()
    run(again, broker)
    redelivered = {a.seq for a in again.wait_for(is_observation, 4)}
    assert redelivered == {2, 3, 4, 5}


def test_a_broker_that_grows_impatient_is_not_answered_twice(
    run: Any, sink: Sink, nats: Broker, publish: Any
) -> None:
    """It delivers what it waits for again on the same connection; we hold that message already."""
    run(sink, nats)
    subscribed(sink)
    publish(nats).observe(97)
    sink.wait_for(is_observation)
    assert threading.Event().wait(2.6) is False
    assert values(sink.arrivals) == [97]


def test_everything_acknowledged_is_never_seen_again(
    run: Any, sink: Sink, broker: Broker, publish: Any
) -> None:
    adapters = run(sink, broker)
    subscribed(sink)
    publisher = publish(broker)
    publisher.observe(91)
    publisher.publish(b"not JSON")
    publisher.publish(b'{"state":"online"}', f"{TOPIC}/status")
    publisher.publish(b"neither", f"{TOPIC}/status")
    publisher.observe(92)
    arrivals = sink.wait_for(lambda a: is_observation(a) or is_malformed(a), 4)
    adapters.acknowledge(a.receipt for a in arrivals)
    adapters.stop()
    publisher.observe(93)
    publisher.take_turns()

    again = Sink()
    run(again, broker)
    again.wait_for(is_observation)
    assert [a.event for a in again.arrivals if is_malformed(a)] == []
    assert values(again.arrivals) == [93]


def test_a_message_with_nothing_of_use_is_acknowledged_all_the_same(
    run: Any, sink: Sink, mosquitto: Broker, publish: Any
) -> None:
    """More of them than the broker sends ahead: it would stop if one were forgotten."""
    adapters = run(sink, mosquitto, device(metrics=frozenset({MetricCode.NIBP})))
    subscribed(sink)
    publisher = publish(mosquitto)
    for _ in range(60):
        publisher.observe(97)
    publisher.publish(b"the end")
    (end,) = sink.wait_for(is_malformed)
    adapters.acknowledge([end.receipt])
    assert [a for a in sink.arrivals if is_observation(a)] == []


def test_a_killed_broker_is_told_and_found_again(
    run: Any, sink: Sink, broker: Broker, publish: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "devices")
    adapters = run(sink, broker)
    subscribed(sink)
    publish(broker).observe(91)
    (first,) = sink.wait_for(is_observation)
    adapters.acknowledge([first.receipt])
    broker.kill()
    (lost,) = sink.wait_for(is_link(DeviceState.DISCONNECTED))
    assert isinstance(lost.event, LinkChange)
    assert lost.event.detail.startswith(f"broker {broker.host}:{broker.port}: ")
    broker.start()
    wait_until(lambda: sink.links("vs-1")[-1].state is not DeviceState.DISCONNECTED)
    publish(broker).observe(92)
    sink.wait_for(lambda a: is_observation(a) and values([a]) == [92])
    levels = [record.levelno for record in caplog.records]
    assert levels.count(logging.WARNING) == 1
    assert logging.INFO in levels


def test_no_broker_at_all_is_told_once(run: Any, sink: Sink, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "devices")
    nobody = Broker([], free_port(), Path("unused"))
    run(sink, nobody)
    (lost,) = sink.wait_for(is_link(DeviceState.DISCONNECTED))
    assert isinstance(lost.event, LinkChange)
    assert lost.event.detail == f"broker 127.0.0.1:{nobody.port}: [Errno 111] Connection refused"
    assert threading.Event().wait(0.5) is False
    assert len(sink.links("vs-1")) == 2
    assert [r.levelno for r in caplog.records].count(logging.WARNING) == 1


def test_a_broker_that_refuses_us_is_told(run: Any, sink: Sink, tmp_path: Path, publish: Any) -> None:
    program = mosquitto_program()
    if program is None:
        pytest.skip("mosquitto is not installed")
    passwords = tmp_path / "passwords"
    passwords.write_text("")
    passwords.chmod(0o600)
    strict = mosquitto_broker(tmp_path, program, f"password_file {passwords}\n")
    text = (tmp_path / "mosquitto.conf").read_text()
    (tmp_path / "mosquitto.conf").write_text(text.replace("allow_anonymous true", "allow_anonymous false"))
    strict.start()
    try:
        adapters = run(sink, strict, username="monitor", password="wrong")
        (lost,) = sink.wait_for(is_link(DeviceState.DISCONNECTED))
        adapters.stop()
    finally:
        strict.kill()
    assert isinstance(lost.event, LinkChange)
    assert lost.event.detail.endswith("refused: Not authorized")


class TestWhatIsLive:
    @pytest.fixture
    def seen(self, run: Any, sink: Sink, nats: Broker, publish: Any) -> Callable[..., Arrival]:
        run(sink, nats)
        subscribed(sink)
        publisher = publish(nats)

        def see(**fields: Any) -> Arrival:
            publisher.observe(97, **fields)
            return sink.wait_for(is_observation)[-1]

        return see

    def test_what_is_31_s_old_is_stored_and_not_live(self, seen: Any) -> None:
        arrival = seen(age_s=31)
        assert (arrival.live, arrival.receipt is None) == (False, False)

    def test_what_comes_from_the_future_is_not_live(self, seen: Any) -> None:
        assert not seen(age_s=-7).live

    def test_a_little_in_the_future_is_live(self, seen: Any) -> None:
        assert seen(age_s=-3).live


def test_a_retained_observation_is_never_live(run: Any, sink: Sink, nats: Broker, publish: Any) -> None:
    publish(nats).observe(97, retain=True)
    run(sink, nats)
    (arrival,) = sink.wait_for(is_observation)
    assert not arrival.live
    assert DeviceState.CONNECTED not in {link.state for link in sink.links("vs-1")}


def test_a_retained_value_that_does_not_say_when_it_was_measured_is_never_live(
    run: Any, sink: Sink, nats: Broker, publish: Any
) -> None:
    publish(nats).publish(bytes.fromhex("00 61 00 48 00"), retain=True)
    run(sink, nats, replace(device(), kind="gatt-2a5f"))
    assert [arrival.live for arrival in sink.wait_for(is_observation, 2)] == [False, False]


def test_what_comes_from_a_devices_memory_is_not_passed_on(
    run: Any, sink: Sink, nats: Broker, publish: Any
) -> None:
    run(sink, nats, replace(device(), kind="gatt-2a5e"))
    subscribed(sink)
    publisher = publish(nats)
    publisher.publish(bytes.fromhex("02 61 00 48 00 00 02"))
    publisher.publish(bytes.fromhex("00 62 00 49 00"))
    told = [arrival.event for arrival in sink.wait_for(is_observation, 2)]
    assert [event.value for event in told if isinstance(event, Observation)] == [98, 73]


def test_a_duplicate_is_passed_on_with_the_same_identity(
    run: Any, sink: Sink, nats: Broker, publish: Any
) -> None:
    run(sink, nats)
    subscribed(sink)
    publisher = publish(nats)
    twice = observation(7, 97)
    publisher.publish(twice)
    publisher.publish(twice)
    first, second = sink.wait_for(is_observation, 2)
    assert (first.session, first.seq, first.determined_ms) == (
        second.session,
        second.seq,
        second.determined_ms,
    )


def test_demo_data_on_a_real_device_are_refused(run: Any, sink: Sink, nats: Broker, publish: Any) -> None:
    run(sink, nats)
    subscribed(sink)
    publish(nats).observe(97, origin="demo")
    (refused,) = sink.wait_for(is_malformed)
    assert isinstance(refused.event, Malformed)
    assert refused.event.reason == "origin: expected real, as the device is configured; got demo"
    assert refused.receipt is not None
    assert not any(is_observation(a) for a in sink.arrivals)


def test_a_demo_device_is_demo_whatever_its_messages_say(
    run: Any, sink: Sink, nats: Broker, publish: Any
) -> None:
    run(sink, nats, device(origin=Origin.DEMO))
    subscribed(sink)
    publisher = publish(nats)
    publisher.observe(97, origin="demo")
    publisher.observe(98)
    assert {a.origin for a in sink.wait_for(is_observation, 2)} == {Origin.DEMO}


def test_the_receipt_is_on_the_last_arrival_of_a_message(
    run: Any, sink: Sink, nats: Broker, publish: Any
) -> None:
    run(sink, nats)
    subscribed(sink)
    spo2 = {"code": "spo2", "value": 97, "unit": "%", "quality": "valid"}
    cuff = {"code": "nibp", "id": "a", "sys": 128, "dia": 76, "map": 93, "unit": "mm[Hg]", "quality": "valid"}
    cuff["t"] = (utc_now() - timedelta(seconds=12)).isoformat()
    publish(nats).publish(observation(1, 97, obs=[spo2, cuff]))
    (result,) = sink.wait_for(lambda a: isinstance(a.event, CuffResult))
    (first,) = sink.wait_for(is_observation)
    assert first.receipt is None
    assert result.receipt is not None
    assert result.received_ms - result.determined_ms == pytest.approx(12_000, abs=1500)
    assert (result.session, result.seq, result.live) == ("run-1", 1, True)


def test_a_device_its_gateway_gives_up_and_takes_back(
    run: Any, sink: Sink, nats: Broker, publish: Any
) -> None:
    other = device(f"{TOPIC}-b", "vs-2")
    run(sink, nats, device(), other)
    subscribed(sink, 2)
    publisher = publish(nats)
    publisher.publish(b'{"state":"online"}', f"{TOPIC}/status", retain=True)
    sink.wait_for(is_link(DeviceState.CONNECTED))
    publisher.publish(b'{"state":"offline"}', f"{TOPIC}/status", retain=True)
    (lost,) = sink.wait_for(is_link(DeviceState.DISCONNECTED))
    assert lost.event == LinkChange(DeviceState.DISCONNECTED, "its gateway says offline")
    publisher.observe(97)
    sink.wait_for(is_link(DeviceState.CONNECTED), 2)
    publisher.publish(b'{"state":"offline"}', "chairside/v1/elm/room-1/_gw/status")
    sink.wait_for(is_link(DeviceState.DISCONNECTED), 3)
    gone = LinkChange(DeviceState.DISCONNECTED, "its gateway is offline")
    assert sink.links("vs-1")[-1] == sink.links("vs-2")[-1] == gone


def test_a_device_that_says_nothing_is_silent(run: Any, sink: Sink, nats: Broker) -> None:
    run(sink, nats)
    (silent,) = sink.wait_for(is_link(DeviceState.SILENT))
    assert silent.event == LinkChange(DeviceState.SILENT, "nothing received for 3 s")


def test_a_fault_in_the_codec_costs_one_message(
    run: Any, sink: Sink, nats: Broker, publish: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(sink, nats)
    subscribed(sink)
    publisher = publish(nats)
    with monkeypatch.context() as broken:
        broken.setattr("devices.codecs.chairside_json._envelope", None)
        publisher.observe(91)
        (fault,) = sink.wait_for(is_malformed)
    publisher.observe(92)
    (good,) = sink.wait_for(is_observation)
    assert values([good]) == [92]
    assert fault.receipt is not None
    assert isinstance(fault.event, Malformed)
    assert fault.event.reason.startswith("fault in the adapter: AttributeError")


def test_a_device_behind_a_broker_needs_one() -> None:
    with pytest.raises(ValueError, match="device vs-1: expected a broker for its topic, got none"):
        Adapters([device()], None, Sink(), SystemClock(), "boot-1")


def test_two_devices_may_not_share_a_topic() -> None:
    with pytest.raises(ValueError, match=r"device vs-2: expected a topic of its own, got .* of device vs-1"):
        Adapters([device(), device(name="vs-2")], BrokerSpec("127.0.0.1"), Sink(), SystemClock(), "boot-1")
