"""What the page asks of its server and gets no answer to, while the numbers go on."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.live.conftest import Console, Open
from tests.browser.live.server import Stage

NO_ANSWER = "No answer from the server: it may or may not have been done. Look before you try again."
DRAWN = """(said) => {
  const node = document.getElementById("drawn") ?? document.createElement("p");
  Object.assign(node, { id: "drawn", hidden: node.isConnected ? node.hidden : true });
  Object.assign(node.dataset, { chair: "7", drawn: said });
  document.querySelector(".chair-charts").append(node);
}"""


def swallow(_route: Route) -> None:
    """As a network that was cut: nothing comes back, not even a refusal."""


def impatient(page: Page) -> None:
    page.evaluate("chairside.unanswered.PATIENCE_MS = 300")


def ack(page: Page) -> None:
    page.locator('.tile:has(a[href="/chair/7"]) .strip-ack').click()


def test_a_tap_that_gets_no_answer_is_told_and_can_be_tried_again(open_page: Open, stage: Stage) -> None:
    page = open_page()
    impatient(page)
    page.route("**/act", swallow)
    ack(page)
    expect(page.get_by_text(NO_ANSWER)).to_be_visible()
    page.unroute("**/act")
    ack(page)
    stage.wait(lambda: stage.posted)


def test_who_could_not_be_signed_out_is_told(open_page: Open, console: Console) -> None:
    console.expected = ("ERR_FAILED", "403")
    page = open_page()
    impatient(page)
    for answer in (lambda route: route.abort(), lambda route: route.fulfill(status=403), swallow):
        page.route("**/logout", answer)
        page.evaluate("chairside.dialogs.signOut()")
        told = page.get_by_text("Not signed out: the server did not answer. Try again.")
        expect(told).to_be_visible()
        told.evaluate("(node) => node.remove()")
        page.unroute("**/logout")
    assert page.url.endswith("/")


@pytest.mark.parametrize(
    ("cause", "told"), [("act-button.n_clicks", True), ("chart-tick.data", False)], ids=["tap", "by itself"]
)
def test_a_form_that_gets_no_answer_is_told_a_redraw_is_not(
    open_page: Open, console: Console, cause: str, told: bool
) -> None:
    console.expected = ("500",)
    page = open_page("/chair/7")
    page.route(re.compile("_dash-update-component"), lambda route: route.fulfill(status=500))
    page.evaluate(
        """(cause) => fetch("/_dash-update-component?endId=1", {
          method: "POST", body: JSON.stringify({ changedPropIds: [cause] }) })""",
        cause,
    )
    expect(page.get_by_text(NO_ANSWER)).to_have_count(int(told))


def test_charts_of_another_visit_are_covered(open_page: Open) -> None:
    page = open_page("/chair/7")
    page.evaluate(DRAWN, "12 s7")
    expect(page.locator("html[data-undrawn]")).to_have_count(0)
    page.evaluate(DRAWN, "13 s3")
    expect(page.locator("html[data-undrawn]")).to_be_attached()
    expect(page.locator("#drawn")).to_contain_text("another visit has begun here")
    page.evaluate(DRAWN, "14 s7")
    expect(page.locator("html[data-undrawn]")).to_have_count(0)
    expect(page.locator("#drawn")).to_be_hidden()


def test_charts_that_are_not_redrawn_are_covered_and_say_of_when_they_are(open_page: Open) -> None:
    page = open_page("/chair/7")
    page.evaluate("chairside.unanswered.LATE_MS = 500")
    page.evaluate(DRAWN, "12 s7")
    expect(page.locator("#drawn")).to_contain_text(re.compile(r"are of \d\d:\d\d:\d\d: the server does not"))
    page.evaluate("chairside.unanswered.LATE_MS = 1e9")
    expect(page.locator("html[data-undrawn]")).to_have_count(0)


def test_an_alarm_whose_last_minutes_do_not_come_says_so(
    open_page: Open, stage: Stage, console: Console
) -> None:
    console.expected = ("503",)
    page = open_page("/alarms", before="window.fetched = 0;")
    done = page.locator(".recent-done").locator("visible=true")
    expect(done).to_have_text("Nothing was done in the last 30 minutes.")
    page.route("**/recent/*", lambda route: route.fulfill(status=503))
    page.locator(".alarm-pick").last.click()
    expect(done).to_have_text("What was done in the last 30 minutes does not come from the server now.")
