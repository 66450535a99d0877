"""Gateways with a schema of their own behind real brokers; TLS, certificates and both versions of MQTT."""

from __future__ import annotations

import gc
import json
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from devices.adapter import Adapters, BrokerSpec
from devices.catalogue import DeviceSpec
from devices.mapping import CuffRule, Mapping, ValueRule
from devices.model import CuffResult, DeviceState, LinkChange, Malformed, MetricCode, Observation
from monitor.clock import SystemClock
from tests.brokers import Broker, mosquitto_broker, mosquitto_program
from tests.devices.support import CAPTURES, Sink

pytestmark = pytest.mark.broker

SPO2 = ValueRule(MetricCode.SPO2, "%", "/spo2")
STATES = Mapping(
    "values",
    (
        ValueRule(MetricCode.SPO2, "%", topic="sensor/spo2/state"),
        ValueRule(MetricCode.PULSE_RATE, "/min", topic="sensor/pulse/state"),
    ),
    availability="../status",
)
CUFF = CuffRule("/s", "/d", "kPa")


class Gateway:
    """Publishes whatever a gateway does; and our own side, which listens."""

    def __init__(self, broker: Broker, sink: Sink) -> None:
        self.broker, self.sink = broker, sink
        self._adapters: list[Adapters] = []
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="gateway")
        self._client.connect(broker.host, broker.port)
        self._client.loop_start()

    def listen(self, *devices: DeviceSpec, sink: Sink | None = None) -> Adapters:
        sink = sink or self.sink
        spec = BrokerSpec(self.broker.host, self.broker.port, "monitor-test")
        adapters = Adapters(devices, spec, sink, SystemClock(), "boot-1", backoff_s=(0.05, 0.3))
        self._adapters.append(adapters)
        adapters.start()
        sink.wait_for(is_waiting, len(devices))
        return adapters

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        self._client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(10)

    def close(self) -> None:
        for adapters in self._adapters:
            adapters.stop()
        self._client.disconnect()
        self._client.loop_stop()


def is_waiting(arrival: Any) -> bool:
    return isinstance(arrival.event, LinkChange) and arrival.event.detail.startswith("waiting for")


def is_value(arrival: Any) -> bool:
    return isinstance(arrival.event, Observation)


@pytest.fixture
def gateway(nats: Broker) -> Iterator[Gateway]:
    opened = Gateway(nats, Sink())
    yield opened
    opened.close()


def test_bytes_of_a_serial_line_come_cut_anywhere(gateway: Gateway) -> None:
    wire = (CAPTURES / "masimo-rad8-valid.bin").read_bytes()
    topic = "chairside/v1/elm/room-1/ox-1"
    gateway.listen(
        DeviceSpec("ox-1", "masimo-ascii1", "Rad-8", topic=topic, mapping=Mapping("raw", topic="raw"))
    )
    for start in range(0, len(wire), 40):
        gateway.publish(f"{topic}/raw", wire[start : start + 40])
    first = gateway.sink.wait_for(is_value)[0]
    assert (first.event.metric, first.live, first.device) == (MetricCode.SPO2, True, "ox-1")
    gateway.publish(f"{topic}/status", b'{"state":"offline"}', retain=True)
    gateway.sink.wait_for(
        lambda a: a.event == LinkChange(DeviceState.DISCONNECTED, "its gateway says offline")
    )


@pytest.mark.parametrize("encoding", ["bytes", "hex", "base64"])
def test_a_bluetooth_value_in_any_of_its_spellings(gateway: Gateway, encoding: Any) -> None:
    mapping = Mapping("gatt", encoding=encoding)
    gateway.listen(DeviceSpec("ox-1", "gatt-2a5f", "Clip", topic="ble/ox", mapping=mapping))
    spelled = {"bytes": bytes, "hex": lambda value: value.hex(":").encode(), "base64": b64encode}[encoding]
    for value in ("0461004800 0000", "04 6100 4800 0000", "08 6100 4800 000800"):
        gateway.publish("ble/ox", spelled(bytes.fromhex(value.replace(" ", ""))))
    seen = gateway.sink.wait_for(is_value, 6)
    assert [(a.event.metric, a.event.value, a.live) for a in seen[:2]] == [
        (MetricCode.SPO2, 97.0, True),
        (MetricCode.PULSE_RATE, 72.0, True),
    ]
    assert [(a.event.value, a.event.flags) for a in seen[4:]] == [(None, ("probe_off",))] * 2
    gateway.publish("ble/ox", spelled(b"\x04\x61"))
    gateway.sink.wait_for(lambda a: isinstance(a.event, Malformed))


def test_a_bluetooth_cuff_that_is_sent_twice_is_one_result(gateway: Gateway) -> None:
    mapping = Mapping("gatt", encoding="hex")
    gateway.listen(DeviceSpec("bp-1", "gatt-2a35", "Cuff", topic="ble/cuff", mapping=mapping))
    for _ in range(2):
        gateway.publish("ble/cuff", b"1E7000 4D00 0000 DF07010E0A3700 4800 01 0000")
    seen = gateway.sink.wait_for(lambda a: isinstance(a.event, CuffResult))
    assert {(a.event.systolic, a.event.diastolic, a.event.mean) for a in seen} == {(112, 77, None)}
    assert {a.event.result_id for a in seen} == {"2015-01-14T10:55:00"}


def test_states_of_single_values_and_who_is_offline(gateway: Gateway) -> None:
    gateway.listen(DeviceSpec("ox-1", "mqtt-values", "ESP", topic="esp/ox", mapping=STATES))
    gateway.publish("esp/ox/sensor/spo2/state", b"97")
    gateway.publish("esp/ox/sensor/pulse/state", b"unavailable")
    spo2, pulse = gateway.sink.wait_for(is_value, 2)
    assert (spo2.event.value, spo2.live, pulse.event.value) == (97.0, True, None)
    gateway.publish("esp/status", b"offline")
    lost = LinkChange(DeviceState.DISCONNECTED, "esp/status says offline")
    gateway.sink.wait_for(lambda a: a.event == lost)


def test_what_the_broker_kept_of_a_state_is_never_live(gateway: Gateway) -> None:
    gateway.publish("esp/ox/sensor/spo2/state", b"97", retain=True)
    gateway.listen(DeviceSpec("ox-1", "mqtt-values", "ESP", topic="esp/ox", mapping=STATES))
    (kept,) = gateway.sink.wait_for(is_value)
    assert not kept.live
    gateway.publish("esp/ox/sensor/spo2/state", b"96", retain=True)
    assert gateway.sink.wait_for(is_value, 2)[1].live


def test_what_has_no_time_does_not_wait_for_us_in_the_broker(gateway: Gateway) -> None:
    device = DeviceSpec("ox-1", "mqtt-json", "OMG", topic="omg/x", mapping=Mapping("json", (SPO2,)))
    gateway.listen(device).stop()
    gateway.publish("omg/x", b'{"spo2": 81}')
    again = Sink()
    gateway.listen(device, sink=again)
    gateway.publish("omg/x", b'{"spo2": 97}')
    (now,) = again.wait_for(is_value)
    assert (now.event.value, now.live) == (97.0, True)


def test_a_message_with_its_time_waits_and_counts_once(gateway: Gateway) -> None:
    mapping = Mapping("json", (SPO2,), time="/t", time_form="ms")
    gateway.listen(DeviceSpec("ox-1", "mqtt-json", "Node-RED", topic="red/x", mapping=mapping))
    now_ms = SystemClock().utc_ms()
    for _ in range(2):
        gateway.publish("red/x", json.dumps({"spo2": 97, "t": now_ms}).encode())
    gateway.publish("red/x", json.dumps({"spo2": 96, "t": now_ms - 40_000}).encode())
    first, second, old = gateway.sink.wait_for(is_value, 3)
    assert first.determined_ms == now_ms
    assert (first.session, first.seq) == (second.session, second.seq)
    assert (first.live, old.live) == (True, False)


def test_a_cuff_repeated_each_second_is_one_event_and_the_first_is_not_live(gateway: Gateway) -> None:
    mapping = Mapping("json", (SPO2,), CUFF)
    gateway.listen(DeviceSpec("vs-1", "mqtt-json", "VS", topic="vs/1", mapping=mapping))
    for systolic in (16.0, 16.0, 17.2, 17.2, 17.2):
        gateway.publish("vs/1", json.dumps({"s": systolic, "d": 10, "spo2": 97}).encode())
    gateway.publish("vs/1", b"the end")
    gateway.sink.wait_for(lambda a: isinstance(a.event, Malformed))
    told = [a for a in gateway.sink.arrivals if isinstance(a.event, CuffResult)]
    assert [(a.event.systolic, a.live) for a in told] == [(120.0, False), (129.0, True)]


def test_a_device_slower_than_usual_is_not_silent_where_its_gateway_says_so(gateway: Gateway) -> None:
    topic = "chairside/v1/elm/room-1/slow"
    gateway.publish(f"{topic}/info", b'{"periods": {"spo2": 20, "nibp": null}}', retain=True)
    slow = DeviceSpec("slow", "chairside-json", "Slow", topic=topic)
    usual = DeviceSpec("usual", "chairside-json", "Usual", topic="chairside/v1/elm/room-1/usual")
    gateway.listen(slow, usual)
    gateway.sink.wait_for(lambda a: a.device == "usual" and a.event.__class__ is LinkChange
                          and a.event.state is DeviceState.SILENT)  # fmt: skip
    assert DeviceState.SILENT not in {link.state for link in gateway.sink.links("slow")}


@pytest.mark.parametrize(("protocol", "kept"), [("auto", True), ("5", True), ("3.1.1", True)])
def test_every_version_keeps_the_session(mosquitto: Broker, protocol: Any, kept: bool) -> None:
    gateway = Gateway(mosquitto, Sink())
    spec = BrokerSpec(mosquitto.host, mosquitto.port, "monitor-test", protocol=protocol)
    mapping = Mapping("json", (SPO2,), time="/t", time_form="ms")
    device = DeviceSpec("ox-1", "mqtt-json", "Red", topic="red/x", mapping=mapping)
    try:
        first = Adapters([device], spec, gateway.sink, SystemClock(), "boot-1")
        first.start()
        gateway.sink.wait_for(is_waiting)
        first.stop()
        gateway.publish("red/x", json.dumps({"spo2": 97, "t": SystemClock().utc_ms()}).encode())
        again = Sink()
        second = Adapters([device], spec, again, SystemClock(), "boot-2")
        second.start()
        again.wait_for(is_value)
        second.stop()
    finally:
        gateway.close()


def test_a_broker_of_the_older_version_is_told_where_5_is_demanded(nats: Broker) -> None:
    sink = Sink()
    spec = BrokerSpec(nats.host, nats.port, "monitor-test", protocol="5")
    device = DeviceSpec("ox-1", "mqtt-json", "X", topic="x/y", mapping=Mapping("json", (SPO2,)))
    adapters = Adapters([device], spec, sink, SystemClock(), "boot-1")
    adapters.start()
    (lost,) = sink.wait_for(
        lambda a: isinstance(a.event, LinkChange) and a.event.state is DeviceState.DISCONNECTED
    )
    adapters.stop()
    assert "Unsupported protocol version" in lost.event.detail  # type: ignore[union-attr]


class TestTls:
    @pytest.fixture
    def keys(self, tmp_path: Path) -> Path:
        """An authority of the test's own, and what it signed for the broker and for us."""
        for who in ("ca", "broker", "monitor"):
            key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
            names = ["-subj", f"/CN={who}", "-keyout", f"{who}.key", "-out", f"{who}.pem", "-days", "2"]
            signed = [] if who == "ca" else ["-CA", "ca.pem", "-CAkey", "ca.key"]
            names += ["-addext", "subjectAltName=IP:127.0.0.1"] if who == "broker" else []
            command = ["openssl", "req", "-x509", *key, *names, *signed]
            subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
        return tmp_path

    def connect(self, keys: Path, **spec: Any) -> LinkChange:
        program = mosquitto_program()
        if program is None:
            pytest.skip("mosquitto is not installed")
        subprocess.run(["mosquitto_passwd", "-b", "-c", keys / "users", "monitor", "right"], check=True)
        tls = f"cafile {keys}/ca.pem\ncertfile {keys}/broker.pem\nkeyfile {keys}/broker.key\n"
        broker = mosquitto_broker(
            keys, program, tls + f"require_certificate true\npassword_file {keys}/users\n"
        )
        text = (keys / "mosquitto.conf").read_text().replace("allow_anonymous true", "allow_anonymous false")
        (keys / "mosquitto.conf").write_text(text)
        sink = Sink()
        device = DeviceSpec("ox-1", "mqtt-json", "X", topic="x/y", mapping=Mapping("json", (SPO2,)))
        ours = {"certificate": keys / "monitor.pem", "key": keys / "monitor.key", "ca_file": keys / "ca.pem"}
        ours |= {"username": "monitor", "password": "right"} | spec
        broker.start()
        where = BrokerSpec(broker.host, broker.port, "monitor-test", tls=True, **ours)
        adapters = Adapters([device], where, sink, SystemClock(), "boot-1")
        adapters.start()
        try:
            sink.wait_for(
                lambda a: (
                    is_waiting(a)
                    or (isinstance(a.event, LinkChange) and a.event.state is DeviceState.DISCONNECTED)
                )
            )
            return sink.links("ox-1")[-1]
        finally:
            adapters.stop()
            broker.kill()

    def test_a_broker_that_asks_for_a_certificate_and_a_password(self, keys: Path) -> None:
        assert self.connect(keys).detail == "waiting for x/y"

    def test_a_wrong_password(self, keys: Path) -> None:
        assert "Not authorized" in self.connect(keys, password="wrong").detail

    @pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # paho leaves the socket
    def test_a_broker_that_somebody_else_vouches_for_is_not_trusted(self, keys: Path) -> None:
        assert "CERTIFICATE_VERIFY_FAILED" in self.connect(keys, ca_file=None).detail
        gc.collect()
