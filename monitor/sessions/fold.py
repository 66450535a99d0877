"""Session × action → session: who may do what, when, and what the record says of it. Pure, given `now`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

from devices.model import METRICS, MetricCode
from monitor.limits import CuffSchedule
from monitor.sessions import actions, callback, limbs
from monitor.sessions.actions import MARK_EVENTS, Act, OperatorAction
from monitor.sessions.baseline import ENOUGH, accepted, measured
from monitor.sessions.session import Away, CuffReading, Session, enter
from monitor.sessions.transitions import name_of, next_phase, possible_in
from monitor.terms import ACTING_ROLES, Now, Phase

LABEL_MAX = 12
PLANNED_MIN = (40, 60)
WEIGHT_KG = (20, 350)
DOSE_MG_PER_KG = (0.01, 5)
EXTEND_MIN = (1, 30)
LONGEST_MIN = CuffSchedule().longest_infusion_min
SERIES = re.compile(r"[A-Za-z0-9-]{1,20}")
MANUAL_AGE_MIN = (0, 60)
STANDBY_MIN = (1, 30)
SEVERITY = (0, 10)
TEXT_MAX = 500

STANDBY_AT_LEAST_S = 20.0
"""A standby lasts this long whatever the sensors say: the patient is just getting up."""
STANDBY_ENDS_AFTER_VALID_S = 10.0


class Refused(Exception):
    """The action is refused and changes nothing; `str()` is a sentence for staff."""


@dataclass(frozen=True, slots=True)
class Note:
    """What the record says of an action."""

    what: str
    text: str = ""
    severity: int | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """The session after an action, and its line in the record."""

    session: Session
    note: Note


def apply(
    session: Session | None,
    action: OperatorAction,
    now: Now,
    new_id: Callable[[], str],
    longest_min: float = LONGEST_MIN,
) -> Applied:
    """The chair's session after this action.

    Answering an alarm, a manual pressure and a struck value have more to them than the session: their right
    to happen is judged here, the rest is the turn's.

    Args:
        session: the open visit; None for a free chair.
        action: what is asked for.
        now: the moment of the turn.
        new_id: names a new visit.
        longest_min: how long an infusion may be planned for, its extensions included.

    Raises:
        Refused: wrong role, wrong session, wrong phase, or a value out of range.
    """
    act = action.act
    if action.role not in ACTING_ROLES:
        msg = f"Only a nurse or anesthesia may act; {action.user} is signed in as {action.role}."
        raise Refused(msg)
    phase = _phase_after(session, action)
    if isinstance(act, actions.Seat):
        return _seat(act, action, now, new_id)
    if session is None:
        msg = f"Nobody sits on chair {action.chair}."
        raise Refused(msg)
    if isinstance(act, actions.HandOver) and action.user != session.nursed_by:
        msg = f"{session.nursed_by} is the nurse of chair {session.chair}, and hands it over."
        raise Refused(msg)
    note = _check(session, act, now)
    if isinstance(act, actions.Extend):
        _within("Planned minutes with the extension", session.planned_min + act.minutes, (1, longest_min))
    changed = callback.said(_changed(session, act, now), action, now)
    return Applied(enter(changed, phase, now), note)


def _phase_after(session: Session | None, action: OperatorAction) -> Phase:
    found = None if session is None else session.phase
    kind = type(action.act)
    if session is not None and isinstance(action.act, actions.Seat):
        msg = f"Chair {action.chair} is taken by {session.label}; finish that visit first."
        raise Refused(msg)
    if action.session != (None if session is None else session.id):
        msg = f"Chair {action.chair} has changed: this was meant for another visit. Nothing was done."
        raise Refused(msg)
    after = next_phase(found, kind)
    if after is None:
        where = ", ".join(str(phase) for phase in possible_in(kind) if phase is not None)
        here = (
            f"nobody sits on chair {action.chair}" if found is None else f"chair {action.chair} is in {found}"
        )
        msg = f"{_title(kind)} is possible in {where}; {here}."
        raise Refused(msg)
    return after


def _seat(act: actions.Seat, action: OperatorAction, now: Now, new_id: Callable[[], str]) -> Applied:
    label = act.label.strip()
    if not (1 <= len(label) <= LABEL_MAX and label.isprintable()):
        msg = f"A label has 1 to {LABEL_MAX} characters; this one has {len(label)}."
        raise Refused(msg)
    if not act.identifiers_confirmed:
        msg = "Confirm two identifiers with the patient before seating."
        raise Refused(msg)
    _within("Planned minutes", act.planned_min, PLANNED_MIN)
    _within("Weight in kg", act.weight_kg, WEIGHT_KG)
    _within("Dose in mg/kg", act.dose_mg_per_kg, DOSE_MG_PER_KG)
    if act.iv_arm is not None:
        _limbs(actions.SetLimbs(iv_arm=act.iv_arm))
    series = act.series.strip()
    if series and not SERIES.fullmatch(series):
        msg = f"A series code has 1 to 20 characters of A–Z, a–z, 0–9 and -; this one has {len(series)}."
        raise Refused(msg)
    session = Session(
        id=new_id(),
        chair=action.chair,
        label=label,
        seated_ms=now.utc_ms,
        seated_s=now.mono_s,
        seated_by=action.user,
        nurse=action.user,
        planned_min=act.planned_min,
        phase_since_ms=now.utc_ms,
        phase_since_s=now.mono_s,
        weight_kg=act.weight_kg,
        dose_mg_per_kg=act.dose_mg_per_kg,
        series=series,
        iv_arm=act.iv_arm,
    )
    details = [f"planned {act.planned_min} min", "two identifiers confirmed"]
    details += [f"{act.weight_kg:g} kg"] if act.weight_kg is not None else []
    details += [f"{act.dose_mg_per_kg:g} mg/kg"] if act.dose_mg_per_kg is not None else []
    return Applied(session, Note("seat", ", ".join(details)))


def _check(session: Session, act: Act, now: Now) -> Note:
    """Refuse what is out of range; else say what the record will say."""
    what = name_of(type(act))
    match act:
        case actions.ConfirmBaseline():
            return Note(what, _confirmation(session))
        case actions.Start():
            return Note(what, _start(session, act))
        case actions.MarkReady() | actions.Finish():
            _text("A reason", act.override_reason)
            return Note(what)
        case actions.Pause() | actions.End():
            return Note(what, _text("A reason", act.reason))
        case actions.Abort():
            return Note(what, _needed("A reason", act.reason))
        case actions.Extend():
            _within("Minutes more", act.minutes, EXTEND_MIN)
            told = f"{session.planned_min - session.extended_min} + {session.extended_min + act.minutes} min"
            return Note(what, f"{told}: {_needed('A reason', act.reason)}")
        case actions.SetLimbs():
            return Note(what, _limbs(act))
        case actions.ManualCuff():
            return Note(what, _manual(session, act, now))
        case actions.EnteredInError():
            return Note(what, _text("A reason", act.reason))
        case actions.AlarmOff():
            return Note(what, _needed("A reason", act.reason))
        case actions.Standby():
            _within("Minutes of standby", act.minutes, STANDBY_MIN)
            return Note(what, f"{_needed('A reason', act.reason)}, {act.minutes} min")
        case actions.ChangeLimit():
            _needed("A reason", act.reason)
            return Note(what)
        case actions.EndStandby() if session.away is None:
            msg = f"Chair {session.chair} is not on standby."
            raise Refused(msg)
        case actions.Reject():
            return Note(what, _needed("A reason", act.reason))
        case actions.AssignNurse():
            return Note(what, _handed(session, act.nurse))
        case actions.HandOver():
            note = _text("A note", act.note)
            return Note(what, "; ".join(filter(None, (_handed(session, act.to), note))))
        case actions.CallBack() | actions.CallHeard():
            if fault := callback.fault(session, act):
                raise Refused(fault)
            return Note(what, act.text.strip() if isinstance(act, actions.CallBack) else "")
        case actions.Mark():
            if act.event not in MARK_EVENTS:
                msg = f"Unknown event {act.event!r}; expected one of {', '.join(MARK_EVENTS)}."
                raise Refused(msg)
            _within("Severity", act.severity, SEVERITY)
            return Note(act.event, _text("A note", act.note), act.severity)
        case _:
            return Note(what)


def _changed(session: Session, act: Act, now: Now) -> Session:
    """What an action changes besides the phase."""
    match act:
        case actions.ConfirmBaseline():
            return replace(session, baseline=measured(session.readings))
        case actions.EnteredInError():
            return without_reading(session, act.cuff)
        case actions.SetLimbs():
            return limbs.placed(session, act)
        case actions.Extend():
            planned, more = session.planned_min + act.minutes, session.extended_min + act.minutes
            return replace(session, planned_min=planned, extended_min=more)
        case actions.Start() | actions.Resume() | actions.EndStandby():
            return replace(session, away=None)
        case actions.AssignNurse():
            return replace(session, nurse=act.nurse)
        case actions.HandOver():
            return replace(session, nurse=act.to)
        case actions.Standby():
            seconds = act.minutes * 60
            until_ms = now.utc_ms + seconds * 1000
            away = Away(act.reason.strip(), now.mono_s, now.mono_s + seconds, until_ms)
            return replace(session, away=away)
        case _:
            return session


def _limbs(act: actions.SetLimbs) -> str:
    fault = limbs.fault(act)
    if fault:
        raise Refused(fault)
    return limbs.note(act)


def _handed(session: Session, nurse: str) -> str:
    """From whom to whom a patient goes."""
    if nurse == session.nursed_by:
        msg = f"{nurse} is the nurse of chair {session.chair} already."
        raise Refused(msg)
    return f"{session.nursed_by} → {nurse}"


def with_reading(session: Session, reading: CuffReading) -> Session:
    """The session after a valid cuff result; it counts towards the baseline only in phase baseline.

    Args:
        reading: with its `at_s`; without it is taken for older than the phase.
    """
    if session.phase is not Phase.BASELINE or (reading.at_s or 0.0) < session.phase_since_s:
        return session
    return replace(session, readings=(*session.readings, reading))


def without_reading(session: Session, key: str) -> Session:
    """The session after a cuff value was struck.

    Before the infusion a baseline that rested on it is no longer confirmed; afterwards it stays locked.
    """
    kept = tuple(r for r in session.readings if r.key != key)
    if len(kept) == len(session.readings):
        return session
    confirmed = None if session.phase is Phase.BASELINE else session.baseline
    return replace(session, readings=kept, baseline=confirmed)


def watch(session: Session, *, valid: bool, now: Now) -> Session:
    """The session after a look at the sensors: a standby ends by itself.

    Args:
        valid: every continuous vital that is watched here has a live, valid value.
    """
    away = session.away
    if away is None:
        return session
    since = (away.valid_since_s if away.valid_since_s is not None else now.mono_s) if valid else None
    returned = since is not None and now.mono_s - since >= STANDBY_ENDS_AFTER_VALID_S
    if now.mono_s >= away.until_s or (returned and now.mono_s - away.since_s >= STANDBY_AT_LEAST_S):
        return replace(session, away=None)
    return (
        session if since == away.valid_since_s else replace(session, away=replace(away, valid_since_s=since))
    )


def _confirmation(session: Session) -> str:
    baseline = measured(session.readings)
    if baseline is None:
        count = len(accepted(session.readings))
        msg = f"A baseline needs {ENOUGH} valid readings a minute or more apart; there is {count} so far."
        raise Refused(msg)
    rate = "" if baseline.heart_rate is None else f", HR {baseline.heart_rate:g}"
    return f"{baseline.systolic:g}/{baseline.diastolic:g}{rate}, {baseline.readings} readings"


def _start(session: Session, act: actions.Start) -> str:
    if session.baseline is None and not act.without_baseline:
        msg = (
            "The baseline is not confirmed. Confirm it, or start without one: relative limits then stay off."
        )
        raise Refused(msg)
    _text("A reason", act.override_reason)
    return "" if session.baseline is not None else "without baseline"


def _manual(session: Session, act: actions.ManualCuff, now: Now) -> str:
    metric = METRICS[MetricCode.NIBP]
    _within("Systolic pressure in mm[Hg]", act.systolic, (metric.low, metric.high))
    _within("Diastolic pressure in mm[Hg]", act.diastolic, (metric.low, metric.high))
    rate = METRICS[MetricCode.PULSE_RATE]
    _within("Pulse rate per minute", act.pulse_rate, (rate.low, rate.high))
    _within("Minutes ago", act.minutes_ago, MANUAL_AGE_MIN)
    if act.diastolic >= act.systolic:
        msg = f"Systolic must lie above diastolic; got {act.systolic:g}/{act.diastolic:g}."
        raise Refused(msg)
    if taken_at(act, now).mono_s < session.seated_s:
        msg = f"{act.minutes_ago} minutes ago this patient was not seated yet."
        raise Refused(msg)
    return f"{act.systolic:g}/{act.diastolic:g}"


def taken_at(act: actions.ManualCuff, now: Now) -> Now:
    """When a manual pressure was taken."""
    return Now(now.utc_ms - act.minutes_ago * 60_000, now.mono_s - act.minutes_ago * 60)


def _within(what: str, value: float | None, bounds: tuple[float, float]) -> None:
    low, high = bounds
    if value is not None and not low <= value <= high:
        msg = f"{what}: expected {low:g} to {high:g}, got {value:g}."
        raise Refused(msg)


def _text(what: str, text: str) -> str:
    if len(text) > TEXT_MAX:
        msg = f"{what} has at most {TEXT_MAX} characters; this one has {len(text)}."
        raise Refused(msg)
    return text.strip()


def _needed(what: str, text: str) -> str:
    if not text.strip():
        msg = f"{what} is needed."
        raise Refused(msg)
    return _text(what, text)


def _title(kind: type[Act]) -> str:
    return name_of(kind).replace("_", " ").capitalize()
