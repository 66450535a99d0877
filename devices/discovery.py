"""Names the device that was heard: bytes in, every kind that reads them out, the best first. No I/O.

Each codec reads the same bytes; a kind is likely when it understood nearly all of them and made values of
them. Where two kinds read them equally well the verdict names both: which of them it is, the bytes do not
say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from devices.kinds import DeviceKind
from devices.model import CuffResult, CuffState, DeviceEvent, DeviceInfo, Malformed, Observation
from devices.origin_label import unlabelled

SURE = 0.8
"""From this confidence on a kind is named as found."""

_CLOSE = 0.1
"""Kinds whose confidence differs by less are not told apart."""

_CHECKSUM_COUNTS = 0.15
"""How much less a kind is believed whose frames carry no checksum."""

_FEW = 3
"""With fewer values than this, a kind is believed less."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One kind that could be the device."""

    kind: str
    confidence: float
    """0 to 1: the part of the bytes that it understood, less where that is weak evidence."""
    values: tuple[DeviceEvent, ...]
    """What it made of them, the last of each metric."""
    malformed: int
    """Bytes that it skipped."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who was heard on a port."""

    bytes: int
    candidates: tuple[Candidate, ...]
    """The most likely first."""

    @property
    def found(self) -> Candidate | None:
        """The one kind it is; None where none or more than one would do."""
        return self.candidates[0] if len(self.equal) == 1 else None

    @property
    def equal(self) -> tuple[Candidate, ...]:
        """The kinds that read these bytes so well that nothing tells them apart; none where none is sure."""
        if not self.candidates or self.candidates[0].confidence < SURE:
            return ()
        best = self.candidates[0].confidence
        return tuple(c for c in self.candidates if best - c.confidence < _CLOSE)

    @property
    def ambiguous(self) -> bool:
        """Whether a person has to say which of several kinds it is."""
        return len(self.equal) > 1


def judge(heard: bytes, kinds: Iterable[DeviceKind]) -> Verdict:
    """Return who may have said these bytes; a simulated line's labels are no device's."""
    heard = unlabelled(heard)
    found = [c for c in (_read(heard, kind) for kind in kinds) if c is not None]
    found.sort(key=lambda c: (-c.confidence, c.kind))
    return Verdict(len(heard), tuple(found))


def clearest(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict whose best kind is the most likely, of several settings of one line."""
    return max(verdicts, key=lambda v: (v.candidates[0].confidence if v.candidates else 0.0, v.bytes))


def _read(heard: bytes, kind: DeviceKind) -> Candidate | None:
    codec = kind.codec()
    events = codec.feed(heard)
    # What a cut left over at the end is nobody's fault; codecs that report it all at once say so first.
    unfinished = sum(event.bytes for event in codec.finish() if isinstance(event, Malformed))
    values = [event for event in events if _tells(event)]
    if not values:
        return None
    malformed = sum(event.bytes for event in events if isinstance(event, Malformed))
    whole = max(len(heard) - min(unfinished, len(heard) // 4), 1)
    confidence = max(0.0, 1 - malformed / whole)
    if not kind.checksum:
        confidence -= _CHECKSUM_COUNTS * (1 if len(values) < _FEW else 0.5)
    return Candidate(kind.kind, round(max(confidence, 0.0), 3), _latest(values), malformed)


def _tells(event: DeviceEvent) -> bool:
    return isinstance(event, Observation | CuffResult | CuffState | DeviceInfo)


def _latest(values: Sequence[DeviceEvent]) -> tuple[DeviceEvent, ...]:
    """Return the last value of each metric, in the order in which they were first said."""
    latest: dict[object, DeviceEvent] = {}
    for value in values:
        latest[value.metric if isinstance(value, Observation) else type(value)] = value
    return tuple(latest.values())
