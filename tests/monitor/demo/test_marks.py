"""From the device's own words to the last export: what is no patient's says so, everywhere."""

from __future__ import annotations

import csv
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from monitor.cli.monitor import _watch
from monitor.clock import SystemClock
from monitor.config import (
    AlarmTopics,
    BrokerSettings,
    ChairSettings,
    ChannelSettings,
    DeviceSettings,
    NotifySettings,
    Settings,
    UserSettings,
    shipped_presets,
)
from monitor.dashboard.components.visits_table import visits_table
from monitor.dashboard.frame import picture
from monitor.dashboard.views.visits import visit_rows
from monitor.report.flowsheet import record_path
from monitor.sessions.actions import Abort, Seat
from monitor.store.desk import Desk
from monitor.store.prepare import prepare
from monitor.store.queries import JournalReader
from monitor.store.snapshot import ChairView
from monitor.terms import Role
from simulators import measured
from simulators.playback import Playback
from simulators.run import Simulation
from simulators.scenario import CUFF, OXIMETRY, DevicePlan, load
from simulators.transport import Broker as BrokerAddress
from simulators.wiring import Wiring
from tests.brokers import Broker, nats_broker, wait_until

SPEED = 60.0
SERIAL, MQTT = "ox", "vs"
TOPIC = "chairside/v1/marks/gw/vs"
TOLD = "FROM delivery WHERE chair <> ''"
SCENARIO = f"""
title = "Marks"
description = "For a test"
site = "marks"
gateway = "gw"
[cuff]
baseline_min = 1

[chair.1]
patient = {{ label = "A. B.", seed = 5 }}
visit = {{ phase = "baseline", minute = 1 }}
devices = [{{ id = "{SERIAL}", kind = "masimo-ascii1" }}]

[chair.2]
patient = {{ label = "C. D.", seed = 6 }}
visit = {{ phase = "baseline", minute = 1 }}
devices = [{{ id = "{MQTT}", kind = "chairside-json", topic = "vs" }}]

[[course]]
chair = "1"
vital = "spo2"
to = 75
at_min = 0
over_min = 0

[[course]]
chair = "2"
vital = "spo2"
to = 75
at_min = 0
over_min = 0
"""


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    made = nats_broker(tmp_path)
    made.start()
    yield made
    made.kill()


@pytest.fixture
def clock() -> SystemClock:
    real_s = SystemClock().utc_ms() / 1000
    return SystemClock(SPEED, (real_s, real_s))


def clinic(folder: Path, broker: Broker, origin: str) -> Settings:
    mark = {"simulated" if origin == "demo" else "replay": True}
    address = BrokerSettings(host=broker.host, port=broker.port, client_id="marks")
    return Settings(
        name="Marks",
        site="marks",
        chairs=tuple(ChairSettings(n, n, **mark) for n in ("1", "2")),
        devices=(
            DeviceSettings(SERIAL, "masimo-ascii1", "1", "Rad-8", port=str(folder / "ports" / SERIAL)),
            DeviceSettings(MQTT, "chairside-json", "2", "Monitor", topic=TOPIC),
        ),
        users=(UserSettings("ana", "Ana", Role.NURSE, ""),),
        presets=shipped_presets(),
        store=folder / "store",
        broker=address,
        notify=NotifySettings(
            channels=(ChannelSettings("Pager", "json://127.0.0.1:9"),),
            mqtt=AlarmTopics(BrokerSettings(host=broker.host, port=broker.port), "chairside/marks/alarms"),
            demo=True,
        ),
        speed=SPEED,
    )


@contextmanager
def in_a_thread(run: Callable[[], None], stop: Callable[[], None]) -> Iterator[None]:
    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop()
        thread.join(timeout=30)
        assert not thread.is_alive()


@contextmanager
def demo(folder: Path, broker: Broker, clock: SystemClock) -> Iterator[None]:
    (folder / "marks.toml").write_text(SCENARIO, encoding="utf-8")
    address = BrokerAddress(broker.host, broker.port)
    scenario = load(folder / "marks.toml")
    with (
        Simulation(scenario, folder / "ports", address, clock, speed=SPEED) as simulation,
        in_a_thread(simulation.run, simulation.stop),
    ):
        yield


@contextmanager
def replay(folder: Path, broker: Broker, clock: SystemClock) -> Iterator[None]:
    table = folder / "table.csv"
    rows = [f"{second},70,75,200,120" for second in range(0, 3600, 5)]
    table.write_text("\n".join(["time_s,hr,spo2,sbp,dbp", *rows]), encoding="utf-8")
    plans = (
        DevicePlan(SERIAL, "masimo-ascii1", SERIAL, (OXIMETRY,), port=SERIAL),
        DevicePlan(MQTT, "chairside-json", MQTT, (OXIMETRY, CUFF), topic=TOPIC),
    )
    with ExitStack() as playing:
        for plan in plans:
            source = measured.MeasuredBedside(measured.load(table), plan)
            address = BrokerAddress(broker.host, broker.port)
            player = Playback(plan, source, Wiring(folder / "ports"), address, clock)
            playing.enter_context(closing(player))
            playing.enter_context(in_a_thread(player.run, player.stop))
        yield


@contextmanager
def heard(broker: Broker) -> Iterator[dict[str, Any]]:
    """The newest of every topic on the broker, as a lamp or a pager would have it."""
    topics: dict[str, Any] = {}
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="lamp")
    client.on_message = lambda _c, _u, message: topics.update({message.topic: json.loads(message.payload)})
    client.connect(broker.host, broker.port)
    client.subscribe("chairside/#", 1)
    client.loop_start()
    try:
        yield topics
    finally:
        client.disconnect()
        client.loop_stop()


def chairs(reader: JournalReader) -> dict[str, ChairView]:
    snapshot = reader.snapshot()
    return {} if snapshot is None else {chair.id: chair for chair in snapshot.chairs}


def both(reader: JournalReader, holds: Callable[[ChairView], object]) -> bool:
    found = chairs(reader)
    return len(found) == 2 and all(holds(chair) for chair in found.values())


def asked(store: Path, query: str) -> set[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{store / 'journal.db'}?mode=ro", uri=True)) as connection:
        return set(connection.execute(query))


@pytest.mark.broker
@pytest.mark.parametrize(("origin", "word"), [("demo", "DEMO"), ("replay", "REPLAY")])
def test_from_the_device_to_the_last_export_it_says_what_it_is(
    tmp_path: Path, broker: Broker, clock: SystemClock, origin: str, word: str
) -> None:
    settings = clinic(tmp_path, broker, origin)
    prepare(settings.store)
    stop = threading.Event()
    playing = demo if origin == "demo" else replay
    with (
        heard(broker) as topics,
        playing(tmp_path, broker, clock),
        in_a_thread(lambda: _watch(settings, clock, stop), stop.set),
        closing(Desk.open(settings.store)) as desk,
        closing(JournalReader.open(settings.store)) as reader,
    ):

        def act(chair: str, session: str | None, what: Any) -> None:
            who = {"user": "ana", "role": Role.NURSE, "station": "a-1"}
            desk.append(at_ms=clock.utc_ms(), chair=chair, session=session, act=what, **who)

        wait_until(lambda: both(reader, lambda chair: chair.demo), 30)
        for chair in ("1", "2"):
            act(chair, None, Seat("A. B.", True))
        wait_until(lambda: both(reader, lambda chair: any(a.outside for a in chair.alarms)), 60)
        wait_until(
            lambda: len(asked(settings.store, "SELECT chair FROM delivery WHERE chair <> ''")) == 2, 30
        )
        sessions = {id_: chair.session.id for id_, chair in chairs(reader).items() if chair.session}
        snapshot = reader.snapshot()
        assert snapshot is not None
        shown = picture(snapshot, {"sound": 0, "all": 0})  # type: ignore[typeddict-item]
        lamps = [topics.get(f"chairside/marks/alarms/{name}") for name in ("chair/1", "chair/2", "clinic")]
        for chair, session in sessions.items():
            act(chair, session, Abort("only a test"))
        files = [record_path(settings, session) for session in sessions.values()]
        wait_until(lambda: all(file.exists() for file in files), 30)
        visits = visit_rows(reader.sessions())

    is_replay = origin == "replay"
    assert topics[f"{TOPIC}/obs"]["origin"] == origin
    assert topics["chairside/v1/marks/gw/_gw/status"]["origin"] == origin
    assert asked(settings.store, "SELECT DISTINCT device, origin FROM observation") == {
        (SERIAL, origin), (MQTT, origin)
    }  # fmt: skip
    assert {row[0] for row in asked(settings.store, "SELECT DISTINCT origin FROM cuff")} <= {origin}
    assert asked(settings.store, "SELECT DISTINCT demo, replay FROM visit") == {(1, int(is_replay))}
    assert shown.identity["demo"]
    assert all(
        (chair["demo"], chair.get("replay", False)) == (True, is_replay) for chair in shown.chairs.values()
    )
    assert all(lamp is not None and (lamp["demo"], lamp["replay"]) == (True, is_replay) for lamp in lamps)
    texts = asked(settings.store, f"SELECT text {TOLD}")
    assert texts
    assert all(str(text).startswith(f"{word} · Chair") for (text,) in texts)
    for file in files:
        lines = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))
        assert any(cell.startswith(f"{word}: ") for line in lines for cell in line)
        values = [line for line in lines if line and line[0] in {"observation", "cuff"}]
        assert values
        assert all(origin in " ".join(line).split() for line in values)
    assert {row.tag for row in visits} == {word}
    assert word in str(msgspec.to_builtins(visits_table(visits).to_plotly_json(), enc_hook=str))
