"""Wakes a device that has to be asked once, and keeps it awake."""

from __future__ import annotations

from collections.abc import Callable

from devices.kinds import WAKE_S


class Waker:
    """Sends `wake` first and whenever nothing came since the last word, else `stay`."""

    def __init__(self, wake: bytes, stay: bytes, write: Callable[[bytes], None]) -> None:
        self._wake = wake
        self._stay = stay
        self._write = write
        self._due_s: float | None = None
        self._heard = False

    def tick(self, now_s: float) -> None:
        """Send what is due."""
        if self._due_s is not None and now_s < self._due_s:
            return
        word = self._stay if self._heard else self._wake
        self._due_s, self._heard = now_s + WAKE_S, False
        if word:
            self._write(word)

    def heard(self) -> None:
        """Take note of a byte."""
        self._heard = True
