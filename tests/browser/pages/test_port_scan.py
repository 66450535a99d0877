"""An administrator plugs something in, presses Scan, and copies its entry."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from devices.adapter.ports import PortFound
from monitor.cli.port_scan import PortScan
from monitor.clock import SystemClock
from monitor.config import DeviceSettings
from monitor.dashboard.pages import build
from tests.devices.support import CAPTURES, FarEnd
from tests.monitor.dashboard_server.clinic import PINS, Clinic, running

LINES = (CAPTURES / "masimo-rad8-valid.bin").read_bytes()
PATIENCE_MS = 60_000


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    stop = threading.Event()
    with FarEnd() as far_end:

        def speak() -> None:
            while not stop.wait(0.3):
                far_end.send(LINES)

        found = [
            PortFound("/dev/ttyUSB0", "/dev/serial/by-id/usb-FTDI_FT232R_A1-if00", "FTDI, USB 0403:6001"),
            PortFound(
                far_end.port, far_end.port, "Prolific Technology Inc., USB-Serial Controller, USB 067b:2303"
            ),
        ]
        used = DeviceSettings("din-1", "dinamap", "1", "Dinamap of chair 1", port="/dev/ttyUSB0")
        scan = PortScan([used], SystemClock().real_mono_s, lambda: found)
        speaking = threading.Thread(target=speak)
        speaking.start()
        with running(tmp_path, pages=build, ports=scan) as clinic:
            yield clinic
        scan.stop()
        stop.set()
        speaking.join()


def test_a_scan_names_the_device_and_gives_its_entry(clinic: Clinic, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(PATIENCE_MS)
    try:
        page.goto(f"{clinic.origin}/login?next=/devices")
        page.fill("[name=user]", "boss")
        page.fill("[name=pin]", PINS["boss"])
        page.press("[name=pin]", "Enter")
        expect(page.get_by_text("Dinamap of chair 1")).to_be_visible(timeout=PATIENCE_MS)
        expect(page.get_by_role("button", name="Scan")).to_have_count(1)
        page.get_by_role("button", name="Scan").click()
        expect(page.locator(".devices-heard-card")).to_contain_text("masimo-ascii1", timeout=PATIENCE_MS)
        expect(page.locator(".devices-heard-card li").first).to_contain_text("SpO₂ 98 %", timeout=PATIENCE_MS)
        expect(page.locator("#devices-entry")).to_contain_text('kind = "masimo-ascii1"')
        expect(page.locator(".devices-copy")).to_be_visible()
    finally:
        page.close()
