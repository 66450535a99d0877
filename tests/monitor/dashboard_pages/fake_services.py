"""Services in memory: a clinic of three chairs, one of them in the middle of a hypertensive infusion."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from monitor.alarms import changes
from monitor.alarms.in_force import conditions_in_force
from monitor.config import ChairSettings, Settings
from monitor.dashboard.services import ActRefused, Viewer
from monitor.limits import LimitPreset, default_preset
from monitor.sandbox.compare import Comparison
from monitor.sessions import actions, fold, notes, patient_limits
from monitor.sessions.actions import Act, OperatorAction, Outcome
from monitor.sessions.baseline import accepted
from monitor.sessions.refused import Refused
from monitor.sessions.session import CuffReading, Session, elapsed_s
from monitor.store.history import (
    AlarmRecord,
    LimitSpan,
    MarkRecord,
    PhaseSpan,
    Sample,
    Series,
    SessionHistory,
    SessionSummary,
)
from monitor.store.snapshot import (
    AlarmView,
    ChairView,
    CuffPoint,
    CuffView,
    LimitLine,
    NumberView,
    SessionView,
    Snapshot,
)
from monitor.terms import ACTING_ROLES, OPEN_PHASES, Baseline, Now, Phase, Role

MINUTE = 60_000
START = 1_770_127_261_000
"""Tue 3 Feb 2026, 14:01:01 UTC: when the infusion on chair 7 began."""
NOW = START + 31 * MINUTE + 12_000
ANA = Viewer("ana", "Ana", Role.NURSE, locked=False)

LIMITS = {
    ("sbp_high", "medium"): 160.0,
    ("sbp_high", "high"): 180.0,
    ("sbp_low", "medium"): 90.0,
    ("dbp_high", "medium"): 100.0,
    ("dbp_high", "high"): 110.0,
    ("hr_high", "medium"): 120.0,
    ("hr_low", "medium"): 50.0,
    ("spo2_low", "low"): 94.0,
    ("spo2_low", "medium"): 90.0,
}
READINGS = (
    (-8, 137, 83, "valid"),
    (-4, 139, 85, "valid"),
    (1, 141, 86, "valid"),
    (6, 149, 90, "valid"),
    (11, 155, 93, "valid"),
    (16, 163, 97, "questionable"),
    (18, 158, 95, "valid"),
    (22, 169, 98, "valid"),
    (26, 174, 101, "valid"),
    (29, 182, 101, "valid"),
    (31, 184, 102, "valid"),
)


OPEN_ALARM = AlarmView(
    "a2", "sbp_high", "physiological", "high", "on", START + 29 * MINUTE, "SYS 184 ≥ 180", 184, 180, "mm[Hg]"
)


def cuff(minute: float, systolic: float, diastolic: float, validity: str = "valid") -> CuffPoint:
    at = START + int(minute * MINUTE)
    return CuffPoint(f"cuff-{at}", at, systolic, diastolic, None, validity, None, in_error=False)


def samples(level: float, rise: float, wobble: float) -> list[Sample]:
    """Ten seconds apart from seating to now, with a probe off from minute 12 to 14 and doubt at minute 20."""
    made = []
    for minute in [n / 6 for n in range(-60, 188)]:
        at = START + int(minute * MINUTE)
        value = level + rise * (1 - math.exp(-max(minute, 0) / 15)) + wobble * math.sin(minute * 7)
        if 12 <= minute < 14:
            made.append(Sample(at, None, "invalid"))
        else:
            made.append(Sample(at, round(value, 1), "questionable" if 20 <= minute < 21 else "valid"))
    return made


def hypertensive_history() -> SessionHistory:
    """A treated hypertensive whose systolic pressure passes 180 at minute 29."""
    at = lambda minute: START + int(minute * MINUTE)  # noqa: E731
    return SessionHistory(
        summary=SessionSummary("s7", "7", "R. T.", "infusion", at(-10), 40, START, demo=True, alarms_high=1),
        baseline=(138, 84, 82),
        phases=[
            PhaseSpan("seated", at(-10), at(-9), "Ana"),
            PhaseSpan("baseline", at(-9), START, "Ana"),
            PhaseSpan("infusion", START, None, "Ana"),
        ],
        cuffs=[cuff(*reading) for reading in READINGS],
        continuous={"hr": samples(82, 24, 1.5), "spo2": samples(97, -0.5, 0.7), "pi": []},
        alarms=[
            AlarmRecord("a1", "sbp_high", "physiological", "raised", "medium", at(16), "SYS 163 ≥ 160"),
            AlarmRecord("a1", "sbp_high", "physiological", "cleared", "medium", at(18), "SYS 158 < 160"),
            AlarmRecord("t1", "probe_off", "technical", "raised", "low", at(12), "SpO₂ probe off"),
            AlarmRecord("a2", "sbp_high", "physiological", "raised", "medium", at(22), "SYS 169 ≥ 160"),
            AlarmRecord(
                "a2",
                "sbp_high",
                "physiological",
                "acknowledged",
                "medium",
                at(22.7),
                "SYS 169 ≥ 160",
                by="Dr. Ruiz",
            ),
            AlarmRecord("a2", "sbp_high", "physiological", "priority", "high", at(29), "SYS 182 ≥ 180"),
        ],
        marks=[
            MarkRecord(at(-10), "Ana", "nurse", "seat", "planned 40 min, two identifiers confirmed"),
            MarkRecord(at(-3), "Ana", "nurse", "confirm_baseline", "138/84, HR 82, 2 readings"),
            MarkRecord(START, "Ana", "nurse", "start", ""),
            MarkRecord(at(23), "Ana", "nurse", "anxiety", "talked to"),
            MarkRecord(at(23.4), "Ana", "nurse", "rate_change", "0.4 mg/kg/h"),
            MarkRecord(at(27), "Ana", "nurse", "dissociation", "", severity=6),
        ],
        limits=[
            LimitSpan(condition, priority, limit, at(-10)) for (condition, priority), limit in LIMITS.items()
        ],
    )


def hypertensive_session() -> Session:
    seated = START - 10 * MINUTE
    return Session(
        id="s7",
        chair="7",
        label="R. T.",
        seated_ms=seated,
        seated_s=seated / 1000,
        seated_by="ana",
        planned_min=40,
        phase_since_ms=START,
        phase_since_s=START / 1000,
        phase=Phase.INFUSION,
        weight_kg=82,
        dose_mg_per_kg=0.5,
        started_ms=START,
        running_since_s=START / 1000,
        baseline=Baseline(138, 84, 82),
    )


@dataclass
class FakeServices:
    """Applies every act at once, by the product's own state machine; each takes 90 s of clinic time."""

    viewing: Viewer = ANA
    now_ms: int = NOW
    turn: int = 1
    settings: Settings = field(
        default_factory=lambda: Settings(
            name="Infusion suite",
            site="demo",
            chairs=tuple(ChairSettings(n, n, simulated=True) for n in ("2", "7", "11")),
            devices=(),
            users=(),
            presets={"default": default_preset()},
            store=Path("nowhere"),
            demo=True,
        )
    )
    known: dict[str, Series] = field(default_factory=dict)
    visits: dict[str, SessionHistory] = field(default_factory=lambda: {"s7": hypertensive_history()})
    seated: dict[str, Session] = field(default_factory=lambda: {"7": hypertensive_session()})
    acts: list[tuple[str, str | None, Act]] = field(default_factory=list)
    compared: list[Comparison] = field(default_factory=list)
    admin: Any = None
    asked_sandbox: list[tuple[dict[str, LimitPreset], int]] = field(default_factory=list)

    def viewer(self) -> Viewer:
        return self.viewing

    def snapshot(self) -> Snapshot | None:
        chairs = [self._chair(chair.id) for chair in self.settings.chairs]
        return Snapshot(self.turn, self.now_ms, "boot", self.settings.name, True, 1.0, chairs)

    async def history(self, session: str, *, samples: int = 1200) -> SessionHistory | None:
        return self.visits.get(session)

    async def series(self, session: str) -> Series | None:
        return self.known.get(session)

    async def sessions(
        self, chair: str | None = None, limit: int = 50, series: str | None = None
    ) -> list[SessionSummary]:
        found = [v.summary for v in self.visits.values() if chair in (None, v.summary.chair)]
        found = [summary for summary in found if series in (None, summary.series)]
        return sorted(found, key=lambda visit: -visit.seated_ms)[:limit]

    async def alarm_history(self, limit: int = 200) -> list[AlarmRecord]:
        records = [
            msgspec.structs.replace(alarm, chair=visit.summary.chair)
            for visit in self.visits.values()
            for alarm in visit.alarms
        ]
        return sorted(records, key=lambda record: -record.at_ms)[:limit]

    async def sandbox(self, presets: Mapping[str, LimitPreset], visits: int) -> list[Comparison]:
        self.asked_sandbox.append((dict(presets), visits))
        return self.compared

    async def act(self, chair: str, session: str | None, act: Act) -> Outcome | None:
        if self.viewing.role not in ACTING_ROLES:
            raise ActRefused("Only nurses and anesthesia staff may act.")
        if self.viewing.locked:
            raise ActRefused("Locked: enter your PIN.")
        self.acts.append((chair, session, act))
        self.turn += 1
        self.now_ms += 90_000
        try:
            self._apply(
                OperatorAction(len(self.acts), self.now_ms, "Ana", self.viewing.role, "", chair, session, act)
            )
        except Refused as refusal:
            return Outcome(len(self.acts), False, str(refusal))
        return Outcome(len(self.acts), True)

    @property
    def _now(self) -> Now:
        return Now(self.now_ms, self.now_ms / 1000)

    def _apply(self, action: OperatorAction) -> None:
        before = self.seated.get(action.chair)
        applied = fold.apply(before, action, self._now, lambda: f"s{action.chair}-{action.seq}")
        preset = self.settings.presets["default"]
        session, moved = patient_limits.change(applied.session, action, preset, self._now)
        visit = self.visits.setdefault(session.id, new_history(session))
        visit.marks.append(
            MarkRecord(
                self.now_ms,
                "Ana",
                "nurse",
                applied.note.what,
                applied.note.text or moved,
                applied.note.severity,
            )
        )
        match action.act:
            case actions.ManualCuff() as given:
                session = self._take(session, visit, given)
            case actions.EnteredInError(key):
                session = fold.without_reading(session, key)
                for point in visit.cuffs:
                    point.in_error = point.in_error or point.key == key
        if before is None or before.phase != session.phase:
            self._turn_phase(visit, session)
        self._keep(visit, session)

    def _take(self, session: Session, visit: SessionHistory, given: actions.ManualCuff) -> Session:
        at = notes.taken_at(given, self._now)
        key = f"m{at.utc_ms}"
        pressure = (given.systolic, given.diastolic)
        visit.cuffs.append(CuffPoint(key, at.utc_ms, *pressure, None, "valid", "Ana", in_error=False))
        return fold.with_reading(session, CuffReading(key, at.utc_ms, *pressure, at_s=at.mono_s))

    def _turn_phase(self, visit: SessionHistory, session: Session) -> None:
        if visit.phases:
            visit.phases[-1] = msgspec.structs.replace(visit.phases[-1], until_ms=self.now_ms)
        if session.phase in OPEN_PHASES:
            visit.phases.append(PhaseSpan(session.phase, self.now_ms, None, "Ana"))

    def _keep(self, visit: SessionHistory, session: Session) -> None:
        open_ = session.phase in OPEN_PHASES
        if open_:
            self.seated[session.chair] = session
        else:
            self.seated.pop(session.chair, None)
        base = session.baseline
        visit.baseline = None if base is None else (base.systolic, base.diastolic, base.heart_rate)
        visit.summary = msgspec.structs.replace(
            visit.summary,
            phase=session.phase,
            started_ms=session.started_ms,
            ended_ms=session.ended_ms,
            left_ms=session.left_ms,
            record=not open_,
        )

    def _chair(self, chair: str) -> ChairView:
        session = self.seated.get(chair)
        if session is None:
            return ChairView(chair, chair, demo=True)
        visit = self.visits[session.id]
        newest = visit.cuffs[-1] if visit.cuffs else None
        return ChairView(
            chair,
            chair,
            demo=True,
            session=view_of(session, visit, self._now),
            hr=NumberView("/min", "PR", 104, "valid", freshness="live", source="Masimo", method="oximeter"),
            spo2=NumberView("%", "SpO₂", 96, "valid", freshness="live", source="Masimo"),
            cuff=None
            if newest is None
            else CuffView(
                newest.systolic,
                newest.diastolic,
                validity="valid",
                freshness="live",
                at_ms=newest.at_ms,
                due_ms=newest.at_ms + 5 * MINUTE,
                source="DINAMAP",
            ),
            trend=visit.cuffs,
            alarms=[OPEN_ALARM] if chair == "7" else [],
            limits=self._limits(session),
            preset="default",
        )

    def _limits(self, session: Session) -> list[LimitLine]:
        held = changes.holding(session.limit_changes)
        judged = conditions_in_force(
            self.settings.presets["default"], session.phase, session.baseline, held
        ).values()
        return [LimitLine(c.name, band.priority, band.limit) for c in judged for band in c.bands]


def new_history(session: Session) -> SessionHistory:
    return SessionHistory(
        summary=SessionSummary(
            session.id,
            session.chair,
            session.label,
            session.phase,
            session.seated_ms,
            session.planned_min,
            demo=True,
        ),
        baseline=None,
        phases=[],
        cuffs=[],
        continuous={},
        alarms=[],
        marks=[],
        limits=[],
    )


def view_of(session: Session, visit: SessionHistory, now: Now) -> SessionView:
    return SessionView(
        session.id,
        session.label,
        session.phase,
        session.seated_ms,
        session.phase_since_ms,
        session.planned_min,
        elapsed_s=elapsed_s(session, now),
        running=session.running_since_s is not None,
        started_ms=session.started_ms,
        ended_ms=session.ended_ms,
        weight_kg=session.weight_kg,
        dose_mg_per_kg=session.dose_mg_per_kg,
        baseline=visit.baseline,
        baseline_readings=len(accepted(session.readings)),
        standby_reason=session.away.reason if session.away else None,
        limit_changes=changes.holding(session.limit_changes),
        standby_until_ms=session.away.until_ms if session.away else None,
        seated_by=session.seated_by,
    )


def seen_by(role: Role, *, locked: bool = False) -> Viewer:
    return replace(ANA, role=role, locked=locked)
