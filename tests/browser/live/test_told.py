"""Who is told outside the screen, and the alarm that no station can sound."""

from __future__ import annotations

import re

import msgspec
import pytest
from playwright.sync_api import expect

from monitor.store.snapshot import AlarmView, Told
from tests.browser.live import frames
from tests.browser.live.conftest import Open
from tests.browser.live.frames import AT_MS
from tests.browser.live.server import Stage

TOLD = [Told("Pager", AT_MS - 5000, "sent"), Told("Mail", AT_MS - 4000, "failed")]
WORDS = re.compile(r"told Pager \d\d:\d\d ✓ · Mail \d\d:\d\d failed")


def silent(**more: object) -> dict[str, object]:
    alarm = AlarmView(
        "c1", "no_station", "technical", "medium", "on", AT_MS - 45_000, "no station can sound", **more
    )  # type: ignore[arg-type]
    return msgspec.to_builtins(alarm)


@pytest.mark.parametrize("path", ["/", "/alarms", "/chair/7"])
def test_that_nobody_would_hear_an_alarm_stands_on_every_page(
    path: str, open_page: Open, stage: Stage
) -> None:
    stage.newest = frames.full(frames.clinic(12), alarms=[silent(told=TOLD)])
    page = open_page(path)
    line = page.locator(".clinic-alarm")
    expect(line).to_contain_text("no station can sound")
    expect(line).to_contain_text("Press SOUND OFF")
    expect(line).to_contain_text(WORDS)
    expect(line).to_have_attribute("data-priority", "medium")
    stage.change({}, alarms=[])
    expect(line).to_have_count(0)


def test_it_is_counted_with_the_alarms_of_the_bar(open_page: Open, stage: Stage) -> None:
    page = open_page()
    medium = page.locator(".pill[data-priority=medium] .num")
    before = int(medium.inner_text())
    stage.change({}, alarms=[silent()])
    expect(medium).to_have_text(str(before + 1))


def test_a_wall_that_is_armed_sounds_it_and_a_nurses_station_shows_it(open_page: Open, stage: Stage) -> None:
    page = open_page()
    calls = "chairside.reading.callsHere(chairside.reading.everyAlarm(chairside.live.state)[0])"
    stage.change({}, alarms=[silent(calls=("admin", "wall"))])
    expect(page.locator(".clinic-alarm")).to_have_count(1)
    for role, heard in (("nurse", False), ("wall", True)):
        page.evaluate(f"chairside.me.role = '{role}'")
        assert page.evaluate(calls) is heard


@pytest.mark.parametrize("path", ["/alarms", "/chair/7"])
def test_an_alarm_says_who_was_told_outside_and_whether_it_arrived(
    path: str, open_page: Open, stage: Stage
) -> None:
    chairs = frames.clinic(12)
    chairs[6].alarms[0].told = TOLD
    stage.newest = frames.full(chairs)
    for width in (1920, 390):
        page = open_page(path, width=width, height=844)
        told = page.locator(":is(.alarm-detail, .chair-alarm) .strip-told:visible")
        expect(told).to_have_text([WORDS])
        page.close()
