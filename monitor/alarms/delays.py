"""Whether a delay has run out; on the monotonic clock, in seconds."""

from __future__ import annotations

TOLERANCE_S = 1e-6
"""Far below any clock's resolution here: 10.3 s − 0.3 s must count as 10 s although floats disagree."""


def elapsed(since_s: float | None, delay_s: float, now_s: float) -> bool:
    """Return whether `delay_s` has passed since `since_s`; None never began."""
    return since_s is not None and now_s - since_s >= delay_s - TOLERANCE_S
