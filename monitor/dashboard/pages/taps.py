"""A tap on a button, and how a double tap is told from two taps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

from dash import no_update

from monitor.dashboard.views.acts import Target, form_of

REST_S = 0.4
"""How long after an act the same tap again is a double tap."""


class Answer(NamedTuple):
    """What a tap changes on the page."""

    notice: Any = no_update
    opened: Any = no_update
    """Whether the form is open: False closes it."""
    tick: Any = no_update

    @property
    def done(self) -> bool:
        """True when that was all; while the form stays open the same tap may follow at once."""
        return self.opened is False


class Tap(NamedTuple):
    """Who pressed what, with what in its form."""

    user: str
    target: Target
    typed: str


class Taps:
    """Tells a double tap from two taps: the second of a double tap only has the first's answer."""

    def __init__(self) -> None:
        self._answers: dict[Tap, asyncio.Task[Answer]] = {}

    async def once(self, tap: Tap, act: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
        """Return the answer of `act`, or that of the tap which this one repeats."""
        before = next((answer for other, answer in self._answers.items() if _doubles(tap, other)), None)
        if before is not None:
            return await asyncio.shield(before)
        answer = self._answers[tap] = asyncio.create_task(act())
        answer.add_done_callback(lambda ended: self._rest(tap, ended))
        return await asyncio.shield(answer)

    def _rest(self, tap: Tap, ended: asyncio.Task[Answer]) -> None:
        well = not ended.cancelled() and ended.exception() is None and ended.result().done
        asyncio.get_running_loop().call_later(REST_S if well else 0, self._answers.pop, tap)


def _doubles(tap: Tap, other: Tap) -> bool:
    """A step's button gives way to the next step's under the same finger; a mark's stays."""
    if tap == other:
        return True
    steps = all(each.target.act != "mark" and not form_of(each.target).confirm for each in (tap, other))
    return steps and tap.user == other.user and tap.target.chair == other.target.chair
