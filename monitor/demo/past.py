"""What happened before the demo began, lived through the real turn, so that its first picture has a past."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import NamedTuple

from devices.model import (
    Arrival,
    CuffResult,
    DeviceEvent,
    DeviceState,
    LinkChange,
    MetricCode,
    Observation,
    Origin,
    RateMethod,
    Validity,
)
from monitor.demo.staff import REASON, STAFF, nurse_of, role_for
from monitor.sessions.actions import (
    Act,
    AssignNurse,
    BeginBaseline,
    ConfirmBaseline,
    End,
    Finish,
    MarkReady,
    OperatorAction,
    Seat,
    Start,
)
from monitor.store.rows import TurnRecord
from monitor.terms import Now
from monitor.turn import TurnMaker
from simulators.history import Past, past
from simulators.scenario import OXIMETRY, ChairPlan, Scenario, Visit

STEP_MS = 5_000
"""How much of the past is judged at once."""
TURN_MS = 30_000
"""How much of it one turn holds: a commit waits for the disk."""
DAY_MS = 86_400_000
EARLIER_STEP_MS = 30_000
EARLIER_TURN_MS = 600_000
"""An earlier infusion is judged in longer steps: the demo is not to wait for it."""
EARLIER_DOSE = 0.5
LEFT_AFTER = Visit("ready", 5.0, 40)
"""An earlier infusion, at the moment when its patient leaves."""


class Known(NamedTuple):
    """A patient who was here before."""

    code: str
    days_ago: tuple[int, ...]


SERIES = {
    "1": Known("R-17", (7, 4)),
    "3": Known("R-22", (4,)),
    "7": Known("R-09", (11, 7)),
}
"""By the chair of the demo on which they sit today."""
SESSION = "past"
"""The senders' run in which the past was measured."""

Values = Mapping[str, float | int | None]


def live(
    scenario: Scenario,
    epoch_ms: int,
    new_maker: Callable[[Now], TurnMaker],
    commit: Callable[[TurnRecord], None],
    *,
    earlier: bool = True,
) -> None:
    """Run the visits that stand at the beginning of the scenario through the turn, up to that moment.

    Before them come the `earlier` infusions of some of these patients.
    """
    series = SERIES if earlier else {}
    for days in sorted({days for known in series.values() for days in known.days_ago}, reverse=True):
        then_ms = epoch_ms - days * DAY_MS
        plans = [_as_it_was(chair, days) for chair in scenario.chairs if days in _days_ago(chair)]
        visits = [_Visit(plan, scenario, then_ms, f"{SESSION}-{days}") for plan in plans]
        _run(visits, then_ms, new_maker, commit, (EARLIER_STEP_MS, EARLIER_TURN_MS))
    visits = [_Visit(chair, scenario, epoch_ms) for chair in scenario.chairs]
    _run(visits, epoch_ms, new_maker, commit, (STEP_MS, TURN_MS))


def _run(
    visits: list[_Visit],
    epoch_ms: int,
    new_maker: Callable[[Now], TurnMaker],
    commit: Callable[[TurnRecord], None],
    pace_ms: tuple[int, int],
) -> None:
    """Live these visits up to a moment, in steps and turns of this length."""
    step_ms, turn_ms = pace_ms
    begins_ms = min(visit.begins_ms for visit in visits)
    begins_ms -= begins_ms % step_ms  # as the devices report, so that whoever acts sees what is live
    maker = new_maker(Now(begins_ms, 0.0))
    for at_ms in range(begins_ms, epoch_ms + step_ms, step_ms):
        now = Now(min(at_ms, epoch_ms), (min(at_ms, epoch_ms) - begins_ms) / 1000)
        arrivals = [arrival for visit in visits for arrival in visit.arrivals(now.utc_ms)]
        actions = [
            OperatorAction(
                0, now.utc_ms, STAFF, role_for(act), "", visit.chair, maker.open_session(visit.chair), act
            )
            for visit in visits
            for act in visit.acts(now.utc_ms)
        ]
        maker.absorb(arrivals, actions, now)
        if (at_ms - begins_ms) % turn_ms == 0 or at_ms >= epoch_ms:
            commit(maker.seal(now))


class _Visit:
    """One chair's past: what its devices said and its staff did."""

    def __init__(self, plan: ChairPlan, scenario: Scenario, epoch_ms: int, session: str = SESSION) -> None:
        self.chair = plan.id
        place = [chair.id for chair in scenario.chairs].index(plan.id)
        acts = list(_acts(plan, epoch_ms, nurse_of(place)))
        self.begins_ms = acts[0][0] if acts else epoch_ms
        self._acts = deque(acts)
        self._arrivals = deque(_arrivals(plan, past(scenario, epoch_ms, plan), self.begins_ms, session))

    def acts(self, until_ms: int) -> Iterator[Act]:
        """Take out what the staff did up to a moment."""
        while self._acts and self._acts[0][0] <= until_ms:
            yield self._acts.popleft()[1]

    def arrivals(self, until_ms: int) -> Iterator[Arrival]:
        """Take out what the devices said up to a moment."""
        while self._arrivals and self._arrivals[0].received_ms <= until_ms:
            yield self._arrivals.popleft()


def _days_ago(chair: ChairPlan) -> tuple[int, ...]:
    return SERIES[chair.id].days_ago if chair.id in SERIES else ()


def _as_it_was(chair: ChairPlan, days: int) -> ChairPlan:
    """The same patient on the same chair so many days ago, from seating to leaving; no two days are alike."""
    if chair.patient is None:
        return chair
    patient = replace(chair.patient, seed=chair.patient.seed + days, dose_mg_per_kg=EARLIER_DOSE)
    return replace(chair, patient=patient, visit=LEFT_AFTER)


def _acts(plan: ChairPlan, epoch_ms: int, nurse: str) -> Iterator[tuple[int, Act]]:
    """What the staff did to bring the visit where it stands, oldest first."""
    if plan.visit is None or plan.patient is None:
        return
    patient = plan.patient
    for phase, at_ms in plan.visit.phases(epoch_ms):
        match phase:
            case "seated":
                yield (
                    at_ms,
                    Seat(
                        label=patient.label,
                        identifiers_confirmed=True,
                        planned_min=plan.visit.planned_min,
                        weight_kg=patient.weight_kg,
                        dose_mg_per_kg=patient.dose_mg_per_kg,
                        series=SERIES[plan.id].code if plan.id in SERIES else "",
                    ),
                )
                yield at_ms, AssignNurse(nurse)
            case "baseline":
                yield at_ms, BeginBaseline()
            case "infusion":
                yield at_ms, ConfirmBaseline()
                yield at_ms, Start(override_reason=REASON)
            case "recovery":
                yield at_ms, End()
            case "ready":
                yield at_ms, MarkReady(assessed=True, escort=True, override_reason=REASON)
    if plan.visit.phase == LEFT_AFTER.phase and plan.visit.minute == LEFT_AFTER.minute:
        yield epoch_ms, Finish(override_reason=REASON)


def _arrivals(plan: ChairPlan, reports: Iterable[Past], begins_ms: int, session: str) -> Iterator[Arrival]:
    """The reports as the devices' own events, each with the identity that its row needs."""
    numbers = count(1)

    def arrival(device: str, at_ms: int, event: DeviceEvent) -> Arrival:
        return Arrival(device, event, at_ms, at_ms, Origin.DEMO, session, next(numbers))

    for device in plan.devices:
        yield arrival(device.id, begins_ms, LinkChange(DeviceState.CONNECTED))
    for at_ms, what, values in reports:
        measuring = plan.measuring(what)
        if measuring is not None:
            for event in _oximetry(values) if what == OXIMETRY else [_cuff(values)]:
                yield arrival(measuring.id, at_ms, event)


def _oximetry(values: Values) -> list[Observation]:
    return [
        Observation(MetricCode.PULSE_RATE, values["hr"], Validity.VALID, method=RateMethod.OXIMETER),
        Observation(MetricCode.SPO2, values["spo2"], Validity.VALID),
        Observation(MetricCode.PERFUSION_INDEX, values["pi"], Validity.VALID),
    ]


def _cuff(values: Values) -> CuffResult:
    failed = values["systolic"] is None
    return CuffResult(
        values["systolic"],
        values["diastolic"],
        values["mean"],
        values["pulse_rate"],
        Validity.INVALID if failed else Validity.VALID,
        flags=("nibp_failed",) if failed else (),
        status="failed" if failed else "ok",
    )
