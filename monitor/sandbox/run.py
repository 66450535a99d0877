"""Runs the sandbox over visits of a journal, and sums up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from monitor.config import Settings
from monitor.limits import LimitPreset
from monitor.sandbox.compare import Comparison, Judged, compare
from monitor.store.queries import JournalReader
from monitor.terms import Priority

Presets = Mapping[str, LimitPreset]


@dataclass(frozen=True, slots=True)
class Side:
    """All visits under one set of limits."""

    onsets: Counter[tuple[Priority, str]]
    audible: int
    alarm_s: float


@dataclass(frozen=True, slots=True)
class Total:
    """All visits together."""

    visits: int
    infusions: int
    then: Side
    now: Side
    missed: int
    removed: int
    added: int
    recorded: int

    def per_infusion(self, side: Side) -> float | None:
        """Audible onsets per infusion; None where there was none."""
        return side.audible / self.infusions if self.infusions else None


def comparisons(
    reader: JournalReader, visits: Iterable[str], chairs: Mapping[str, str], then: Presets, now: Presets
) -> Iterator[Comparison]:
    """Yield each visit under both sets of limits; one that the journal does not hold is left out.

    `chairs` names the preset of each chair; a chair that is no longer configured had `default`.
    """
    for visit in visits:
        record = reader.record(visit)
        if record is not None:
            name = chairs.get(record.history.summary.chair, "default")
            yield compare(record, then[name], now[name])


def presets_of_chairs(settings: Settings) -> dict[str, str]:
    """Return the name of each chair's preset."""
    return {chair.id: chair.preset for chair in settings.chairs}


def total(compared: Iterable[Comparison]) -> Total:
    """Sum up visits."""
    all_of_them = list(compared)
    return Total(
        visits=len(all_of_them),
        infusions=sum(each.infused for each in all_of_them),
        then=_side(each.then for each in all_of_them),
        now=_side(each.now for each in all_of_them),
        missed=sum(len(each.missed) for each in all_of_them),
        removed=sum(len(each.removed) for each in all_of_them),
        added=sum(len(each.added) for each in all_of_them),
        recorded=sum(each.recorded for each in all_of_them),
    )


def _side(judged: Iterable[Judged]) -> Side:
    onsets: Counter[tuple[Priority, str]] = Counter()
    audible, alarm_s = 0, 0.0
    for each in judged:
        onsets += each.onsets
        audible += each.audible_onsets
        alarm_s += each.alarm_s
    return Side(onsets, audible, alarm_s)
