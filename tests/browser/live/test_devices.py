"""A chair's page lists its devices: links, skipped bytes and clocks."""

from __future__ import annotations

import msgspec
from playwright.sync_api import expect

from monitor.store.snapshot import DeviceView
from tests.browser.live import frames
from tests.browser.live.conftest import Open
from tests.browser.live.server import Stage


def test_a_chair_lists_its_devices_with_link_skipped_bytes_and_clock(open_page: Open, stage: Stage) -> None:
    page = open_page("/chair/7")
    rows = page.locator(".card-devices .device")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("connected since ")
    expect(rows.locator(".device-more")).to_have_text("")
    oximeter = DeviceView(
        "ox", "masimo-ascii1", "Rad-8", "silent", frames.AT_MS, "nothing received for 3 s", 17
    )
    oximeter.skew_s, oximeter.gateway_skew_s = -75.0, 6.5
    stage.change({"7": {"devices": msgspec.to_builtins([oximeter])}})
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Rad-8")
    expect(rows).to_contain_text("silent since ")
    told = "nothing received for 3 s · 17 bytes skipped · clock 75 s slow · gateway's clock 6.5 s fast"
    expect(rows.locator(".device-more")).to_have_text(told)
    stage.change({"7": {"devices": []}})
    expect(page.locator(".card-devices")).to_be_hidden()
