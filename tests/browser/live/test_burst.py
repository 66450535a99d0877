"""The alarm sounds as the browser renders them, against the numbers of IEC 60601-1-8."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.live.server import ASSETS

HEARD = Path(__file__).parent / "measure_sound.js"


class Limits(NamedTuple):
    """Of a burst, in seconds."""

    pulses: int
    length: tuple[float, float]
    spacing: tuple[float, float]
    every: tuple[float, float]


IEC = {
    "high": Limits(10, (0.075, 0.2), (0.05, 0.125), (2.5, 15)),
    "medium": Limits(3, (0.125, 0.25), (0.125, 0.25), (2.5, 30)),
    "low": Limits(2, (0.125, 0.25), (0.125, 0.25), (15, 600)),
}
HALVES_APART = (0.35, 1.3)
EXACT = 0.006
"""How exactly the test hears the beginning of a pulse, in seconds."""


@pytest.fixture(scope="module")
def heard(browser: Browser) -> Iterator[dict[str, Any]]:
    page: Page = browser.new_page()
    page.add_script_tag(path=ASSETS / "burst.js")
    page.add_script_tag(path=HEARD)
    yield {priority: page.evaluate("(priority) => measureSound(priority)", priority) for priority in IEC}
    page.close()


def within(values: list[float], bounds: tuple[float, float]) -> bool:
    return all(bounds[0] - EXACT <= value <= bounds[1] + EXACT for value in values)


@pytest.mark.parametrize("priority", IEC)
@pytest.mark.parametrize(("begin", "end"), [("from", "to"), ("from90", "to90")], ids=["all of it", "at 90 %"])
def test_pulses_and_the_pauses_between_them(
    heard: dict[str, Any], priority: str, begin: str, end: str
) -> None:
    limits, pulses = IEC[priority], heard[priority]["pulses"]
    assert len(pulses) == limits.pulses
    assert within([pulse[end] - pulse[begin] for pulse in pulses], limits.length)
    gaps = [after[begin] - before[end] for before, after in pairwise(pulses)]
    longer = {2, 4, 7} if priority == "high" else set()
    assert within([gap for n, gap in enumerate(gaps) if n not in longer], limits.spacing)


def test_a_high_burst_is_three_and_two_pulses_twice(heard: dict[str, Any]) -> None:
    pulses = heard["high"]["pulses"]
    gaps = [after["from"] - before["to"] for before, after in pairwise(pulses)]
    length = pulses[0]["to"] - pulses[0]["from"]
    for third in (2, 7):
        assert gaps[third] == pytest.approx(2 * gaps[0] + length, abs=2 * EXACT)
    assert HALVES_APART[0] <= gaps[4] <= HALVES_APART[1]
    assert gaps[5:] == pytest.approx(gaps[:4], abs=2 * EXACT)


@pytest.mark.parametrize("priority", IEC)
def test_a_pulse_rises_and_falls_without_a_click_and_all_are_as_loud(
    heard: dict[str, Any], priority: str
) -> None:
    pulses = heard[priority]["pulses"]
    for pulse in pulses:
        length = pulse["to90"] - pulse["from90"]
        assert 0.1 * length <= pulse["from90"] - pulse["from"] + EXACT
        assert pulse["from90"] - pulse["from"] <= 0.4 * length
        assert pulse["to"] - pulse["to90"] <= 0.4 * length
    assert max(p["peak"] for p in pulses) <= 10 ** (10 / 20) * min(p["peak"] for p in pulses)
    assert 0.3 <= max(p["peak"] for p in pulses) <= 1


@pytest.mark.parametrize("priority", IEC)
def test_a_pulse_has_a_fundamental_and_four_harmonics_near_it(heard: dict[str, Any], priority: str) -> None:
    (base, level), *others = heard[priority]["tones"]
    assert 150 <= base <= 1000
    near = [hz for hz, other in others if 300 <= hz <= 4000 and abs(other - level) <= 15]
    assert len(near) >= 4
    assert all(abs(hz / base - round(hz / base)) < 0.15 for hz in near), "each a harmonic of the fundamental"


@pytest.mark.parametrize("priority", IEC)
def test_bursts_come_again_as_often_as_they_must(heard: dict[str, Any], priority: str) -> None:
    shortest, longest = IEC[priority].every
    assert shortest <= heard[priority]["every"] <= longest


def test_a_higher_priority_is_higher_and_quicker(heard: dict[str, Any]) -> None:
    order = [heard[priority] for priority in ("high", "medium", "low")]
    assert [one["tones"][0][0] for one in order] == sorted((o["tones"][0][0] for o in order), reverse=True)
    assert [one["every"] for one in order] == sorted(one["every"] for one in order)
