"""Services in memory: a clinic of three chairs, one of them in the middle of a hypertensive infusion."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from statistics import median

import msgspec

from monitor.config import ChairSettings, Settings
from monitor.dashboard.services import ActRefused, Viewer
from monitor.sessions import actions
from monitor.sessions.actions import Act, Outcome
from monitor.store.history import (
    AlarmRecord,
    LimitSpan,
    MarkRecord,
    PhaseSpan,
    Sample,
    SessionHistory,
    SessionSummary,
)
from monitor.store.snapshot import ChairView, CuffPoint, SessionView, Snapshot
from monitor.terms import ACTING_ROLES, Phase, Role

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
            MarkRecord(at(-10), "Ana", "nurse", "seat", "Seated, two identifiers"),
            MarkRecord(at(-3), "Ana", "nurse", "confirm_baseline", "Baseline 138/84 confirmed"),
            MarkRecord(START, "Ana", "nurse", "start", "Infusion started"),
            MarkRecord(at(23), "Ana", "nurse", "anxiety", "talked to"),
            MarkRecord(at(23.4), "Ana", "nurse", "rate_change", "0.4 mg/kg/h"),
            MarkRecord(at(27), "Ana", "nurse", "dissociation", "", severity=6),
        ],
        limits=[
            LimitSpan(condition, priority, limit, at(-10)) for (condition, priority), limit in LIMITS.items()
        ],
    )


def view_of(history: SessionHistory, now_ms: int) -> SessionView:
    visit = history.summary
    return SessionView(
        visit.id,
        visit.label,
        visit.phase,
        visit.seated_ms,
        history.phases[-1].from_ms,
        visit.planned_min,
        started_ms=visit.started_ms,
        ended_ms=visit.ended_ms,
        baseline=history.baseline,
        baseline_readings=sum(not point.in_error for point in history.cuffs),
    )


@dataclass
class FakeServices:
    """Applies every act to its own histories at once; each act takes a minute and a half of clinic time."""

    viewing: Viewer = ANA
    now_ms: int = NOW
    settings: Settings = field(
        default_factory=lambda: Settings(
            name="Infusion suite",
            site="demo",
            chairs=tuple(ChairSettings(n, n, simulated=True) for n in ("2", "7", "11")),
            devices=(),
            users=(),
            presets={},
            store=None,  # type: ignore[arg-type]
            demo=True,
        )
    )
    visits: dict[str, SessionHistory] = field(default_factory=lambda: {"s7": hypertensive_history()})
    acts: list[tuple[str, str | None, Act]] = field(default_factory=list)
    standby_until: dict[str, int] = field(default_factory=dict)

    def viewer(self) -> Viewer:
        return self.viewing

    def snapshot(self) -> Snapshot | None:
        chairs = [self._chair(chair.id) for chair in self.settings.chairs]
        return Snapshot(len(self.acts) + 1, self.now_ms, "boot", self.settings.name, True, 1.0, chairs)

    async def history(self, session: str, *, samples: int = 1200) -> SessionHistory | None:
        return self.visits.get(session)

    async def sessions(self, chair: str | None = None, limit: int = 50) -> list[SessionSummary]:
        found = [v.summary for v in self.visits.values() if chair in (None, v.summary.chair)]
        return sorted(found, key=lambda visit: -visit.seated_ms)[:limit]

    async def alarm_history(self, limit: int = 200) -> list[AlarmRecord]:
        records = [
            msgspec.structs.replace(alarm, chair=visit.summary.chair)
            for visit in self.visits.values()
            for alarm in visit.alarms
        ]
        return sorted(records, key=lambda record: -record.at_ms)[:limit]

    async def act(self, chair: str, session: str | None, act: Act) -> Outcome:
        if self.viewing.role not in ACTING_ROLES:
            raise ActRefused("Only nurses and anesthesia staff may act.")
        if self.viewing.locked:
            raise ActRefused("Locked: enter your PIN.")
        self.acts.append((chair, session, act))
        self.now_ms += 90_000
        current = self._open(chair)
        if session != (current.summary.id if current else None):
            return Outcome(len(self.acts), False, f"Chair {chair} has another visit now.")
        message = self._apply(chair, current, act)
        return Outcome(len(self.acts), message == "", message)

    def _open(self, chair: str) -> SessionHistory | None:
        return next(
            (v for v in self.visits.values() if v.summary.chair == chair and v.summary.left_ms is None), None
        )

    def _chair(self, chair: str) -> ChairView:
        visit = self._open(chair)
        if visit is None:
            return ChairView(chair, chair, demo=True)
        view = view_of(visit, self.now_ms)
        view.standby_until_ms = self.standby_until.get(chair)
        return ChairView(chair, chair, demo=True, session=view, trend=visit.cuffs)

    def _apply(self, chair: str, visit: SessionHistory | None, act: Act) -> str:
        match act:
            case actions.Seat():
                self._seat(chair, act)
                return ""
            case _ if visit is None:
                return "Nobody is seated here."
            case actions.ConfirmBaseline():
                good = [point for point in visit.cuffs if not point.in_error]
                if len(good) < 2:
                    return f"A baseline needs two accepted readings, got {len(good)}."
                visit.baseline = (median(p.systolic for p in good), median(p.diastolic for p in good), None)
            case actions.ManualCuff():
                at = self.now_ms - act.minutes_ago * MINUTE
                point = CuffPoint(
                    f"m{at}", at, act.systolic, act.diastolic, None, "valid", "Ana", in_error=False
                )
                visit.cuffs.append(point)
            case actions.EnteredInError():
                for point in visit.cuffs:
                    point.in_error = point.in_error or point.key == act.cuff
            case actions.Standby():
                self.standby_until[chair] = self.now_ms + act.minutes * MINUTE
            case actions.EndStandby():
                self.standby_until.pop(chair, None)
            case actions.Mark():
                mark = MarkRecord(self.now_ms, "Ana", "nurse", act.event, act.note or act.event, act.severity)
                visit.marks.append(mark)
                return ""
            case _:
                self._step(visit, act)
        tag = type(act).__struct_config__.tag
        visit.marks.append(MarkRecord(self.now_ms, "Ana", "nurse", str(tag), str(tag)))
        return ""

    def _seat(self, chair: str, act: actions.Seat) -> None:
        name = f"s{chair}-{len(self.acts)}"
        self.visits[name] = SessionHistory(
            summary=SessionSummary(name, chair, act.label, "seated", self.now_ms, act.planned_min, demo=True),
            baseline=None,
            phases=[PhaseSpan("seated", self.now_ms, None, "Ana")],
            cuffs=[],
            continuous={},
            alarms=[],
            marks=[MarkRecord(self.now_ms, "Ana", "nurse", "seat", "Seated")],
            limits=[],
        )

    def _step(self, visit: SessionHistory, act: Act) -> None:
        steps = {
            actions.BeginBaseline: Phase.BASELINE,
            actions.Start: Phase.INFUSION,
            actions.Resume: Phase.INFUSION,
            actions.Pause: Phase.PAUSED,
            actions.End: Phase.RECOVERY,
            actions.MarkReady: Phase.READY,
            actions.Finish: Phase.LEFT,
            actions.Abort: Phase.ABORTED,
        }
        phase = steps[type(act)]
        change: dict[str, object] = {"phase": phase.value}
        if isinstance(act, actions.Start):
            change["started_ms"] = self.now_ms
        if isinstance(act, actions.End):
            change["ended_ms"] = self.now_ms
        if phase in (Phase.LEFT, Phase.ABORTED):
            change |= {"left_ms": self.now_ms, "record": True}
        visit.summary = msgspec.structs.replace(visit.summary, **change)
        visit.phases[-1] = msgspec.structs.replace(visit.phases[-1], until_ms=self.now_ms)
        visit.phases.append(PhaseSpan(phase.value, self.now_ms, None, "Ana"))


def as_(role: Role, *, locked: bool = False) -> Viewer:
    return replace(ANA, role=role, locked=locked)
