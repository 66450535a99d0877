"""What staff did to a chair, as JSON lines: the simulated patient follows.

{"chair": "4", "patient": {"seed": 123}, "phase": "infusion", "planned_min": 40,
 "started_ms": 1770129000000, "pauses": [[1770129600000, null]], "ended_ms": null}      (one line)
{"chair": "4", "phase": null}                                    nobody sits there
{"chair": "4", "give": "bolus", "amount": 0.1}                   now, to whoever sits there
{"time": "pause"}   {"time": "resume"}   {"time": "step", "seconds": 60}     of all patients
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from simulators.bedside import Occupancy
from simulators.pharmacology import Infusion
from simulators.physiology import PRESETS, Patient
from simulators.plans import GIVEN
from simulators.scenario import PHASES
from simulators.tables import ScenarioFault, Table

EMPTY_PHASES = ("left", "aborted")
"""Phases in which nobody sits on the chair; a null phase says the same."""
_LATEST_MS = 10**14
_LONGEST_LINE = 65_536


@dataclass(frozen=True, slots=True)
class Command:
    """The state of one chair's visit; `seed` is None when the chair is to be empty."""

    chair: str
    phase: str = ""
    seed: int | None = None
    preset: str | None = None
    planned_min: float | None = None
    started_ms: int | None = None
    pauses: tuple[tuple[float, float | None], ...] = ()
    """Seconds of UTC."""
    ended_ms: int | None = None
    dose_mg_per_kg: float | None = None
    """Planned, over `planned_min`."""

    def occupancy(self, before: Occupancy | None) -> Occupancy | None:
        """Return who sits there now. What the command leaves open stays as it was for the same patient."""
        if self.seed is None:
            return None
        same = before if before and before.patient.seed == self.seed else None
        preset = self.preset or (same.patient.preset if same else "yale")
        known = same is not None and same.patient.preset == preset
        patient = same.patient if same and known else Patient(self.seed, preset)
        if self.started_ms is None:
            return Occupancy(patient, self.phase)
        usual = same.infusion if same and same.infusion else Infusion(0.0)
        infusion = Infusion(
            self.started_ms / 1000,
            self.planned_min * 60 if self.planned_min else usual.planned_s,
            self.pauses,
            None if self.ended_ms is None else self.ended_ms / 1000,
            self.dose_mg_per_kg or usual.dose_mg_per_kg,
        )
        return Occupancy(patient, self.phase, infusion)


@dataclass(frozen=True, slots=True)
class TimeOrder:
    """What becomes of the time of all patients: `pause`, `resume`, or `step` by so many seconds."""

    what: str
    seconds: float = 0.0


LONGEST_STEP_S = 4 * 3600
TIME_ORDERS = ("pause", "resume", "step")


@dataclass(frozen=True, slots=True)
class GiveOrder:
    """Give the patient of a chair something now, or change the rate of the infusion."""

    chair: str
    what: str
    amount: float


def command(line: bytes) -> Command | TimeOrder | GiveOrder:
    """Read one control line; ScenarioFault names everything that is wrong with it."""
    try:
        data = json.loads(line)
    except ValueError as error:
        raise ScenarioFault(f"control line: expected JSON, got {line[:80]!r}: {error}") from error
    if not isinstance(data, dict):
        raise ScenarioFault(f"control line: expected an object, got {data!r}")
    table = Table("control line", data, faults=[])
    if table.has("time"):
        what = table.choice("time", TIME_ORDERS)
        order = TimeOrder(what, table.number("seconds", 0, LONGEST_STEP_S) if what == "step" else 0.0)
        table.close()
        table.check()
        return order
    chair = table.text("chair")
    if table.has("give"):
        what = table.choice("give", GIVEN)
        give = GiveOrder(chair, what, table.number("amount", *GIVEN.get(what, (0, 0))))
        table.close()
        table.check()
        return give
    if data.get("phase") in (None, *EMPTY_PHASES):
        table.check()
        return Command(chair)
    patient = table.table("patient")
    read = Command(
        chair,
        phase=table.choice("phase", (*PHASES, "paused")),
        seed=patient.integer("seed", 0, 2**63),
        preset=patient.choice("preset", PRESETS) if patient.has("preset") else None,
        planned_min=table.number("planned_min", 1, 600) if _given(data, "planned_min") else None,
        started_ms=table.integer("started_ms", 0, _LATEST_MS) if _given(data, "started_ms") else None,
        pauses=_pauses(table, data.get("pauses")),
        ended_ms=table.integer("ended_ms", 0, _LATEST_MS) if _given(data, "ended_ms") else None,
        dose_mg_per_kg=table.number("dose_mg_per_kg", 0.01, 10) if _given(data, "dose_mg_per_kg") else None,
    )
    table.check()
    return read


def _given(data: dict[str, object], key: str) -> bool:
    return data.get(key) is not None


def _pauses(table: Table, got: object) -> tuple[tuple[float, float | None], ...]:
    if got is None:
        return ()
    try:
        return tuple((begin / 1000, None if end is None else end / 1000) for begin, end in got)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        table.note("pauses", "a list of [from ms, until ms or null]", got)
        return ()


class ControlInput:
    """Cuts what comes through a pipe into lines."""

    def __init__(self, descriptor: int, line: Callable[[bytes], None], ended: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._line = line
        self._ended = ended
        self._unread = b""

    def ready(self) -> None:
        """Read what is there; hand on every complete line, and the end of the pipe."""
        data = os.read(self._descriptor, 4096)
        if not data:
            self._ended()
        for line in self._lines(data):
            self._line(line)

    def _lines(self, data: bytes) -> Iterator[bytes]:
        *lines, self._unread = (self._unread + data).split(b"\n")
        self._unread = self._unread[-_LONGEST_LINE:]
        yield from filter(bytes.strip, lines)
