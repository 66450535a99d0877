"""The demo clinic: its settings, the hour before it began, and staff who keep it going.

Everything here is invented and marked demo from the device's identity to the last export.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from argon2 import PasswordHasher

from monitor.config import (
    BrokerSettings,
    ChairSettings,
    DeviceSettings,
    ServerSettings,
    Settings,
    UserSettings,
    named_presets,
)
from monitor.sessions.actions import (
    Act,
    BeginBaseline,
    ConfirmBaseline,
    End,
    Finish,
    MarkReady,
    Seat,
    Start,
)
from monitor.store.snapshot import ChairView, Snapshot
from monitor.terms import Phase, Role

if TYPE_CHECKING:
    from simulators.scenario import Scenario

USERS = (
    ("ana", "Ana", Role.NURSE, "1111"),
    ("leo", "Leo", Role.NURSE, "2222"),
    ("ruiz", "Dr. Ruiz", Role.ANESTHESIA, "3333"),
    ("admin", "Admin", Role.ADMIN, "9999"),
    ("wall", "Wall display", Role.WALL, "0000"),
)
"""Name, display, role, PIN; the sign-in page of the demo shows them."""

STAFF = "Demo staff"
"""Author of what the demo does by itself."""


def settings(
    scenario: Scenario, folder: Path, broker: BrokerSettings, server: ServerSettings, speed: float
) -> Settings:
    """Return the demo clinic of a scenario, its ports below `folder / "dev"`."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
    return Settings(
        name=scenario.name,
        site="demo",
        chairs=tuple(
            ChairSettings(id=chair.id, label=chair.label, room=chair.room, simulated=True)
            for chair in scenario.chairs
        ),
        devices=tuple(
            DeviceSettings(
                id=device.id,
                kind=device.kind,
                chair=chair.id,
                name=device.name,
                port=str(folder / "dev" / device.port) if device.port else None,
                topic=device.topic,
            )
            for chair in scenario.chairs
            for device in chair.devices
        ),
        users=tuple(
            UserSettings(name=name, display=display, role=role, pin_hash=hasher.hash(pin))
            for name, display, role, pin in USERS
        ),
        presets=named_presets(),
        store=folder / "store",
        server=server,
        broker=broker,
        demo=True,
        speed=speed,
        demo_pins={name: pin for name, _, _, pin in USERS},
    )


SETTLE_MIN = 1.0
RECOVERY_MIN = 35.0
GOODBYE_MIN = 4.0
CHAIR_FREE_MIN = 6.0
LABELS = ("B. N.", "V. E.", "K. O.", "T. H.", "L. S.", "G. A.", "P. W.", "Y. M.")


@dataclass
class Staff:
    """Seats, starts, ends and says goodbye on the chairs that it seated itself.

    A visitor's own patients, alarms and the chairs that were free at first are left to the visitor.
    """

    own_chairs: frozenset[str]
    free_since_ms: dict[str, int] = field(default_factory=dict)
    seated: int = 0

    def acts(self, snapshot: Snapshot) -> Iterator[tuple[str, str | None, Act]]:
        """Yield what is due now: chair, session, act."""
        for chair in snapshot.chairs:
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


def occupied(chairs: Iterable[ChairView]) -> frozenset[str]:
    """Return the chairs where somebody sits: those the staff looks after."""
    return frozenset(chair.id for chair in chairs if chair.session is not None)
