"""The pages over services that a test can turn as it likes; the browser loads the libraries once a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.monitor.dashboard_pages.fake_services import FakeServices
from tests.monitor.dashboard_pages.serve import serving

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PATIENCE_MS = 20_000
"""For a machine that is busy with other tests; a quick one never waits so long."""


@pytest.fixture(scope="module")
def clinic() -> Iterator[tuple[FakeServices, str]]:
    services = FakeServices()
    with serving(services) as address:
        yield services, address


@pytest.fixture
def services(clinic: tuple[FakeServices, str]) -> FakeServices:
    fresh = clinic[0]
    vars(fresh).clear()
    fresh.__init__()  # type: ignore[misc]
    return fresh


@pytest.fixture(scope="module")
def profile(browser: Browser, clinic: tuple[FakeServices, str]) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=clinic[1], viewport=DESKTOP)
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def opened(
    profile: BrowserContext, clinic: tuple[FakeServices, str], services: FakeServices
) -> Iterator[Page]:
    """A page of a browser that keeps the libraries from test to test, and nothing else."""
    expect.set_options(timeout=PATIENCE_MS)
    page = profile.new_page()
    yield page
    stored = {"origin": clinic[1], "storageTypes": "cookies,local_storage"}
    profile.new_cdp_session(page).send("Storage.clearDataForOrigin", stored)
    page.close()
