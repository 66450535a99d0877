"""[hl7]: it listens only where a device speaks it, and beyond this machine only to those who are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.cli.settings_file import read_settings, write_settings
from monitor.config import ConfigError, Hl7Settings, load
from tests.monitor.test_config import CLINIC

MQTT = """kind = "chairside-json"
chair = "2"
name = "Bedside monitor"
topic = "chairside/v1/test/window/monitor-2"
"""
HL7 = 'kind = "hl7-oru"\nchair = "2"\nsender = "GW/ICU"\n'


def write(folder: Path, device: str = HL7, more: str = "") -> Path:
    assert MQTT in CLINIC
    path = folder / "clinic.toml"
    path.write_text(CLINIC.replace(MQTT, device) + more)
    return path


def fault(path: Path) -> tuple[str, str]:
    with pytest.raises(ConfigError) as caught:
        load(path)
    (found,) = caught.value.faults
    return found.key, found.expected


def test_as_shipped_it_listens_on_this_machine(tmp_path: Path) -> None:
    settings = load(write(tmp_path))
    assert settings.hl7 == Hl7Settings("127.0.0.1", 2575)
    assert settings.devices[2].sender == "GW/ICU"
    assert settings.broker is None


def test_without_a_device_that_speaks_it_nothing_listens(tmp_path: Path) -> None:
    assert load(write(tmp_path, MQTT)).hl7 is None


def test_everything_at_once(tmp_path: Path) -> None:
    more = """[hl7]
listen = "[::]:2600"
peers = ["10.1.2.0/24", "::1"]
match = "equipment"
zone = "Europe/Vienna"
"""
    settings = load(write(tmp_path, more=more))
    assert settings.hl7 == Hl7Settings("::", 2600, ("10.1.2.0/24", "::1"), "equipment", "Europe/Vienna")
    write_settings(settings, tmp_path / "settings.json")
    assert read_settings(tmp_path / "settings.json").hl7 == settings.hl7


@pytest.mark.parametrize(
    ("more", "key", "expected"),
    [
        ('listen = "0.0.0.0:2575"', "hl7.peers", "who may call, as it listens beyond this machine"),
        ('listen = "somewhere:2575"', "hl7.listen", "an address and a port 1–65535"),
        ('listen = "127.0.0.1:0"', "hl7.listen", "an address and a port 1–65535"),
        ('listen = "::1:2575"', "hl7.listen", "an address and a port 1–65535"),
        ('listen = "127.0.0.1"', "hl7.listen", "an address and a port 1–65535"),
        ('peers = ["10.1.2.3/24"]', "hl7.peers", "an address, or a network whose host bits are 0"),
        ('match = "patient"', "hl7.match", "sender | application | facility | equipment | filler"),
    ],
)
def test_what_cannot_be(tmp_path: Path, more: str, key: str, expected: str) -> None:
    assert fault(write(tmp_path, more=f"[hl7]\n{more}\n")) == (key, expected)


@pytest.mark.parametrize(
    ("device", "key"),
    [
        ('kind = "hl7-oru"\nchair = "2"\n', "device[3].sender"),
        (HL7 + 'port = "/dev/ttyUSB7"\n', "device[3].port"),
        (MQTT + 'sender = "GW/ICU"\n', "device[3]"),
    ],
)
def test_a_device_that_calls_has_a_sender_and_no_other_way(tmp_path: Path, device: str, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path, device))
    assert all(found.key.startswith(key) for found in caught.value.faults)


def test_two_devices_do_not_share_a_sender(tmp_path: Path) -> None:
    second = f'[[device]]\nid = "monitor-3"\n{HL7}'.replace(
        'chair = "2"', 'chair = "1"\nmetrics = ["temperature"]'
    )
    assert fault(write(tmp_path, more=second)) == ("device[4].sender", "one that no other device has")
