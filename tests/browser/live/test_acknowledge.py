"""Acknowledging names what was on the screen, and every answer of the server is seen."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.live import frames
from tests.browser.live.conftest import Console, Open
from tests.browser.live.server import Stage

ACK_7 = '.tile:has(a[href="/chair/7"]) .strip-ack'
BODY_7 = {
    "chair": "7",
    "session": "s7",
    "act": {"type": "acknowledge", "occurrence": "o-7", "priority": "high"},
}
TAKEN = [
    {
        **alarm,
        "presence": "acknowledged",
        "audible": False,
        "calls": [],
        "acknowledged_by": "Ana Ruiz",
        "acknowledged_ms": frames.AT_MS,
    }
    for alarm in frames.as_json(frames.clinic()[6])["alarms"][:1]
]


def test_ack_posts_the_occurrence_and_the_priority_shown_with_the_csrf_token(
    open_page: Open, stage: Stage
) -> None:
    open_page().click(ACK_7)
    stage.wait(lambda: stage.posted)
    assert stage.posted == [("/act", BODY_7, "token-1")]


def test_once_taken_the_strip_says_who_and_no_longer_flashes(open_page: Open, stage: Stage) -> None:
    page = open_page()
    stage.change({"7": {"alarms": TAKEN}})
    tile = page.locator('.tile:has(a[href="/chair/7"])')
    expect(tile.locator(".strip-time")).to_contain_text("✓\u00a0Ana Ruiz")
    expect(tile.locator(".strip-ack")).to_be_hidden()
    assert tile.evaluate("node => getComputedStyle(node, '::after').animationName") == "none"


def test_what_the_finger_went_down_on_is_what_is_acknowledged(open_page: Open, stage: Stage) -> None:
    page = open_page()
    page.hover(ACK_7)
    page.mouse.down()
    other = {**frames.as_json(frames.clinic()[6])["alarms"][0], "id": "o-99", "text": "SpO₂ 79 < 80"}
    stage.change({"7": {"alarms": [other]}})
    expect(page.locator('.tile:has(a[href="/chair/7"]) .strip-text')).to_have_text("SpO₂ 79 < 80")
    page.mouse.up()
    stage.wait(lambda: stage.posted)
    assert stage.posted[0][1]["act"]["occurrence"] == "o-7"


def test_a_refusal_is_said_in_the_servers_words_and_the_button_comes_back(
    open_page: Open, stage: Stage, console: Console
) -> None:
    console.expected = ("409",)
    stage.answers["/act"] = [(409, {"message": "It is already acknowledged by Leo."})]
    page = open_page()
    page.click(ACK_7)
    expect(page.locator(".toast")).to_have_text("It is already acknowledged by Leo.")
    expect(page.locator(ACK_7)).to_be_enabled()


def test_pending_shows_waiting_until_the_alarm_changes(open_page: Open, stage: Stage) -> None:
    stage.answers["/act"] = [(202, {})]
    page = open_page()
    page.click(ACK_7)
    expect(page.locator(ACK_7)).to_have_text("Waiting…")
    stage.change({"7": {"alarms": TAKEN}})
    expect(page.locator(ACK_7)).to_be_hidden()


def test_a_locked_screen_asks_for_the_pin_and_then_does_what_was_asked(
    open_page: Open, stage: Stage, console: Console
) -> None:
    console.expected = ("423", "403")
    stage.answers["/act"] = [(423, {"message": "locked"})]
    stage.answers["/unlock"] = [(403, {"message": "Wrong PIN."}), (200, {"locked": False})]
    page = open_page()
    page.click(ACK_7)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.type("1111")
    page.keyboard.press("Enter")
    expect(page.locator(".dialog-fault")).to_have_text("Wrong PIN.")
    page.keyboard.type("2468")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    stage.wait(lambda: len(stage.posted) == 4)
    assert [path for path, _, _ in stage.posted] == ["/act", "/unlock", "/unlock", "/act"]
    assert stage.posted[2][1] == {"pin": "2468"}
    assert stage.posted[3][1] == BODY_7


def test_giving_up_the_pin_does_nothing_and_leaves_the_button_alive(
    open_page: Open, stage: Stage, console: Console
) -> None:
    console.expected = ("423",)
    stage.answers["/act"] = [(423, {})]
    page = open_page()
    page.click(ACK_7)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(ACK_7)).to_be_enabled()
    assert len(stage.posted) == 1


def test_without_a_connection_it_says_that_nothing_was_sent(
    open_page: Open, stage: Stage, console: Console
) -> None:
    console.expected = ("ERR_",)
    page = open_page()
    page.route("**/act", lambda route: route.abort())
    page.click(ACK_7)
    expect(page.locator(".toast")).to_contain_text("Not sent")
    expect(page.locator(ACK_7)).to_be_enabled()


def test_a_wall_display_has_nothing_to_press(open_page: Open, stage: Stage) -> None:
    stage.me = {**stage.me, "role": "wall"}
    page = open_page()
    expect(page.locator("html[data-role=wall]")).to_be_attached()
    assert page.locator(".strip-ack:visible").count() == 0


def test_the_worklist_is_by_priority_and_age_and_acknowledges(open_page: Open, stage: Stage) -> None:
    page = open_page("/alarms", 390, 844)
    words = page.locator(".alarm-card .strip-text")
    expect(words).to_have_text(
        ["SYS 184 ≥ 180", "SYS 164 ≥ 160", "PR 126 > 120", "No baseline", "SpO₂ probe off"]
    )
    page.locator(".alarm-detail .strip-ack").click()
    stage.wait(lambda: stage.posted)
    assert stage.posted[0][1] == BODY_7
    stage.change({"7": {"alarms": []}})
    expect(words).to_have_count(3)


def test_a_quiet_clinic_says_so(open_page: Open, stage: Stage) -> None:
    stage.newest = frames.full([frames.seated("1", "D. S."), frames.free("2")])
    expect(open_page("/alarms").locator(".alarm-none")).to_have_text("No open alarms. 1 of 2 chairs in use.")


def test_a_chairs_page_shows_its_numbers_and_its_alarms(open_page: Open, stage: Stage) -> None:
    page = open_page("/chair/7")
    expect(page.locator(".card-pressure .pressure")).to_contain_text("184/102")
    expect(page.locator(".card-pressure .card-foot").first).to_contain_text("+56\u00a0% of 118/74")
    expect(page.locator(".card-hr")).to_contain_text("limits 50–120")
    expect(page.locator(".card-visit")).to_contain_text("of 40 min")
    page.locator("#chair-alarms .strip-ack").first.click()
    stage.wait(lambda: stage.posted)
    assert stage.posted[0][1] == BODY_7
