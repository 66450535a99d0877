"""From the turn's own words to those of the snapshot."""

from __future__ import annotations

from monitor.alarms.chair import ChairAlarms
from monitor.alarms.model import Occurrence
from monitor.sessions.baseline import accepted
from monitor.sessions.gates import StartVerdict
from monitor.sessions.session import Session, elapsed_s
from monitor.store.snapshot import AlarmView, CuffView, SessionView
from monitor.terms import Now, Presence, Priority
from monitor.turn.moments import Deadline

_UNITS = {"hr": "/min", "spo2": "%", "sbp": "mm[Hg]", "dbp": "mm[Hg]", "map": "mm[Hg]"}
_SOUNDS = {Priority.MEDIUM, Priority.HIGH}
_SIGNALLED = {Presence.ON, Presence.LATCHED}


def alarm_view(occurrence: Occurrence) -> AlarmView:
    """One open occurrence as screens see it."""
    return AlarmView(
        id=occurrence.id,
        condition=occurrence.condition,
        kind=occurrence.kind.value,
        priority=occurrence.priority.value,
        presence=occurrence.presence.value,
        since_ms=occurrence.since_ms,
        text=occurrence.text,
        value=occurrence.value,
        limit=occurrence.limit,
        unit=_UNITS.get(occurrence.condition.partition("_")[0], ""),
        questionable=occurrence.questionable,
        audible=occurrence.presence in _SIGNALLED and _sounds(occurrence),
        acknowledged_by=occurrence.acknowledged_by,
        acknowledged_ms=occurrence.acknowledged_ms,
    )


def add_judgement(cuff: CuffView, alarms: ChairAlarms, repeat: Deadline, now: Now) -> None:
    """Add what the alarms make of the pressure that is shown: the repeat they want, how likely it is true."""
    cuff.repeat_ms = repeat.due_ms(alarms.repeat_due_s(), now)
    cuff.repeat_number = alarms.repeat_number()
    chances = alarms.chances()
    if chances is not None and cuff.systolic is not None:
        cuff.p_high, cuff.p_medium = round(100 * chances.high), round(100 * chances.medium)


def _sounds(occurrence: Occurrence) -> bool:
    """A low alarm is silent, except that a pressure asks for the cuff that only a person can start."""
    asks = occurrence.unconfirmed and occurrence.priority is Priority.LOW
    return asks or occurrence.priority in _SOUNDS


def session_view(
    session: Session, now: Now, start: StartVerdict, leave_missing: tuple[str, ...]
) -> SessionView:
    """The visit as screens see it."""
    baseline = session.baseline
    away = session.away
    return SessionView(
        id=session.id,
        label=session.label,
        phase=session.phase.value,
        seated_ms=session.seated_ms,
        phase_since_ms=session.phase_since_ms,
        planned_min=session.planned_min,
        elapsed_s=round(elapsed_s(session, now), 3),
        running=session.running_since_s is not None,
        started_ms=session.started_ms,
        ended_ms=session.ended_ms,
        weight_kg=session.weight_kg,
        dose_mg_per_kg=session.dose_mg_per_kg,
        baseline=None if baseline is None else (baseline.systolic, baseline.diastolic, baseline.heart_rate),
        baseline_readings=len(accepted(session.readings)),
        standby_reason=None if away is None else away.reason,
        standby_until_ms=None if away is None else away.until_ms,
        seated_by=session.seated_by,
        start_needs=start.needs,
        start_caution=start.caution,
        leave_missing=leave_missing,
    )
