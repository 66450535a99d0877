"""A chart of fewer points still shows every extreme and every gap."""

from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from monitor.store.history import Sample
from monitor.store.thinning import GAP_MS, gaps, thin

steps = st.sampled_from([1000, 1000, 1000, 1000, 9_999, 10_000, 60_000])
values = st.one_of(st.none(), st.integers(60, 100).map(float))


@st.composite
def series(draw: st.DrawFn) -> list[Sample]:
    moves = draw(st.lists(st.tuples(steps, values), max_size=300))
    times = accumulate(step for step, _ in moves)
    return [
        Sample(at, value, "invalid" if value is None else "valid")
        for at, (_, value) in zip(times, moves, strict=True)
    ]


@given(series(), st.integers(3, 100))
def test_extremes_and_order_are_kept(samples: list[Sample], about: int) -> None:
    thinned = thin(samples, about)
    valued = [sample.value for sample in samples if sample.value is not None]
    kept = [sample.value for sample in thinned if sample.value is not None]
    assert (min(kept, default=None), max(kept, default=None)) == (
        min(valued, default=None),
        max(valued, default=None),
    )
    assert [sample.at_ms for sample in thinned] == sorted(sample.at_ms for sample in thinned)
    assert {sample.at_ms for sample in thinned if sample.value is not None} <= {s.at_ms for s in samples}
    assert len(thinned) <= max(about + 6, 3 * (about // 3 + 1))


@given(series(), st.integers(3, 100))
def test_no_line_is_drawn_over_a_gap(samples: list[Sample], about: int) -> None:
    thinned = thin(samples, about)
    width = (samples[-1].at_ms - samples[0].at_ms) // (about // 3) if samples else 0
    for before, after in gaps(samples):
        if after - before > 2 * max(width, GAP_MS):
            assert any(before < sample.at_ms < after and sample.value is None for sample in thinned)


def test_few_samples_stay_as_they_are() -> None:
    samples = [Sample(0, 97, "valid"), Sample(1000, None, "invalid"), Sample(2000, 98, "valid")]
    assert thin(samples, 100) == samples


def test_a_gap_is_ten_seconds_without_a_valid_value() -> None:
    times = (0, 9_999, 19_999, 20_000)
    samples = [Sample(at, 97, "valid") for at in times]
    assert gaps(samples) == [(9_999, 19_999)]
    samples.insert(2, Sample(15_000, None, "invalid"))
    assert gaps(samples) == [(9_999, 19_999)]
