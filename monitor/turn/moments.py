"""Moments: the clock of the turns, whose seconds go on over restarts."""

from __future__ import annotations

from monitor.clock import Clock
from monitor.store.journal import Recovery
from monitor.terms import Now

STEP_MS = 5000
"""The wall clock was set, rather than corrected, when it leaves the monotonic one by more than this."""
DRIFT_MS = 1000
"""A moment is shown anew when it has moved by more than this."""


class Moments:
    """Gives the `Now` of each turn.

    Its monotonic seconds go on where the last committed turn stopped, plus the time the monitor was away by
    the wall clock; where that clock went back meanwhile, nothing is added. Small corrections backwards are
    not passed on: the time shown then stands until the clock has caught up.
    """

    def __init__(self, clock: Clock, recovery: Recovery) -> None:
        self._clock = clock
        utc_ms = clock.utc_ms()
        away_ms = 0 if recovery.at_ms is None else max(0, utc_ms - recovery.at_ms)
        self._ahead_s = recovery.mono_s + away_ms / 1000 - clock.mono_s()
        self._utc_ms = utc_ms

    def now(self) -> Now:
        """The present moment."""
        utc_ms = self._clock.utc_ms()
        if self._utc_ms - STEP_MS <= utc_ms < self._utc_ms:
            utc_ms = self._utc_ms
        self._utc_ms = utc_ms
        return Now(utc_ms, self._clock.mono_s() + self._ahead_s)


def step_s(before: Now, now: Now) -> float:
    """Seconds by which the wall clock was set between two moments; 0.0 where it was not."""
    shown_ms = now.utc_ms - before.utc_ms
    passed_ms = (now.mono_s - before.mono_s) * 1000
    return 0.0 if abs(shown_ms - passed_ms) <= STEP_MS else (shown_ms - passed_ms) / 1000


def age_s(at: Now, now: Now) -> float:
    """How old something is, by the clock that makes it older.

    A machine that slept has monotonic seconds that did not pass; a clock that was set back has shown ones.
    """
    return max(now.mono_s - at.mono_s, (now.utc_ms - at.utc_ms) / 1000)


def moment_of(utc_ms: int, now: Now) -> Now:
    """A past moment on both clocks; one that lies ahead is taken for the present."""
    age_s = max(0.0, (now.utc_ms - utc_ms) / 1000)
    return Now(utc_ms, now.mono_s - age_s)


class Deadline:
    """A moment ahead in the time that is shown; it stands still although the two clocks drift apart."""

    def __init__(self) -> None:
        self._due_ms: int | None = None

    def due_ms(self, due_s: float | None, now: Now) -> int | None:
        """When it is, for a moment given in monotonic seconds; None for none."""
        if due_s is None:
            self._due_ms = None
            return None
        due_ms = now.utc_ms + round((due_s - now.mono_s) * 1000)
        if self._due_ms is None or abs(due_ms - self._due_ms) > DRIFT_MS:
            self._due_ms = due_ms
        return self._due_ms
