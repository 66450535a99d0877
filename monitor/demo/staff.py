"""Staff who keep the demo going: they seat, start, end and say goodbye on the chairs they look after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from monitor.sessions.actions import Act, BeginBaseline, ConfirmBaseline, End, Finish, MarkReady, Seat, Start
from monitor.store.desk import Desk
from monitor.store.snapshot import ChairView, Snapshot
from monitor.terms import Phase, Role

STAFF = "Demo staff"
"""Author of what the demo does by itself."""

SETTLE_MIN = 1.0
RECOVERY_MIN = 35.0
GOODBYE_MIN = 4.0
CHAIR_FREE_MIN = 6.0
LABELS = ("B. N.", "V. E.", "K. O.", "T. H.", "L. S.", "G. A.", "P. W.", "Y. M.")


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
                role=Role.NURSE,
                station="",
                chair=chair,
                session=session,
                act=act,
            )

    def acts(self, snapshot: Snapshot) -> Iterator[tuple[str, str | None, Act]]:
        """Yield what is due now: chair, session, act."""
        for chair in snapshot.chairs:
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
            if chair.session.seated_by == STAFF and (act := _next_step(chair, snapshot.at_ms)):
                yield chair.id, chair.session.id, act

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
            return Start()
        case Phase.INFUSION if session.elapsed_s >= session.planned_min * 60:
            return End()
        case Phase.RECOVERY if minutes >= RECOVERY_MIN:
            return MarkReady()
        case Phase.READY if minutes >= GOODBYE_MIN:
            return Finish()
        case _:
            return None
