"""The sandbox behind a running dashboard: real visits of a real journal, judged beside the event loop."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from monitor.dashboard.backing import StoreServices
from monitor.dashboard.services import ActRefused, Viewer
from monitor.dashboard.viewer import Present, current
from monitor.limits import default_preset
from monitor.terms import Role
from tests.monitor.turn.clinic import Clinic

UNUSED: Any = None


def as_role(role: Role) -> None:
    """Make what follows in this task the request of such a user."""
    current.set(Present(Viewer("boss", "Boss", role, locked=False), "token"))


def test_the_newest_visits_are_judged_and_the_loop_goes_on(tmp_path: Path) -> None:
    with closing(Clinic(tmp_path / "store")) as clinic:
        for chair in ("1", "2"):
            clinic.infuse(chair)
        clinic.run(61)
        clinic.cuff(212, 96)
        clinic.turn()
        services = StoreServices(clinic.settings, UNUSED, clinic.reader, UNUSED, UNUSED)
        beats = 0

        async def ask() -> list[Any]:
            nonlocal beats
            as_role(Role.ADMIN)
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


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_administrators_judge_visits_again(role: Role) -> None:
    async def ask() -> None:
        as_role(role)
        await StoreServices(UNUSED, UNUSED, UNUSED, UNUSED, UNUSED).sandbox({}, 5)

    with pytest.raises(ActRefused):
        asyncio.run(ask())
