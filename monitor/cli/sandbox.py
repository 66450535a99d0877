"""chairside replay --sessions: the clinic's own visits under other limits than those in force."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from monitor.clock import from_ms
from monitor.config import ConfigError, Settings, load, load_limits, shipped_presets
from monitor.sandbox.compare import Comparison, Event, Judged
from monitor.sandbox.run import Side, Total, comparisons, presets_of_chairs, total
from monitor.store.faults import StoreFault
from monitor.store.queries import JournalReader
from monitor.terms import Priority

ALL = "all"
MOST = 1_000_000
"""More visits than a journal holds."""
TABLE = "{:<17} {:<6} {:<12} {:>9} {:>9} {:>10} {:>10} {:>7} {:>8} {:>6}"
HEADINGS = (
    "seated", "chair", "patient", "then", "now", "then, min", "now, min", "missed", "removed", "added",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `--sessions` takes."""
    parser.add_argument(
        "--sessions", metavar="DIR|all", help="judge stored visits instead: the folder of a store, or all of"
        " the one that --config names",
    )  # fmt: skip
    parser.add_argument("--since", type=_day, metavar="DATE", help="with --sessions: from this day on, UTC")
    parser.add_argument(
        "--limits", type=Path, metavar="TOML", help="with --sessions: the limits to try; says what differs"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print each visit under both sets of limits, and their sum; 0, or 2 for input that cannot be used."""
    try:
        settings = None if arguments.config is None else load(arguments.config)
        then = shipped_presets() if settings is None else settings.presets
        if arguments.limits is None:
            raise ValueError("--sessions: expected --limits with the limits to try, got none")
        now = load_limits(arguments.limits, then)
        with closing(JournalReader.open(_folder(arguments.sessions, settings))) as reader:
            visits = [
                v.id for v in reversed(reader.sessions(limit=MOST)) if _wanted(v.seated_ms, arguments.since)
            ]
            chairs = {} if settings is None else presets_of_chairs(settings)
            seen: list[Comparison] = []
            if not arguments.json:
                print(TABLE.format(*HEADINGS))
            for compared in comparisons(reader, visits, chairs, then, now):
                seen.append(compared)
                print(json.dumps(_visit(compared)) if arguments.json else _line(compared), flush=True)
    except (ConfigError, StoreFault, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    summed = total(seen)
    print(json.dumps(_sum(summed)) if arguments.json else _summary(summed, seen))
    return 0


def _folder(named: str, settings: Settings | None) -> Path:
    if named != ALL:
        return Path(named)
    if settings is None:
        raise ValueError(f"--sessions {ALL}: expected --config that names the store, got none")
    return settings.store


def _wanted(seated_ms: int, since: date | None) -> bool:
    return since is None or from_ms(seated_ms).date() >= since


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        msg = f"expected a day such as 2026-02-03, got {text!r}"
        raise argparse.ArgumentTypeError(msg) from None


def _at(at_ms: int) -> str:
    return from_ms(at_ms).strftime("%Y-%m-%dT%H:%M:%SZ")


def _line(compared: Comparison) -> str:
    visit = compared.visit
    return TABLE.format(
        from_ms(visit.seated_ms).strftime("%Y-%m-%d %H:%M"),
        visit.chair,
        visit.label,
        compared.then.audible_onsets,
        compared.now.audible_onsets,
        f"{compared.then.alarm_s / 60:.1f}",
        f"{compared.now.alarm_s / 60:.1f}",
        len(compared.missed),
        len(compared.removed),
        len(compared.added),
    )


def _summary(summed: Total, compared: list[Comparison]) -> str:
    keys = sorted(summed.then.onsets.keys() | summed.now.onsets.keys(), key=lambda k: (-k[0].rank, k[1]))
    rates = [summed.per_infusion(side) for side in (summed.then, summed.now)]
    told = ["-" if rate is None else f"{rate:.2f}" for rate in rates]
    lines = [
        "",
        f"{summed.visits} visits, {summed.infusions} infusions; journalled audible onsets: {summed.recorded}",
        f"{'':<28}{'then':>8}{'now':>8}",
        *(f"{f'{p} {c}':<28}{summed.then.onsets[p, c]:>8}{summed.now.onsets[p, c]:>8}" for p, c in keys),
        f"{'audible onsets':<28}{summed.then.audible:>8}{summed.now.audible:>8}",
        f"{'… per infusion':<28}{told[0]:>8}{told[1]:>8}",
        f"{'minutes in alarm':<28}{summed.then.alarm_s / 60:>8.1f}{summed.now.alarm_s / 60:>8.1f}",
        "",
        f"high alarms missed: {summed.missed}",
        *(f"  {each.visit.id}  {_told(event)}" for each in compared for event in each.missed),
        f"audible alarms removed: {summed.removed}, added: {summed.added}",
    ]
    return "\n".join(lines)


def _told(event: Event) -> str:
    value, limit = ("-" if number is None else f"{number:g}" for number in (event.value, event.limit))
    return f"{_at(event.from_ms)}  {event.condition}  value {value}, limit {limit}"


def _visit(compared: Comparison) -> dict[str, Any]:
    visit = compared.visit
    return {
        "session": visit.id,
        "chair": visit.chair,
        "seated": _at(visit.seated_ms),
        "infusion": compared.infused,
        "demo": visit.demo,
        "recorded": compared.recorded,
        "then": _judged(compared.then),
        "now": _judged(compared.now),
        "missed_high": [_event(event) for event in compared.missed],
        "removed": [_event(event) for event in compared.removed],
        "added": [_event(event) for event in compared.added],
    }


def _judged(judged: Judged) -> dict[str, Any]:
    return _side(judged.onsets, judged.audible_onsets, judged.alarm_s)


def _side(onsets: Counter[tuple[Priority, str]], audible: int, alarm_s: float) -> dict[str, Any]:
    by_priority: dict[str, dict[str, int]] = {}
    for (priority, condition), number in sorted(onsets.items()):
        by_priority.setdefault(priority, {})[condition] = number
    return {"onsets": by_priority, "audible": audible, "alarm_s": round(alarm_s, 1)}


def _event(event: Event) -> dict[str, Any]:
    return {
        "condition": event.condition,
        "at": _at(event.from_ms),
        "seconds": round((event.until_ms - event.from_ms) / 1000, 1),
        "value": event.value,
        "limit": event.limit,
    }


def _sum(summed: Total) -> dict[str, Any]:
    def side(of: Side) -> dict[str, Any]:
        return {**_side(of.onsets, of.audible, of.alarm_s), "per_infusion": summed.per_infusion(of)}

    return {
        "sessions": summed.visits,
        "infusions": summed.infusions,
        "recorded": summed.recorded,
        "then": side(summed.then),
        "now": side(summed.now),
        "missed_high": summed.missed,
        "removed": summed.removed,
        "added": summed.added,
    }
