"""What every codec must stand, as plain functions: for the codecs of this package and for anybody's.

Each check takes a `DeviceKind` and `wire`, some seconds of good bytes from such a device, and raises
AssertionError with what went wrong. Installed beside pytest this module is a plugin: a test that asks for
`codec_check` is run once for each of `CHECKS`.

    def test_codec(codec_check):
        codec_check(KIND, CAPTURE.read_bytes())
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from sys import getsizeof
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING

from devices.kinds import DeviceKind
from devices.model import METRICS, CuffResult, DeviceEvent, Malformed, MetricCode, Observation, Validity

if TYPE_CHECKING:
    import pytest

Check = Callable[[DeviceKind, bytes], None]

MOST_KEPT = 131_072
"""Bytes that a codec may hold back."""

MOST_MEMORY = 160_000
"""Bytes that a codec may take, its buffers and counters together, after any amount of noise."""

JUNK = (b"\xff\x00#~ 0", bytes(40), b"\xff" * 40, b"\x55\xaa" * 20, b"\r\n\r\n", b"0,1;{[(\"'")
"""Noise that begins no packet of any protocol known here."""

_CUTS = 40
"""Places at which a wire is cut; all of them where it is short."""

_BLOCKS, _BLOCK = 12, 16_384
_LONGEST_FAULT = 2000
_PLAIN = str | bytes | bytearray | int | float | complex | None


def reads_the_wire(kind: DeviceKind, wire: bytes) -> None:
    """Something comes out, each number with its validity, and nothing of the wire is malformed."""
    events = _events(kind, wire)
    _expect(any(_is_number(event) for event in events), "a number", events)
    allowed = kind.periods_s.keys()
    for event in events:
        _expect(not isinstance(event, Malformed), "no malformed bytes in a good wire", event)
        if isinstance(event, Observation):
            _expect(event.metric in allowed, f"one of {', '.join(allowed)}", event)


def same_events_however_cut(kind: DeviceKind, wire: bytes) -> None:
    """The events do not depend on how many bytes come at once."""
    whole = _events(kind, wire)
    for size in (1, 2, 3, 7, 64):
        pieces = [wire[i : i + size] for i in range(0, len(wire), size)]
        _expect(_events(kind, *pieces) == whole, f"the same events in pieces of {size}", pieces[:2])


def unfinished_bytes_are_reported_once(kind: DeviceKind, wire: bytes) -> None:
    """Wherever the wire ends, what is left is malformed, told once by `finish`, and forgotten."""
    whole = _events(kind, wire)
    for end in _places(wire):
        codec = kind.codec()
        events = codec.feed(wire[:end])
        _expect(events == whole[: len(events)], f"the first events of the wire after {end} bytes", events)
        rest = codec.finish()
        _expect(all(isinstance(e, Malformed) for e in rest), "malformed bytes only from finish", rest)
        _expect(_malformed(rest) <= end, f"at most {end} bytes malformed", rest)
        _expect(codec.finish() == [], "nothing from a second finish", wire[:end])


def trailing_bytes_change_nothing(kind: DeviceKind, wire: bytes) -> None:
    """Bytes behind the wire do not change what was read of it."""
    whole = _numbers(_events(kind, wire))
    for tail in JUNK:
        seen = _numbers(_events(kind, wire + tail))
        _expect(seen[: len(whole)] == whole, f"the same numbers with {tail!r} behind", seen)


def junk_in_front_hides_nothing_for_good(kind: DeviceKind, wire: bytes) -> None:
    """After noise, or after a wire that was joined in the middle, the codec reads on."""
    allowed, last = _allowed(kind, wire), _last(_events(kind, wire + wire))
    for junk in (*JUNK, *(wire[at:] for at in _places(wire) if 0 < at < len(wire))):
        seen = _events(kind, junk + wire + wire)
        _expect(_last(seen) == last, f"the same numbers at last after {junk[:16]!r}", _last(seen))
        _invents_nothing(kind, seen, allowed, f"{junk[:16]!r} came first")


def junk_between_hides_nothing_for_good(kind: DeviceKind, wire: bytes) -> None:
    """Noise in the middle of the wire costs at most what it hit."""
    allowed, last = _allowed(kind, wire), _last(_events(kind, wire + wire))
    for at in _places(wire):
        junk = JUNK[at % len(JUNK)]
        seen = _events(kind, wire[:at] + junk + wire[at:] + wire)
        _expect(_last(seen) == last, f"the same numbers at last, with {junk!r} at byte {at}", _last(seen))
        _invents_nothing(kind, seen, allowed, f"{junk!r} came at byte {at}")


def lost_bytes_make_nothing_up(kind: DeviceKind, wire: bytes) -> None:
    """A byte that is lost hides nothing for good, and with a checksum never makes a number of the rest."""
    allowed, last = _allowed(kind, wire), _last(_events(kind, wire + wire))
    for at in _places(wire):
        seen = _events(kind, wire[:at] + wire[at + 1 :] + wire)
        _expect(_last(seen) == last, f"the same numbers at last, without byte {at}", _last(seen))
        _invents_nothing(kind, seen, allowed, f"byte {at} was lost")


def damaged_bits_make_nothing_up(kind: DeviceKind, wire: bytes) -> None:
    """Any bit may flip: never an exception or a number out of range, and with a checksum no number at all."""
    allowed = _allowed(kind, wire)
    for at in _places(wire)[:-1]:
        for bit in range(8):
            damaged = bytearray(wire)
            damaged[at] ^= 1 << bit
            seen = _events(kind, bytes(damaged))
            _within_range(seen)
            _invents_nothing(kind, seen, allowed, f"bit {bit} of byte {at} was flipped")


def any_bytes_raise_nothing(kind: DeviceKind, wire: bytes) -> None:
    """Noise and torn pieces of the wire in any mixture: no exception, no number out of range."""
    dice = random.Random(kind.kind)
    for _ in range(60):
        data = b"".join(_piece(dice, wire) for _ in range(dice.randrange(12)))
        codec = kind.codec()
        events = codec.feed(data) + codec.finish()
        _within_range(events)
        _expect(_malformed(events) <= len(data), f"at most {len(data)} bytes malformed", events)


def memory_is_bounded(kind: DeviceKind, wire: bytes) -> None:
    """However much noise came, little of it stays behind."""
    for noise in (b"x", wire[: max(1, len(wire) // 3)]):
        codec = kind.codec()
        block = (noise * (_BLOCK // len(noise) + 1))[:_BLOCK]
        told = sum(_malformed(codec.feed(block)) for _ in range(_BLOCKS))
        kept = _size_of(codec, set())
        _expect(kept <= MOST_MEMORY, f"at most {MOST_MEMORY} bytes kept of {noise[:8]!r}…", kept)
        rest = _malformed(codec.finish())
        _expect(rest <= MOST_KEPT, f"at most {MOST_KEPT} bytes unfinished", rest)
        _expect(told + rest <= _BLOCKS * _BLOCK, "no byte malformed twice", told + rest)


CHECKS: tuple[Check, ...] = (
    reads_the_wire,
    same_events_however_cut,
    unfinished_bytes_are_reported_once,
    trailing_bytes_change_nothing,
    junk_in_front_hides_nothing_for_good,
    junk_between_hides_nothing_for_good,
    lost_bytes_make_nothing_up,
    damaged_bits_make_nothing_up,
    any_bytes_raise_nothing,
    memory_is_bounded,
)
"""All checks, in the order in which their failures say most."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for `codec_check` once for each check; pytest calls this."""
    if "codec_check" in metafunc.fixturenames:
        metafunc.parametrize("codec_check", CHECKS, ids=[check.__name__ for check in CHECKS])


def _events(kind: DeviceKind, *pieces: bytes) -> list[DeviceEvent]:
    codec = kind.codec()
    return [event for piece in pieces for event in codec.feed(piece)]


def _places(wire: bytes) -> list[int]:
    return [*range(0, len(wire), max(1, len(wire) // _CUTS)), len(wire)]


def _is_number(event: DeviceEvent) -> bool:
    return isinstance(event, Observation | CuffResult) and event.validity is not Validity.INVALID


def _numbers(events: Iterable[DeviceEvent]) -> list[DeviceEvent]:
    """Return the numbers; one cuff result is the same whenever it is read, so without its age."""
    return [
        replace(event, age_s=None) if isinstance(event, CuffResult) else event
        for event in events
        if _is_number(event)
    ]


def _allowed(kind: DeviceKind, wire: bytes) -> list[DeviceEvent]:
    """Return the numbers of the wire, wherever in it somebody begins to listen."""
    starts = [wire, *(wire[at:] for at in _places(wire))]
    return [event for start in starts for event in _numbers(_events(kind, start + wire))]


def _invents_nothing(kind: DeviceKind, seen: list[DeviceEvent], allowed: list[DeviceEvent], why: str) -> None:
    if kind.checksum:
        invented = [event for event in _numbers(seen) if event not in allowed]
        _expect(not invented, f"only numbers of the wire, though {why}", invented)


def _last(events: list[DeviceEvent]) -> dict[MetricCode, DeviceEvent]:
    """Return the last number of each metric."""
    last: dict[MetricCode, DeviceEvent] = {}
    for event in _numbers(events):
        last[event.metric if isinstance(event, Observation) else MetricCode.NIBP] = event
    return last


def _within_range(events: list[DeviceEvent]) -> None:
    for event in events:
        if isinstance(event, Observation) and event.value is not None:
            metric = METRICS[event.metric]
            inside = metric.low <= event.value <= metric.high
            _expect(inside, f"{event.metric} {metric.low}–{metric.high}, or invalid", event)


def _malformed(events: list[DeviceEvent]) -> int:
    return sum(event.bytes for event in events if isinstance(event, Malformed))


def _size_of(thing: object, seen: set[int]) -> int:
    """Return the bytes of an object and of all that it holds; code is not counted."""
    if id(thing) in seen or isinstance(thing, type | ModuleType):
        return 0
    seen.add(id(thing))
    if isinstance(thing, dict):
        held: Iterable[object] = [*thing.keys(), *thing.values()]
    elif isinstance(thing, list | tuple | set | frozenset | deque):
        held = list(thing)
    elif isinstance(thing, FunctionType):
        held = thing.__closure__ or ()
    else:
        slots = [name for cls in type(thing).__mro__ for name in getattr(cls, "__slots__", ())]
        names = [*getattr(thing, "__dict__", {}), *slots, "__self__", "cell_contents"]
        held = [getattr(thing, name, None) for name in names if not isinstance(thing, _PLAIN)]
    return getsizeof(thing) + sum(_size_of(each, seen) for each in held)


def _piece(dice: random.Random, wire: bytes) -> bytes:
    start = dice.randrange(len(wire))
    torn = wire[start : start + dice.randrange(1, 400)]
    return dice.choice((torn, dice.randbytes(dice.randrange(1, 40)), dice.choice(JUNK)))


def _expect(holds: bool, expected: str, got: object) -> None:
    if not holds:
        raise AssertionError(f"expected {expected}; got {got!r}"[:_LONGEST_FAULT])
