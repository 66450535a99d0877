"""The board's chairs in the order in which they are seen: for eye, Tab and screen reader alike."""

from __future__ import annotations

import random
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live import frames
from tests.browser.live.conftest import Open
from tests.browser.live.server import Stage

WORST = ["7", "3", "8", "11", "1", "2", "4", "5", "9", "10", "6", "12"]
BY_CHAIR = [str(n) for n in range(1, 13)]
WITHOUT_MOVE = "delete Element.prototype.moveBefore;"
"""As in browsers that can only take a node out and put it back."""

SEEN = """() => [...document.querySelectorAll(".tile")]
  .map((tile) => [tile.getBoundingClientRect(), tile.querySelector(".tile-chair").textContent])
  .sort(([p], [q]) => Math.round(p.top - q.top) || p.left - q.left).map(([, chair]) => chair)"""
TOLD = """() => [...document.querySelectorAll(".board-room, .tile-chair")].map((node) => node.textContent)"""
MET = "() => document.activeElement.getAttribute('href')?.replace('/chair/', '') ?? ''"


def by_tab(page: Page) -> list[str]:
    """The chairs that Tab meets from the first one on."""
    page.locator(".tile-link").first.focus()
    met = [page.evaluate(MET)]
    while page.locator(".choice:focus").count() == 0:
        page.keyboard.press("Tab")
        met.append(page.evaluate(MET))
    return [chair for chair in met if chair]


def ordered(order: str) -> str:
    return f"localStorage.setItem('board-order', '{order}')"


@pytest.mark.parametrize(("order", "chairs"), [("worst", WORST), ("chair", BY_CHAIR)])
def test_tab_goes_as_the_eye_does(open_page: Open, stage: Stage, order: str, chairs: list[str]) -> None:
    page = open_page(before=ordered(order))
    assert page.evaluate(SEEN) == chairs
    assert page.evaluate(TOLD) == chairs
    assert by_tab(page) == chairs


@pytest.mark.parametrize("size", [(1920, 1080), (820, 1180), (390, 844)])
def test_rooms_are_met_one_after_the_other_each_after_its_name(
    open_page: Open, stage: Stage, size: tuple[int, int]
) -> None:
    stage.newest = frames.full(frames.crowded(12))
    page = open_page("/", *size, before=ordered("room"))
    rooms = ["Room 1", *BY_CHAIR[:4], "River room", *BY_CHAIR[4:8], "Third floor, garden side", *BY_CHAIR[8:]]
    assert page.evaluate(TOLD) == rooms
    assert by_tab(page) == BY_CHAIR


FLASH = """(chair) => document.querySelector(`.tile:has(a[href="/chair/${chair}"])`)
  .getAnimations({ subtree: true }).find((one) => one.animationName === "flash")"""
KEEP = f"""() => {{
  window.flashes = ["7", "12"].map({FLASH});
  window.left = 0;
  document.activeElement.addEventListener("blur", () => {{ left += 1; }});
  document.querySelector('.tile:has(a[href="/chair/12"])').style.setProperty("--flash-at", "1ms");
}}"""
KEPT = f"() => [...['7', '12'].map({FLASH}).map((one, n) => one === window.flashes[n]), left]"
IN_STEP = (
    """() => document.querySelector('.tile:has(a[href="/chair/12"])').style.getPropertyValue("--flash-at")"""
)


def worsen(stage: Stage, chair: str) -> None:
    alarm = frames.alarm("spo2_low", "high", "SpO₂ 80 < 85", 1, id=f"o-{chair}-2")
    stage.change({chair: {"alarms": frames.as_json(frames.seated(chair, "X", alarms=[alarm]))["alarms"]}})


def first(page: Page, *chairs: str) -> None:
    page.wait_for_function(
        f"(chairs) => ({TOLD})().slice(0, chairs.length).join() === chairs.join()", arg=chairs
    )


@pytest.mark.parametrize("moves", [True, False], ids=["moves", "takes-out"])
def test_a_new_order_takes_neither_focus_nor_flash(open_page: Open, stage: Stage, moves: bool) -> None:
    page = open_page(before="" if moves else WITHOUT_MOVE)
    focused = page.locator('a[href="/chair/9"]')
    focused.focus()
    worsen(stage, "12")
    first(page, "7", "12", "3")
    page.evaluate(KEEP)
    worsen(stage, "9")
    first(page, "7", "9", "12", "3")
    expect(focused).to_be_focused()
    assert page.evaluate(KEPT) == [True, moves, 0]
    assert (page.evaluate(IN_STEP) == "1ms") == moves, "a flash that began anew is out of step"
    for then in ('.tile:has(a[href="/chair/9"]) .strip-ack', 'a[href="/chair/12"]'):
        page.keyboard.press("Tab")
        expect(page.locator(then)).to_be_focused()


ASK = """([boxes, moves]) => boxes.map(([now, wanted, focused]) => {
  const button = (name) => Object.assign(document.createElement("button"), { name });
  const made = new Map([...now, ...wanted].map((name) => [name, button(name)]));
  const box = document.body.appendChild(document.createElement("div"));
  if (!moves) box.moveBefore = undefined;
  box.append(...now.map((name) => made.get(name)));
  made.get(focused)?.focus();
  const torn = [];
  chairside.arrange.put(box, wanted.map((name) => made.get(name)), (node) => torn.push(node.name));
  const shown = [...box.children].map((node) => node.name);
  const kept = [...chairside.arrange.staying(now, wanted, focused)];
  const still = document.activeElement.name ?? null;
  box.remove();
  return { shown, torn, kept, still };
})"""


def boxes(count: int = 150) -> list[tuple[list[str], list[str], str | None]]:
    dice = random.Random(7)
    made: list[tuple[list[str], list[str], str | None]] = [([], ["a"], None), (["a", "b"], ["b", "a"], "a")]
    for _ in range(count):
        names = [f"n{n}" for n in range(dice.randint(1, 30))]
        now = dice.sample(names, dice.randint(0, len(names)))
        wanted = dice.sample(names, dice.randint(0, len(names)))
        made.append((now, wanted, dice.choice([None, *now])))
    return made


def longest_rise(now: list[str], wanted: list[str]) -> int:
    """How many can stay where they are, by the textbook's table."""
    rows = [0] * (len(wanted) + 1)
    for one in now:
        above = rows[:]
        for n, other in enumerate(wanted):
            rows[n + 1] = above[n] + 1 if one == other else max(above[n + 1], rows[n])
    return rows[-1]


@pytest.mark.parametrize("moves", [True, False], ids=["moves", "takes-out"])
def test_any_order_becomes_any_other_and_what_has_the_focus_stays(scripts: Page, moves: bool) -> None:
    asked: list[Any] = boxes()
    for (now, wanted, focused), told in zip(asked, scripts.evaluate(ASK, [asked, moves]), strict=True):
        assert told["shown"] == wanted
        both = [one for one in wanted if one in now]
        if focused in wanted:
            assert told["still"] == focused
            assert focused in told["kept"]
        else:
            assert len(told["kept"]) == longest_rise(now, both)
        assert sorted(told["torn"]) == ([] if moves else sorted(set(both) - set(told["kept"])))
