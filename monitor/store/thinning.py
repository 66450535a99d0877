"""Fewer points for a chart, so that it still shows every extreme and every gap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from monitor.store.history import Sample

GAP_MS = 10_000
"""Valid values further apart than this have a gap between them."""


def gaps(samples: Sequence[Sample]) -> list[tuple[int, int]]:
    """The stretches of 10 s and more without a valid value, between the first value and the last."""
    times = [sample.at_ms for sample in samples if sample.value is not None]
    return [(before, after) for before, after in pairwise(times) if after - before >= GAP_MS]


def thin(samples: Sequence[Sample], about: int) -> list[Sample]:
    """At most about this many samples, with the lowest and the highest of each stretch.

    A gap is marked by a sample without a value right after the last value before it.
    """
    marked = _with_gaps(samples)
    if len(marked) <= about:
        return marked
    first, last = marked[0].at_ms, marked[-1].at_ms
    width = max(1, (last - first) // max(1, about // 3))
    return [sample for bucket in _buckets(marked, first, width) for sample in _kept(bucket)]


def _with_gaps(samples: Sequence[Sample]) -> list[Sample]:
    breaks = {before for before, _ in gaps(samples)}
    marked: list[Sample] = []
    for sample in samples:
        marked.append(sample)
        if sample.value is not None and sample.at_ms in breaks:
            marked.append(Sample(sample.at_ms + 1, None, "gap"))
    return marked


def _buckets(samples: Sequence[Sample], first: int, width: int) -> Iterator[list[Sample]]:
    bucket: list[Sample] = []
    number = 0
    for sample in samples:
        if bucket and (sample.at_ms - first) // width != number:
            yield bucket
            bucket = []
        number = (sample.at_ms - first) // width
        bucket.append(sample)
    if bucket:
        yield bucket


def _kept(bucket: Sequence[Sample]) -> list[Sample]:
    valued = [(sample.value, index) for index, sample in enumerate(bucket) if sample.value is not None]
    kept = {min(valued)[1], max(valued)[1]} if valued else set()
    missing = [index for index, sample in enumerate(bucket) if sample.value is None]
    kept.update(missing[:1])
    return [bucket[index] for index in sorted(kept)]
