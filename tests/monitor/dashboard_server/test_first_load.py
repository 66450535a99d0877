"""What a browser that was never here takes over the line until a page stands, and what is kept for others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from monitor.dashboard.pages import build
from monitor.store.snapshot import ChairView
from tests.monitor.dashboard_server.clinic import PINS, Clinic, clinic_settings, number, running

BOARD_BYTES = 700_000
CHAIR_BYTES = 2_100_000
PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"


class Taken:
    """Bytes as they came off the line, headers and compression included, by path."""

    def __init__(self, page: Page) -> None:
        self.by_path: dict[str, int] = {}
        self.said: list[str] = []
        self._asked: dict[str, str] = {}
        devtools = page.context.new_cdp_session(page)
        devtools.on("Network.requestWillBeSent", self._ask)
        devtools.on("Network.loadingFinished", self._take)
        devtools.send("Network.enable")
        page.on("console", lambda line: self.said.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def _ask(self, event: dict[str, Any]) -> None:
        self._asked[event["requestId"]] = httpx.URL(event["request"]["url"]).path

    def _take(self, event: dict[str, Any]) -> None:
        path = self._asked[event["requestId"]]
        self.by_path[path] = self.by_path.get(path, 0) + int(event["encodedDataLength"])

    @property
    def bytes(self) -> int:
        return sum(self.by_path.values())


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


def test_the_board_is_light_and_comes_without_plotly(context: BrowserContext) -> None:
    page = context.new_page()
    taken = Taken(page)
    page.goto("/", wait_until="load")
    expect(page.locator(".tile")).to_have_count(1)
    expect(page.locator("html")).to_have_attribute("data-turn", "1")
    assert "/assets/pages.js" in taken.by_path
    assert PLOTLY not in taken.by_path
    assert taken.bytes <= BOARD_BYTES, taken.by_path
    assert taken.said == []


def test_a_chairs_page_is_light_enough_with_all_of_plotly(context: BrowserContext) -> None:
    page = context.new_page()
    taken = Taken(page)
    page.goto("/chair/1", wait_until="load")
    page.locator("#charts .main-svg").first.wait_for(state="attached")
    expect(page.get_by_role("button", name="Seat patient")).to_be_visible()
    assert taken.by_path[PLOTLY] > CHAIR_BYTES / 2
    assert taken.bytes <= CHAIR_BYTES, taken.by_path
    assert taken.said == []


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


def test_a_script_that_fails_stops_no_other(context: BrowserContext, demo: Clinic) -> None:
    page = context.new_page()
    taken = Taken(page)
    with demo.browser("ana") as client:
        script = client.get("/assets/pages.js").text.replace("try { // _pinpad.js", "try { null.x; //", 1)
    assert "null.x" in script
    page.route(
        "**/assets/pages.js*", lambda route: route.fulfill(body=script, content_type="text/javascript")
    )
    page.goto("/")
    expect(page.locator(".tile")).to_have_count(1)
    assert len(taken.said) == 1
    assert "null" in taken.said[0]
