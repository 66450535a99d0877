"""From many frames a second to one observation a second, and at once when a number stops being good.

A codec has no clock, so the frames themselves are the clock: `frames` of them are a second. A second is as
good as its worst frame: the observation at its end has the worst validity of the second, with the last
value that had it. A worse validity does not wait for the end; a better one does.
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.model import MetricCode, Observation, Validity

_RANK = {Validity.VALID: 0, Validity.QUESTIONABLE: 1, Validity.INVALID: 2}


@dataclass(slots=True)
class _Metric:
    """What is known of one metric."""

    last: Observation | None = None
    """Of the frame before."""
    alike: int = 0
    """Frames in a row that said the same."""
    worst: Observation | None = None
    """Of this second so far."""
    told: Observation | None = None
    frames: int = 0
    """Since it was told."""


class OncePerSecond:
    """Takes the observations of each frame, and returns those that are to be told.

    Where frames carry no checksum, `agree` frames in a row must say the same before it counts, so that
    one damaged frame is never a number.
    """

    def __init__(self, frames: int, agree: int = 1) -> None:
        self._frames = frames
        self._agree = agree
        self._metrics: dict[MetricCode, _Metric] = {}

    def take(self, observations: list[Observation]) -> list[Observation]:
        """Return what this frame makes due."""
        due = (self._due(self._metrics.setdefault(o.metric, _Metric()), o) for o in observations)
        return [observation for observation in due if observation is not None]

    def _due(self, metric: _Metric, seen: Observation) -> Observation | None:
        metric.alike = metric.alike + 1 if seen == metric.last else 1
        metric.last = seen
        metric.frames += 1
        if metric.alike >= self._agree and _rank(seen) >= _rank(metric.worst):
            metric.worst = seen
        if metric.worst is None:
            return None
        if metric.frames < self._frames and _rank(metric.worst) <= _rank(metric.told):
            return None
        metric.told, metric.worst, metric.frames = metric.worst, None, 0
        return metric.told


def _rank(observation: Observation | None) -> int:
    return -1 if observation is None else _RANK[observation.validity]
