"""The events of one message on their way to the turn: whose they are, how old, and whether told before."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from devices.adapter.channel import Channel
from devices.adapter.untimed_cuffs import UntimedCuffs
from devices.model import (
    NO_STAMP,
    CuffResult,
    CuffState,
    DeviceEvent,
    DeviceInfo,
    Malformed,
    Observation,
    Origin,
    Stamp,
)

_logger = logging.getLogger(__name__)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BY_TIME = "by-time"
"""The session of senders that count nothing: there the time counts, so that what comes twice is one."""


def of_this_origin(events: list[DeviceEvent], origin: Origin, size: int) -> list[DeviceEvent]:
    """Return the events, or their refusal: simulated or replayed data never pass for real."""
    said = {stamp_of(event).origin for event in events} - {None, Origin.REAL, origin}
    if not said:
        return events
    words = ", ".join(sorted(str(foreign) for foreign in said))
    return [Malformed(size, f"origin: expected {origin}, as the device is configured; got {words}")]


def stamp_of(event: DeviceEvent) -> Stamp:
    """Return what the event says of itself."""
    return event.stamp if isinstance(event, Observation | CuffResult | CuffState) else NO_STAMP


def is_late(channel: Channel, event: DeviceEvent) -> bool:
    """Whether a value is of the past: a sender that catches up says nothing of its device today."""
    at = event.stamp.measured_at if isinstance(event, Observation) else None
    return at is not None and not channel.is_live(round(at.timestamp() * 1000))


@dataclass(frozen=True, slots=True)
class Stamped:
    """Hands the events of a message to the turn."""

    channel: Channel
    cuffs: UntimedCuffs

    def say(self, events: Sequence[DeviceEvent], *, fresh: bool, receipt: object) -> bool:
        """Say the events that are wanted, the last with the receipt; False where there are none.

        `fresh`: what does not say when it was measured may count as measured now.
        """
        wanted = [event for event in events if self._is_wanted(event)]
        told = [(event, self._verdict(event)) for event in wanted]
        kept = [(event, verdict) for event, verdict in told if verdict != "repeated"]
        for event, verdict in kept:
            last = event is kept[-1][0]
            self._say(event, fresh=fresh and verdict == "new", receipt=receipt if last else None)
        return bool(kept)

    def _is_wanted(self, event: DeviceEvent) -> bool:
        if isinstance(event, DeviceInfo) or (isinstance(event, Observation) and event.history):
            _logger.debug("device %s: %s", self.channel.spec.id, event)
            return False
        return self.channel.wants(event)

    def _verdict(self, event: DeviceEvent) -> str:
        if isinstance(event, CuffResult) and not event.own_time:
            return self.cuffs.judge(event)
        return "new"

    def _say(self, event: DeviceEvent, *, fresh: bool, receipt: object | None) -> None:
        stamp = stamp_of(event)
        now_ms = self.channel.clock.utc_ms()
        if stamp.measured_at is not None:
            determined_ms = (stamp.measured_at - _EPOCH) // timedelta(milliseconds=1)
        elif isinstance(event, CuffResult) and event.age_s is not None:
            determined_ms = now_ms - round(event.age_s * 1000)
        else:
            determined_ms = now_ms
        identity: tuple[str, int] | None = None
        if stamp.session is not None and stamp.seq is not None:
            identity = stamp.session, stamp.seq
        elif stamp.measured_at is not None:
            identity = _BY_TIME, determined_ms
        self.channel.say(
            event,
            determined_ms=determined_ms,
            identity=identity,
            live=fresh and self.channel.is_live(determined_ms),
            receipt=receipt,
        )
