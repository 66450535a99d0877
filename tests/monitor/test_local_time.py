"""The clinic's time: its zone where one is named, this machine's where none is."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from monitor.clock import from_ms
from monitor.dashboard.views import words
from monitor.local_time import kept_in, local, machine_zone

AT_MS = 1_770_127_261_000
"""Tue 3 Feb 2026, 14:01:01 UTC."""


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    machine_zone.cache_clear()
    yield
    machine_zone.cache_clear()


def test_a_zone_holds_for_clock_and_day_until_the_block_ends() -> None:
    before = words.clock(AT_MS)
    with kept_in("Pacific/Auckland"):
        assert words.clock_seconds(AT_MS) == "03:01:01"
        assert words.day(AT_MS) == "Wed 4 Feb 2026"
        with kept_in("Asia/Kolkata"):
            assert words.clock(AT_MS) == "19:31"
        assert words.clock(AT_MS) == "03:01"
    assert words.clock(AT_MS) == before == from_ms(AT_MS).astimezone().strftime("%H:%M")


def test_summer_time_begins_and_ends_where_the_zone_says() -> None:
    july_ms = AT_MS + 150 * 86_400_000
    with kept_in("Europe/Vienna"):
        assert [local(at).strftime("%z") for at in (AT_MS, july_ms)] == ["+0100", "+0200"]


def test_the_machine_tells_its_zone_as_its_environment_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", ":Europe/Vienna")
    assert machine_zone() == "Europe/Vienna"


def test_a_zone_without_a_name_is_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    assert machine_zone() is None


def test_the_machine_s_zone_is_one_that_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TZ", raising=False)
    zone = machine_zone()
    assert zone is None or ZoneInfo(zone)
