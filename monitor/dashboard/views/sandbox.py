"""The limit sandbox as numbers of a form and rows of tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.alarms import changes
from monitor.config import parse_limits, read_limits
from monitor.dashboard.views import words
from monitor.language import t
from monitor.limits import LimitPreset
from monitor.sandbox.compare import Comparison, Event
from monitor.sandbox.run import Total, total
from monitor.terms import Priority

MOST_USED = (
    ("sbp_high", Priority.MEDIUM), ("sbp_high", Priority.HIGH),
    ("dbp_high", Priority.MEDIUM), ("dbp_high", Priority.HIGH),
    ("sbp_low", Priority.MEDIUM), ("sbp_low", Priority.HIGH),
    ("hr_high", Priority.MEDIUM), ("hr_high", Priority.HIGH),
    ("hr_low", Priority.MEDIUM), ("hr_low", Priority.HIGH),
    ("spo2_low", Priority.LOW), ("spo2_low", Priority.MEDIUM), ("spo2_low", Priority.HIGH),
)  # fmt: skip
"""The limits that have an input of their own; every other number is pasted as TOML."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One limit of the form."""

    name: str
    """e.g. `sbp_high.high`."""
    label: str
    in_force: str


def tried(preset: LimitPreset) -> tuple[Tried, ...]:
    """Return the inputs of the form, with what is in force now."""
    found = ((c, p, changes.band_of(preset, c, p)) for c, p in MOST_USED)
    return tuple(
        Tried(
            f"{c}.{p}",
            words.limit_name(c, p),
            t("off") if band.limit is None else words.number(band.limit),
        )
        for c, p, band in found
        if band is not None
    )


def presets_to_try(
    base: Mapping[str, LimitPreset], preset: str, typed: Mapping[str, Any], pasted: str
) -> dict[str, LimitPreset]:
    """Return all presets as they would be: what was pasted, and the numbers of the form on top of it.

    Raises:
        ConfigError: with everything that is wrong with them.
    """
    made = read_limits(pasted, "pasted", base) if pasted.strip() else dict(base)
    tables: dict[str, dict[str, dict[str, Any]]] = {}
    for name, number in typed.items():
        if number not in (None, ""):
            condition, _, priority = name.partition(".")
            tables.setdefault(condition, {})[priority] = {"limit": number}
    return parse_limits({"limits": {preset: tables}}, "form", made) if tables else made


def sum_rows(summed: Total) -> list[tuple[str, str, str]]:
    """Return the sum: what, then, now."""
    then, now = summed.then, summed.now
    keys = sorted(then.onsets.keys() | now.onsets.keys(), key=lambda key: (-key[0].rank, key[1]))
    rates = (_rate(summed.per_infusion(then)), _rate(summed.per_infusion(now)))
    return [
        (t("Audible onsets"), str(then.audible), str(now.audible)),
        (t("Audible onsets per infusion"), *rates),
        (t("Minutes in alarm"), words.fixed(then.alarm_s / 60, 1), words.fixed(now.alarm_s / 60, 1)),
        *((words.limit_name(c, p), str(then.onsets[p, c]), str(now.onsets[p, c])) for p, c in keys),
    ]


def told(compared: Sequence[Comparison]) -> str:
    """Return the sum in one sentence."""
    summed = total(compared)
    return t(
        "{visits} visits, {infusions} infusions: {missed} high alarms missed, {removed} audible alarms "
        "removed, {added} added. The journal holds {recorded} audible onsets.",
        visits=summed.visits,
        infusions=summed.infusions,
        missed=summed.missed,
        removed=summed.removed,
        added=summed.added,
        recorded=summed.recorded,
    )


def visit_rows(compared: Sequence[Comparison]) -> list[tuple[str, tuple[str, ...]]]:
    """Return each visit with something that differs: its name, and its cells."""
    return [
        (
            each.visit.id,
            (
                each.visit.chair,
                each.visit.label,
                f"{words.day(each.visit.seated_ms)} {words.clock(each.visit.seated_ms)}",
                str(each.then.audible_onsets),
                str(each.now.audible_onsets),
                str(len(each.removed)),
                str(len(each.added)),
                ", ".join(map(_missed, each.missed)),
            ),
        )
        for each in compared
        if each.removed or each.added or each.missed or each.then.onsets != each.now.onsets
    ]


def _missed(event: Event) -> str:
    value = "--" if event.value is None else words.number(event.value)
    return t(
        "{limit} {value} at {time}",
        limit=words.limit_name(event.condition, event.priority),
        value=value,
        time=words.clock(event.from_ms),
    )


def _rate(rate: float | None) -> str:
    return "–" if rate is None else words.fixed(rate, 2)
