"""The hub: one producer, any number of screens, the latest frame wins; each frame is encoded once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cached_property

import msgspec

from monitor.dashboard import frame
from monitor.dashboard.frame import Json, Picture

_encode = msgspec.json.Encoder().encode


def encode(message: Json) -> str:
    """Return a frame as JSON text."""
    return _encode(message).decode()


@dataclass(frozen=True)
class Published:
    """One frame on its way: the change for screens that saw the one before, the whole for all others."""

    seq: int
    picture: Picture
    change: Json | None

    @cached_property
    def _texts(self) -> dict[tuple[bool, bool], str]:
        return {}

    def text_after(self, seen: int, *, labels: bool = True) -> str:
        """Return what a screen must be sent whose last frame was number `seen`; encoded once for all.

        Without `labels` for screens that do not say who sits in the chairs.
        """
        change = self.change if seen == self.seq - 1 else None
        which = (change is not None, labels)
        if which not in self._texts:
            told = frame.full(self.picture) if change is None else change
            self._texts[which] = encode(told if labels else frame.without_labels(told))
        return self._texts[which]


class Hub:
    """Hands every waiting screen the newest frame; a slow screen skips frames, nothing queues up."""

    def __init__(self) -> None:
        self.latest: Published | None = None
        self._moved = asyncio.Event()

    def publish(self, picture: Picture, change: Json | None) -> None:
        """Make this picture the newest frame; `change` is its delta, None if screens need it whole."""
        seq = self.latest.seq + 1 if self.latest else 1
        self.latest = Published(seq, picture, change)
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def after(self, seen: int) -> Published:
        """Wait for a frame newer than number `seen` (0: any) and return the newest."""
        while self.latest is None or self.latest.seq == seen:
            await self._moved.wait()
        return self.latest
