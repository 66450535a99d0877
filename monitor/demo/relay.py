"""Tells the simulated patients what the staff did, so that they respond to the infusion they are given."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from monitor.demo.staff import STAFF
from monitor.store.history import PhaseSpan
from monitor.store.snapshot import ChairView, SessionView, Snapshot
from monitor.terms import Phase
from simulators.plans import PatientPlan
from simulators.scenario import Scenario

PhasesOf = Callable[[str], list[PhaseSpan]]
"""The phases of a visit so far."""


class Relay:
    """Turns what changed between two snapshots into control lines for the simulators."""

    def __init__(self, scenario: Scenario, epoch_ms: int, phases_of: PhasesOf) -> None:
        self._planned = {chair.id: chair.patient for chair in scenario.chairs}
        self._epoch_ms = epoch_ms
        self._phases_of = phases_of
        self._told: dict[str, tuple[str, str, int] | None] = {}

    def assume(self, snapshot: Snapshot) -> None:
        """The simulators know this already."""
        self._told = {chair.id: _visit_of(chair) for chair in snapshot.chairs}

    def forget(self) -> None:
        """The simulators started anew and know nothing."""
        self._told = {}

    def lines(self, snapshot: Snapshot) -> Iterator[str]:
        """Yield a control line for every chair whose visit moved on."""
        for chair in snapshot.chairs:
            visit = _visit_of(chair)
            if chair.id in self._told and self._told[chair.id] == visit:
                continue
            self._told[chair.id] = visit
            yield json.dumps({"chair": chair.id, **self._occupancy(chair.id, chair.session)})

    def _occupancy(self, chair: str, session: SessionView | None) -> dict[str, Any]:
        if session is None:
            return {"phase": None}
        spans = [span for span in self._phases_of(session.id) if span.phase == Phase.PAUSED]
        return {
            "phase": session.phase,
            "patient": self._patient(chair, session),
            "planned_min": session.planned_min,
            "dose_mg_per_kg": _given(session),
            "started_ms": session.started_ms,
            "ended_ms": session.ended_ms,
            "pauses": [[span.from_ms, span.until_ms] for span in spans],
        }

    def _patient(self, chair: str, session: SessionView) -> dict[str, Any]:
        """The scenario's own patient while it is that visit, else one drawn from the visit's name."""
        planned: PatientPlan | None = self._planned.get(chair)
        if planned and session.seated_by == STAFF and session.seated_ms <= self._epoch_ms:
            return {"seed": planned.seed, "preset": planned.preset}
        return {"seed": zlib.crc32(session.id.encode())}


def _given(session: SessionView) -> float | None:
    """The dose over the planned time: an extension goes on at the rate that was ordered."""
    if session.dose_mg_per_kg is None:
        return None
    return session.dose_mg_per_kg * session.planned_min / (session.planned_min - session.extended_min)


def _visit_of(chair: ChairView) -> tuple[str, str, int] | None:
    session = chair.session
    return None if session is None else (session.id, session.phase, session.planned_min)
