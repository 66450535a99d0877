"""chairside trial: simulated infusions through the real alarm engine, the truth known."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from monitor.trial.infusion import Scenario, Setting
from monitor.trial.measures import percentile
from monitor.trial.report import Report, measures, trial
from monitor.trial.rules import Rule

PRESETS = ("yale", "guangzhou", "emory")


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add `chairside trial`."""
    parser = subparsers.add_parser("trial", help="prove the pressure alarms on simulated infusions")
    parser.add_argument("--infusions", type=_count, required=True, metavar="N", help="how many, of two hours")
    parser.add_argument("--preset", choices=PRESETS, default=PRESETS[0], help="whose patients")
    parser.add_argument(
        "--artifact", type=_share, default=0.03, metavar="SHARE", help="of cuff readings that are wrong"
    )
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same numbers")
    parser.add_argument(
        "--scenario", choices=[s.value for s in Scenario], default=Scenario.INDEPENDENT,
        help="what befalls the cuff or the patient",
    )  # fmt: skip
    parser.add_argument(
        "--rule", choices=[r.value for r in Rule], default=Rule.DEFAULT, help="the rule on trial"
    )
    parser.add_argument("--whole", action="store_true", help="readings are rounded to whole mm[Hg]")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(handler=_trial)


def _trial(arguments: argparse.Namespace) -> int:
    setting = Setting(arguments.preset, arguments.artifact, arguments.seed, Scenario(arguments.scenario))
    setting = replace(setting, whole=arguments.whole)
    report = trial(setting, arguments.infusions, Rule(arguments.rule))
    if arguments.json:
        print(json.dumps(report.as_json()))
    else:
        print("\n".join(_lines(report)))
    return 0


def _lines(report: Report) -> Iterator[str]:
    """Yield the report for people: a column a rule, then the delays."""
    setting = report.setting
    yield (
        f"{len(report.outcomes[report.rule])} infusions, {setting.preset}, artifacts {setting.artifact:.1%}, "
        f"{setting.scenario}, seed {setting.seed}"
    )
    columns = list(dict.fromkeys([report.rule, Rule.SINGLE_THRESHOLD, Rule.RELATIVE_20]))
    line = "{:<38}" + " {:>18}" * len(columns)
    yield line.format("", *columns)
    found = [measures(report.outcomes[rule]) for rule in columns]
    for name in found[0]:
        yield line.format(name, *(_shown(column[name]) for column in found))
    truths = report.outcomes[report.rule]
    yield (
        f"true 180/110: {sum(o.truly_high for o in truths)} infusions, for five minutes: "
        f"{sum(o.lasting_high for o in truths)}, 190/115 at two cuffs: {sum(o.sustained for o in truths)}"
    )
    lasting = [sum(o.missed_lasting for o in report.outcomes[rule]) for rule in columns]
    yield line.format("missed of five minutes", *lasting)
    yield ""
    yield "delay, s        p50     p90     p99     max"
    for name, values in (
        ("unconfirmed", [s for o in truths for s in o.shown_s]),
        ("high", [s for o in truths for s in o.high_s]),
        ("spo2", report.spo2_s),
        ("technical", report.technical_s),
    ):
        yield f"{name:<12}" + "".join(f"{_shown(percentile(values, p)):>8}" for p in (50, 90, 99, 100))


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def _count(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 on, got {text!r}")
    return number


def _share(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < 1:
        raise argparse.ArgumentTypeError(f"expected a share from 0 to below 1, e.g. 0.03, got {text!r}")
    return number
