"""Ketamine in the body: three compartments and an effect site, solved exactly, without a step size.

All is linear, so what a dosing leaves anywhere is the sum of what each stretch and each bolus leaves there,
and every answer to a bolus is a sum of exponentials. Minutes, mg/kg, ng/mL.

Source: Domino 1982, Anesth Analg 61:87-92, PMID 7198883 (the `Domino` set of target-controlled infusion:
V1 0.063 L/kg, k10 0.4381, k12 0.5921, k13 0.5900, k21 0.2470, k31 0.0146 per minute). The paper itself could
not be read; two open programs for target-controlled infusion were, and agree on all six (one with one digit
less). Programs also name Domino 1984, Clin Pharmacol Ther 36:645, for it. Held against what was read: Zarate
2006 measured about 185 ng/mL after 0.5 mg/kg over 40 min, these constants say 240, as arterial blood
would be; Kamp 2020, Anesthesiology 133:1192, found a clearance of 79 L/h per 70 kg over all studies, these
say 116. Scaling by size: clearances with weight^0.75, volumes with weight (Anderson & Holford 2008, Annu Rev
Pharmacol Toxicol 48:303, from memory). Elimination in women 20 % faster: Sigtermans 2009, Anesthesiology
111:892. The delay of the effect site is this project's own fit to the published curve of pressure: the site
alone stays within 0.12 of it, where 1 is the end of the standard infusion.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from math import acos, cos, exp, pi, sqrt

Terms = tuple[tuple[float, float], ...]
"""(size, rate 1/min) of the exponentials that a bolus of 1 mg/kg leaves."""

NG_PER_ML = 1000.0
"""Of 1 mg/kg in 1 L/kg."""
TYPICAL_KG = 70.0
SIZE_EXPONENT = 0.75
"""Of clearances, over weight."""
WOMEN_ELIMINATE = 1.2
"""Times as fast as men do; the typical patient is between."""


@dataclass(frozen=True, slots=True)
class Body:
    """The constants of one person; rates are 1/min, the volume is L/kg."""

    volume: float = 0.063
    k10: float = 0.4381
    k12: float = 0.5921
    k13: float = 0.5900
    k21: float = 0.2470
    k31: float = 0.0146
    site: float = 0.1
    """Into and out of the effect site."""

    @classmethod
    def of(cls, weight_kg: float, *, female: bool) -> Body:
        """Return the constants of a person of this weight and sex."""
        size = (weight_kg / TYPICAL_KG) ** (SIZE_EXPONENT - 1)
        sex = sqrt(WOMEN_ELIMINATE) if female else 1 / sqrt(WOMEN_ELIMINATE)
        usual = cls()
        return replace(
            usual,
            k10=usual.k10 * size * sex,
            k12=usual.k12 * size,
            k13=usual.k13 * size,
            k21=usual.k21 * size,
            k31=usual.k31 * size,
        )


@dataclass(frozen=True, slots=True)
class Answers:
    """What a bolus of 1 mg/kg leaves: mg/kg in the three compartments, ng/mL in plasma and effect site."""

    central: Terms
    fast: Terms
    slow: Terms
    plasma: Terms
    effect: Terms


@lru_cache(maxsize=1024)
def answers(body: Body) -> Answers:
    """Solve the compartments of a body."""
    rates = _rates(body)
    central, fast, slow = [], [], []
    for n, rate in enumerate(rates):
        one, other = (r for m, r in enumerate(rates) if m != n)
        apart = (one - rate) * (other - rate)
        central.append(((body.k21 - rate) * (body.k31 - rate) / apart, rate))
        fast.append((body.k12 * (body.k31 - rate) / apart, rate))
        slow.append((body.k13 * (body.k21 - rate) / apart, rate))
    plasma = [(size * NG_PER_ML / body.volume, rate) for size, rate in central]
    reached = [(size * body.site / (body.site - rate), rate) for size, rate in plasma]
    effect = [*reached, (-sum(size for size, _ in reached), body.site)]
    return Answers(tuple(central), tuple(fast), tuple(slow), tuple(plasma), tuple(effect))


@dataclass(frozen=True, slots=True)
class Dosing:
    """Everything given: minutes from any common beginning, mg/kg and mg/kg a minute."""

    stretches: tuple[tuple[float, float, float], ...] = ()
    """(from, until, rate) of an infusion."""
    boluses: tuple[tuple[float, float], ...] = ()
    """(at, mg/kg)."""

    def left(self, terms: Terms, t_min: float) -> float:
        """Return what all of it has left at a time, in the unit of `terms`; never below 0."""
        infused = sum(
            rate * (_infused(terms, t_min - begin) - _infused(terms, t_min - end))
            for begin, end, rate in self.stretches
        )
        given = sum(dose * _given(terms, t_min - at) for at, dose in self.boluses)
        return max(0.0, infused + given)

    def given(self, t_min: float) -> float:
        """Return how much has been given up to a time, mg/kg."""
        infused = sum(
            rate * max(0.0, min(end, t_min) - begin) for begin, end, rate in self.stretches if begin < t_min
        )
        return infused + sum(dose for at, dose in self.boluses if at <= t_min)


def stretches(
    running: Iterable[tuple[float, float]], rates: Iterable[tuple[float, float]], usual: float
) -> tuple[tuple[float, float, float], ...]:
    """Cut the times an infusion ran where its rate was changed.

    `rates` are (from, times the usual rate) in order of time; before the first it is the usual rate.
    """
    steps = [(float("-inf"), 1.0), *rates, (float("inf"), 0.0)]
    return tuple(
        (max(begin, at), min(end, next_at), usual * times)
        for begin, end in running
        for (at, times), (next_at, _) in pairwise(steps)
        if max(begin, at) < min(end, next_at)
    )


def _given(terms: Terms, t_min: float) -> float:
    return sum(size * exp(-rate * t_min) for size, rate in terms) if t_min >= 0 else 0.0


def _infused(terms: Terms, t_min: float) -> float:
    if t_min <= 0:
        return 0.0
    return sum(size / rate * (1 - exp(-rate * t_min)) for size, rate in terms)


def _rates(body: Body) -> tuple[float, float, float]:
    """The three rates at which the compartments empty: roots of their cubic, all real and above 0."""
    second = body.k10 + body.k12 + body.k13 + body.k21 + body.k31
    first = (
        body.k10 * body.k21 + body.k10 * body.k31 + body.k12 * body.k31 + body.k13 * body.k21
        + body.k21 * body.k31
    )  # fmt: skip
    last = body.k10 * body.k21 * body.k31
    p = first - second**2 / 3
    q = first * second / 3 - 2 * second**3 / 27 - last
    turn = acos(max(-1.0, min(1.0, 3 * q / (2 * p) * sqrt(-3 / p)))) / 3
    fast, middle, slow = (2 * sqrt(-p / 3) * cos(turn - 2 * pi * n / 3) + second / 3 for n in range(3))
    return fast, middle, slow
