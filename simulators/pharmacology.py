"""What an infusion of ketamine does over time: one effect, 1 at the end of the standard infusion.

The standard is what the cohorts were given, 0.5 mg/kg over 40 min. For it the effect *is* the published
curve: it rises as (1 - e^(-t/18)) / (1 - e^(-40/18)) while the infusion runs and falls as e^(-t/28) while it
does not, t in minutes; so what was fitted to the cohorts stays fitted. Another dose or length is the same
curve times its rate, over the standard rate. What no cohort tells, a rate that is changed on the way or a
bolus, comes from the compartments: what is at the effect site beyond what the same amount, given evenly,
would have left there.

Above 1 the effect bends: each further dose adds less, and it never passes 1 + `BEND`.

Source: the curve is this project's fit to the published peaks and return times:
Gen Hosp Psychiatry 2024, doi 10.1016/j.genhosppsych.2024.07.001 (peak at 40 min);
Szarmach 2020, Neuropsychiatr Dis Treat 16:2539 (back within 1.5 h). The esketamine spray: label of 2020
(peak at about 40 min, smaller at 1.5 h, lasts about 4 h). The bend: Langsjo 2005, Anesthesiology 103:258,
where S-ketamine at an anaesthetic concentration, about eight times as high, raised the mean pressure by 27 %.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp

from simulators.compartments import Body, Dosing, answers, stretches

RISE_S = 18 * 60.0
"""Time constant of the rise, seconds."""
DECAY_S = 28 * 60.0
"""Time constant of the fall, seconds."""
SPRAY_DECAY_S = 55 * 60.0
"""The same after esketamine spray."""
STANDARD_MG_PER_KG = 0.5
STANDARD_S = 40 * 60.0
BEND = 1.03
CEILING = 1 / (1 - exp(-STANDARD_S / RISE_S))
"""Where the curve would end if the standard rate went on for ever."""
_STANDARD_RATE = STANDARD_MG_PER_KG / STANDARD_S


@dataclass(frozen=True, slots=True)
class Infusion:
    """When one infusion ran and what was given; all times are seconds of UTC."""

    started_s: float
    planned_s: float = STANDARD_S
    """Planned length: over it the dose is spread."""
    pauses: tuple[tuple[float, float | None], ...] = ()
    """(from, until) in order of time; None for a pause that still lasts."""
    ended_s: float | None = None
    """None while it runs or is paused."""
    dose_mg_per_kg: float = STANDARD_MG_PER_KG
    """Planned dose."""
    rates: tuple[tuple[float, float], ...] = ()
    """(from, times the planned rate) in order of time."""
    boluses: tuple[tuple[float, float], ...] = ()
    """(at, mg/kg) beside the infusion."""

    def effect(self, t_s: float) -> float:
        """Return the effect at a time: 0 before the start, 1 at the end of an unbroken standard infusion."""
        usual = self._curve(t_s)
        share = self._rate / _STANDARD_RATE
        if not self.rates and not self.boluses:
            return bent(share * usual)
        t_min = self._minute(t_s)
        standard, actual = Dosing(self._infused(t_s, _STANDARD_RATE, ())), self._dosing(t_s)
        if (evenly := standard.given(t_min)) > 0:
            share = Dosing(actual.stretches).given(t_min) / evenly
        beyond = _at_site(actual, t_min) - share * _at_site(standard, t_min)
        return bent(max(0.0, share * usual + beyond))

    def plasma_ng_ml(self, t_s: float, body: Body | None = None) -> float:
        """Return the plasma concentration at a time, ng/mL; of a typical body, if none is given."""
        return self._dosing(t_s).left(answers(body or Body()).plasma, self._minute(t_s))

    def spray(self, t_s: float) -> float:
        """Return the effect of a nasal spray at the start instead: 1 after 40 min, slower to go."""
        into_s = t_s - self.started_s
        if into_s <= 0:
            return 0.0
        share = bent(self.dose_mg_per_kg / STANDARD_MG_PER_KG)
        if into_s <= STANDARD_S:
            return share * CEILING * (1 - exp(-into_s / RISE_S))
        return share * exp(-(into_s - STANDARD_S) / SPRAY_DECAY_S)

    @property
    def _rate(self) -> float:
        """Planned, mg/kg a second."""
        return self.dose_mg_per_kg / self.planned_s

    def _curve(self, t_s: float) -> float:
        """The published curve, for the times at which this infusion ran."""
        effect = 0.0
        for running, length_s in self._stretches(t_s):
            if running:
                effect = CEILING - (CEILING - effect) * exp(-length_s / RISE_S)
            else:
                effect *= exp(-length_s / DECAY_S)
        return effect

    def _dosing(self, t_s: float) -> Dosing:
        """What was given until now, in minutes since the start."""
        boluses = ((self._minute(at_s), dose) for at_s, dose in self.boluses)
        return Dosing(self._infused(t_s, self._rate, self.rates), tuple(boluses))

    def _infused(
        self, t_s: float, rate: float, changes: tuple[tuple[float, float], ...]
    ) -> tuple[tuple[float, float, float], ...]:
        """The stretches of the infusion until now at a rate, mg/kg a second, that is changed on the way."""
        running: list[tuple[float, float]] = []
        at_min = 0.0
        for runs, length_s in self._stretches(t_s):
            if runs and length_s > 0:
                running.append((at_min, at_min + length_s / 60))
            at_min += length_s / 60
        return stretches(running, ((self._minute(at_s), times) for at_s, times in changes), rate * 60)

    def _minute(self, at_s: float) -> float:
        return (at_s - self.started_s) / 60

    def _stretches(self, until_s: float) -> Iterator[tuple[bool, float]]:
        """Yield (running, seconds) from the start to `until_s`, without gaps."""
        stop_s = until_s if self.ended_s is None else min(self.ended_s, until_s)
        at_s = self.started_s
        for begin_s, end_s in self.pauses:
            paused_s = max(at_s, min(begin_s, stop_s))
            resumed_s = max(paused_s, stop_s if end_s is None else min(end_s, stop_s))
            yield True, paused_s - at_s
            yield False, resumed_s - paused_s
            at_s = resumed_s
        yield True, max(0.0, stop_s - at_s)
        yield False, max(0.0, until_s - max(stop_s, self.started_s))


def bent(effect: float) -> float:
    """Return the effect that is left of one that added up without limit; the same up to 1."""
    over = effect - 1
    return effect if over <= 0 else 1 + BEND * over / (BEND + over)


def exposure(body: Body, usual: Body) -> float:
    """Return how much more of the drug one body has at its effect site than another, standard infusion."""
    return _at_site(_STANDARD, _STANDARD_MIN, body) / _at_site(_STANDARD, _STANDARD_MIN, usual)


def _at_site(dosing: Dosing, t_min: float, body: Body | None = None) -> float:
    """What is at the effect site, over what the standard infusion has there at its end."""
    return dosing.left(answers(body or Body()).effect, t_min) / _SITE_AT_END


_STANDARD_MIN = STANDARD_S / 60
_STANDARD = Dosing(((0.0, _STANDARD_MIN, STANDARD_MG_PER_KG / _STANDARD_MIN),))
_SITE_AT_END = _STANDARD.left(answers(Body()).effect, _STANDARD_MIN)
