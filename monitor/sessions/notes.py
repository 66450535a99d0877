"""What an action says in the record, once its values are in range; else why it is refused. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from devices.model import METRICS, MetricCode
from monitor.sessions import actions, callback, limbs
from monitor.sessions.actions import MARK_EVENTS, Act
from monitor.sessions.baseline import ENOUGH, accepted, measured
from monitor.sessions.refused import Refused
from monitor.sessions.session import Session
from monitor.sessions.transitions import name_of
from monitor.terms import Now

EXTEND_MIN = (1, 30)
MANUAL_AGE_MIN = (0, 60)
STANDBY_MIN = (1, 30)
SEVERITY = (0, 10)
TEXT_MAX = 500


@dataclass(frozen=True, slots=True)
class Note:
    """What the record says of an action."""

    what: str
    text: str = ""
    severity: int | None = None


def check(session: Session, act: Act, now: Now) -> Note:
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
            within("Minutes more", act.minutes, EXTEND_MIN)
            told = f"{session.planned_min - session.extended_min} + {session.extended_min + act.minutes} min"
            return Note(what, f"{told}: {_needed('A reason', act.reason)}")
        case actions.SetLimbs():
            return Note(what, placed(act))
        case actions.ManualCuff():
            return Note(what, _manual(session, act, now))
        case actions.EnteredInError():
            return Note(what, _text("A reason", act.reason))
        case actions.AlarmOff():
            return Note(what, _needed("A reason", act.reason))
        case actions.Standby():
            within("Minutes of standby", act.minutes, STANDBY_MIN)
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
            within("Severity", act.severity, SEVERITY)
            return Note(act.event, _text("A note", act.note), act.severity)
        case _:
            return Note(what)


def placed(act: actions.SetLimbs) -> str:
    """Say where cuff, probe and IV line sit now.

    Raises:
        Refused: they cannot sit there.
    """
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
    within("Systolic pressure in mm[Hg]", act.systolic, (metric.low, metric.high))
    within("Diastolic pressure in mm[Hg]", act.diastolic, (metric.low, metric.high))
    rate = METRICS[MetricCode.PULSE_RATE]
    within("Pulse rate per minute", act.pulse_rate, (rate.low, rate.high))
    within("Minutes ago", act.minutes_ago, MANUAL_AGE_MIN)
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


def within(what: str, value: float | None, bounds: tuple[float, float]) -> None:
    """Refuse a value out of bounds; None is none."""
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
