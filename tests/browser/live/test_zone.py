"""The clock of the live views is the clinic's, wherever the screen stands."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.live.server import Stage


@pytest.mark.parametrize(
    ("told", "shown"),
    [('"Asia/Kolkata"', "05:30:00"), ("null", "09:00:00"), ('"Mars/Olympus"', "09:00:00")],
)
def test_times_are_the_clinic_s_and_the_screen_s_own_where_its_zone_is_not_known(
    browser: Browser, stage: Stage, told: str, shown: str
) -> None:
    context = browser.new_context(timezone_id="Asia/Tokyo")
    page = context.new_page()
    page.add_init_script(f"window.chairside = {{ views: {{}}, zone: {told} }};")
    page.goto(stage.url)
    assert page.evaluate("chairside.dom.clock(0)") == shown
    context.close()
