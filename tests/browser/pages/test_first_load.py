"""How much a browser that was never here before loads, compressed, until a page stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from monitor.dashboard.pages import build
from monitor.limits import default_preset
from monitor.store.snapshot import ChairView
from tests.monitor.dashboard_server.clinic import Clinic, clinic_settings, number, running

BOARD, CHAIR = 700_000, 2_100_000
"""What board and chair page may weigh, answers with their headers."""


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    store = tmp_path_factory.mktemp("store")
    settings = replace(clinic_settings(store), presets={"default": default_preset()})
    with running(store, pages=build, settings=settings) as served:
        yield served


@pytest.fixture
def page(browser: Browser, clinic: Clinic) -> Iterator[Page]:
    context = browser.new_context(base_url=clinic.origin, bypass_csp=True)
    with clinic.browser("ana") as client:
        kept = [{"name": n, "value": v, "url": clinic.origin} for n, v in client.cookies.items()]
    context.add_cookies(kept)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def loaded(page: Page, clinic: Clinic, path: str, there: str, ready: str = "true") -> dict[str, int]:
    """Open a page and return the bytes of each answer, by address."""
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on(
        "Network.responseReceived",
        lambda said: addresses.update({said["requestId"]: said["response"]["url"]}),
    )
    wire.on(
        "Network.loadingFinished", lambda said: sizes.update({said["requestId"]: said["encodedDataLength"]})
    )
    page.goto(path)
    clinic.crank.commit(*(ChairView(str(n), f"Chair {n}", hr=number(77)) for n in range(1, 4)))
    expect(page.locator(there).first).to_be_visible(timeout=20_000)
    page.wait_for_function(f"document.fonts.status === 'loaded' && {ready}", timeout=20_000)
    return {addresses.get(request, request): size for request, size in sizes.items()}


def test_the_board_loads_no_charts_and_stays_light(page: Page, clinic: Clinic) -> None:
    answers = loaded(page, clinic, "/", ".tile")
    assert not [address for address in answers if "plotly" in address or "dash_table" in address]
    assert 300_000 < sum(answers.values()) <= BOARD, sorted(answers.items(), key=lambda one: -one[1])[:9]


def test_a_chair_s_page_with_its_charts_stays_in_bounds(page: Page, clinic: Clinic) -> None:
    answers = loaded(page, clinic, "/chair/1", "#chair-numbers .card", "Boolean(window.Plotly?.react)")
    assert [address for address in answers if "plotly" in address]
    assert sum(answers.values()) <= CHAIR, sorted(answers.items(), key=lambda one: -one[1])[:9]
