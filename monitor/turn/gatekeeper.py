"""What the two gates of a visit see of a chair, and what they say of it."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.alarms.model import Occurrence
from monitor.limits import LimitPreset
from monitor.sessions import gates
from monitor.sessions.actions import OperatorAction
from monitor.sessions.gates import Observed, StartVerdict
from monitor.sessions.session import Session
from monitor.terms import Now, Phase, Priority, Vital
from monitor.turn.sensors import Sensors


def observed(sensors: Sensors, session: Session | None, alarms: Sequence[Occurrence], now: Now) -> Observed:
    """Return what a gate looks at: accepted pressures, live valid vitals, alarms that are not resolved."""
    numbers = {Vital.HR: sensors.hr, Vital.SPO2: sensors.spo2}
    return Observed(
        pressures=sensors.pressures.taken(),
        vitals={vital: number.valid_value(now) for vital, number in numbers.items() if number.given},
        alarms=sum(alarm.priority.rank >= Priority.MEDIUM.rank for alarm in alarms),
        cuff_on_iv=sensors.doubts.limbs(session).cuff_on_iv,
    )


def admit(
    session: Session | None, action: OperatorAction, seen: Observed, preset: LimitPreset, now: Now
) -> str:
    """Return what the record says of the gate that an action passes.

    Raises:
        Refused: the gate is shut.
    """
    if session is None:
        return ""
    return gates.admit(session, action, seen, (preset.start_gate, preset.leave_gate), now)


def start_verdict(session: Session, seen: Observed, preset: LimitPreset) -> StartVerdict:
    """Return what the start gate says now; nothing in any phase but baseline."""
    if session.phase is not Phase.BASELINE:
        return StartVerdict()
    return gates.before_start(session.baseline, seen, preset.start_gate)


def leave_missing(session: Session, seen: Observed, preset: LimitPreset, now: Now) -> tuple[str, ...]:
    """Return what is missing before the patient may leave, in recovery or since then."""
    if session.phase is Phase.READY:
        return gates.changed_since_ready(session, seen, preset.leave_gate)
    if session.phase is not Phase.RECOVERY:
        return ()
    return gates.missing_to_leave(session, seen, preset.leave_gate, now)
