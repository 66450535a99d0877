"""How the live views live with Dash: pages change under them, charts are told, requests carry the token."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.live import frames
from tests.browser.live.conftest import Open
from tests.browser.live.server import Stage

DASH = """
  window.ticks = [];
  window.dash_clientside = { set_props: (id, props) => window.ticks.push([id, props.data]) };
  window.dash_component_api = { getLayout: (id) => (id === "chart-tick" ? {} : undefined) };
"""


def test_a_container_that_becomes_another_chairs_shows_that_chair(open_page: Open) -> None:
    page = open_page("/chair/7")
    page.evaluate(
        "document.querySelectorAll('[data-chair]').forEach((node) => { node.dataset.chair = '3'; })"
    )
    expect(page.locator(".id-label")).to_have_text("M. K.")
    expect(page.locator("#chair-alarms .strip-text")).to_have_text(["SYS 164 ≥ 160"])


def test_the_chair_page_names_all_that_is_missing_before_leaving(open_page: Open, stage: Stage) -> None:
    page = open_page("/chair/2")
    missing = ("12 more min", "a pressure 10 min after 124/74", "assessment", "escort")
    session = frames.visit("2", "A. L.", "recovery", 57, leave_missing=missing)
    stage.change({"2": {"session": frames.as_json(frames.seated("2", "A. L.", session=session))["session"]}})
    expect(page.locator(".visit-away")).to_have_text(f"Ready to leave but for {', '.join(missing)}")


def test_the_chair_page_says_where_the_pressure_stands_to_what_is_expected(open_page: Open) -> None:
    page = open_page("/chair/7")
    card = page.locator(".card-pressure")
    expect(card).to_contain_text("▲ above expected")
    expect(card).to_contain_text("+1…+24\u00a0%")


def test_the_chair_page_tells_the_estimate_to_those_who_ask(open_page: Open, stage: Stage) -> None:
    page = open_page("/chair/2")
    estimate = page.locator(".estimate")
    expect(estimate).to_be_hidden()
    cuff = frames.cuff(182, 94, 0, p_high=12, p_medium=35, repeat_number=2, repeat_ms=frames.AT_MS + 52_000)
    limits = [("sbp_high", "high", 180), ("dbp_high", "high", 110), ("sbp_high", "medium", 160)]
    chair = frames.as_json(frames.seated("2", "A. L.", cuff=cuff, limits=limits))
    stage.change({"2": {"cuff": chair["cuff"], "limits": chair["limits"]}})
    expect(page.locator(".card-pressure")).to_contain_text("second repeat in")
    expect(estimate).not_to_have_attribute("open", "")
    estimate.locator("summary").click()
    expect(estimate.locator("p").first).to_have_text("over 180/110: 12\u00a0% · over 160/–: 35\u00a0%")
    gone = frames.as_json(frames.seated("2", "A. L.", cuff=frames.cuff(None, None, p_high=12, p_medium=35)))
    stage.change({"2": {"cuff": gone["cuff"]}})
    expect(estimate).to_be_hidden()


def test_views_come_and_go_with_their_containers(open_page: Open, stage: Stage) -> None:
    page = open_page()
    page.evaluate("document.querySelector('main').innerHTML = '<div id=alarm-list data-live=alarms></div>'")
    expect(page.locator(".alarm-card")).to_have_count(5)
    stage.change({"7": {"alarms": []}})
    expect(page.locator(".alarm-card")).to_have_count(3)


def test_our_links_change_the_page_without_loading_it_anew(open_page: Open, stage: Stage) -> None:
    page = open_page(before=DASH)
    page.evaluate(
        "window.addEventListener('_dashprivate_pushstate', () => { window.pushed = location.pathname; })"
    )
    page.get_by_role("link", name="Chair 5, H. B.").click()
    assert page.evaluate("window.pushed") == "/chair/5"
    page.evaluate("document.querySelector('main').replaceChildren()")
    stage.wait(lambda: stage.reports[-1]["page"] == "/chair/5")


def test_charts_are_told_of_a_new_pressure_and_else_every_five_seconds(open_page: Open, stage: Stage) -> None:
    page = open_page("/chair/7", before=DASH)
    stage.beating = False
    stage.change({"8": {"cuff": frames.as_json(frames.seated("8", "S. O."))["cuff"]}})
    stage.change({"7": {"hr": frames.as_json(frames.seated("7", "R. T."))["hr"]}})
    assert page.evaluate("window.ticks") == []
    stage.change({"7": {"cuff": frames.as_json(frames.seated("7", "R. T."))["cuff"]}})
    page.wait_for_function("window.ticks.length === 1")
    assert stage.newest is not None
    assert page.evaluate("window.ticks") == [["chart-tick", stage.newest["turn"]]]
    stage.beating = True
    page.wait_for_function("window.ticks.length === 2")


def test_charts_are_told_of_nothing_while_their_last_answer_is_awaited(open_page: Open, stage: Stage) -> None:
    page = open_page("/chair/7", before=DASH)
    page.evaluate("""() => {
      const acts = Object.assign(document.createElement("div"), { id: "acts" });
      acts.dataset.dashIsLoading = "true";
      document.querySelector("main").append(acts);
    }""")
    stage.change({"7": {"cuff": frames.as_json(frames.seated("7", "R. T."))["cuff"]}})
    page.wait_for_function(f"Number(document.documentElement.dataset.turn) >= {turn_of(stage)}")
    assert page.evaluate("window.ticks") == []
    page.evaluate("delete document.querySelector('#acts').dataset.dashIsLoading")
    page.wait_for_function("window.ticks.length === 1")


def turn_of(stage: Stage) -> int:
    assert stage.newest is not None
    return int(stage.newest["turn"])


def test_every_post_of_ours_carries_the_token_and_no_other(open_page: Open, stage: Stage) -> None:
    page = open_page()
    seen: list[tuple[str, str | None]] = []
    page.on("request", lambda request: seen.append((request.method, request.headers.get("x-csrf-token"))))
    page.evaluate("""async () => {
      await fetch("/unlock", { method: "POST", body: "{}", headers: { "Content-Type": "application/json" } });
      await fetch(new Request("/unlock", { method: "post", body: "{}" }));
      await fetch("/me");
    }""")
    assert seen == [("POST", "token-1"), ("POST", "token-1"), ("GET", None)]
    assert stage.posted[-1][1:] == ({}, "token-1")


def test_a_frame_that_could_not_be_painted_is_fetched_again_whole(open_page: Open, stage: Stage) -> None:
    page = open_page()
    page.evaluate("""() => {
      let broken = true;
      const faulty = () => { if (broken && window.armed) { broken = false; throw new Error("once"); } };
      chairside.live.subscribe({ frame: faulty });
      window.armed = true;
      window.onerror = (message, file, line, column, error) => error.message === "once";
    }""")
    before = len(stage.reports)
    stage.change({"7": {"hr": frames.as_json(frames.seated("7", "R. T.", hr=frames.rate(117)))["hr"]}})
    stage.wait(lambda: len(stage.reports) > before)
    expect(page.locator('.tile:has(a[href="/chair/7"]) .number-hr .number-value')).to_contain_text("117")


def test_faults_of_the_whole_clinic_are_said_on_every_page(open_page: Open, stage: Stage) -> None:
    page = open_page("/history")
    stage.change({}, notices=["The broker at 10.0.0.5 is away."], stations={"sound": 0, "watching": 1})
    expect(page.locator(".notice")).to_have_text(["The broker at 10.0.0.5 is away."])
    expect(page.locator(".bar-stations")).to_have_text(re.compile(r"^0 of \d+ stations can sound$"))


def test_signing_out_asks_the_server_first(open_page: Open, stage: Stage) -> None:
    page = open_page()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login")
    assert [path for path, _, _ in stage.posted] == ["/logout"]
