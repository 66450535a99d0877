"""How far foreign clocks are from ours: measured, not believed, and not confused with delay."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime

import pytest

from devices.adapter.channel import Channel
from devices.adapter.skew import SkewWatch, shown_ahead_s
from devices.catalogue import DeviceSpec
from devices.model import Arrival, ClockSkew, MetricCode, Observation, Origin, Validity
from monitor.clock import from_ms
from tests.devices.support import FakeClock


@pytest.fixture
def in_denver(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "America/Denver")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_device_shows_the_local_time(in_denver: None) -> None:
    noon_ms = 1_770_145_200_000  # 2026-02-03 19:00:00 UTC
    assert shown_ahead_s(datetime.fromisoformat("2026-02-03T12:00:07"), noon_ms) == 7
    assert shown_ahead_s(datetime.fromisoformat("2026-02-03T13:00:00"), noon_ms) == 3600


def test_a_delay_is_not_taken_for_a_slow_clock() -> None:
    watch = SkewWatch("gateway")
    told = [
        watch.seen(-delay_s, now_s) for now_s, delay_s in enumerate([40, 30, 20, 10, 0.1, 0.2, 5, 0.1, 3, 0])
    ]
    assert [skew for skew in told if skew is not None] == [ClockSkew("gateway", -0.1)]


def test_only_a_change_is_told_again() -> None:
    watch = SkewWatch("device")
    told = [watch.seen(12 + (now_s % 2) * 0.9, float(now_s)) for now_s in range(30)]
    assert [skew for skew in told if skew is not None] == [ClockSkew("device", 12.9)]
    later = [watch.seen(3600, 30.0 + now_s) for now_s in range(3)]
    assert later[0] == ClockSkew("device", 3600)
    assert later[1:] == [None, None]


@pytest.mark.parametrize(("origin", "expected"), [(Origin.REAL, [300.0]), (Origin.DEMO, [])])
def test_a_channel_tells_of_its_device_unless_it_is_simulated(origin: Origin, expected: list[float]) -> None:
    clock, arrivals = FakeClock(), list[Arrival]()
    spec = DeviceSpec("ox-1", "masimo-ascii1", "Rad-8", port="/dev/x", origin=origin)
    channel = Channel(spec, arrivals.append, clock, "boot")
    for _ in range(15):
        clock.advance(1)
        shown = from_ms(clock.utc_ms() + 300_000).astimezone().replace(tzinfo=None)
        channel.say(Observation(MetricCode.SPO2, 97.0, Validity.VALID, device_time=shown))
    assert [a.event.seconds for a in arrivals if isinstance(a.event, ClockSkew)] == expected
