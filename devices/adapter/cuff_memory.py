"""Knows whether a cuff result that is read after a gap was told before it."""

from __future__ import annotations

from dataclasses import dataclass

from devices.model import CuffResult

_TOLERANCE_MS = 2000
"""Host time less the device's age of the same result moves by no more than this.

Source: fielded drivers; the age has whole seconds and the reply takes a moment.
"""


@dataclass(frozen=True, slots=True)
class _Told:
    determined_ms: int
    result: CuffResult | None
    """None where only the time is known: the result was told before this program started."""


class CuffMemory:
    """Remembers the last cuff result of one monitor over gaps, through which its codec remembers nothing.

    Without a gap the codec itself tells a new determination from the old one.
    """

    def __init__(self, speed: float, last_ms: int | None) -> None:
        self._tolerance_ms = _TOLERANCE_MS * speed
        self._told = _Told(last_ms, None) if last_ms is not None else None
        self._after_gap = True

    def gap(self) -> None:
        """Take note that the link was down or silent: the next result may be the old one."""
        self._after_gap = True

    def is_repeat(self, result: CuffResult, determined_ms: int) -> bool:
        """Whether this result was told before; if not, it is remembered as told."""
        after_gap, self._after_gap = self._after_gap, False
        if after_gap and self._told is not None and self._same(self._told, result, determined_ms):
            return True
        self._told = _Told(determined_ms, result)
        return False

    def _same(self, told: _Told, result: CuffResult, determined_ms: int) -> bool:
        if told.result is not None and _outcome(told.result) != _outcome(result):
            return False
        if result.age_s is None:
            # A failure has no age: it is the one told before if nothing else was told since.
            return told.result is not None
        return abs(determined_ms - told.determined_ms) <= self._tolerance_ms


def _outcome(result: CuffResult) -> tuple[object, ...]:
    return result.status, result.systolic, result.diastolic, result.mean
