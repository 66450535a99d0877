"""The page of devices: for administrators only, every device with its link and its clock."""

from __future__ import annotations

import asyncio

import pytest

from monitor.dashboard.components.port_parts import heard_card
from monitor.dashboard.pages.router import page_of
from monitor.dashboard.rules import rule_of
from monitor.dashboard.services import Listening, PortOfHere
from monitor.dashboard.views.devices import device_rows
from monitor.dashboard.views.routes import Route, route
from monitor.store.snapshot import DeviceView
from monitor.terms import Role
from tests.monitor.dashboard_pages.fake_services import START, FakeServices, seen_by

DEVICES = [
    DeviceView("ox-1", "masimo-ascii1", "Rad-8", "silent", START, "nothing for 3 s", 17, skew_s=-75.0),
    DeviceView("vs-1", "chairside-json", "Bedside", "connected", START, gateway_skew_s=6.5),
    DeviceView("din-1", "dinamap", "V100", "connecting", START),
]


class Ports:
    """An administrator's view of a computer with two adapters."""

    async def ports(self) -> list[PortOfHere]:
        return [PortOfHere("/dev/ttyUSB0", "FTDI", "Rad-8"), PortOfHere("/dev/ttyUSB1", "Prolific")]


@pytest.fixture
def services() -> FakeServices:
    return FakeServices(admin=Ports())


def test_a_row_says_how_the_link_and_the_clock_stand(services: FakeServices) -> None:
    snapshot = services.snapshot()
    assert snapshot is not None
    snapshot.chairs[0].devices = DEVICES
    rows = {row.name: row for row in device_rows(snapshot)}
    assert rows["Rad-8"].link.startswith("silent since ")
    assert (rows["Rad-8"].malformed, rows["Rad-8"].clock) == ("17 bytes", "75 s slow")
    assert rows["Bedside"].clock == "gateway 6.5 s fast"
    assert rows["V100"].clock == "shows none"


@pytest.mark.parametrize(("role", "shown"), [(Role.ADMIN, True), (Role.NURSE, False), (Role.WALL, False)])
def test_only_administrators_get_it(services: FakeServices, role: Role, shown: bool) -> None:
    services.viewing = seen_by(role)
    page = str(asyncio.run(page_of(services, Route("devices"))))
    assert ("Devices, as of" in page) is shown
    assert page.count("'part': 'listen'") == shown  # the free port has a button, the used one has none
    assert (role in rule_of("/devices").roles) is shown
    assert route("/devices") == Route("devices")


def test_a_value_that_is_no_longer_said_is_no_number() -> None:
    heard = Listening(
        "/dev/ttyUSB1", True, ("/dev/ttyUSB1: masimo-ascii1",), (("SpO₂ 97 %", 1), ("PR 72 /min", 6))
    )
    shown = str(heard_card(heard))
    assert "SpO₂ 97 %" in shown
    assert "72" not in shown
    assert "PR: nothing for 6 s" in shown
