"""The bar and the board's foot: what is of safety stands whole, whatever stands beside it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.live import frames
from tests.browser.live.conftest import Open
from tests.browser.live.frames import AT_MS
from tests.browser.live.server import Stage
from tests.browser.live.test_spanish import SPANISH

UNSEEN = """(which) => [...document.querySelectorAll(which)].filter((node) => {
  const words = document.createRange();
  words.selectNodeContents(node);
  return [...words.getClientRects()].some((at) => {
    const y = (at.top + at.bottom) / 2;
    const seen = (x) => node.contains(document.elementFromPoint(x, y));
    return ![at.left + 1, (at.left + at.right) / 2, at.right - 1].every(seen);
  }) || !node.checkVisibility();
}).map((node) => `${node.className}: ${node.textContent}`)"""
BAR = ".bar-overdue, .bar-stations, .sound, .pill:not([hidden]), .demo-mark, .bar-time"
FOOT = ".board-sum span, .board-word"
PAUSED = {"by": "Maximiliana Hohenberg", "until_ms": AT_MS + 80_000}


def crowd(stage: Stage) -> None:
    """All that a bar can hold at once."""
    late = [
        frames.alarm("pressure_overdue", "low", f"pressure overdue {n} min", 700, id=f"l{n}") for n in (5, 12)
    ]
    low = frames.as_json(frames.seated("2", "A. L.", alarms=late))["alarms"]
    stage.me = {**stage.me, "display": "Maximiliana Hohenberg", "role": "admin"}
    assert stage.newest is not None
    chairs: dict[str, Any] = stage.newest["chairs"]
    chairs["2"]["alarms"] = low
    for id_ in ("3", "8"):
        chairs[id_]["audio_paused"] = PAUSED
    stage.newest["clinic"] = "Infusion suite on the third floor"
    stage.newest["stations"] = {"sound": 10, "watching": 12}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("path", ["/", "/alarms"])
def test_a_wide_bar_drops_nothing_of_safety(open_page: Open, stage: Stage, path: str, language: str) -> None:
    crowd(stage)
    page = open_page(path, 1920, 1080, before=SPANISH if language == "es" else "")
    page.wait_for_function("chairside.me.role === 'admin'")
    expect(page.locator(".sound")).to_be_visible()
    for width in (1920, 1680, 1501):
        page.set_viewport_size({"width": width, "height": 1080})
        expect(page.locator(".bar-stations")).to_be_visible()
        assert page.evaluate(UNSEEN, BAR) == [], width
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_foot_of_a_board_drops_nothing_of_safety(open_page: Open, stage: Stage, language: str) -> None:
    crowd(stage)
    page = open_page("/", 1280, 800, before=SPANISH if language == "es" else "")
    page.wait_for_function("chairside.me.role === 'admin'")
    for width in (1500, 1280, 1160, 1100, 820, 740):
        page.set_viewport_size({"width": width, "height": 800})
        expect(page.locator(".board-sum")).to_be_visible()
        assert page.evaluate(UNSEEN, FOOT) == [], width
