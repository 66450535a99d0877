"""The two gates of a visit: before the infusion starts, and before the patient leaves. Pure.

A gate names what stands in the way, in words for staff; anesthesia may override it with a reason.

Source: the numbers are this project's proposal (docs/alarms.md) and need a clinician's signature.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from math import ceil
from typing import NamedTuple

from monitor.limits import LeaveGate, StartGate
from monitor.sessions.actions import Finish, MarkReady, OperatorAction, Start
from monitor.sessions.refused import Refused
from monitor.sessions.session import Session
from monitor.terms import Baseline, Now, Phase, Role, Vital

ASSESSMENT, ESCORT = "assessment", "escort"
BY_HAND = frozenset({ASSESSMENT, ESCORT})
"""What staff say when they let a patient leave; the monitor sees the rest by itself."""

_NAMES = {Vital.HR: "HR", Vital.SPO2: "SpO₂"}


class TakenPressure(NamedTuple):
    """One believable pressure that is not struck, mm[Hg]."""

    at_s: float
    """On the monotonic clock of `Now`."""
    systolic: float
    diastolic: float
    valid: bool = True
    """False for a questionable one: it may stand in the way, and never opens it."""

    def __str__(self) -> str:
        return _pair(self.systolic, self.diastolic)


@dataclass(frozen=True, slots=True)
class Observed:
    """What a gate looks at besides the visit itself."""

    pressures: Sequence[TakenPressure] = ()
    """Oldest first."""
    vitals: Mapping[Vital, float | None] = field(default_factory=dict)
    """Each continuous vital that a device of the chair gives; None without a valid live value."""
    alarms: int = 0
    """How many alarms of medium priority or above are open."""
    cuff_on_iv: bool = False
    """The cuff sits on the arm with the IV line."""


class StartVerdict(NamedTuple):
    """What the start gate says."""

    needs: tuple[str, ...] = ()
    """Why only anesthesia may start; empty where a nurse may."""
    caution: tuple[str, ...] = ()
    """What whoever starts should know."""


def before_start(baseline: Baseline | None, observed: Observed, gate: StartGate) -> StartVerdict:
    """Hold baseline and current values against the start gate; what is not known is a caution."""
    needs: list[str] = []
    caution: list[str] = []
    pressures = [] if baseline is None else [("baseline", baseline.systolic, baseline.diastolic)]
    pressures += [("pressure", p.systolic, p.diastolic) for p in observed.pressures[-1:]]
    for name, systolic, diastolic in pressures:
        taken = _pair(systolic, diastolic)
        if systolic >= gate.systolic or diastolic >= gate.diastolic:
            needs.append(f"{name} {taken} ≥ {_pair(gate.systolic, gate.diastolic)}")
        elif systolic >= gate.caution_systolic or diastolic >= gate.caution_diastolic:
            caution.append(f"{name} {taken} ≥ {_pair(gate.caution_systolic, gate.caution_diastolic)}")
    if not pressures:
        caution.append("no pressure yet")
    if observed.cuff_on_iv:
        caution.append("cuff on the IV arm")
    if baseline is not None and baseline.heart_rate is not None:
        needs += _outside("baseline HR", baseline.heart_rate, gate.heart_rate_low, gate.heart_rate_high)
    for vital, value in observed.vitals.items():
        if value is None:
            caution.append(f"no valid {_NAMES[vital]}")
        else:
            needs += _vital_outside(vital, value, gate)
    return StartVerdict(tuple(needs), tuple(caution))


def missing_to_leave(
    session: Session,
    observed: Observed,
    gate: LeaveGate,
    now: Now,
    *,
    assessed: bool = False,
    escort: bool = False,
) -> tuple[str, ...]:
    """Name what is missing before the patient of a visit in recovery may leave; empty when nothing is."""
    missing: list[str] = []
    left_s = gate.minimum_min * 60 - (now.mono_s - session.phase_since_s)
    if left_s > 0:
        missing.append(f"{ceil(left_s / 60)} more min")
    missing += _pressures_missing(session, observed.pressures, gate)
    for vital, value in observed.vitals.items():
        if value is None:
            missing.append(f"valid {_NAMES[vital]}")
        elif _vital_outside(vital, value, gate):
            missing.append(_wanted(vital, gate))
    missing += _open_alarms(observed)
    missing += [] if assessed else [ASSESSMENT]
    missing += [] if escort else [ESCORT]
    return tuple(missing)


def changed_since_ready(session: Session, observed: Observed, gate: LeaveGate) -> tuple[str, ...]:
    """Name what has come up since the patient was ready to leave; empty when nothing has.

    Time, assessment and escort were seen to by then, and a sensor that was taken off since is no fault:
    only a later pressure, a value beyond the gate and an open alarm stand in the way.
    """
    later = [taken for taken in observed.pressures if taken.at_s > session.phase_since_s]
    changed = list(_last_outside(session.baseline, later, gate))
    for vital, value in observed.vitals.items():
        if value is not None and _vital_outside(vital, value, gate):
            changed.append(_wanted(vital, gate))
    return (*changed, *_open_alarms(observed))


def admit(
    session: Session, action: OperatorAction, observed: Observed, gates: tuple[StartGate, LeaveGate], now: Now
) -> str:
    """Return what the record says of the gate that this action passes; empty where there is none.

    Raises:
        Refused: something stands in the way, and anesthesia did not override it with a reason.
    """
    start, leave = gates
    match action.act:
        case Start() as act:
            verdict = before_start(session.baseline, observed, start)
            refusal = "Only anesthesia starts now, with a reason: {listed}."
            told = _overridden(refusal, verdict.needs, act.override_reason, action.role)
            return _joined(told, _listed("caution", verdict.caution))
        case (MarkReady() | Finish()) as act if session.phase is Phase.RECOVERY:
            missing = missing_to_leave(
                session, observed, leave, now, assessed=act.assessed, escort=act.escort
            )
            said = [name for name, so in ((ASSESSMENT, act.assessed), (ESCORT, act.escort)) if so]
            refusal = "Not without a reason from anesthesia; still missing: {listed}."
            told = _overridden(refusal, missing, act.override_reason, action.role)
            return _joined(_listed("confirmed", said), told)
        case Finish() as act if session.phase is Phase.READY:
            changed = changed_since_ready(session, observed, leave)
            refusal = "Not without a reason from anesthesia; changed since ready to leave: {listed}."
            return _overridden(refusal, changed, act.override_reason, action.role)
        case _:
            return ""


def _overridden(refusal: str, in_the_way: Sequence[str], reason: str, role: Role) -> str:
    """What the record says of an override; refused where one is needed and not given."""
    if not in_the_way:
        return ""
    listed = ", ".join(in_the_way)
    if role is not Role.ANESTHESIA or not reason.strip():
        raise Refused(refusal.format(listed=listed))
    return f"override: {reason.strip()} ({listed})"


def _pressures_missing(
    session: Session, pressures: Sequence[TakenPressure], gate: LeaveGate
) -> Iterator[str]:
    """What is missing of the pressures: good ones without a break, up to the newest, that span the time."""
    baseline = session.baseline
    if baseline is None:
        yield "baseline to compare with"
        return
    since_end = [p for p in pressures if p.at_s > session.phase_since_s]
    outside = list(_last_outside(baseline, since_end, gate))
    if outside:
        yield from outside
    else:
        unbroken = takewhile(
            lambda taken: _below(taken, gate) and within(taken.systolic, baseline, gate.within_percent),
            reversed(since_end),
        )
        good = [taken for taken in unbroken if taken.valid]
        if not good:
            yield f"two pressures {gate.apart_min:g} min apart"
        elif good[0].at_s - good[-1].at_s < gate.apart_min * 60:
            yield f"a pressure {gate.apart_min:g} min after {good[-1]}"


def within(systolic: float, baseline: Baseline, percent: float) -> bool:
    """Tell whether a systolic pressure lies no further than this from the baseline's."""
    return abs(systolic - baseline.systolic) * 100 <= percent * baseline.systolic


def _below(taken: TakenPressure, gate: LeaveGate) -> bool:
    return taken.systolic < gate.systolic and taken.diastolic < gate.diastolic


def _last_outside(
    baseline: Baseline | None, pressures: Sequence[TakenPressure], gate: LeaveGate
) -> Iterator[str]:
    """What the newest pressure should be and is not."""
    if not pressures:
        return
    last = pressures[-1]
    if not _below(last, gate):
        yield f"pressure {last} below {_pair(gate.systolic, gate.diastolic)}"
    elif baseline is not None and not within(last.systolic, baseline, gate.within_percent):
        usual = _pair(baseline.systolic, baseline.diastolic)
        yield f"pressure {last} within {gate.within_percent:g} % of {usual}"


def _open_alarms(observed: Observed) -> list[str]:
    if not observed.alarms:
        return []
    return ["end of the alarm" if observed.alarms == 1 else f"end of {observed.alarms} alarms"]


def _vital_outside(vital: Vital, value: float, gate: StartGate | LeaveGate) -> list[str]:
    if vital is Vital.HR:
        return _outside(_NAMES[vital], value, gate.heart_rate_low, gate.heart_rate_high)
    return [f"{_NAMES[vital]} {value:g} < {gate.spo2:g} %"] if value < gate.spo2 else []


def _wanted(vital: Vital, gate: LeaveGate) -> str:
    """What a vital must be; without its value, which would change what is missing every second."""
    if vital is Vital.HR:
        return f"{_NAMES[vital]} {gate.heart_rate_low:g}–{gate.heart_rate_high:g}"
    return f"{_NAMES[vital]} ≥ {gate.spo2:g} %"


def _outside(name: str, value: float, low: float, high: float) -> list[str]:
    if low <= value <= high:
        return []
    sign, bound = ("<", low) if value < low else (">", high)
    return [f"{name} {value:g} {sign} {bound:g}"]


def _pair(systolic: float, diastolic: float) -> str:
    return f"{systolic:g}/{diastolic:g}"


def _listed(what: str, names: Sequence[str]) -> str:
    return f"{what}: {', '.join(names)}" if names else ""


def _joined(*told: str) -> str:
    return "; ".join(text for text in told if text)
