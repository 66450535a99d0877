"""From the turn's own words to those of the snapshot."""

from __future__ import annotations

from monitor.alarms import escalation
from monitor.alarms.changes import holding
from monitor.alarms.escalation import Call
from monitor.alarms.model import Occurrence
from monitor.limits import LimitPreset
from monitor.sessions.baseline import accepted
from monitor.sessions.gates import StartVerdict
from monitor.sessions.session import Session, elapsed_s
from monitor.store.snapshot import AlarmView, CalledBackView, SessionView
from monitor.terms import Now

_UNITS = {"hr": "/min", "spo2": "%", "sbp": "mm[Hg]", "dbp": "mm[Hg]", "map": "mm[Hg]"}


def alarm_view(occurrence: Occurrence, call: Call, escalates_ms: int | None, *, paused: bool) -> AlarmView:
    """One open occurrence as screens see it; while its sound is paused no station sounds it."""
    called = tuple(role.value for role in escalation.called(call))
    calls = () if paused else called
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
        audible=bool(calls),
        paused=paused,
        acknowledged_by=occurrence.acknowledged_by,
        acknowledged_ms=occurrence.acknowledged_ms,
        calls=calls,
        called=called,
        outside=escalation.outside(call),
        escalates_ms=escalates_ms,
        accepted_by=call.accepted_by,
        accepted_ms=call.accepted_ms,
        rejected=tuple((said.by, said.at_ms, said.reason) for said in call.rejected),
    )


def session_view(
    session: Session, now: Now, start: StartVerdict, leave_missing: tuple[str, ...]
) -> SessionView:
    """The visit as screens see it."""
    baseline = session.baseline
    away = session.away
    word = session.called_back
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
        extended_min=session.extended_min,
        series=session.series,
        nurse=session.nursed_by,
        start_needs=start.needs,
        start_caution=start.caution,
        leave_missing=leave_missing,
        limit_changes=holding(session.limit_changes),
        called_back=None if word is None else CalledBackView(word.text, word.by, word.at_ms),
    )


def preset_view(preset: LimitPreset) -> str:
    """What screens call a preset; one that waits for a clinician's numbers says so."""
    return preset.name if preset.configured else f"{preset.name} · not configured"
