"""Mappings and the way to the broker: what is configured is what is read, and every fault has its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.model import MetricCode
from monitor.cli.monitor import periods
from monitor.config import ConfigError, load
from tests.monitor.test_config import CLINIC

MAPPING = """
[[mapping]]
name = "red"
form = "json"
time = "/t"
time_form = "ms"
[[mapping.value]]
metric = "spo2"
at = "/spo2"
unit = "%"
period_s = 2
[mapping.cuff]
systolic = "/s"
diastolic = "/d"
unit = "kPa"
[[mapping]]
name = "bridge"
form = "raw"
"""
DEVICE = """id = "monitor-2"
kind = "chairside-json"
chair = "2"
name = "Bedside monitor"
topic = "chairside/v1/test/window/monitor-2"
"""
MAPPED = 'id = "monitor-2"\nkind = "mqtt-json"\nchair = "2"\ntopic = "red/x"\nmapping = "red"\n'
BRIDGED = 'id = "monitor-2"\nkind = "nellcor"\nchair = "2"\ntopic = "red/x"\nmapping = "bridge"\n'


def write(folder: Path, device: str, mapping: str = MAPPING) -> Path:
    assert DEVICE in CLINIC
    path = folder / "clinic.toml"
    path.write_text(CLINIC.replace(DEVICE, device) + mapping)
    return path


def keys(path: Path) -> set[str]:
    with pytest.raises(ConfigError) as caught:
        load(path)
    return {fault.key for fault in caught.value.faults}


def test_a_device_gives_what_its_mapping_says(tmp_path: Path) -> None:
    settings = load(write(tmp_path, MAPPED))
    device = settings.devices[2]
    assert device.mapping is not None
    assert (device.mapping.time, device.mapping.cuff is not None) == ("/t", True)
    assert settings.broker is not None
    assert periods(settings)["monitor-2"] == {MetricCode.SPO2: 2.0, MetricCode.NIBP: None}


def test_a_bridge_carries_the_bytes_of_a_serial_kind(tmp_path: Path) -> None:
    device = load(write(tmp_path, BRIDGED)).devices[2]
    assert device.mapping is not None
    assert device.mapping.topic == "raw"


@pytest.mark.parametrize(
    ("device", "mapping", "key"),
    [
        (MAPPED.replace('"red"\n', '"rad"\n'), MAPPING, "device[3].mapping"),
        (MAPPED.replace('mapping = "red"\n', ""), MAPPING, "device[3].mapping"),
        (MAPPED.replace('mapping = "red"', 'mapping = "bridge"'), MAPPING, "device[3].mapping"),
        (BRIDGED.replace("nellcor", "dinamap"), MAPPING, "device[3].mapping"),
        (BRIDGED.replace('topic = "red/x"', 'port = "COM9"'), MAPPING, "device[3].mapping"),
        (MAPPED.replace("red/x", "red/#"), MAPPING, "device[3].topic"),
        (MAPPED, MAPPING.replace('"kPa"', '"psi"'), "mapping[1].cuff.unit"),
        (MAPPED, MAPPING.replace('unit = "%"', 'unit = "/min"'), "mapping[1].value[1].unit"),
        (MAPPED, MAPPING.replace('at = "/spo2"', 'at = "spo2"'), "mapping[1].value[1].at"),
        (MAPPED, MAPPING.replace('at = "/spo2"\n', ""), "mapping[1].value[1].at"),
        (MAPPED, MAPPING.replace('name = "bridge"', 'name = "red"'), "mapping[2].name"),
        (MAPPED, MAPPING + 'time = "/t"\n', "mapping[2].time"),
        (MAPPED, MAPPING + 'zone = "Mars/Base"\n', "mapping[2].zone"),
        (MAPPED, MAPPING + '[mqtt]\npassword_env = "NO_SUCH_VARIABLE_HERE"\n', "mqtt.password_env"),
        (MAPPED, MAPPING + '[mqtt]\ncertificate = "clinic.toml"\n', "mqtt.key"),
    ],
)
def test_a_fault_names_its_key(tmp_path: Path, device: str, mapping: str, key: str) -> None:
    assert key in keys(write(tmp_path, device, mapping))


def test_the_password_out_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROKER_PASSWORD", "secret")
    path = write(tmp_path, MAPPED, MAPPING + '[mqtt]\nusername = "m"\npassword_env = "BROKER_PASSWORD"\n')
    broker = load(path).broker
    assert broker is not None
    assert broker.password() == "secret"
