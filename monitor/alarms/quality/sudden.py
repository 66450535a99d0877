"""A continuous value that changes faster than a patient does: doubted until it has stood for a while."""

from __future__ import annotations

import msgspec


class Sudden(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one value remembers; times are monotonic seconds."""

    recent: tuple[tuple[int, float, float], ...] = ()
    """For each of the last seconds that had a value: the second, the lowest, the highest."""
    before: float | None = None
    """What it was before the change …"""
    since_s: float | None = None
    """… and since when it has been doubted."""


UNTOUCHED = Sudden()


def watch(
    state: Sudden, value: float, at_s: float, *, by: float, within_s: float, hold_s: float, falls: bool
) -> tuple[Sudden, bool]:
    """Take in a valid value; return whether it is doubted.

    Args:
        by: a change of this much …
        within_s: … in so many seconds is doubted, …
        hold_s: … until it has stood for so long, or is back.
        falls: only a fall is doubted.
    """
    if state.since_s is not None and state.before is not None:
        back = _change(state.before, value, falls=falls) < by
        if not back and at_s - state.since_s < hold_s:
            return state, True
        return Sudden(recent=_with((), value, at_s)), False
    recent = tuple(second for second in state.recent if 0 <= at_s - second[0] <= within_s)
    reference = max(
        (edge for _, low, high in recent for edge in (low, high)),
        key=lambda edge: _change(edge, value, falls=falls),
        default=value,
    )
    if _change(reference, value, falls=falls) >= by:
        return Sudden(before=reference, since_s=at_s), True
    return Sudden(recent=_with(recent, value, at_s)), False


def _change(before: float, value: float, *, falls: bool) -> float:
    return before - value if falls else abs(before - value)


def _with(
    recent: tuple[tuple[int, float, float], ...], value: float, at_s: float
) -> tuple[tuple[int, float, float], ...]:
    second = int(at_s)
    if recent and recent[-1][0] == second:
        _, low, high = recent[-1]
        return (*recent[:-1], (second, min(low, value), max(high, value)))
    return (*recent, (second, value, value))
