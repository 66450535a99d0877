"""A value that never moves: a patient's does, that of a device which repeats itself does not."""

from __future__ import annotations

import msgspec

GAP_S = 10.0
"""A longer silence begins anew: its own alarm says enough."""


class Still(msgspec.Struct, frozen=True):
    """Since when a value has stood still; monotonic seconds."""

    value: float
    since_s: float
    heard_s: float


def watch(before: Still | None, value: float, at_s: float, within: float = 0.0) -> Still:
    """Take in a value; it moved if it is further than `within` from where it stood."""
    if before is None or abs(value - before.value) > within or at_s - before.heard_s > GAP_S:
        return Still(value, at_s, at_s)
    return Still(before.value, before.since_s, max(at_s, before.heard_s))


def stands(state: Still | None, minutes: float | None, now_s: float) -> bool:
    """Return whether it has stood still for longer than this; None switches it off."""
    if state is None or minutes is None or now_s - state.heard_s > GAP_S:
        return False
    return state.heard_s - state.since_s > minutes * 60
