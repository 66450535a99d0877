"""Times as the clinic's clock on the wall shows them.

Store, journal and log keep UTC; a time becomes the clinic's where somebody reads it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from monitor.clock import from_ms

LOCALTIME = Path("/etc/localtime")

_zone: ContextVar[str | None] = ContextVar("zone", default=None)


def local(ms: int) -> datetime:
    """Return a stamp in the clinic's time; in this machine's outside of `kept_in`."""
    zone = _zone.get()
    return from_ms(ms).astimezone(None if zone is None else ZoneInfo(zone))


@contextmanager
def kept_in(zone: str | None) -> Iterator[None]:
    """Show times in this zone until the block ends; None for this machine's own."""
    before = _zone.set(zone)
    try:
        yield
    finally:
        _zone.reset(before)


@cache
def machine_zone() -> str | None:
    """Return the name of this machine's zone, such as Europe/Vienna; None where it has none to tell."""
    said = os.environ.get("TZ", "").removeprefix(":")
    linked = "/".join(LOCALTIME.resolve().parts[-2:]) if LOCALTIME.exists() else ""
    names = (said, linked, linked.rpartition("/")[2]) if not said else (said,)
    return next((name for name in names if name in available_timezones()), None)
