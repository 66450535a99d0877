"""chairside simulate SCENARIO --check, or --speed X: does the product do what the scenario states?"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator

from monitor.cli.rehearsal import Verdict, rehearse
from monitor.clock import SystemClock
from simulators.scenario import Scenario


class _Pace:
    """Lets virtual time pass at some times real time, and says what is decided as soon as it is."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._clock = SystemClock()
        self._began_s = self._clock.real_mono_s()
        self._said: list[Verdict] = []
        self._never = threading.Event()

    def __call__(self, minute: float, verdicts: list[Verdict]) -> None:
        ahead_s = minute * 60 / self._speed - (self._clock.real_mono_s() - self._began_s)
        if ahead_s > 0:
            self._never.wait(ahead_s)
        for verdict in verdicts:
            if verdict.decided(minute) and verdict not in self._said:
                self._said.append(verdict)
                print(verdict.words(), flush=True)


def check(scenario: Scenario, speed: float | None) -> int:
    """Print what became of each statement and act of the scenario; 0 if all hold, else 1.

    `speed` is times real time; None is as fast as it goes.

    Raises:
        ScenarioFault: the scenario states nothing, or something about what there is not.
    """
    pace = None if speed is None else _Pace(speed)
    with _quiet():
        if pace is None:
            verdicts = rehearse(scenario)
            print(f"{scenario.title}: {scenario.minutes} minutes in virtual time")
        else:
            print(f"{scenario.title}: {scenario.minutes} minutes, {speed:g} times as fast", flush=True)
            verdicts = rehearse(scenario, pace)
    for verdict in verdicts:
        if pace is None or not isinstance(verdict, Verdict):
            print(verdict.words())
    failed = sum(not verdict.passed for verdict in verdicts)
    print(f"{len(verdicts)} statements: {len(verdicts) - failed} hold, {failed} do not")
    return 1 if failed else 0


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the warnings of the product's adapters to themselves: what fails is played on purpose."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
