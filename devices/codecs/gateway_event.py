"""What a gateway says of a device beside its values: `chairside.event/1`.

    {"schema":"chairside.event/1","t":"2026-02-03T14:30:15.120Z",
     "events":[{"event":"cuff","state":"measuring"},{"event":"malformed","bytes":5,"reason":"checksum_error"}]}

Source: the schema as docs/devices.md describes it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

import msgspec

from devices.model import CuffPhase, CuffState, DeviceEvent, Malformed, Stamp

EVENT_SCHEMA = "chairside.event/1"


class _Event(msgspec.Struct):
    """One happening; which keys it has depends on `event`."""

    event: Literal["cuff", "malformed"]
    state: Literal["measuring", "idle"] = "idle"
    bytes: Annotated[int, msgspec.Meta(ge=0, le=2**31)] = 0
    reason: Annotated[str, msgspec.Meta(max_length=300)] = ""


class _Envelope(msgspec.Struct):
    """All that happened since the message before."""

    schema: Literal["chairside.event/1"]
    t: Annotated[datetime, msgspec.Meta(tz=True)]
    events: list[_Event]


_decoder = msgspec.json.Decoder(_Envelope)


def read_event(payload: bytes) -> list[DeviceEvent]:
    """Return the events of one message; one that cannot be read is one malformed event."""
    try:
        envelope = _decoder.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return [Malformed(len(payload), f"event: {error}"[:200])]
    stamp = Stamp(envelope.t.astimezone(UTC))
    return [
        CuffState(CuffPhase(said.state), stamp)
        if said.event == "cuff"
        else Malformed(said.bytes, said.reason or "skipped by its gateway")
        for said in envelope.events
    ]
