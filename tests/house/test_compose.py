"""docker-compose.yml: valid, and each service's command does its work; Docker itself is not needed."""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
import yaml
from paho.mqtt.enums import CallbackAPIVersion

from monitor.config import is_loopback, load
from tests.house.conftest import HOUSE, Start, eventually, free_port, healthz

TOPIC = "chairside/v1/demo/gw-demo/vs-1/obs"


@pytest.fixture(scope="module")
def compose(house: Path) -> dict[str, Any]:
    return dict(yaml.safe_load((house / "docker-compose.yml").read_text("utf-8")))


@pytest.fixture
def broker_port(compose: dict[str, Any], mosquitto: str, start: Start, tmp_path: Path) -> int:
    """The broker as the file configures it, on a loopback port of its own."""
    service, port = compose["services"]["mosquitto"], free_port()
    (config,) = service["configs"]
    text = compose["configs"][config["source"]]["content"]
    assert "listener 1883\n" in text
    assert "/mosquitto/data/" in text
    data = tmp_path / "mosquitto"
    data.mkdir()
    text = text.replace("listener 1883\n", f"listener {port} 127.0.0.1\n").replace(
        "/mosquitto/data", str(data)
    )
    if os.geteuid() == 0:
        text += "user root\n"  # else it becomes a user who may not read this test's folder
    path = tmp_path / "mosquitto.conf"
    path.write_text(text)
    command = [part.replace(config["target"], str(path)) for part in service["command"]]
    assert command[0] == "mosquitto"
    start(mosquitto, *command[1:])
    return port


@contextmanager
def subscriber(port: int) -> Iterator[queue.Queue[tuple[str, bytes]]]:
    """All that is published below chairside/v1, from the moment the subscription stands."""
    heard: queue.Queue[tuple[str, bytes]] = queue.Queue()
    standing: queue.Queue[None] = queue.Queue()
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.on_connect = lambda client, *_: client.subscribe("chairside/v1/#", qos=1)
    client.on_subscribe = lambda *_: standing.put(None)
    client.on_message = lambda _client, _data, message: heard.put((message.topic, message.payload))
    eventually(lambda: client.connect("127.0.0.1", port) == 0, OSError)
    client.loop_start()
    try:
        standing.get(timeout=10)
        yield heard
    finally:
        client.disconnect()
        client.loop_stop()


def command_of(compose: dict[str, Any], service: str) -> list[str]:
    """The service's own command, after the image's entry point."""
    return [str(part) for part in compose["services"][service]["command"]]


def test_the_file_is_a_compose_file(house: Path) -> None:
    tool = shutil.which("check-jsonschema", path=str(Path(sys.executable).parent))
    assert tool is not None
    answer = subprocess.run(
        [tool, "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"],
        cwd=house, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_everything_is_reached_from_this_machine_only(compose: dict[str, Any], house: Path) -> None:
    services = compose["services"]
    assert services["clinic"]["network_mode"] == "host"
    assert is_loopback(load(house / "docs" / "clinic.compose.toml").server.host)
    published = [port for service in services.values() for port in service.get("ports", ())]
    assert published == ["127.0.0.1:1883:1883"]


def test_simulators_are_a_profile(compose: dict[str, Any]) -> None:
    assert {name for name, service in compose["services"].items() if "profiles" not in service} == {
        "mosquitto",
        "clinic",
    }
    assert compose["services"]["simulators"]["profiles"] == ["simulators"]


def test_the_image_is_built_from_the_lock_and_runs_as_nobody_special(house: Path) -> None:
    lines = (house / "Dockerfile").read_text("utf-8").splitlines()
    assert lines[0] == "FROM python:3.11-slim"
    assert any("--require-hashes --requirement requirements.lock" in line for line in lines)
    assert lines.index("USER chairside") < lines.index('ENTRYPOINT ["chairside"]')
    assert "/healthz" in "\n".join(lines)


def test_what_the_image_copies_is_let_through(house: Path) -> None:
    let_through = {
        line[1:] for line in (house / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")
    }
    assert let_through == {
        *("assets", "devices", "monitor", "simulators"),
        *("LICENSE", "README.md", "pyproject.toml", "requirements.lock"),
    }


def test_the_mounted_clinic_is_sound(compose: dict[str, Any], house: Path) -> None:
    mount = next(v for v in compose["services"]["clinic"]["volumes"] if v.endswith("clinic.toml:ro"))
    source, target, _ = mount.split(":")
    assert target in command_of(compose, "clinic")
    settings = load(house / source)
    assert settings.broker is not None
    assert f"{settings.broker.host}:{settings.broker.port}:1883" in compose["services"]["mosquitto"]["ports"]
    assert all(chair.simulated for chair in settings.chairs)


@pytest.mark.broker
def test_the_broker_takes_a_message(broker_port: int) -> None:
    with subscriber(broker_port) as heard:
        client = mqtt.Client(CallbackAPIVersion.VERSION2)
        client.connect("127.0.0.1", broker_port)
        client.loop_start()
        client.publish(TOPIC, b"{}", qos=1).wait_for_publish(10)
        client.disconnect()
        client.loop_stop()
        assert heard.get(timeout=10) == (TOPIC, b"{}")


@pytest.mark.broker
def test_the_simulators_publish_to_the_broker(
    compose: dict[str, Any], broker_port: int, start: Start, chairside: tuple[str, ...]
) -> None:
    command = command_of(compose, "simulators")
    with subscriber(broker_port) as heard:
        start(*chairside, *(part.replace("mosquitto:1883", f"127.0.0.1:{broker_port}") for part in command))
        eventually(lambda: heard.get(timeout=30)[0] == TOPIC)


@pytest.mark.broker
def test_the_clinic_answers(
    compose: dict[str, Any], broker_port: int, start: Start, chairside: tuple[str, ...], tmp_path: Path
) -> None:
    port, path = free_port(), tmp_path / "clinic.toml"
    text = (HOUSE / "docs" / "clinic.compose.toml").read_text("utf-8")
    for old, new in (
        ("port = 8050", f"port = {port}"),
        ("port = 1883", f"port = {broker_port}"),
        ('"/var/lib/chairside"', f'"{tmp_path / "store"}"'),
    ):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)
    command = [
        part.replace("/etc/chairside/clinic.toml", str(path)) for part in command_of(compose, "clinic")
    ]
    assert healthz(port, start(*chairside, *command))["status"] == "ok"
