"""Groups of values in a DRI record, and the numbers that are none.

    status u32: b0 exists, b1 active | label u16 | values s16        little-endian

Source: GE 8005313, 12th edition, DRI level records.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_HEAD = struct.Struct("<IH")
_VALUES = 5
_MISSING_FROM = -32001
"""This and all below it is no number."""

_REASONS = {-32766: "stale", -32764: "out_of_range", -32763: "out_of_range", -32762: "calibrating"}
"""Not updated, under range, over range, not calibrated; every other one is no data."""


@dataclass(frozen=True, slots=True)
class Group:
    """One group: its first values, as they stand in the record."""

    status: int
    label: int
    values: tuple[int, ...]

    @classmethod
    def of(cls, part: bytes, at: int) -> Group:
        """Return the group at this place of a subrecord."""
        status, label = _HEAD.unpack_from(part, at)
        return cls(status, label, struct.unpack_from(f"<{_VALUES}h", part, at + _HEAD.size))

    @property
    def exists(self) -> bool:
        """Whether the monitor has a module for it."""
        return bool(self.status & 1)

    @property
    def active(self) -> bool:
        """Whether the module measures."""
        return self.exists and bool(self.status & 2)


def scaled(value: int, parts: int) -> float | None:
    """Return the number that stands in so many parts of its unit; None for what is no number."""
    return None if value <= _MISSING_FROM else value / parts


def missing_why(value: int) -> str | None:
    """Return the flag of what is no number; None for a number."""
    return _REASONS.get(value, "no_data") if value <= _MISSING_FROM else None
