"""Since when an alarm stands and when its value was measured: the same words on every screen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live import frames
from tests.browser.live.conftest import Open
from tests.browser.live.frames import AT_MS
from tests.browser.live.server import Stage

STANDS = re.compile(r"for\s1\d:\d\d")
"""Since 613 s, however slow the machine."""
AGO = re.compile(r"\d\xa0min\xa0ago")


def alarms(**more: Any) -> list[dict[str, Any]]:
    measured = {"value": 174, "limit": 160, "unit": "mm[Hg]", "value_ms": AT_MS - 70_000, **more}
    one = frames.alarm("sbp_high", "medium", "SYS 174 ≥ 160", 613, id="o-3", **measured)
    return frames.as_json(frames.seated("3", "M. K.", alarms=[one]))["alarms"]


@pytest.fixture
def standing(stage: Stage) -> Stage:
    """Chair 3 alone alarms: for ten minutes, by a reading that is one minute old."""
    cuff = frames.cuff(174, 97, 70 / 60)
    chairs = [frames.seated("3", "M. K.", session=frames.visit("3", "M. K.", minutes=25), cuff=cuff)]
    stage.newest = frames.full(chairs)
    stage.newest["chairs"]["3"]["alarms"] = alarms()
    return stage


def tile(page: Page) -> Any:
    return page.locator(".tile .strip")


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("/chair/3", ".chair-alarm .strip"),
        ("/alarms", ".alarm-card .strip"),
        ("/alarms", ".alarm-detail .strip"),
        ("/handover", ".hand-alarms li"),
    ],
)
def test_age_of_the_alarm_and_of_its_value_stand_side_by_side(
    open_page: Open, standing: Stage, path: str, where: str
) -> None:
    one = open_page(path).locator(where)
    expect(one).to_contain_text("SYS 174 ≥ 160")
    expect(one).to_contain_text(AGO)
    expect(one).to_contain_text(STANDS)


def test_the_alarm_shown_whole_says_both_by_the_clock(open_page: Open, standing: Stage) -> None:
    page = open_page("/alarms")
    standing.change({"3": {"alarms": alarms(priority_ms=AT_MS - 20_000)}})
    since = page.locator(".alarm-since")
    clock = r"\d\d:\d\d:\d\d"
    words = rf"since {clock} · medium since {clock} · 174 at a limit of 160 mmHg, measured {clock}"
    expect(since).to_have_text(re.compile(words))
    expect(page.locator(".alarm-detail .strip-time")).to_contain_text("medium\xa0for\xa0")


def test_a_screen_reader_hears_both(open_page: Open, standing: Stage) -> None:
    page = open_page("/")
    heard = page.locator("[data-announce=polite]")
    expect(heard).to_contain_text(re.compile(r"SYS 174 ≥ 160, \d+ minutes? ago, for 1\d minutes"))


def test_one_reading_that_raised_the_alarm_has_one_time(open_page: Open, standing: Stage) -> None:
    page = open_page("/chair/3")
    standing.change({"3": {"alarms": alarms(value_ms=AT_MS - 613_000)}})
    expect(page.locator(".chair-alarm .strip-ago")).to_have_text("")
    expect(page.locator(".chair-alarm .strip-time")).to_contain_text(STANDS)


def test_a_tile_says_the_age_of_a_value_that_is_not_the_one_above(open_page: Open, standing: Stage) -> None:
    page = open_page("/")
    expect(tile(page).locator(".strip-time")).to_have_text(STANDS)
    expect(tile(page).locator(".strip-ago")).to_be_hidden()
    standing.change({"3": {"alarms": alarms(value_ms=AT_MS - 400_000)}})
    expect(tile(page).locator(".strip-ago")).to_have_text(AGO)
    expect(tile(page).locator(".strip-ago")).to_be_visible()


def test_a_small_tile_leaves_out_a_number_whose_age_it_has_no_room_for(
    open_page: Open, standing: Stage
) -> None:
    one = frames.as_json(frames.seated("3", "M. K.", cuff=frames.cuff(158, 90, 1)))
    others = [frames.seated(str(n), f"P. {n}") for n in (1, 2, *range(4, 13))]
    standing.newest = frames.full(others)
    standing.newest["order"].append("3")
    standing.newest["chairs"]["3"] = {**one, "alarms": alarms(value_ms=AT_MS - 400_000)}
    page = open_page("/", 1280, 800)
    expect(tile(page).locator(".strip-brief").filter(visible=True)).to_have_text(["SYS ≥ 160"])
    expect(tile(page).locator(".strip-text").filter(visible=True)).to_have_count(0)


def test_the_last_number_of_a_lost_probe_is_not_shown_as_if_it_were_new(
    open_page: Open, standing: Stage
) -> None:
    page = open_page("/chair/3")
    lost = frames.alarm(
        "spo2_low", "medium", "SpO₂ 88 < 90", 130, id="o-9", value=88, limit=90, value_ms=AT_MS - 128_000
    )
    view = frames.as_json(frames.seated("3", "M. K.", alarms=[lost]))
    standing.change({"3": {"alarms": view["alarms"]}})
    expect(page.locator(".chair-alarm .strip-ago")).to_have_text(AGO)
