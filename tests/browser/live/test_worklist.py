"""The alarm worklist for a thumb: what is wrong, since when, what was done, who is next; nothing moves."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page, expect

from monitor.store.snapshot import CalledBackView
from tests.browser.live import frames
from tests.browser.live.conftest import Open
from tests.browser.live.frames import AT_MS
from tests.browser.live.server import Stage
from tests.browser.live.test_spanish import SPANISH
from tests.browser.taps import pick, tap_until

RUIZ = {"user": "ruiz", "display": "Dr. Ruiz", "role": "anesthesia"}
PHONE = (390, 844)
HIGH = frames.as_json(frames.clinic()[6])["alarms"][0]
DONE = [
    {"at": AT_MS - 120_000, "text": "Medication: labetalol 10 mg", "by": "Ana Ruiz"},
    {"at": AT_MS - 600_000, "text": "SYS 164 ≥ 160 acknowledged", "by": "Leo"},
]


def minutes(value: float) -> list[list[float | None]]:
    return [[AT_MS - 900_000 + 5000 * n, value + n % 7] for n in range(180)]


@pytest.fixture
def as_anesthesia(stage: Stage) -> Stage:
    stage.me = {**stage.me, **RUIZ}
    stage.recent = {"hr": minutes(98), "spo2": minutes(92), "done": DONE}
    return stage


def shown(page: Page) -> Any:
    return page.locator(".alarm-detail")


DRAWN = """() => {
  const canvas = document.querySelector(".recent-canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((v, n) => n % 4 === 3 && v > 0).length > 200;
}"""


def test_one_look_says_what_since_when_what_was_done_and_who_is_next(
    open_page: Open, as_anesthesia: Stage
) -> None:
    page = open_page("/alarms", *PHONE)
    one = shown(page)
    for words in (
        "SYS 184 ≥ 180",
        "since ",
        "184/102",
        "minute 31 of 40",
        "→\u00a0everyone in",
        "Medication: labetalol 10 mg · Ana Ruiz",
        "SYS 164 ≥ 160 acknowledged · Leo",
    ):
        expect(one).to_contain_text(words)
    page.wait_for_function(DRAWN)


BUTTONS = ".acts-row > :is(button, a):visible"


def test_every_answer_lies_under_the_thumb(open_page: Open, as_anesthesia: Stage) -> None:
    page = open_page("/alarms", *PHONE)
    expect(shown(page).get_by_role("button", name="Accept")).to_be_visible()
    assert shown(page).locator(BUTTONS).count() >= 6
    for button in shown(page).locator(BUTTONS).all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 48, button.inner_text()
        assert box["width"] >= 48, button.inner_text()
        assert 844 / 2 <= box["y"] <= 844 - 61 - box["height"], button.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("size", [PHONE, (1280, 800), (1920, 1080)])
def test_acknowledge_is_the_largest_and_nearest_to_the_thumb_and_in_view(
    open_page: Open, as_anesthesia: Stage, size: tuple[int, int]
) -> None:
    page = open_page("/alarms", *size)
    ack = shown(page).get_by_role("button", name="Acknowledge")
    expect(ack).to_be_in_viewport(ratio=1)
    box = ack.bounding_box()
    assert box is not None
    others = [other.bounding_box() for other in shown(page).locator(f"{BUTTONS}:not(.act-ack)").all()]
    assert all(box["y"] + box["height"] >= other["y"] + other["height"] - 1 for other in others if other)
    assert all(box["width"] * box["height"] > other["width"] * other["height"] for other in others if other)


GAPS = """() => {
  const seen = (nodes) => [...nodes].filter((node) => node.checkVisibility());
  return seen(document.querySelectorAll(".acts-row:not(:first-child)")).flatMap((row) => {
    const { left, right } = row.getBoundingClientRect();
    const boxes = seen(row.children).map((node) => node.getBoundingClientRect());
    const lines = Map.groupBy(boxes, (box) => Math.round(box.bottom));
    return [...lines.values()].flatMap((line) => {
      const edges = [left - 8, ...line.flatMap((box) => [box.left, box.right]), right + 8];
      const gaps = edges.flatMap((edge, n) => (n % 2 === 0 ? [edges[n + 1] - edge] : []));
      return gaps.filter((gap) => gap > 9);
    });
  });
}"""


@pytest.mark.parametrize("size", [PHONE, (1280, 800)])
@pytest.mark.parametrize("role", ["nurse", "anesthesia"])
def test_what_is_not_offered_leaves_no_gap(
    open_page: Open, stage: Stage, role: str, size: tuple[int, int]
) -> None:
    stage.me = {**stage.me, "role": role}
    page = open_page("/alarms", *size)
    page.wait_for_function("chairside.me.role !== ''")
    expect(shown(page).get_by_role("button", name="Reject")).to_be_visible()
    assert page.evaluate(GAPS) == []
    taken = {**HIGH, "presence": "acknowledged", "calls": [], "acknowledged_by": "Leo", "escalates_ms": None}
    stage.change({id_: {"alarms": [taken] if id_ == "7" else []} for id_ in ("1", "2", "3", "7", "8", "11")})
    expect(shown(page).get_by_role("button", name="Take over")).to_be_visible()
    assert page.evaluate(GAPS) == []


CUT = """() => [...document.querySelectorAll(".alarm-card *, .alarm-detail *")].filter((node) => {
  if (!node.checkVisibility() || node.closest(".sr-only, .recent")) return false;
  if (![...node.childNodes].some((child) => child.nodeType === 3 && child.nodeValue.trim())) return false;
  const words = document.createRange();
  words.selectNodeContents(node);
  const edges = [];
  for (let box = node; box.closest(".alarm-card, .alarm-detail"); box = box.parentElement) {
    if (getComputedStyle(box).overflow !== "visible") edges.push(box.getBoundingClientRect());
  }
  const beyond = (at, edge) => at.right > edge.right + 1 || at.left < edge.left - 1
    || at.bottom > edge.bottom - 1 || at.top < edge.top + 1;
  const shortened = getComputedStyle(node).textOverflow === "ellipsis";
  if (shortened && node.scrollWidth > node.clientWidth + 1) return true;
  return [...words.getClientRects()].some((at) =>
    at.right > innerWidth || at.left < 0 || edges.some((edge) => beyond(at, edge)));
}).map((node) => `${node.className}: ${node.textContent}`)"""
TAKEN = {"presence": "acknowledged", "calls": [], "acknowledged_ms": AT_MS}
LONG = {
    "3": ("SYS 164 ≥ 160, unconfirmed", {"value_ms": AT_MS - 130_000, "priority_ms": AT_MS - 9_000_000}),
    "5": ("CARESCAPE V100 by the window: its gateway's clock 75 s fast", {}),
    "8": ("numbers may be swapped: check", TAKEN),
}


@pytest.mark.parametrize("size", [PHONE, (1280, 800)])
@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_about_an_alarm_is_cut(
    open_page: Open, stage: Stage, language: str, size: tuple[int, int]
) -> None:
    page = open_page("/alarms", *size, before=SPANISH if language == "es" else "")
    for chair, (text, more) in LONG.items():
        by = {"acknowledged_by": "Maximiliana Hohenberg"}
        stage.change({chair: {"alarms": [{**HIGH, "id": f"long-{chair}", "text": text, **by, **more}]}})
        line = page.locator(".alarm-card", has=page.locator(f"[aria-label*='{chair}:']"))
        expect(line).to_have_count(1)
        pick(line)
        expect(shown(page).locator(".acts-what")).to_contain_text(f" {chair} ·")
        assert page.evaluate(CUT) == []


def test_an_alarm_that_arrives_moves_no_button(open_page: Open, as_anesthesia: Stage) -> None:
    page = open_page("/alarms", *PHONE)
    accept = shown(page).get_by_role("button", name="Accept")
    before = accept.bounding_box()
    as_anesthesia.change({"2": {"alarms": [{**HIGH, "id": "o-2", "since_ms": AT_MS - 99_000}]}})
    expect(page.locator(".alarm-card")).to_have_count(6)
    assert accept.bounding_box() == before
    expect(shown(page)).to_contain_text("R. T.")
    expect(shown(page).get_by_role("button", name="Next alarm (4)")).to_be_visible()


def test_what_changed_under_the_thumb_is_deaf_for_a_moment(open_page: Open, as_anesthesia: Stage) -> None:
    page = open_page("/alarms", *PHONE)
    expect(shown(page).get_by_role("button", name="Accept")).to_be_visible()
    page.evaluate("""() => {
      const accept = document.querySelector(".act-accept");
      chairside.live.subscribe({ frame: (changed, whole) => {
        if (whole || !changed.has("7")) return;
        for (const type of ["pointerdown", "click"]) {
          accept.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, detail: 1 }));
        }
        window.tapped = true;
      } });
    }""")
    as_anesthesia.change({"7": {"alarms": []}})
    expect(shown(page)).to_contain_text("SYS 164 ≥ 160")
    page.wait_for_function("window.tapped")
    assert as_anesthesia.posted == []
    tap_until(shown(page).get_by_role("button", name="Accept"), lambda: as_anesthesia.posted)
    assert as_anesthesia.posted[0][1]["act"]["occurrence"] == "o-3"


def test_who_is_called_tells_the_nurse(open_page: Open, as_anesthesia: Stage) -> None:
    page = open_page("/alarms", *PHONE)
    dialog = page.get_by_role("dialog")
    tap_until(shown(page).get_by_role("button", name="Call back"), dialog.is_visible)
    expect(dialog).to_contain_text("Chair 7: tell Ana Ruiz")
    dialog.get_by_text("On my way").click()
    dialog.get_by_role("button", name="Send").click()
    as_anesthesia.wait(lambda: as_anesthesia.posted)
    act = {"type": "call_back", "text": "On my way"}
    assert as_anesthesia.posted[0][1] == {"chair": "7", "session": "s7", "act": act}


@pytest.mark.parametrize("path", ["/", "/alarms", "/chair/7"])
def test_a_word_to_the_nurse_stands_on_every_screen_until_it_is_heard(
    open_page: Open, stage: Stage, path: str
) -> None:
    page = open_page(path)
    session = frames.as_json(frames.clinic()[6])["session"]
    word = msgspec.to_builtins(CalledBackView("On my way", "Dr. Ruiz", AT_MS - 60_000))
    stage.change({"7": {"session": {**session, "called_back": word}}})
    expect(page.get_by_text("Dr. Ruiz: On my way, 1\u00a0min ago").filter(visible=True)).to_have_count(1)
    if path != "/":
        page.get_by_role("button", name="Heard").click()
        stage.wait(lambda: stage.posted)
        assert stage.posted[0][1]["act"] == {"type": "call_heard"}
    stage.change({"7": {"session": session}})
    expect(page.get_by_text("Dr. Ruiz: On my way").filter(visible=True)).to_have_count(0)


def test_the_sound_of_a_chair_is_paused_from_its_alarm(open_page: Open, stage: Stage) -> None:
    page = open_page("/alarms", *PHONE)
    tap_until(shown(page).get_by_role("button", name="Pause sound 2:00"), lambda: stage.posted)
    assert stage.posted[0][1]["act"] == {"type": "pause_audio"}


def test_the_clinics_own_alarm_has_a_line_of_its_own(open_page: Open, stage: Stage) -> None:
    page = open_page("/alarms")
    own = {
        "id": "c1",
        "condition": "no_station",
        "kind": "technical",
        "priority": "medium",
        "presence": "on",
        "since_ms": AT_MS - 45_000,
        "text": "no station can sound",
    }
    stage.change({}, alarms=[own])
    line = page.locator(".alarm-card", has_text="no station can sound")
    expect(line).to_have_attribute("data-priority", "medium")
    expect(line.locator(".alarm-pick")).to_be_hidden()
    expect(shown(page)).to_contain_text("SYS 184 ≥ 180")
    stage.change({}, alarms=[])
    expect(line).to_have_count(0)


def test_the_most_urgent_is_shown_until_somebody_picks_another(open_page: Open, stage: Stage) -> None:
    page = open_page("/alarms")
    expect(shown(page)).to_contain_text("SYS 184 ≥ 180")
    pick(page.locator(".alarm-card", has_text="SYS 164 ≥ 160"))
    expect(shown(page)).to_contain_text("SYS 164 ≥ 160")
    stage.change({"2": {"alarms": [{**HIGH, "id": "o-2"}]}})
    expect(page.locator(".alarm-card")).to_have_count(6)
    expect(shown(page)).to_contain_text("SYS 164 ≥ 160")
    stage.change({"3": {"alarms": []}})
    expect(shown(page)).to_contain_text("SYS 184 ≥ 180")
