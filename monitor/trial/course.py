"""One simulated infusion through the alarm engine of a chair, on a virtual clock.

Only moments at which something can happen are visited: a cuff that is due, a repeat that the engine wants,
a time that it waits for. As in the clinic the engine is turned on whole seconds, and what it is given has
arrived at some moment of the second before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import count
from math import ceil

from devices.model import Validity
from monitor.alarms.chair import ChairAlarms
from monitor.alarms.model import Facts, Reading
from monitor.alarms.pairs import CONDITIONS
from monitor.limits import CuffSchedule, LimitPreset
from monitor.sessions.checks import due_sooner
from monitor.sessions.gates import TakenPressure
from monitor.terms import Now, Phase, Priority, Vital
from monitor.trial.infusion import INFUSION_S, VISIT_S, Pair, SimulatedInfusion, scheduled_s


class Cause(StrEnum):
    """Why a determination was made."""

    SCHEDULED = "scheduled"
    SOONER = "sooner"
    """Due before the next scheduled one, after a pressure that was nearly high."""
    REPEAT = "repeat"
    """The rule asked for it."""


AUDIBLE = (Priority.MEDIUM, Priority.HIGH)
NAMES = frozenset(CONDITIONS.values())


@dataclass(frozen=True, slots=True)
class CuffTaken:
    """One determination; times are seconds since the start of the infusion."""

    arrived_s: float
    """When its result was there, at most a second before the engine saw it."""
    pressure: Pair | None
    """None when it failed."""
    cause: Cause
    shown_s: float | None = None
    """When the engine had an alarm, a prompt or an advisory about it on screen; None if it had none."""


@dataclass(slots=True)
class Course:
    """What one rule made of one infusion."""

    cuffs: list[CuffTaken] = field(default_factory=list)
    levels: list[tuple[float, Priority | None]] = field(default_factory=list)
    """From when the pressure alarm was how urgent: medium, high, or None for nothing that sounds."""


def run(infusion: SimulatedInfusion, preset: LimitPreset) -> Course:
    """Take the infusion through a chair that judges by this preset; nobody acknowledges anything.

    A preset that confirms nothing has its scheduled determinations alone.
    """
    alarms = engine(preset)
    course = Course(levels=[(0.0, None)])
    schedule = CuffSchedule()
    scheduled = scheduled_s(schedule)
    at_s = 0.0
    while at_s <= VISIT_S:
        due = _due(alarms, course.cuffs, preset, schedule) | dict.fromkeys(scheduled[:1], Cause.SCHEDULED)
        cause = due.get(at_s)
        cuff = None
        if cause is not None:
            pressure = infusion.cuff(at_s, repeat=cause is Cause.REPEAT)
            cuff = CuffTaken(at_s - infusion.waits_s(at_s), pressure, cause)
        if cause is Cause.SCHEDULED:
            scheduled.pop(0)
        _turn(alarms, infusion, course, cuff, at_s)
        due_s = _due(alarms, course.cuffs, preset, schedule).keys()
        moments = [*scheduled[:1], alarms.next_due_s(now_at(at_s)), *due_s]
        at_s = min((m for m in moments if m is not None and m > at_s), default=VISIT_S + 1)
    return course


def engine(preset: LimitPreset) -> ChairAlarms:
    """Return the alarms of one chair; occurrences are numbered, so that a run repeats itself."""
    numbers = count(1)
    return ChairAlarms("trial", preset, lambda: str(next(numbers)))


def now_at(at_s: float) -> Now:
    """Return a moment of the virtual clock, given the seconds since its start."""
    return Now(round(at_s * 1000), at_s)


def _due(
    alarms: ChairAlarms, cuffs: Sequence[CuffTaken], preset: LimitPreset, schedule: CuffSchedule
) -> dict[float, Cause]:
    """Return when determinations end that are not on the schedule.

    A repeat comes as the engine wants it, but not at once after another.
    """
    if not cuffs or not preset.confirm_pressure:
        return {}
    last_s = ceil(cuffs[-1].arrived_s)
    wanted_s = alarms.repeat_due_s()
    if wanted_s is not None:
        return {max(wanted_s, last_s + preset.pressure_rule.repeat_s): Cause.REPEAT}
    taken = [TakenPressure(c.arrived_s, *c.pressure) for c in cuffs if c.pressure is not None]
    if due_sooner(taken, alarms.nearly_high()):
        return {last_s + schedule.after_high_min * 60: Cause.SOONER}
    return {}


def _turn(
    alarms: ChairAlarms, infusion: SimulatedInfusion, course: Course, cuff: CuffTaken | None, at_s: float
) -> None:
    phase = Phase.INFUSION if at_s < INFUSION_S else Phase.RECOVERY
    readings = () if cuff is None else tuple(_readings(cuff))
    alarms.advance(Facts(phase, infusion.baseline, readings, frozenset()), now_at(at_s))
    standing = [o.priority for o in alarms.open() if o.condition in NAMES]
    if cuff is not None:
        course.cuffs.append(replace(cuff, shown_s=at_s if standing else None))
    level = max((p for p in standing if p in AUDIBLE), key=lambda p: p.rank, default=None)
    if level is not course.levels[-1][1]:
        course.levels.append((at_s, level))


def _readings(cuff: CuffTaken) -> Iterator[Reading]:
    at = now_at(cuff.arrived_s)
    if cuff.pressure is None:
        yield from (Reading(v, None, Validity.INVALID, at) for v in (Vital.SBP, Vital.DBP, Vital.MAP))
        return
    systolic, diastolic = cuff.pressure
    mean = round(diastolic + (systolic - diastolic) / 3)
    for vital, value in ((Vital.SBP, systolic), (Vital.DBP, diastolic), (Vital.MAP, mean)):
        yield Reading(vital, value, Validity.VALID, at)
