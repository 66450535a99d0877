"""One continuous number of one chair: which source it is taken from, and how fresh it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from devices.model import METRICS, Arrival, MetricCode, Observation, RateMethod, Validity
from monitor.store.snapshot import Freshness, NumberView
from monitor.terms import Now
from monitor.turn.moments import age_s, moment_of

LIVE_S = 3.0
DIM_S = 5.0
DIM_PERIODS = 3.0
GONE_S = 10.0


def freshness(age: float, period_s: float, patience: float = 1.0) -> Freshness:
    """How a continuous value of this age in seconds is shown, given its device's nominal period.

    `patience` stretches all of it where the demo's clock runs faster than devices and processes can.
    """
    if age >= GONE_S * patience:
        return "gone"
    if age >= max(DIM_S, DIM_PERIODS * period_s) * patience:
        return "dim"
    return "live" if age < LIVE_S * patience else "recent"


@dataclass(frozen=True, slots=True)
class Source:
    """One device's metric that may fill a number."""

    device: str
    metric: MetricCode
    period_s: float
    name: str
    """What screens call the device."""


@dataclass(slots=True)
class _Heard:
    """What one source last said, and the last value of it that could be believed."""

    event: Observation
    at: Now
    value: float | None = None
    value_at: Now | None = None


class ContinuousNumber:
    """A number that several sources may fill; the first that has a fresh value does."""

    def __init__(self, sources: Sequence[Source], patience: float) -> None:
        """Take the sources, the preferred first; for `patience` see `freshness`."""
        self._patience = patience
        self._sources = {(source.device, source.metric): source for source in sources}
        self._rank = {key: rank for rank, key in enumerate(self._sources)}
        self._heard: dict[tuple[str, MetricCode], _Heard] = {}
        self._before: NumberView | None = None

    @property
    def given(self) -> bool:
        """Whether any device of the chair is meant to give it."""
        return bool(self._sources)

    def takes(self, device: str, event: Observation) -> bool:
        """Whether this value may fill the number; a rate counted from a cuff never does."""
        return (device, event.metric) in self._sources and event.method is not RateMethod.NIBP

    def take(self, arrival: Arrival, event: Observation, now: Now) -> bool:
        """Take a new value in; return whether it is the one to show and to judge."""
        key = (arrival.device, event.metric)
        at = moment_of(arrival.determined_ms, now)
        before = self._heard.get(key)
        heard = _Heard(event, at)
        if event.value is not None:
            heard.value, heard.value_at = event.value, at
        elif before is not None:
            heard.value, heard.value_at = before.value, before.value_at
        self._heard[key] = heard
        better = (other for source, other in self._heard.items() if self._rank[source] < self._rank[key])
        return not any(self._believable(other, now) for other in better)

    def forget(self) -> None:
        """Another patient sits here: nothing of the one before may be shown."""
        self._heard.clear()
        self._before = None

    def resume(self, view: NumberView | None) -> None:
        """Go on from what was shown before a restart."""
        self._before = view

    def fresh(self, now: Now) -> bool:
        """Whether a valid value is live."""
        chosen = self._chosen(now)
        if chosen is None:
            return False
        source, heard = chosen
        return self._state(source, heard, now) == "live" and heard.event.validity is Validity.VALID

    def valid_value(self, now: Now) -> float | None:
        """The value while a valid one is live."""
        chosen = self._chosen(now)
        return chosen[1].event.value if chosen is not None and self.fresh(now) else None

    def view(self, now: Now) -> NumberView | None:
        """The number as screens see it; None where no device of the chair gives it."""
        if not self.given:
            return None
        chosen = self._chosen(now)
        if chosen is None:
            return self._remembered()
        source, heard = chosen
        event = heard.event
        state = self._state(source, heard, now)
        return NumberView(
            unit=METRICS[event.metric].unit,
            label=METRICS[event.metric].label,
            value=None if state in ("gone", "none") else event.value,
            validity=event.validity.value,
            flags=event.flags,
            freshness=state,
            at_ms=None if heard.value_at is None else heard.value_at.utc_ms,
            last=heard.value,
            source=source.name,
            method=None if event.method is None else event.method.value,
        )

    def _chosen(self, now: Now) -> tuple[Source, _Heard] | None:
        """The preferred source with a fresh value, else the one heard last."""
        if not self._heard:
            return None
        fresh = [key for key, heard in self._heard.items() if self._believable(heard, now)]
        if fresh:
            key = min(fresh, key=self._rank.__getitem__)
        else:
            key = max(self._heard, key=lambda k: (self._heard[k].at.mono_s, -self._rank[k]))
        return self._sources[key], self._heard[key]

    def _state(self, source: Source, heard: _Heard, now: Now) -> Freshness:
        if heard.event.value is None:
            return "none" if heard.value is None else "gone"
        return freshness(age_s(heard.at, now), source.period_s, self._patience)

    def _believable(self, heard: _Heard, now: Now) -> bool:
        return heard.value_at is not None and age_s(heard.value_at, now) < GONE_S * self._patience

    def _remembered(self) -> NumberView:
        """Nothing heard yet: what a restart still knows of the last value, never as a value."""
        before = self._before
        first = next(iter(self._sources.values()))
        if before is None or before.at_ms is None:
            metric = METRICS[first.metric]
            return NumberView(unit=metric.unit, label=metric.label, source=first.name)
        return NumberView(
            unit=before.unit,
            label=before.label,
            freshness="gone",
            at_ms=before.at_ms,
            last=before.last,
            source=before.source,
        )


def sources_of(
    metrics: Sequence[MetricCode],
    devices: Sequence[tuple[str, str]],
    periods: Mapping[str, Mapping[MetricCode, float | None]],
) -> list[Source]:
    """The sources of a number: metrics by preference, then devices as configured.

    Args:
        metrics: what fills the number, the preferred first.
        devices: the chair's devices as (id, name).
        periods: what each device gives, and how often in seconds.
    """
    return [
        Source(device, metric, periods[device][metric] or 0.0, name)
        for metric in metrics
        for device, name in devices
        if metric in periods.get(device, {})
    ]
