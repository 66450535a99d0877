"""Fewer points for a chart, so that it still shows every extreme and every gap."""

from __future__ import annotations

from bisect import bisect_left
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
    """At most about this many of the samples, ordered by time: the lowest and the highest of each stretch.

    A gap is marked by a sample without a value right after the last value before it.
    """
    marked = _with_gaps(samples)
    if len(marked) <= about:
        return marked
    first, last = marked[0].at_ms, marked[-1].at_ms
    width = max(1, (last - first) // max(1, about // 3))
    return [sample for bucket in _buckets(marked, width) for sample in _kept(bucket)]


def _with_gaps(samples: Sequence[Sample]) -> list[Sample]:
    breaks = {before for before, _ in gaps(samples)}
    marked: list[Sample] = []
    for sample in samples:
        marked.append(sample)
        if sample.at_ms in breaks and sample.value is not None:
            marked.append(Sample(sample.at_ms + 1, None, "gap"))
    return marked


def _buckets(samples: Sequence[Sample], width: int) -> Iterator[Sequence[Sample]]:
    """Cut into stretches of this many milliseconds, those without a sample left out."""
    times = [sample.at_ms for sample in samples]
    begin = 0
    while begin < len(samples):
        until = times[0] + ((times[begin] - times[0]) // width + 1) * width
        end = bisect_left(times, until, begin)
        yield samples[begin:end]
        begin = end


def _kept(bucket: Sequence[Sample]) -> list[Sample]:
    values = [sample.value for sample in bucket]
    valued = [value for value in values if value is not None]
    kept = set()
    if valued:
        kept = {values.index(min(valued)), len(values) - 1 - values[::-1].index(max(valued))}
    if len(valued) < len(values):
        kept.add(values.index(None))
    return [bucket[index] for index in sorted(kept)]
