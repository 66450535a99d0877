"""The limits in force on one chair, journalled when they change."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from monitor.store.rows import LimitRow, Rows
from monitor.store.snapshot import LimitLine
from monitor.terms import Baseline, LimitChange, Now, Phase, Priority

Moved = tuple[Phase, Baseline | None, tuple[LimitChange, ...]]
"""What moves limits."""
InForce = Callable[
    [Phase | None, Baseline | None, tuple[LimitChange, ...]], list[tuple[str, Priority, float]]
]


class LimitsInForce:
    """Remembers what the journal was last told of a visit's limits."""

    def __init__(self) -> None:
        self._limits: dict[tuple[str, str], float] = {}
        self._lines: list[LimitLine] | None = None
        self._asked: Moved | None = None

    def resume(self, rows: Iterable[LimitRow]) -> None:
        """Go on from what the journal was told, oldest first."""
        for row in rows:
            if row.limit is None:
                self._limits.pop((row.condition, row.priority), None)
            else:
                self._limits[row.condition, row.priority] = row.limit
        self._lines = None

    def update(self, visit: str, moved: Moved, in_force: InForce, now: Now, rows: Rows) -> None:
        """Ask for the limits where something moved them, and journal those that are new or gone."""
        if self._asked == moved:
            return
        self._asked = moved
        before = self._limits
        self._limits = {(condition, priority.value): limit for condition, priority, limit in in_force(*moved)}
        self._lines = None
        for key in sorted(before.keys() | self._limits.keys()):
            limit = self._limits.get(key)
            if limit != before.get(key):
                rows.limits.append(LimitRow(visit, *key, limit, now.utc_ms))

    def lines(self) -> list[LimitLine]:
        """The limits as screens see them."""
        if self._lines is None:
            self._lines = [LimitLine(*key, limit) for key, limit in self._limits.items()]
        return self._lines
