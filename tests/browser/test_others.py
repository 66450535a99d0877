"""A nurse's quarter of an hour in the browsers that are not Chromium, where they are installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.brokers import wait_until
from tests.browser.demo import demo_at
from tests.browser.others import WAIT_S, Driver, Missing, Refused, firefox, webkit

pytestmark = pytest.mark.browser

CHAIR = "5"
"""Early in the infusion; its patient and devices give no alarm of their own."""
LISTEN = """void (window.said = [],
  addEventListener('error', (event) => said.push(event.message)),
  addEventListener('unhandledrejection', (event) => said.push(String(event.reason))))"""
CARD = "//article[contains(@class, 'alarm-card')][contains(., 'SYS 206')]"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with demo_at(tmp_path_factory.mktemp("demo")) as running:
        yield running.address


@pytest.fixture(params=[firefox, webkit], ids=["firefox", "webkit"])
def driver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Driver]:
    try:
        with request.param(tmp_path) as opened:
            yield opened
    except Missing as missing:
        pytest.skip(str(missing))


def field(label: str) -> str:
    return f"//*[@role='dialog']//input[@id = //label[starts-with(., '{label}')]/@for]"


def has(path: str) -> str:
    return f"document.evaluate(`{path}`, document, null, 9).singleNodeValue !== null"


def acknowledge(driver: Driver) -> bool:
    """One tap on the way there; what changed under the thumb may swallow it."""
    if driver.ask(has(f"{CARD}[@data-acknowledged]")):
        return True
    shown = driver.ask(has(f"{CARD}[@data-shown]"))
    with suppress(Refused):  # it moved meanwhile, or was tapped before and waits for its answer
        driver.tap("//button[contains(@class, 'act-ack')]" if shown else f"{CARD}//button")
    return False


@pytest.mark.timeout(600)
def test_a_nurse_s_quarter_of_an_hour(driver: Driver, request: pytest.FixtureRequest) -> None:
    demo = request.getfixturevalue("demo")
    driver.open(f"{demo}/login")
    driver.click("//button[@data-user='ana']")
    driver.wait("chairside.me.role === 'nurse' && document.querySelectorAll('#board .tile').length === 12")
    driver.ask(LISTEN)
    turn = driver.ask("Number(document.documentElement.dataset.turn)")
    driver.wait(f"Number(document.documentElement.dataset.turn) > {turn}")

    driver.click("//button[contains(@class, 'colours')]")
    driver.click("//button[.='Light']")
    assert driver.ask("document.documentElement.dataset.theme") == "light"

    driver.click(f"//a[@href='/chair/{CHAIR}']")
    driver.wait("document.querySelector('.chair-charts .main-svg') !== null")
    driver.click("//button[normalize-space()='Enter cuff by hand']")
    driver.type(field("Systolic"), "206")
    driver.type(field("Diastolic"), "98")
    driver.click("//*[@role='dialog']//button[normalize-space()='Enter reading']")
    driver.wait("document.querySelector('#readings').textContent.includes('206/98')")
    assert driver.ask("document.documentElement.scrollWidth <= innerWidth")

    driver.click("//a[@href='/alarms'][contains(@class, 'nav-link')]")
    driver.wait(has(CARD))
    wait_until(lambda: acknowledge(driver), WAIT_S)
    assert driver.ask("said") == []
