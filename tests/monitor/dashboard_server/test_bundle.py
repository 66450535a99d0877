"""Our scripts as one file, and the libraries' compressed once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from monitor.dashboard.pages import build
from monitor.store.snapshot import ChairView
from tests.monitor.dashboard_server.clinic import PINS, Clinic, clinic_settings, number, running

PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    store = tmp_path_factory.mktemp("store")
    settings = replace(clinic_settings(store), demo=True, demo_pins=PINS)
    with running(store, pages=build, settings=settings) as clinic:
        clinic.crank.commit(ChairView("1", "Chair 1", hr=number(77)))
        yield clinic


@pytest.fixture
def context(browser: Browser, demo: Clinic) -> Iterator[BrowserContext]:
    """A browser with an empty cache, signed in without having seen a page."""
    with demo.browser("ana") as client:
        cookies = [
            {"name": name, "value": value, "url": demo.origin} for name, value in client.cookies.items()
        ]
    context = browser.new_context(base_url=demo.origin)
    context.add_cookies(cookies)  # type: ignore[arg-type]
    yield context
    context.close()


def test_a_librarys_script_is_packed_once_and_known_again(demo: Clinic) -> None:
    with demo.browser("ana") as client:
        first, second = client.get(PLOTLY), client.get(PLOTLY)
        known = client.get(PLOTLY, headers={"If-None-Match": first.headers["etag"]})
        plain = client.get(PLOTLY, headers={"Accept-Encoding": "identity"})
    assert first.headers["content-encoding"] == second.headers["content-encoding"] == "gzip"
    assert first.headers["x-content-type-options"] == "nosniff"
    assert len(first.headers.get_list("content-security-policy")) == 1
    assert len(second.headers.get_list("content-security-policy")) == 1
    assert "content-encoding" not in plain.headers
    assert first.content == second.content == plain.content
    assert (known.status_code, known.content) == (304, b"")


def test_a_script_that_does_not_exist_is_not_kept(demo: Clinic) -> None:
    with demo.browser("ana") as client:
        answers = [client.get("/_dash-component-suites/plotly/nothing.js").status_code for _ in range(2)]
    assert answers[0] == answers[1] >= 400


def test_nobody_gets_a_script_without_signing_in(demo: Clinic) -> None:
    with demo.browser("ana") as ana, demo.browser() as nobody:
        assert ana.get(PLOTLY).status_code == 200
        assert nobody.get(PLOTLY).status_code in (303, 401)


def test_all_scripts_come_as_one_file_but_the_watchdog(demo: Clinic) -> None:
    with demo.browser("ana") as client:
        page = client.get("/").text
        address = next(part for part in page.split('"') if part.startswith("/assets/pages.js"))
        kept, asked = client.get(address), client.get("/assets/pages.js?v=old")
    assert page.count('src="/assets/') == 2
    assert 'src="/assets/watchdog.js' in page
    assert page.count('rel="stylesheet"') == 1
    assert "immutable" in kept.headers["cache-control"]
    assert "cache-control" not in asked.headers
    assert kept.text.count("reportError(error)") > 30
    assert kept.content == asked.content
    assert not [line for line in kept.text.splitlines() if line.lstrip().startswith(("//", "/*"))]


def test_a_script_that_fails_stops_no_other(context: BrowserContext, demo: Clinic) -> None:
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    with demo.browser("ana") as client:
        script = client.get("/assets/pages.js").text.replace("try { // _pinpad.js", "try { null.x; //", 1)
    assert "null.x" in script
    page.route(
        "**/assets/pages.js*", lambda route: route.fulfill(body=script, content_type="text/javascript")
    )
    page.goto("/")
    expect(page.locator(".tile")).to_have_count(1)
    assert len(said) == 1
    assert "null" in said[0]
