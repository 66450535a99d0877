"""The clock of a device: a little wrong from the beginning, and worse where a fault says so."""

from __future__ import annotations

from datetime import UTC, datetime

from simulators.bedside import Bedside
from simulators.chance import chance

WRONG_MS = 90_000
"""By so much a device clock is wrong at the most."""


class DeviceClock:
    """The clock of one device."""

    def __init__(self, bedside: Bedside, device: str) -> None:
        self._bedside = bedside
        self._error_ms = chance("clock", device).randint(-WRONG_MS, WRONG_MS)

    def read(self, now_ms: int) -> datetime:
        """Return what the device believes the time to be."""
        believed_ms = now_ms + self._error_ms + self._bedside.clock_error_ms(now_ms)
        return datetime.fromtimestamp(believed_ms / 1000, tz=UTC)

    def set(self, device_time: datetime, now_ms: int) -> None:
        """Set the clock, as a command may."""
        self._error_ms = round(device_time.timestamp() * 1000) - now_ms
