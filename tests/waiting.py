"""Waiting for something to become true, with a deadline and no fixed pauses to tune."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


def until(true: Callable[[], bool], patience_s: float, describe: Callable[[], str] = str) -> None:
    """Return as soon as `true()`; fail with `describe()` when it is not within `patience_s`."""
    deadline_s = time.monotonic() + patience_s  # noqa: TID251
    pause = threading.Event()
    while not true():
        assert time.monotonic() < deadline_s, f"not within {patience_s} s: {describe()}"  # noqa: TID251
        pause.wait(0.1)
