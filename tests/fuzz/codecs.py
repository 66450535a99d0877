"""Feeds a codec what a coverage-guided fuzzer makes up: `tests/fuzz/codecs.py KIND -max_total_time=60`.

No exception, no number out of range, and the same events in one piece and in two. Run by `make fuzz`.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["devices"]):
    from devices.catalogue import KINDS
    from devices.model import METRICS, DeviceEvent, Observation

KIND = KINDS[sys.argv.pop(1)]


def decode(*pieces: bytes) -> list[DeviceEvent]:
    codec = KIND.codec()
    return [event for piece in pieces for event in codec.feed(piece)] + codec.finish()


def test_one(data: bytes) -> None:
    events = decode(data)
    for event in events:
        if isinstance(event, Observation) and event.value is not None:
            metric = METRICS[event.metric]
            assert metric.low <= event.value <= metric.high, event
    cut = data[0] % len(data) if data else 0
    assert decode(data[:cut], data[cut:]) == events


atheris.Setup(sys.argv, test_one)
atheris.Fuzz()
