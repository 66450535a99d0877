"""What a detector says of one condition at one moment: it stands, at this priority, with these words."""

from __future__ import annotations

from typing import NamedTuple

from monitor.terms import Kind, Priority


class Verdict(NamedTuple):
    """A condition that stands; one that does not stand has none."""

    kind: Kind
    priority: Priority
    text: str
    value: float | None = None
    value_ms: int | None = None
    """When the value was measured."""
    limit: float | None = None
    questionable: bool = False
    beyond: bool = True
    """False where only the deadband or the clearing delay still holds it, or the value is missing."""
    unconfirmed: bool = False
    """What sounds still waits for the reading that confirms it."""
