"""Staff who keep the demo going: they seat, start, measure, end and say goodbye on their chairs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import msgspec

from monitor.sessions.actions import (
    Act,
    AssignNurse,
    BeginBaseline,
    ConfirmBaseline,
    End,
    Finish,
    MarkReady,
    Seat,
    Start,
    StartCuff,
)
from monitor.sessions.gates import BY_HAND
from monitor.store.desk import Desk
from monitor.store.snapshot import ChairView, Snapshot
from monitor.terms import Phase, Role

STAFF = "Demo staff"
"""Author of what the demo does by itself."""

NURSES = ("Ana", "Leo")
"""Between whom the demo's patients are shared out, by display name."""

REASON = "demo: seen by anesthesia"
"""Why the demo goes on where a gate is shut."""

SETTLE_MIN = 1.0
RECOVERY_MIN = 35.0
START_PATIENCE_MIN = 15.0
LEAVE_PATIENCE_MIN = 60.0
"""When a gate is still shut after so long in its phase, anesthesia overrides it."""
GOODBYE_MIN = 4.0
CHAIR_FREE_MIN = 6.0
AT_THE_CUFF_MS = 10_000
"""How long after a pressure is wanted they start the cuff."""
LABELS = ("B. N.", "V. E.", "K. O.", "T. H.", "L. S.", "G. A.", "P. W.", "Y. M.")


def nurse_of(place: int) -> str:
    """Who looks after the patient on the chair at this place in the clinic."""
    return NURSES[place % len(NURSES)]


def role_for(act: Act) -> Role:
    """The role in which the demo's staff does something: what overrides a gate, anesthesia does."""
    return Role.ANESTHESIA if getattr(act, "override_reason", "") else Role.NURSE


@dataclass
class Staff:
    """Does what is due on the chairs where it seated somebody itself.

    A visitor's own patients, all alarms, and the chairs that were free at first are left to the visitor.
    """

    desk: Desk
    own_chairs: set[str] = field(default_factory=set)
    free_since_ms: dict[str, int] = field(default_factory=dict)
    seated: int = 0
    last_asked: int = 0

    def look(self, snapshot: Snapshot) -> None:
        """Put on the desk what is due; wait for the answers before asking for more."""
        if snapshot.desk_seq < self.last_asked:
            return
        for chair, session, act in list(self.acts(snapshot)):
            self.last_asked = self.desk.append(
                at_ms=snapshot.at_ms,
                user=STAFF,
                role=role_for(act),
                station="",
                chair=chair,
                session=session,
                act=act,
            )

    def acts(self, snapshot: Snapshot) -> Iterator[tuple[str, str | None, Act]]:
        """Yield what is due now: chair, session, act."""
        for place, chair in enumerate(snapshot.chairs):
            if chair.session is not None and chair.session.seated_by == STAFF:
                self.own_chairs.add(chair.id)
            if chair.id not in self.own_chairs:
                continue
            if chair.session is None:
                since = self.free_since_ms.setdefault(chair.id, snapshot.at_ms)
                if snapshot.at_ms - since >= CHAIR_FREE_MIN * 60_000:
                    yield chair.id, None, self._next_patient()
                continue
            self.free_since_ms.pop(chair.id, None)
            if chair.session.nurse == STAFF:
                yield chair.id, chair.session.id, AssignNurse(nurse_of(place))
            elif chair.session.seated_by != STAFF:
                continue
            elif act := _next_step(chair, snapshot.at_ms):
                yield chair.id, chair.session.id, act
            elif _wants_cuff(chair, snapshot.at_ms):
                yield chair.id, chair.session.id, StartCuff()

    def _next_patient(self) -> Seat:
        self.seated += 1
        return Seat(
            label=LABELS[self.seated % len(LABELS)],
            identifiers_confirmed=True,
            planned_min=40 + 5 * (self.seated % 3),
            weight_kg=60.0 + 7 * (self.seated % 5),
            dose_mg_per_kg=0.5,
        )


def _next_step(chair: ChairView, at_ms: int) -> Act | None:
    session = chair.session
    if session is None:
        return None
    minutes = (at_ms - session.phase_since_ms) / 60_000
    match Phase(session.phase):
        case Phase.SEATED if minutes >= SETTLE_MIN:
            return BeginBaseline()
        case Phase.BASELINE if session.baseline is None and session.baseline_readings >= 2:
            return ConfirmBaseline()
        case Phase.BASELINE if session.baseline is not None and minutes >= SETTLE_MIN:
            return _past_gate(Start(), session.start_needs, waited=minutes >= START_PATIENCE_MIN)
        case Phase.INFUSION if session.elapsed_s >= session.planned_min * 60:
            return End()
        case Phase.RECOVERY if minutes >= RECOVERY_MIN:
            missing = set(session.leave_missing) - BY_HAND
            act = MarkReady(assessed=True, escort=True)
            return _past_gate(act, missing, waited=minutes >= LEAVE_PATIENCE_MIN)
        case Phase.READY if minutes >= GOODBYE_MIN:
            return Finish()
        case _:
            return None


def _wants_cuff(chair: ChairView, at_ms: int) -> bool:
    """Whether a repeat or a check is wanted that the cuff can be told to make."""
    cuff, control = chair.cuff, chair.cuff_control
    if cuff is None or cuff.measuring or control is None or control.started_ms is not None:
        return False
    wanted_ms = min((ms for ms in (cuff.repeat_ms, cuff.due_ms) if ms is not None), default=None)
    return wanted_ms is not None and at_ms - wanted_ms >= AT_THE_CUFF_MS


def _past_gate(act: Start | MarkReady, in_the_way: Collection[str], *, waited: bool) -> Act | None:
    """The act where its gate is open, its override where that was waited for, else nothing yet."""
    if not in_the_way:
        return act
    return msgspec.structs.replace(act, override_reason=REASON) if waited else None
