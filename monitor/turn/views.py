"""From the turn's own words to those of the snapshot."""

from __future__ import annotations

from monitor.alarms import escalation
from monitor.alarms.changes import holding
from monitor.alarms.escalation import Call
from monitor.alarms.in_force import CUFF_VITALS
from monitor.alarms.model import Occurrence
from monitor.limits import LimitPreset
from monitor.sessions.baseline import accepted
from monitor.sessions.gates import StartVerdict
from monitor.sessions.session import Session, elapsed_s
from monitor.store.snapshot import AlarmView, CalledBackView, SessionView
from monitor.terms import Kind, Now
from monitor.turn.numbers import LIVE_S

CUFF_NAMES = frozenset(CUFF_VITALS)
_UNITS = {"hr": "/min", "spo2": "%", "sbp": "mm[Hg]", "dbp": "mm[Hg]", "map": "mm[Hg]"}


def alarm_view(
    occurrence: Occurrence, call: Call, escalates_ms: int | None, now: Now, *, paused: bool
) -> AlarmView:
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
        priority_ms=_graver_since_ms(occurrence),
        value=occurrence.value,
        value_ms=_measured_ms(occurrence, now),
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


def _graver_since_ms(occurrence: Occurrence) -> int | None:
    """Of a patient's alarm that rose after it began; a fault of the equipment is the same at any priority."""
    rose = occurrence.priority_since_ms > occurrence.since_ms
    return occurrence.priority_since_ms if rose and occurrence.kind is Kind.PHYSIOLOGICAL else None


def _measured_ms(occurrence: Occurrence, now: Now) -> int | None:
    """When its value was measured; none of a number that is live, whose time moves with every second."""
    at_ms = occurrence.value_ms
    if at_ms is None or occurrence.condition.partition("_")[0] in CUFF_NAMES:
        return at_ms
    return None if now.utc_ms - at_ms < LIVE_S * 1000 else at_ms


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
