"""How much of its full effect on the pressure an infusion has, followed from phase to phase."""

from __future__ import annotations

from math import exp

import msgspec

from monitor.limits import FilterSettings


class InfusionEffect(msgspec.Struct, frozen=True, omit_defaults=True):
    """The effect when the infusion last began, paused, went on or ended; 1 at its planned end if unbroken."""

    effect: float = 0.0
    at_s: float = 0.0
    """Monotonic."""
    running: bool = False
    planned_s: float = 2400.0


NOT_BEGUN = InfusionEffect()


def follow(
    before: InfusionEffect, *, running: bool, planned_s: float, now_s: float, settings: FilterSettings
) -> InfusionEffect:
    """Go on from here with the infusion running or not; the same curve goes on where nothing changed."""
    if (before.running, before.planned_s) == (running, planned_s):
        return before
    return InfusionEffect(effect_at(before, now_s, settings), now_s, running, planned_s)


def effect_at(state: InfusionEffect, now_s: float, settings: FilterSettings) -> float:
    """Return the effect now: it rises towards a ceiling while the infusion runs, and decays while not."""
    passed_s = max(0.0, now_s - state.at_s)
    if not state.running:
        return state.effect * exp(-passed_s / (settings.decay_min * 60))
    rise_s = settings.rise_min * 60
    ceiling = 1 / (1 - exp(-state.planned_s / rise_s))
    return ceiling - (ceiling - state.effect) * exp(-passed_s / rise_s)
