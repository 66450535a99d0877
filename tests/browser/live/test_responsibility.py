"""Who is called, who has it, who said no: seen and answered on every screen; and the change of shift."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live import frames
from tests.browser.live.conftest import Console, Open
from tests.browser.live.server import Stage
from tests.browser.taps import pick, tap_until

RUIZ = {"user": "ruiz", "display": "Dr. Ruiz", "role": "anesthesia"}
ANSWERS = ("Acknowledge", "Accept", "Reject…", "Take over")
HIGH = frames.as_json(frames.clinic()[6])["alarms"][0]
MEDIUM = frames.as_json(frames.clinic()[2])["alarms"][0]


def card(page: Page, words: str) -> Any:
    """The alarm of these words whole, once its line was tapped."""
    line = page.locator(".alarm-card", has_text=words).first
    if line.get_attribute("data-shown") is None:
        pick(line)
    return page.locator(".alarm-detail")


def visible(page: Page, words: str) -> list[str]:
    said = card(page, words).locator("button:visible").all_inner_texts()
    return [text for text in said if text in ANSWERS]


def test_a_tile_counts_down_to_who_is_called_next(open_page: Open, stage: Stage) -> None:
    page = open_page()
    tile = page.locator('.tile:has(a[href="/chair/7"])')
    expect(tile.locator(".strip-call")).to_contain_text("→\u00a0all\u00a00:")
    expect(tile.locator(".strip-text")).to_have_text("SYS 184 ≥ 180")
    everyone = ["nurse", "anesthesia", "admin", "wall"]
    stage.change({"7": {"alarms": [{**HIGH, "calls": everyone, "escalates_ms": None, "outside": True}]}})
    expect(tile.locator(".strip-call")).to_have_text("→\u00a0all")
    expect(tile.locator(".strip-time")).to_be_visible()


def test_a_nurse_is_offered_what_is_hers_and_a_high_pressure_is_not(open_page: Open) -> None:
    page = open_page("/alarms", 390, 844)
    expect(card(page, "SYS 164 ≥ 160").get_by_text("→\u00a0anesthesia in")).to_be_visible()
    assert visible(page, "SYS 184 ≥ 180") == ["Reject…", "Acknowledge"]
    assert visible(page, "SYS 164 ≥ 160") == ["Accept", "Reject…", "Acknowledge"]
    expect(card(page, "PR 126 > 120").get_by_role("button", name="Take over")).to_be_hidden()


@pytest.mark.parametrize(("width", "beside"), [(1100, True), (640, False), (366, False)])
def test_on_a_chair_s_page_answers_stand_beside_the_alarm_where_there_is_room(
    open_page: Open, width: int, beside: bool
) -> None:
    page = open_page("/chair/3")
    page.locator("#chair-alarms").evaluate("(column, width) => { column.style.width = `${width}px`; }", width)
    alarm = page.locator(".chair-alarm", has_text="SYS 164 ≥ 160")
    strip = alarm.locator(".strip").bounding_box()
    accept = alarm.get_by_role("button", name="Accept").bounding_box()
    assert strip is not None
    assert accept is not None
    assert (accept["y"] < strip["y"] + strip["height"] - 20) == beside
    assert (accept["x"] >= strip["x"] + strip["width"]) == beside


def test_anesthesia_is_still_called_where_a_nurse_has_acknowledged(open_page: Open, stage: Stage) -> None:
    stage.me = {**stage.me, **RUIZ}
    page = open_page("/alarms", 390, 844)
    by_nurse = {
        **HIGH,
        "presence": "acknowledged",
        "calls": ["anesthesia"],
        "acknowledged_by": "Leo",
        "acknowledged_ms": frames.AT_MS,
    }
    stage.change({"7": {"alarms": [by_nurse]}})
    one = card(page, "SYS 184 ≥ 180")
    expect(one.locator(".call-line")).to_contain_text("→\u00a0anesthesia; outside in")
    assert visible(page, "SYS 184 ≥ 180") == ["Accept", "Reject…", "Acknowledge"]
    assert one.get_attribute("data-acknowledged") is None
    tap_until(one.get_by_role("button", name="Accept"), lambda: stage.posted)
    assert stage.posted[0][1]["act"] == {"type": "accept", "occurrence": "o-7", "priority": "high"}
    accepted = {**by_nurse, "calls": [], "accepted_by": "Dr. Ruiz", "accepted_ms": frames.AT_MS}
    stage.change({"7": {"alarms": [{**accepted, "acknowledged_by": "Dr. Ruiz", "escalates_ms": None}]}})
    expect(one.locator(".call-line")).to_contain_text("accepted by Dr. Ruiz")
    assert visible(page, "SYS 184 ≥ 180") == []


def test_a_paused_sound_hides_from_nobody_that_they_are_asked_to_answer(
    open_page: Open, stage: Stage
) -> None:
    stage.me = {**stage.me, **RUIZ}
    page = open_page("/alarms", 390, 844)
    paused = {**HIGH, "presence": "acknowledged", "acknowledged_by": "Leo", "calls": [], "paused": True}
    stage.change({"7": {"alarms": [{**paused, "called": ["anesthesia"]}]}})
    one = card(page, "SYS 184 ≥ 180")
    expect(one.get_by_role("button", name="Accept")).to_be_visible()
    expect(one.locator(".call-line")).to_contain_text("→\u00a0anesthesia")
    assert one.get_attribute("data-acknowledged") is None


def test_a_rejection_needs_a_reason_and_is_shown_to_all(open_page: Open, stage: Stage) -> None:
    page = open_page("/alarms", 390, 844)
    dialog = page.get_by_role("dialog")
    tap_until(card(page, "SYS 164 ≥ 160").get_by_role("button", name="Reject"), dialog.is_visible)
    expect(dialog.get_by_role("button", name="Reject")).to_be_disabled()
    dialog.get_by_text("With another patient").click()
    dialog.get_by_label("Another reason").fill("chair 2")
    dialog.get_by_role("button", name="Reject").click()
    stage.wait(lambda: stage.posted)
    assert stage.posted[0][1]["act"] == {
        "type": "reject",
        "occurrence": "o-3",
        "priority": "medium",
        "reason": "With another patient: chair 2",
    }
    said = [["Ana Ruiz", frames.AT_MS, "With another patient: chair 2"]]
    called = {**MEDIUM, "rejected": said, "calls": ["nurse", "anesthesia"], "escalates_ms": None}
    stage.change({"3": {"alarms": [called]}})
    expect(card(page, "SYS 164 ≥ 160").locator(".call-said li")).to_contain_text("With another patient")
    assert visible(page, "SYS 164 ≥ 160") == ["Accept", "Acknowledge"]


def test_giving_up_the_rejection_sends_nothing(open_page: Open, stage: Stage) -> None:
    page = open_page("/alarms", 390, 844)
    card(page, "SYS 164 ≥ 160").get_by_role("button", name="Reject").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert stage.posted == []


def test_what_a_colleague_has_can_be_taken_over_on_the_chairs_page(open_page: Open, stage: Stage) -> None:
    stage.me = {**stage.me, "display": "Leo", "user": "leo"}
    page = open_page("/chair/8")
    page.get_by_role("button", name="Take over chair 8").click()
    stage.wait(lambda: stage.posted)
    assert stage.posted[0][1]["act"]["type"] == "take_over"
    assert stage.posted[0][1]["act"]["occurrence"] == "hr_high-1"


def test_the_chairs_page_names_the_nurse_and_gives_the_patient_to_another(
    open_page: Open, stage: Stage
) -> None:
    page = open_page("/chair/7", 390, 844)
    page.get_by_role("button", name="Nurse Ana Ruiz").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Change nurse")).to_be_disabled()
    dialog.get_by_text("Leo", exact=True).click()
    dialog.get_by_role("button", name="Change nurse").click()
    stage.wait(lambda: stage.posted)
    assert stage.posted[0][1] == {
        "chair": "7",
        "session": "s7",
        "act": {"type": "assign_nurse", "nurse": "Leo"},
    }


def test_a_wall_display_answers_nothing(open_page: Open, stage: Stage) -> None:
    stage.me = {**stage.me, "role": "wall", "display": "Wall"}
    page = open_page("/alarms")
    expect(page.locator("html[data-role=wall]")).to_be_attached()
    assert page.locator(".alarm-detail button:visible").count() == 0
    expect(page.get_by_role("link", name="Hand over")).to_be_hidden()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_a_nurse_hands_over_all_her_chairs_at_once(
    open_page: Open, stage: Stage, width: int, height: int
) -> None:
    stage.notes = json.dumps({"s7": ["14:02 Nausea · Ana Ruiz"]})
    stage.answers["/handover/confirm"] = [(200, {"message": "Leo has chairs 1, 3, 5, 7, 9, 11."})]
    page = open_page("/handover", width, height)
    seven = page.locator(".hand-card", has_text="7 R. T.")
    for words in ("SYS 184 ≥ 180", "184/102 mmHg", "Infusion 31:", "pressure next in", "14:02 Nausea"):
        expect(seven).to_contain_text(words)
    expect(page.locator(".hand-card", has_text="9 E. N.")).to_contain_text("SpO₂ 94 (")
    confirm = page.locator(".hand-confirm")
    expect(confirm).to_be_disabled()
    seven.get_by_label("Note on chair 7").fill("call before the repeat")
    page.get_by_text("Leo", exact=True).click()
    expect(confirm).to_have_text("Hand over 6 chairs to Leo")
    confirm.click()
    stage.wait(lambda: stage.posted)
    path, body, token = stage.posted[0]
    assert (path, body["to"], token) == ("/handover/confirm", "Leo", "token-1")
    assert [c["chair"] for c in body["chairs"]] == ["1", "3", "5", "7", "9", "11"]
    assert body["chairs"][3] == {"chair": "7", "session": "s7", "note": "call before the repeat"}
    expect(page.locator(".toast")).to_have_text("Leo has chairs 1, 3, 5, 7, 9, 11.")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("measure.faint()") == []


def test_a_handover_that_is_refused_says_why(open_page: Open, stage: Stage, console: Console) -> None:
    console.expected = ("409",)
    stage.answers["/handover/confirm"] = [(409, {"message": "Not handed over, chair 3: it has changed."})]
    page = open_page("/handover")
    page.get_by_text("Leo", exact=True).click()
    page.locator(".hand-confirm").click()
    expect(page.locator(".toast")).to_have_text("Not handed over, chair 3: it has changed.")
    expect(page.locator(".hand-confirm")).to_be_enabled()
