"""A day in the running demo: real processes, real simulated devices, a real browser, twenty times as fast."""

from __future__ import annotations

import csv
import io
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.brokers import wait_until
from tests.browser.demo import Demo, demo_at, signed_in, turn
from tests.browser.taps import pick, repeat_until, tap_until

pytestmark = [pytest.mark.alone, pytest.mark.timeout(300)]

SPEED = 20
FREE_CHAIR = "6"
HYPERTENSIVE_CHAIR = "7"
WARD = "going to the ward"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demo_at(tmp_path_factory.mktemp("demo"), SPEED) as demo:
        yield demo


def press(page: Page, name: str, confirm: str | None = None) -> None:
    button = page.get_by_role("button", name=name, exact=True)
    expect(button).to_be_enabled(timeout=45_000)
    button.click()
    if confirm is not None:
        page.get_by_role("dialog").get_by_role("button", name=confirm, exact=True).click()
        expect(page.get_by_role("dialog")).to_have_count(0)


def leave(page: Page, reason: str = "") -> None:
    """Fill in the form of a patient who is ready to leave, and confirm it."""
    press(page, "Ready to leave")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("I have assessed the patient").check()
    dialog.get_by_label("Somebody is here").check()
    dialog.get_by_label("Anesthesia only").fill(reason)
    dialog.get_by_role("button", name="Mark as ready to leave", exact=True).click()


def a_nurse_alone_cannot_let_go_early(page: Page) -> None:
    leave(page)
    # A machine that is busy answers late: the act is then pending, and the answer is in the next one's.
    said = page.get_by_role("alert").filter(has_text=re.compile("still missing|not been answered|pending"))
    expect(said.first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Ready to leave", exact=True)).to_be_visible()


def anesthesia_lets_go_early(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "ruiz", "3333")
    page.goto(f"/chair/{FREE_CHAIR}")
    leave(page, WARD)
    expect(page.get_by_role("dialog")).to_have_count(0)
    # What the drug still does may come up after all, even while the form is open.
    repeat_until(page, lambda: finish(page), seats(page).is_visible)
    page.context.close()


def finish(page: Page) -> None:
    """Finish the visit, with a reason where the form asks for one."""
    dialog = page.get_by_role("dialog")
    if dialog.is_visible():
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
    press(page, "Finish visit")
    expect(dialog).to_be_visible()
    reason = dialog.get_by_label("Anesthesia only")
    if reason.is_visible():
        reason.fill(WARD)
    dialog.get_by_role("button", name="Finish visit", exact=True).click()
    answered = page.get_by_role("alert").filter(
        has_text=re.compile("Visit finished|changed since|On its way")
    )
    expect(answered.first).to_be_visible()


def confirm_baseline(page: Page) -> None:
    """Confirm it, again where a reading came while the form was open."""
    press(page, "Confirm baseline", "Confirm this baseline")
    told = page.get_by_role("alert").filter(
        has_text=re.compile("Baseline confirmed|Please look again|On its way")
    )
    expect(told.first).to_be_visible()


def seats(page: Page) -> Locator:
    return page.get_by_role("button", name="Seat patient", exact=True)


def test_every_phase_shows_at_once_and_says_demo(browser: Browser, demo: Demo) -> None:
    page = signed_in(browser, demo.address, "wall", "0000")
    expect(page.get_by_role("link", name="Simulator")).to_have_count(0)
    board = page.locator("#board")
    for phase in ("Infusion", "Recovery", "free"):
        expect(board.get_by_text(phase, exact=True).locator("visible=true").first).to_be_visible()
    expect(page).to_have_title(re.compile("DEMO"))
    page.context.close()


def test_a_visit_from_seat_to_record(browser: Browser, demo: Demo) -> None:
    page = signed_in(browser, demo.address, "ana", "1111")
    page.goto(f"/chair/{FREE_CHAIR}")
    page.get_by_label("Label").fill("Q. Z.")
    page.get_by_label("Full name matches").check()
    page.get_by_label("Date of birth matches").check()
    press(page, "Seat patient")
    press(page, "Begin baseline")
    starts = page.get_by_role("button", name="Start infusion", exact=True)
    repeat_until(page, lambda: confirm_baseline(page), starts.is_visible)
    press(page, "Start infusion", "Start infusion")
    press(page, "Nausea")
    press(page, "End infusion", "End infusion")
    a_nurse_alone_cannot_let_go_early(page)
    anesthesia_lets_go_early(browser, demo.address)
    expect(seats(page)).to_be_visible()
    page.goto(f"/history/{FREE_CHAIR}")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").first.click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8"))))
    text = "\n".join(",".join(row) for row in rows)
    for told in ("DEMO", "Q. Z.", "nausea", "Ana", f"override: {WARD} (", "more min"):
        assert told.lower() in text.lower()
    page.context.close()


def test_a_high_pressure_alarms_and_anesthesia_acknowledges_it(browser: Browser, demo: Demo) -> None:
    page = signed_in(browser, demo.address, "ruiz", "3333")
    page.goto("/alarms")
    cards = page.locator(".alarm-card", has=page.get_by_text(HYPERTENSIVE_CHAIR, exact=True))
    high = cards.filter(has_text=re.compile("(SYS|DIA) .* ≥ (180|110)")).first
    expect(high).to_be_visible(timeout=120_000)
    pick(high)
    mine = page.locator("#alarm-list").get_by_text("Dr. Ruiz").first
    acknowledge = page.get_by_role("button", name=f"Acknowledge chair {HYPERTENSIVE_CHAIR}")
    tap_until(acknowledge, mine.is_visible)
    page.context.close()


def test_a_monitor_that_is_killed_comes_back_with_everything(browser: Browser, demo: Demo) -> None:
    page = signed_in(browser, demo.address, "wall", "0000")
    expect(page.locator("#board").get_by_text("R. T.")).to_be_visible()
    monitor = demo.child("monitor")
    wait_until(lambda: turn(demo.address) > 0, 30)
    before = turn(demo.address)
    os.kill(monitor.pid, signal.SIGKILL)
    wait_until(lambda: turn(demo.address) > before + 20, 30)
    expect(page.locator("#board").get_by_text("R. T.")).to_be_visible()
    page.context.close()
