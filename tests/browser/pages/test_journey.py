"""A nurse's way through a visit, in a real Chromium, with the live half and the pages together."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import ConsoleMessage, Locator, Page, Route, expect

from monitor.terms import Role
from tests.browser.taps import enter_cuff
from tests.monitor.dashboard_pages.fake_services import FakeServices, seen_by


@pytest.fixture
def page(opened: Page, clinic: tuple[FakeServices, str]) -> Iterator[Page]:
    """A page whose console must stay empty and which loads nothing from elsewhere."""
    faults: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        faults.append(f"{message.type}: {message.text}")

    opened.on("console", heard)
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("request", lambda sent: None if is_ours(sent.url, clinic[1]) else faults.append(sent.url))
    yield opened
    assert faults == []


def is_ours(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:", address.replace("http", "ws")))


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def said(page: Page, text: str) -> None:
    expect(page.get_by_role("alert").filter(has_text=text).first).to_be_visible()


def confirm(page: Page, opens: str, does: str) -> None:
    """Open a form, do it, and wait until it is gone."""
    button(page, opens).click()
    page.get_by_role("dialog").get_by_role("button", name=does, exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def seat(page: Page) -> None:
    page.goto("/chair/2")
    page.get_by_label("Label").fill("J. P.")
    page.get_by_label("Full name matches").check()
    page.get_by_label("Date of birth matches").check()
    page.get_by_text("45", exact=True).click()
    button(page, "Seat patient").click()
    expect(button(page, "Begin baseline")).to_be_visible()


def redraw(page: Page) -> None:
    """Let the charts be redrawn as the live script does, and wait until they are."""
    with page.expect_response(lambda answer: "_dash-update-component" in answer.url):
        page.evaluate("dash_clientside.set_props('chart-tick', {data: 4711})")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_a_visit_from_seat_to_finish(page: Page, services: FakeServices) -> None:
    seat(page)
    assert services.seated["2"].planned_min == 45
    button(page, "Begin baseline").click()
    expect(button(page, "Confirm baseline")).to_be_disabled()
    enter_cuff(page, 138, 84)
    expect(page.locator("#acts")).to_contain_text("One more valid reading is needed")
    enter_cuff(page, 130, 80)
    expect(page.locator("#acts")).to_contain_text("Median of 2: 134/82 mmHg")
    confirm(page, "Confirm baseline", "Confirm this baseline")
    confirm(page, "Start infusion", "Start infusion")
    expect(page.locator("#charts .main-svg").first).to_be_visible()
    button(page, "Nausea").click()
    said(page, "Chair 2: Nausea noted.")
    confirm(page, "End infusion", "End infusion")
    confirm(page, "Ready to leave", "Mark as ready to leave")
    confirm(page, "Finish visit", "Finish visit")
    expect(button(page, "Seat patient")).to_be_visible()
    (visit,) = [v for v in services.visits.values() if v.summary.chair == "2"]
    assert visit.summary.phase == "left"
    page.goto("/history/2")
    expect(page.get_by_role("link", name="CSV")).to_have_attribute("href", f"/records/{visit.summary.id}.csv")


@pytest.mark.parametrize("sign", [",", "."])
def test_a_dose_is_the_same_with_a_comma_and_with_a_point(
    page: Page, services: FakeServices, clinic: tuple[FakeServices, str], sign: str
) -> None:
    page.context.add_cookies([{"name": "language", "value": "es", "url": clinic[1]}])
    page.goto("/chair/2")
    page.get_by_label("Etiqueta").fill("J. P.")
    page.get_by_label("El nombre completo coincide").check()
    page.get_by_label("La fecha de nacimiento coincide").check()
    page.get_by_label("Peso, kg").press_sequentially(f"70{sign}5")
    page.get_by_label("Dosis, mg/kg").press_sequentially(f"0{sign}25")
    expect(page.get_by_label("Dosis, mg/kg")).to_have_value("0,25")
    button(page, "Sentar paciente").click()
    expect(button(page, "Iniciar línea de base")).to_be_visible()
    visit = services.seated["2"]
    assert (visit.weight_kg, visit.dose_mg_per_kg) == (70.5, 0.25)


def test_starting_without_a_baseline_must_be_said(page: Page, services: FakeServices) -> None:
    seat(page)
    button(page, "Begin baseline").click()
    button(page, "Start infusion").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Start infusion").click()
    said(page, "No baseline is confirmed")
    dialog.get_by_label("Start without one").check()
    dialog.get_by_role("button", name="Start infusion").click()
    expect(button(page, "Pause infusion")).to_be_visible()


def test_a_wrong_reading_is_struck_and_stays_in_the_list(page: Page, services: FakeServices) -> None:
    page.goto("/chair/7")
    page.get_by_role("button", name="Entered in error: 184/102 at").click()
    page.get_by_role("dialog").get_by_role("button", name="Strike this reading").click()
    expect(page.locator("#readings del")).to_have_text("184/102")


def test_anesthesia_changes_a_limit_and_takes_it_back(page: Page, services: FakeServices) -> None:
    services.viewing = seen_by(Role.ANESTHESIA)
    page.goto("/chair/7")
    limits = page.locator("#limits")
    button(page, "Change SYS high, high 180").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Limit, 160 to 200").fill("210")
    expect(dialog.get_by_role("status")).to_have_text("SYS high, high: expected 160 to 200, got 210.")
    dialog.get_by_label("Limit, 160 to 200").fill("170")
    expect(dialog.get_by_role("status")).to_have_text("Would alarm now: SYS 184 ≥ 170, high.")
    dialog.get_by_label("Reason").fill("stroke last year")
    dialog.get_by_role("button", name="Set this limit").click()
    expect(limits).to_contain_text("SYS high, high 180 → 170 · Ana")
    expect(button(page, "Change SYS high, high 170, changed")).to_be_visible()
    page.goto("/")
    tile = page.locator(".tile", has_text="R. T.")
    expect(tile.get_by_title("limits changed for this patient")).to_be_visible()
    page.goto("/chair/7")
    confirm(page, "Reset to the preset", "Reset all limits")
    expect(limits).not_to_contain_text("180 → 170")


def test_a_nurse_reads_the_limits_and_cannot_press_them(page: Page, services: FakeServices) -> None:
    page.goto("/chair/7")
    page.locator("#limits").get_by_text("default").click()
    expect(page.locator("#limits")).to_contain_text("97†")
    expect(page.locator("#limits button")).to_have_count(0)


def test_a_double_click_notes_one_mark(page: Page, services: FakeServices) -> None:
    page.goto("/chair/7")
    button(page, "Dizzy").dblclick()
    said(page, "Chair 7: Dizziness noted.")
    assert len(services.acts) == 1


def test_what_became_of_a_tap_is_told_though_another_was_answered_first(page: Page) -> None:
    page.goto("/chair/7")
    held: list[Route] = []

    def hold(route: Route) -> None:
        changed = json.loads(route.request.post_data or "{}").get("changedPropIds", [])
        if any("nausea" in prop for prop in changed):
            held.append(route)
        else:
            route.continue_()

    page.route(re.compile("_dash-update-component"), hold)
    button(page, "Nausea").click()
    button(page, "Dizzy").click()
    said(page, "Chair 7: Dizziness noted.")
    button(page, "End infusion").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    held[0].continue_()
    said(page, "Chair 7: Nausea noted.")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_what_is_typed_survives_the_redraw(page: Page, services: FakeServices) -> None:
    page.goto("/chair/2")
    page.get_by_label("Label").fill("A. L.")
    redraw(page)
    expect(page.get_by_label("Label")).to_have_value("A. L.")


def test_pages_change_without_a_reload_and_an_unknown_one_says_so(page: Page) -> None:
    page.goto("/")
    page.evaluate("window.same = true")
    page.get_by_role("link", name="Alarms", exact=True).click()
    expect(page.get_by_role("table")).to_contain_text("SYS 182 ≥ 180")
    page.get_by_role("link", name="History", exact=True).click()
    page.get_by_role("link", name="Charts").click()
    expect(page.locator("#past-charts .main-svg").first).to_be_visible()
    assert page.evaluate("window.same") is True
    page.goto("/nowhere")
    expect(page.get_by_text("There is no page at /nowhere.")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 800), (390, 844), (320, 640)])
def test_every_button_is_big_enough_for_a_finger_and_nothing_hangs_over(
    page: Page, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    for path, there in (
        ("/chair/7", "Pause infusion"),
        ("/chair/2", "Seat patient"),
        ("/alarms", "SYS 182 ≥ 180"),
        ("/history", "R. T."),
        ("/visit/s7", "Infusion started"),
    ):
        page.goto(path)
        expect(page.get_by_role("main")).to_contain_text(there)
        small = page.eval_on_selector_all(
            "main button:not(.modebar-btn)",
            "all => all.filter(b => b.offsetParent && b.offsetHeight < 44).map(b => b.textContent)",
        )
        assert small == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
