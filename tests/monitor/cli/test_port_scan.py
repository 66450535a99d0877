"""Listening on a free port for the page of devices, with an oximeter at the far end of a real pty."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from devices.adapter.ports import PortFound
from monitor.cli.port_scan import WANTED_S, PortScan
from monitor.config import DeviceSettings
from monitor.dashboard.services import Listening
from tests.brokers import wait_until
from tests.devices.support import CAPTURES, FarEnd

LINES = (CAPTURES / "masimo-rad8-valid.bin").read_bytes()


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def oximeter() -> Iterator[FarEnd]:
    """A far end that says the same five lines for ever."""
    stop = threading.Event()
    with FarEnd() as far_end:

        def speak() -> None:
            while not stop.wait(0.2):
                far_end.send(LINES)

        speaking = threading.Thread(target=speak)
        speaking.start()
        yield far_end
        stop.set()
        speaking.join()


def scan_of(far_end: FarEnd, clock: Clock, *devices: DeviceSettings) -> PortScan:
    return PortScan(devices, clock, lambda: [PortFound(far_end.port, far_end.port, "FTDI, USB 0403:6001")])


def test_a_free_port_is_named_with_values_that_have_an_age_and_with_its_entry(oximeter: FarEnd) -> None:
    clock = Clock()
    scan = scan_of(oximeter, clock)
    assert [(each.port, each.used_by) for each in scan.ports()] == [(oximeter.port, "")]
    assert scan.heard() == Listening()
    assert scan.listen(oximeter.port) == ""
    assert "wait until that is done" in scan.listen(oximeter.port)
    wait_until(lambda: len(scan.heard().values) == 3, 30.0)
    heard = scan.heard()
    assert heard.under_way
    assert heard.found[0].startswith(f"{oximeter.port}: masimo-ascii1 (Masimo Rad-8")
    assert {words.split()[0] for words, _ in heard.values} == {"SpO₂", "PR", "PI"}
    assert scan.listen(oximeter.port) == ""  # the same once more: the port is free by then
    wait_until(lambda: len(scan.heard().values) == 3, 30.0)
    assert heard.entry.splitlines()[2:5] == [
        'kind = "masimo-ascii1"',
        'chair = "CHAIR"',
        f'port = "{oximeter.port}"',
    ]
    clock.now_s += WANTED_S + 1  # nobody looked for so long
    wait_until(lambda: "port scan" not in {thread.name for thread in threading.enumerate()}, 10.0)
    assert not scan.heard().under_way
    clock.now_s += 5
    assert min(age_s for _, age_s in scan.heard().values) >= 5


def test_a_port_that_a_device_uses_or_that_is_none_is_never_opened(oximeter: FarEnd) -> None:
    used = DeviceSettings("ox-1", "masimo-ascii1", "1", "Rad-8 of chair 1", port=oximeter.port)
    scan = scan_of(oximeter, Clock(), used)
    assert [each.used_by for each in scan.ports()] == ["Rad-8 of chair 1"]
    for port in (oximeter.port, "/etc/hostname", "socket://127.0.0.1:1"):
        assert "expected a port of this computer that no device uses" in scan.listen(port)
    assert scan.heard() == Listening()
