"""Session × action → session: who may do what, when, and what the record says of it. Pure, given `now`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

from monitor.limits import CuffSchedule
from monitor.sessions import actions, callback, limbs, notes
from monitor.sessions.actions import Act, OperatorAction
from monitor.sessions.baseline import measured
from monitor.sessions.notes import Note
from monitor.sessions.refused import Refused
from monitor.sessions.session import Away, CuffReading, Session, enter
from monitor.sessions.transitions import name_of, next_phase, possible_in
from monitor.terms import ACTING_ROLES, Now, Phase

LABEL_MAX = 12
PLANNED_MIN = (40, 60)
WEIGHT_KG = (20, 350)
DOSE_MG_PER_KG = (0.01, 5)
LONGEST_MIN = CuffSchedule().longest_infusion_min
SERIES = re.compile(r"[A-Za-z0-9-]{1,20}")

STANDBY_AT_LEAST_S = 20.0
"""A standby lasts this long whatever the sensors say: the patient is just getting up."""
STANDBY_ENDS_AFTER_VALID_S = 10.0


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
    note = notes.check(session, act, now)
    if isinstance(act, actions.Extend):
        notes.within(
            "Planned minutes with the extension", session.planned_min + act.minutes, (1, longest_min)
        )
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
    notes.within("Planned minutes", act.planned_min, PLANNED_MIN)
    notes.within("Weight in kg", act.weight_kg, WEIGHT_KG)
    notes.within("Dose in mg/kg", act.dose_mg_per_kg, DOSE_MG_PER_KG)
    if act.iv_arm is not None:
        notes.placed(actions.SetLimbs(iv_arm=act.iv_arm))
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


def _title(kind: type[Act]) -> str:
    return name_of(kind).replace("_", " ").capitalize()
