"""The limit sandbox's page: who gets it, what it asks, what it says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from monitor.config import ConfigError
from monitor.dashboard import ids
from monitor.dashboard.rules import rule_of
from monitor.dashboard.views.sandbox import presets_to_try, told, tried, visit_rows
from monitor.limits import default_preset
from monitor.sandbox.compare import Comparison, Event, Judged
from monitor.terms import Priority, Role, Vital
from tests.monitor.dashboard_pages.fake_services import START, FakeServices, hypertensive_history, seen_by
from tests.monitor.dashboard_pages.serve import serving
from tests.monitor.dashboard_pages.wire import Page

HIGH, MEDIUM = Priority.HIGH, Priority.MEDIUM
BASE = {"default": default_preset()}
MISSED = Event("sbp_high", HIGH, START, START + 60_000, 184, 180)


def judged(*high: Event) -> Judged:
    onsets = Counter({(HIGH, event.condition): 1 for event in high})
    return Judged(onsets, high, high, sum(event.until_ms - event.from_ms for event in high) / 1000)


COMPARED = Comparison(
    hypertensive_history().summary, judged(MISSED), judged(), (MISSED,), (MISSED,), (), recorded=1
)


def test_what_is_pasted_and_what_is_typed_go_together() -> None:
    now = presets_to_try(
        BASE,
        "default",
        {"sbp_high.high": 190, "hr_low.high": ""},
        "[limits.default]\nconfirm_pressure = false",
    )["default"]
    assert now.high[Vital.SBP].bands[HIGH].limit == 190
    assert now.high[Vital.SBP].bands[MEDIUM].limit == 160
    assert not now.confirm_pressure
    assert BASE["default"].confirm_pressure


def test_nothing_typed_is_what_is_in_force() -> None:
    assert presets_to_try(BASE, "default", {}, " ") == BASE


@pytest.mark.parametrize(
    ("typed", "pasted", "said"),
    [
        ({"sbp_high.high": 400}, "", "form: limits.default.sbp_high.high.limit: expected a number 30–300"),
        ({}, "[limits.default.x]", "pasted: limits.default.x"),
        ({}, "nonsense", "pasted: expected TOML"),
    ],
)
def test_wrong_numbers_are_named(typed: dict[str, Any], pasted: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        presets_to_try(BASE, "default", typed, pasted)
    assert said in str(caught.value)


def test_the_form_offers_the_limits_in_force() -> None:
    offered = {each.name: each.in_force for each in tried(BASE["default"])}
    assert offered["sbp_high.high"] == "180"
    assert offered["spo2_low.low"] == "94"


def test_a_missed_alarm_is_told_with_its_visit() -> None:
    assert told([COMPARED]).startswith("1 visits, 1 infusions: 1 high alarms missed")
    ((visit, cells),) = visit_rows([COMPARED])
    assert visit == "s7"
    assert cells[-1].startswith("SYS high, high 184 at ")


def test_only_an_administrator_may_open_it() -> None:
    assert rule_of("/sandbox").roles == {Role.ADMIN}


@pytest.fixture(scope="module")
def clinic() -> Iterator[tuple[FakeServices, Page]]:
    services = FakeServices()
    with serving(services) as address, httpx.Client(base_url=address) as client:
        yield services, Page(client)


@pytest.fixture
def services(clinic: tuple[FakeServices, Page]) -> FakeServices:
    fresh = clinic[0]
    vars(fresh).clear()
    fresh.__init__(compared=[COMPARED])  # type: ignore[misc]
    return fresh


@pytest.fixture
def page(clinic: tuple[FakeServices, Page], services: FakeServices) -> Page:
    return clinic[1]


def run(page: Page, visits: Any = 20, **typed: Any) -> str:
    values = {
        f"{ids.SANDBOX_RUN}.n_clicks": 1,
        f"{ids.SANDBOX_PRESET}.value": "default",
        f"{ids.SANDBOX_TOML}.value": "",
        f"{ids.SANDBOX_VISITS}.value": visits,
        "value": [{"id": ids.tried(name), "property": "value", "value": v} for name, v in typed.items()],
    }
    answer = page.call(ids.SANDBOX_RESULT, f"{ids.SANDBOX_RUN}.n_clicks", values)
    return json.dumps(answer, ensure_ascii=False)


def test_pressing_runs_it_for_an_administrator_and_for_nobody_else(
    page: Page, services: FakeServices
) -> None:
    assert "Only administrators" in run(page)
    assert services.asked_sandbox == []
    services.viewing = seen_by(Role.ADMIN)
    said = run(page, **{"sbp_high.high": 190})
    ((presets, visits),) = services.asked_sandbox
    assert visits == 20
    assert presets["default"].high[Vital.SBP].bands[HIGH].limit == 190
    assert "1 high alarms missed" in said
    assert "/visit/s7" in said


def test_a_fault_is_said_and_nothing_runs(page: Page, services: FakeServices) -> None:
    services.viewing = seen_by(Role.ADMIN)
    assert "expected a number 30" in run(page, **{"sbp_high.high": 999})
    assert "expected 1 to 200, got 0" in run(page, visits=0)
    assert "expected 1 to 200, got nothing" in run(page, visits="")
    assert services.asked_sandbox == []


def test_the_page_is_an_administrators_by_its_address_too(page: Page, services: FakeServices) -> None:
    def shown() -> str:
        answer = page.call(ids.PAGE, "location.pathname", {"location.pathname": "/sandbox"})
        return json.dumps(answer)

    assert "Only administrators" in shown()
    services.viewing = seen_by(Role.ADMIN)
    assert "Judge them again" in shown()
