"""From the demo's bar to the simulator's page, and from an order there to a number on the board."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.brokers import wait_until
from tests.browser.demo import answers, health, signed_in

pytestmark = pytest.mark.timeout(300)

CHAIR = "5"
"""Early in its infusion when the demo begins, and its oximeter has no fault of its own."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a demo runs, as fast as real time."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "monitor.cli", "run", "--port", str(port), "--data", str(folder)]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stderr=log, stdout=log)
        try:
            wait_until(lambda: health(f"http://127.0.0.1:{port}") == 200, 90)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            assert process.wait(30) == 0


def test_a_trainer_reaches_the_simulator_and_the_board_shows_what_is_ordered(
    browser: Browser, address: str
) -> None:
    page = signed_in(browser, address, "leo", "2222")
    shown = page.locator(f'.tile:has(a[href="/chair/{CHAIR}"]) .number-spo2 .number-value')
    link = page.get_by_role("link", name="Simulator")
    there = link.get_attribute("href")
    assert there is not None
    wait_until(lambda: answers(f"{there}api") == 200, 60)
    with page.expect_popup() as opened:
        link.click()
    trainer = opened.value
    trainer.get_by_role("button", name=re.compile(f"^{CHAIR}")).click()
    trainer.locator("form[data-do=spo2] [name=to]").fill("84")
    trainer.locator("form[data-do=spo2] [name=over_min]").fill("0")
    trainer.locator("form[data-do=spo2] [name=for_min]").fill("240")
    trainer.get_by_role("button", name="Desaturate").click()
    expect(shown).to_contain_text("84")
    page.context.close()
