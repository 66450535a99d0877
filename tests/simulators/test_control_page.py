"""The trainer's page and its API: who may call, what is answered, and the page in a browser."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from monitor.clock import SystemClock
from monitor.language import LANGUAGES, catalogue
from simulators.control_page import ControlPage, listen
from simulators.run import Simulation
from simulators.scenario import load
from simulators.speech import Speech
from simulators.transport import Broker
from tests.browser.axe import findings_at_each_size

SPEECH = Speech(LANGUAGES, {"es": catalogue("es")})
CHAIRS = """
title = "Small"
description = "For a test"

[chair.1]
patient = { label = "A. B.", seed = 5 }
visit = { phase = "infusion", minute = 10 }
devices = [{ id = "din", kind = "dinamap" }, { id = "ox", kind = "masimo-ascii1" }]

[chair.2]
devices = [{ id = "free", kind = "masimo-ascii1" }]
"""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    path = folder / "small.toml"
    path.write_text(CHAIRS, encoding="utf-8")
    scenario = load(path)
    with Simulation(scenario, folder, Broker("127.0.0.1", 1), SystemClock()) as simulation:
        thread = threading.Thread(target=simulation.run)
        thread.start()
        try:
            with ControlPage(simulation, scenario.title, 1.0, listen(("127.0.0.1", 0)), SPEECH) as page:
                yield page.url
        finally:
            simulation.stop()
            thread.join(timeout=20)
            assert not thread.is_alive()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("control")) as url:
        yield url


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=20) as client:
        yield client
        assert client.post("/api/time", json={"do": "resume"}).status_code == 200
        assert client.post("/api/chairs/1", json={"do": "clear"}).status_code == 200


def chair(client: httpx.Client, id_: str = "1") -> Any:
    return next(each for each in client.get("/api").json()["chairs"] if each["id"] == id_)


def test_orders_are_done_and_shown(client: httpx.Client) -> None:
    order = {"do": "spo2", "to": 82, "over_min": 0, "for_min": 30}
    assert client.post("/api/chairs/1", json=order).json() == {"done": "spo2"}
    fault = {"do": "fault", "device": "ox", "kind": "freeze"}
    assert client.post("/api/chairs/1", json=fault).status_code == 200
    shown = chair(client)
    assert shown["patient"]["truth"]["spo2"] == 82
    assert [fault["kind"] for fault in shown["devices"][1]["faults"]] == ["freeze"]
    assert chair(client, "2")["patient"] is None


def test_time_stands_steps_and_goes_on(client: httpx.Client) -> None:
    assert client.post("/api/time", json={"do": "pause"}).status_code == 200
    before = client.get("/api").json()
    assert before["paused"]
    client.post("/api/time", json={"do": "step", "seconds": 600})
    after = client.get("/api").json()
    minutes = [said["chairs"][0]["patient"]["infusion_min"] for said in (before, after)]
    assert minutes[1] - minutes[0] == pytest.approx(10, abs=0.2)
    assert after["shown_ms"] - before["shown_ms"] < 300_000, "the clock does not step"
    client.post("/api/time", json={"do": "resume"})
    assert not client.get("/api").json()["paused"]


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/api/chairs/1", b"not json", "expected JSON"),
        ("/api/chairs/1", b"[1]", "expected an object"),
        ("/api/chairs/1", b'{"do": "pressure", "to": 999}', "to: expected a number from 40 to 260, got 999"),
        ("/api/chairs/9", b'{"do": "clear"}', "chair: expected one of 1, 2"),
        ("/api/time", b'{"do": "stop"}', "do: expected one of pause, resume, step"),
        ("/api/time", b'{"do": "step", "seconds": -1}', "seconds: expected a number from 0"),
        ("/api/time", b" " * 20_000, "expected at most 10000 bytes"),
    ],
)
def test_what_is_wrong_is_named(client: httpx.Client, path: str, body: bytes, words: str) -> None:
    answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert words in answer.json()["message"]


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"Host": "attacker.example:8051"}, "Host: expected this machine"),
        ({"Host": "127.0.0.1.attacker.example:80"}, "Host: expected this machine"),
        ({"Origin": "https://attacker.example"}, "Origin: expected"),
        ({"Origin": "http://127.0.0.1:1"}, "Origin: expected"),
        ({"Origin": "null"}, "Origin: expected"),
        ({"Content-Type": "text/plain"}, "Content-Type: expected application/json"),
    ],
)
def test_a_page_of_elsewhere_orders_nothing(
    client: httpx.Client, headers: dict[str, str], words: str
) -> None:
    sent = {"Content-Type": "application/json", **headers}
    answer = client.post("/api/time", content=b'{"do": "pause"}', headers=sent)
    assert (answer.status_code, answer.json()["message"].startswith(words)) == (403, True)
    assert not client.get("/api").json()["paused"]
    if "Host" in headers:
        assert client.get("/api", headers=headers).status_code == 403


def test_its_own_page_may_and_nobody_may_frame_it(client: httpx.Client, url: str) -> None:
    same = {"Origin": url.rstrip("/")}
    assert client.post("/api/time", json={"do": "resume"}, headers=same).status_code == 200
    page = client.get("/")
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    assert client.get("/page/control.js").status_code == 200
    assert client.get("/page/../control_page.py").status_code == 404
    assert client.get("/docs").status_code == 404


def test_it_is_served_to_this_machine_alone_and_a_taken_port_is_named(client: httpx.Client) -> None:
    with pytest.raises(OSError, match=r"this machine alone; got '0.0.0.0'"):
        listen(("0.0.0.0", 0))
    port = client.base_url.port
    with pytest.raises(OSError, match=f"--control: expected a free port, got 127.0.0.1:{port}"):
        listen(("127.0.0.1", port or 0))


@pytest.fixture
def open_page(browser: Browser, url: str) -> Iterator[Callable[[int, int], Page]]:
    pages: list[Page] = []

    def open_(width: int, height: int) -> Page:
        context = browser.new_context(base_url=url, viewport={"width": width, "height": height})
        page = context.new_page()
        page.faults = []  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.faults.append(str(error)))  # type: ignore[attr-defined]
        page.goto("/#1")
        expect(page.get_by_role("heading", name="Chair 1")).to_be_visible()
        pages.append(page)
        return page

    yield open_
    for page in pages:
        assert page.faults == []  # type: ignore[attr-defined]
        page.context.close()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_a_trainer_changes_a_patient_and_a_device_on_the_page(
    open_page: Callable[[int, int], Page], client: httpx.Client, width: int, height: int
) -> None:
    page = open_page(width, height)
    page.locator("form[data-do=spo2] [name=to]").fill("81")
    page.locator("form[data-do=spo2] [name=over_min]").fill("0")
    page.get_by_role("button", name="Desaturate").click()
    expect(page.locator("dd.spo2")).to_have_text("81")
    expect(page.locator("#going")).to_contain_text("SpO₂ to 81 %")
    probe = page.get_by_role("button", name="Probe off")
    probe.click()
    expect(probe).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Pause patients").click()
    expect(page.get_by_role("button", name="Let patients go on")).to_be_visible()
    page.locator("form[data-do=skip] [name=to_min]").fill("1")
    page.get_by_role("button", name="Skip", exact=True).click()
    expect(page.locator("#said")).to_contain_text("expected a minute to come")
    page.get_by_role("button", name="Clear all").click()
    expect(probe).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing runs out of the screen"


def test_the_page_is_accessible(open_page: Callable[[int, int], Page]) -> None:
    assert findings_at_each_size(open_page(1280, 800)) == []


def test_a_trainer_reads_the_page_in_spanish_and_is_refused_in_it(
    open_page: Callable[[int, int], Page], client: httpx.Client
) -> None:
    page = open_page(1280, 800)
    page.get_by_role("button", name="Español").click()
    expect(page.get_by_role("heading", name="Sillón 1")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.locator("form[data-do=heart_rate] [name=to]").fill("61.5")
    page.locator("form[data-do=heart_rate]").evaluate("form => form.noValidate = true")
    page.get_by_role("heading", name="Frecuencia cardíaca").locator("..").get_by_role("button").click()
    expect(page.locator("#going")).to_contain_text("frecuencia cardíaca a 61,5 /min")
    page.locator("form[data-do=skip] [name=to_min]").fill("1")
    page.get_by_role("button", name="Saltar", exact=True).click()
    expect(page.locator("#said")).to_have_text(
        re.compile(r"se espera un minuto por venir, hay 1 en el minuto \d+(,\d)?$")
    )
    english = set(catalogue("es")) - set(catalogue("es").values())
    shown = set(page.locator("body").inner_text().splitlines())
    assert {text for text in english & shown if " " in text} == set()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Chair 1")).to_be_visible()


def test_a_language_that_nobody_speaks_is_the_usual_one(client: httpx.Client) -> None:
    client.cookies.set("language", "../xx")
    assert '"language": "en"' in client.get("/words.js").text
    client.cookies.set("language", "es")
    assert '"Pause patients": "Pausar pacientes"' in client.get("/words.js").text
