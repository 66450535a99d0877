"""When the next pressure is due sooner than the schedule of the phase says. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.limits import Pair
from monitor.sessions.gates import TakenPressure

SETTLED = 2
"""So many valid pressures in a row below, and the next is due as usual again."""


def due_sooner(pressures: Sequence[TakenPressure], nearly_high: Pair) -> bool:
    """Return whether a pressure came that was nearly high, and none has settled it since.

    Args:
        pressures: the believable ones, oldest first.
        nearly_high: systolic and diastolic, mm[Hg]; either component is enough.
    """
    below = 0
    for taken in reversed(pressures):
        if taken.systolic >= nearly_high[0] or taken.diastolic >= nearly_high[1]:
            return True
        below += taken.valid
        if below == SETTLED:
            return False
    return False
