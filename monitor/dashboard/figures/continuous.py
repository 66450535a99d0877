"""Heart rate and SpO₂ as lines in which a gap stays a gap."""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import Any

from monitor.dashboard.figures.axis import TimeAxis
from monitor.dashboard.views import words
from monitor.store.history import Sample

Trace = dict[str, Any]

GAP_MS = 10_000
"""Samples further apart are not joined."""


def continuous_traces(samples: list[Sample], name: str, colour: str, axis: TimeAxis, row: str) -> list[Trace]:
    """Return the line of believable values, and the questionable ones as hollow points beside it."""
    line = with_gaps(samples)
    hollow = [sample for sample in samples if sample.validity == "questionable"]
    return [
        {
            **_trace(line, name, axis, row),
            "mode": "lines",
            "line": {"color": colour, "width": 2},
            "connectgaps": False,
        },
        {
            **_trace(hollow, f"{name}, questionable", axis, row),
            "mode": "markers",
            "marker": {"color": colour, "size": 5, "symbol": "circle-open"},
        },
    ]


def with_gaps(samples: list[Sample]) -> list[Sample]:
    """Return the samples with None where nothing may be drawn: invalid, questionable, or too long apart.

    A history is thinned for long visits; samples that are twice the usual distance apart are then a gap.
    """
    steps = [later.at_ms - earlier.at_ms for earlier, later in pairwise(samples)]
    gap = max(GAP_MS, 2 * median(steps)) if steps else GAP_MS
    drawn: list[Sample] = []
    for sample in samples:
        if drawn and sample.at_ms - drawn[-1].at_ms > gap:
            drawn.append(Sample(drawn[-1].at_ms + 1, None, "invalid"))
        drawn.append(sample if sample.validity == "valid" else Sample(sample.at_ms, None, sample.validity))
    return drawn


def value_range(samples: list[Sample], low: float, high: float) -> list[float]:
    """Return the span to show: `low` to `high` at least, more where values ask for it."""
    values = [sample.value for sample in samples if sample.value is not None]
    return [min([low, *(value - 3 for value in values)]), max([high, *(value + 3 for value in values)])]


def _trace(samples: list[Sample], name: str, axis: TimeAxis, row: str) -> Trace:
    return {
        "type": "scatter",
        "x": [round(axis.at(sample.at_ms), 4) for sample in samples],
        "y": [sample.value for sample in samples],
        "yaxis": row,
        "customdata": [words.clock_seconds(sample.at_ms) for sample in samples],
        "hovertemplate": "<b>%{y:.0f}</b> %{customdata}<extra></extra>",
        "name": name,
    }
