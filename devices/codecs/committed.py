"""What the monitor tells a gateway: which of its messages are on disk. `chairside.committed/1`.

    {"schema":"chairside.committed/1","t":"2026-02-03T14:30:15.320Z",
     "committed":[{"device":"ox-3","session":"9f1c","seq":[[1,1042],[1044,1050]]}]}

Ranges, both ends included, so that a hole stays a hole: the gateway sends again what is missing in it.

Source: the schema as docs/devices.md describes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import msgspec

COMMITTED_SCHEMA = "chairside.committed/1"

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class Committed(msgspec.Struct):
    """The messages of one device's session that are on disk."""

    device: Name
    session: Name
    seq: list[tuple[int, int]]


class Receipted(msgspec.Struct):
    """What one turn of the monitor put on disk."""

    t: Annotated[datetime, msgspec.Meta(tz=True)]
    committed: list[Committed]
    schema: str = COMMITTED_SCHEMA


class _Identity(msgspec.Struct):
    """Who a message is, however little of the rest can be read."""

    session: Name
    seq: int
    confirm: bool = False


_identity = msgspec.json.Decoder(_Identity)
_receipted = msgspec.json.Decoder(Receipted)


def identity_of(payload: bytes) -> tuple[str, int] | None:
    """Return session and number of a message whose sender wants to hear that it is on disk, else None."""
    try:
        found = _identity.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return (found.session, found.seq) if found.confirm else None


def read_committed(payload: bytes) -> Receipted | None:
    """Return what a message says is on disk; None where it cannot be read: then it is sent again."""
    try:
        found = _receipted.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found if found.schema == COMMITTED_SCHEMA else None


def ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return numbers as ranges, both ends included, in order."""
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
