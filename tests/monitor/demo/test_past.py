"""The demo's past: a real clinic's day, in which the devices are on the patient before anybody acts."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from monitor.cli.demo_run import SCENARIO
from monitor.cli.monitor import periods
from monitor.config import BrokerSettings, ServerSettings
from monitor.demo import clinic, past
from monitor.store.journal import Recovery
from monitor.store.rows import TurnRecord
from monitor.terms import Now
from monitor.turn import TurnMaker
from simulators.scenario import load

EPOCH_MS = 1_770_000_000_000


def lived(tmp_path: Path, chairs: int, epoch_ms: int) -> list[TurnRecord]:
    """The turns of the demo's past on its first chairs."""
    scenario = load(SCENARIO)
    scenario = replace(scenario, chairs=scenario.chairs[:chairs])
    settings = clinic.settings(
        scenario,
        store=tmp_path,
        ports=tmp_path,
        broker=BrokerSettings(),
        server=ServerSettings(),
        speed=1.0,
        simulator="",
    )
    names, turns = count(1), list[TurnRecord]()

    def maker(now: Now) -> TurnMaker:
        new_id = lambda: str(next(names))  # noqa: E731
        return TurnMaker(settings, periods(settings), Recovery(), now, boot="p", new_id=new_id)

    past.live(scenario, epoch_ms, maker, turns.append, earlier=False)
    return turns


@pytest.mark.parametrize("after_ms", [0, 1, 2_500, 4_999])
def test_whoever_starts_an_infusion_sees_numbers_that_are_live(tmp_path: Path, after_ms: int) -> None:
    turns = lived(tmp_path, 4, EPOCH_MS + after_ms)
    starts = [mark for turn in turns for mark in turn.rows.marks if mark.what == "start"]
    assert len(starts) == 3  # the last one has its baseline
    assert [mark.text for mark in starts if "no valid" in mark.text] == []


def test_no_check_is_overdue_when_the_demo_opens(tmp_path: Path) -> None:
    chairs = lived(tmp_path, len(load(SCENARIO).chairs), EPOCH_MS)[-1].snapshot.chairs
    late = [chair.id for chair in chairs for alarm in chair.alarms if alarm.condition == "pressure_overdue"]
    assert late == []
