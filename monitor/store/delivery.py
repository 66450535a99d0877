"""What people outside the screens are told, and what became of it, as a row."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Delivery(StrEnum):
    """How far a message to somebody outside the screen has come."""

    QUEUED = "queued"
    FAILING = "failing"
    """It failed, and is tried again."""
    SENT = "sent"
    """The channel took it."""
    FAILED = "failed"
    """Given up."""
    WITHDRAWN = "withdrawn"
    """Not needed any more before it was sent."""


class DeliveryRow(NamedTuple):
    """One message to one channel, and what became of it."""

    id: str
    occurrence: str
    chair: str
    """Empty for what concerns the whole clinic."""
    visit: str | None
    channel: str
    what: str
    """called, rose, again, answered or ended."""
    priority: str
    text: str
    at_ms: int
    mono_s: float
    outcome: str
    outcome_ms: int | None = None
    attempts: int = 0
    error: str = ""
