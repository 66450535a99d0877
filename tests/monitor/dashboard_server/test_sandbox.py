"""The sandbox behind a running dashboard: real visits of a real journal, judged beside the event loop."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from monitor.dashboard.backing import StoreServices
from monitor.limits import default_preset
from tests.monitor.turn.clinic import Clinic

UNUSED: Any = None


def test_the_newest_visits_are_judged_and_the_loop_goes_on(tmp_path: Path) -> None:
    with closing(Clinic(tmp_path / "store")) as clinic:
        for chair in ("1", "2"):
            clinic.infuse(chair)
        clinic.run(61)
        clinic.cuff(212, 96)
        clinic.turn()
        services = StoreServices(clinic.settings, UNUSED, clinic.reader, UNUSED)
        beats = 0

        async def ask() -> list[Any]:
            nonlocal beats
            judging = asyncio.create_task(services.sandbox({"default": replace(default_preset())}, 5))
            while not judging.done():
                beats += 1
                await asyncio.sleep(0)
            return await judging

        compared = asyncio.run(ask())
    assert {each.visit.chair for each in compared} == {"1", "2"}
    assert {each.visit.chair: each.then.audible_onsets for each in compared} == {"1": 1, "2": 0}
    assert all(each.then == each.now for each in compared)
    assert beats > 1
