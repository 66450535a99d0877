"""A whole trial: many infusions, the rule on trial beside the ones it is compared with, and the sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from monitor.limits import CuffSchedule
from monitor.trial.continuous import spo2_delays, technical_delays
from monitor.trial.course import run
from monitor.trial.infusion import Setting, SimulatedInfusion, scheduled_s
from monitor.trial.measures import Outcome, Truth, onsets_s, outcome, percentile, share
from monitor.trial.rules import Rule, preset_of

COMPARED = {"single_threshold": Rule.SINGLE_THRESHOLD, "relative_20": Rule.RELATIVE_20}
"""By their keys in the JSON."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a trial found, infusion by infusion and rule by rule."""

    setting: Setting
    rule: Rule
    outcomes: dict[Rule, list[Outcome]]
    spo2_s: list[float]
    technical_s: list[float]

    def as_json(self) -> dict[str, Any]:
        """Return the report as `chairside trial --json` prints it; the keys are kept stable."""
        own = self.outcomes[self.rule]
        delays = {
            "unconfirmed_p99": [s for o in own for s in o.shown_s],
            "high_p99": [s for o in own for s in o.high_s],
            "spo2_p99": self.spo2_s,
            "technical_p99": self.technical_s,
        }
        return {
            "infusions": len(own),
            "preset": self.setting.preset,
            "artifact": self.setting.artifact,
            "seed": self.setting.seed,
            **measures(own),
            "delay_s": {name: _rounded(percentile(values, 99)) for name, values in delays.items()},
            "compared": {name: measures(self.outcomes[rule]) for name, rule in COMPARED.items()},
        }


def trial(setting: Setting, infusions: int, rule: Rule = Rule.DEFAULT) -> Report:
    """Run so many infusions, each through every rule."""
    presets = {r: preset_of(r) for r in (rule, *COMPARED.values())}
    outcomes: dict[Rule, list[Outcome]] = {r: [] for r in presets}
    cuffs_s = scheduled_s(CuffSchedule())
    for number in range(infusions):
        infusion = SimulatedInfusion(setting, number)
        truth = Truth.of(infusion, cuffs_s)
        for name, preset in presets.items():
            course = run(infusion, preset)
            onset_truths = [infusion.truth(at_s) for at_s in onsets_s(course)]
            outcomes[name].append(outcome(truth, course, onset_truths))
    preset = presets[rule]
    return Report(
        setting,
        rule,
        outcomes,
        spo2_delays(preset, setting.seed),
        technical_delays(preset, setting.seed),
    )


def measures(outcomes: Sequence[Outcome]) -> dict[str, float | None]:
    """Return the measures of one rule, by their keys in the JSON; None where there was nothing to share."""
    onsets = sum(o.onsets for o in outcomes)
    high = sum(o.truly_high for o in outcomes)
    return {
        "audible_pressure_alarms_per_infusion": _rounded(share(onsets, len(outcomes))),
        "nuisance_share": _rounded(share(sum(o.nuisances for o in outcomes), onsets)),
        "false_high_share": _rounded(share(sum(o.false_high for o in outcomes), len(outcomes))),
        "missed_true_high_share": _rounded(share(sum(o.missed_high for o in outcomes), high)),
        "missed_sustained_high": sum(o.missed_sustained for o in outcomes),
        "extra_cuffs_per_infusion": _rounded(share(sum(o.extra_cuffs for o in outcomes), len(outcomes))),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
