"""Operators, devices and time in any order, through real turns on two chairs; one of the monitors restarts.

Two monitors are told the same. One never stops; the other writes a journal, is killed and goes on from it.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlalchemy import func, select

from devices.model import (
    Arrival,
    CuffPhase,
    CuffResult,
    CuffState,
    DeviceEvent,
    DeviceState,
    LinkChange,
    MetricCode,
    Observation,
    Origin,
    RateMethod,
    Validity,
)
from monitor.config import Settings
from monitor.sessions import actions
from monitor.sessions.actions import Act, OperatorAction
from monitor.store import files, schema
from monitor.store.journal import Journal, Recovery
from monitor.store.prepare import prepare
from monitor.store.rows import AlarmRow
from monitor.store.snapshot import AlarmView, ChairView
from monitor.terms import Now, Priority, Role
from monitor.turn.maker import TurnMaker
from monitor.turn.moments import DRIFT_MS
from tests.monitor.turn.anything import (
    CHAIRS,
    chairs,
    plain_acts,
    pressures,
    quiet_acts,
    rates,
    saturations,
    seconds,
    validities,
)
from tests.monitor.turn.clinic import BEGIN_MS, MONITOR, OXIMETER, settings

PERIODS = {f"{kind}-{n}": gives for n in CHAIRS for kind, gives in (("oxi", OXIMETER), ("mon", MONITOR))}
USERS = {"nina": Role.NURSE, "leo": Role.NURSE, "ruiz": Role.ANESTHESIA, "adam": Role.ADMIN}
HOLDS_S = {"high": 180.0, "medium": 600.0, "low": 1800.0, "advisory": 1800.0}
"""How long an acknowledgement lasts, by the priority that was acknowledged."""
PAUSE_S = 120.0
WORSE = 10.0
RANK = {priority.value: priority.rank for priority in Priority}
HIGH_PRESSURES = ("sbp_high", "dbp_high", "map_high")


class Quieted(NamedTuple):
    """One alarm as it stood when somebody quieted it."""

    at_s: float
    priority: str
    value: float | None
    unconfirmed: bool
    role: Role


@cache
def empty_store() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="chairside-machine-"))
    prepare(folder)
    return folder


def comparable(chair: ChairView) -> dict[str, Any]:
    """What a restart must not change: all but the memory of numbers that are gone, and details of devices."""
    told = msgspec.to_builtins(chair)
    for shown in (told.get("audio_paused"), told["cuff"], *told.get("alarms", ())):
        for moment in ("until_ms", "repeat_ms", "escalates_ms"):
            if shown is not None:
                shown.pop(moment, None)
    told["devices"] = [(device.id, device.state) for device in chair.devices]
    if chair.session is None:
        told["cuff"] = told["trend"] = None
    for name in ("hr", "spo2", "pi"):
        number = getattr(chair, name)
        if number is not None and number.value is None:
            told[name] = None
    return told


def counted_down(chair: ChairView) -> list[int]:
    """The moments ahead, each of which is shown anew only where it has moved by more than `DRIFT_MS`."""
    moments = [alarm.escalates_ms for alarm in chair.alarms]
    moments.append(None if chair.audio_paused is None else chair.audio_paused.until_ms)
    moments.append(None if chair.cuff is None else chair.cuff.repeat_ms)
    return [moment or 0 for moment in moments]


def cuffs_may_be_started(shipped: Settings) -> Settings:
    """Every monitor's cuff, by staff and by the rule."""
    devices = tuple(replace(device, allow_cuff=device.kind == "dinamap") for device in shipped.devices)
    preset = shipped.presets["default"]
    rule = replace(preset.pressure_rule, start_repeats=True)
    return replace(shipped, devices=devices, presets={"default": replace(preset, pressure_rule=rule)})


class ClinicMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="chairside-machine-"))
        shutil.copytree(empty_store(), self.folder, dirs_exist_ok=True)
        self.settings = cuffs_may_be_started(settings(self.folder))
        self.now = Now(BEGIN_MS, 100.0)
        self.seqs, self.acts_done = itertools.count(1), itertools.count(1)
        self.ids = [itertools.count(1), itertools.count(1)]
        self.maker = self.made(0, Recovery())
        self.open_journal()
        self.links = dict.fromkeys(PERIODS, DeviceState.CONNECTED)
        self.said: dict[tuple[str, MetricCode], Observation] = {}
        self.kept: Counter[str] = Counter()
        self.standing: dict[str, AlarmRow] = {}
        self.escalated: set[str] = set()
        self.acknowledged: dict[str, Quieted] = {}
        self.paused: dict[str, dict[str, Quieted]] = {chair: {} for chair in CHAIRS}
        self.phases: dict[str, tuple[str, str]] = {}
        self.views: dict[str, ChairView] = {}
        self.waiting: list[Arrival] = []

    def made(self, side: int, recovery: Recovery) -> TurnMaker:
        ids = self.ids[side]
        return TurnMaker(
            self.settings, PERIODS, recovery, self.now, boot=f"boot-{side}", new_id=lambda: f"id{next(ids)}"
        )

    def open_journal(self) -> None:
        self.journal = Journal.open(self.folder)
        self.journal._connection.exec_driver_sql("PRAGMA synchronous=OFF")
        self.twin = self.made(1, self.journal.recover())

    def teardown(self) -> None:
        try:
            with files.transaction(self.journal._connection, write=False):
                for table in (schema.observation, schema.cuff):
                    query = select(func.count()).select_from(table)
                    found = self.journal._connection.execute(query).scalar_one()
                    assert found == self.kept[table.name], "every value is in the journal once"
        finally:
            self.journal.close()
            shutil.rmtree(self.folder)

    # -- what happens ------------------------------------------------------------------------------------

    @initialize(infusing=st.sampled_from(["", "1", "2", "12"]))
    def begin(self, infusing: str) -> None:
        for device, state in self.links.items():
            self.say(device, LinkChange(state))
        self.speak()
        self.turn()
        for chair in infusing:
            self.acts(chair, actions.Seat("JD", True))
            self.acts(chair, actions.BeginBaseline())
            for _ in range(2):
                self.pass_time(62.0)
                self.speak()
                self.cuff(chair, 121, 75, Validity.VALID)
                self.turn()
            self.acts(chair, actions.ConfirmBaseline())
            self.acts(chair, actions.Start(override_reason="asked"), user="ruiz")
            assert self.phase(chair) == "infusion"

    @rule(chair=chairs, spo2=saturations, pulse=rates, ecg=rates, after_s=seconds, times=st.integers(1, 4))
    def stream(
        self, chair: str, spo2: float | None, pulse: float, ecg: float, after_s: float, times: int
    ) -> None:
        for _ in range(times):
            self.pass_time(min(after_s, 5.0))
            self.observe(f"oxi-{chair}", MetricCode.SPO2, spo2)
            self.observe(f"oxi-{chair}", MetricCode.PULSE_RATE, None if spo2 is None else pulse)
            self.observe(f"mon-{chair}", MetricCode.HEART_RATE, ecg)
            self.turn()
        self.assert_that_a_deep_fall_is_high(chair, spo2)

    @rule(chair=chairs, value=saturations, validity=validities, flags=st.sampled_from([(), ("probe_off",)]))
    def doubtful_saturation(
        self, chair: str, value: float | None, validity: Validity, flags: tuple[str, ...]
    ) -> None:
        self.pass_time(1.0)
        if flags:
            value, validity = None, Validity.INVALID
        self.observe(f"oxi-{chair}", MetricCode.SPO2, value, validity, flags)
        self.turn()
        self.assert_that_a_deep_fall_is_high(chair, value)

    @rule(chair=chairs, pair=pressures, validity=validities, after_s=seconds, speak=st.booleans())
    def measure(
        self, chair: str, pair: tuple[int, int], validity: Validity, after_s: float, speak: bool
    ) -> None:
        self.pass_time(after_s)
        if speak:
            self.speak()
        taken = self.cuff(chair, *pair, validity)
        self.turn()
        if taken:
            self.assert_that_a_high_pressure_shows(chair, *pair)

    @rule(chair=chairs, state=st.sampled_from(CuffPhase), failed=st.booleans())
    def cuff_runs(self, chair: str, state: CuffPhase, failed: bool) -> None:
        self.pass_time(1.0)
        if self.links[f"mon-{chair}"] is DeviceState.CONNECTED:
            self.say(f"mon-{chair}", CuffState(state))
            if failed:
                event = CuffResult(None, None, None, None, Validity.INVALID, flags=("nibp_failed",))
                self.say(f"mon-{chair}", event)
        self.turn()

    @rule(device=st.sampled_from(sorted(PERIODS)), state=st.sampled_from(DeviceState), after_s=seconds)
    def link(self, device: str, state: DeviceState, after_s: float) -> None:
        self.pass_time(after_s)
        self.links[device] = state
        self.say(device, LinkChange(state))
        self.turn()

    @rule(after_s=seconds, speak=st.booleans())
    def wait(self, after_s: float, speak: bool) -> None:
        self.pass_time(after_s)
        if speak:
            self.speak()
        self.turn()

    @rule(
        chair=chairs, act=plain_acts | quiet_acts, user=st.sampled_from(sorted(USERS)), lost=st.integers(0, 9)
    )
    def act(self, chair: str, act: Act, user: str, lost: int) -> None:
        self.acts(chair, act, user, session="another" if lost == 0 else None)

    @precondition(lambda self: any(view.alarms for view in self.views.values()))
    @rule(
        data=st.data(),
        kind=st.sampled_from([actions.Acknowledge, actions.Accept, actions.Reject, actions.TakeOver]),
        user=st.sampled_from(sorted(USERS)),
        after_s=st.sampled_from([0.0, 0.0, 0.0, 61.0]),
        seen=st.sampled_from(["as shown", "as shown", "as shown", *Priority]),
    )
    def answer(self, data: st.DataObject, kind: Any, user: str, after_s: float, seen: str) -> None:
        chair = data.draw(st.sampled_from([c for c in CHAIRS if self.views[c].alarms]))
        alarm = data.draw(st.sampled_from(self.views[chair].alarms))
        priority = alarm.priority if seen == "as shown" else str(seen)
        given: list[Any] = [alarm.id, priority, "not me"]
        act = kind(*given[: len(kind.__struct_fields__)])
        if after_s:
            self.pass_time(after_s)
        self.acts(chair, act, user)

    @rule(chair=chairs, user=st.sampled_from(["nina", "ruiz"]))
    def quiet(self, chair: str, user: str) -> None:
        self.acts(chair, actions.PauseAudio(), user)

    @precondition(lambda self: any(view.trend for view in self.views.values()))
    @rule(data=st.data(), user=st.sampled_from(["nina", "ruiz"]))
    def strike(self, data: st.DataObject, user: str) -> None:
        chair = data.draw(st.sampled_from([c for c in CHAIRS if self.views[c].trend]))
        point = data.draw(st.sampled_from(self.views[chair].trend[-2:]))
        self.acts(chair, actions.EnteredInError(point.key, "typo"), user)

    @rule(
        by_s=st.sampled_from([-600.0, -90.0, -6.0, 6.0, 90.0, 600.0]),
        after_s=st.sampled_from([0.5, 1.0, 40.0]),
    )
    def set_the_clock(self, by_s: float, after_s: float) -> None:
        before = {alarm.id: alarm.since_ms for view in self.views.values() for alarm in view.alarms}
        ranks = {alarm.id: alarm.priority for view in self.views.values() for alarm in view.alarms}
        self.pass_time(after_s)
        self.now = self.now._replace(utc_ms=self.now.utc_ms + round(by_s * 1000))
        self.turn()
        for view in self.views.values():
            if view.session is not None:
                assert "clock_step" in {alarm.condition for alarm in view.alarms}
            for alarm in view.alarms:
                if alarm.id in before and ranks[alarm.id] != "advisory" and alarm.condition != "clock_step":
                    assert alarm.since_ms == before[alarm.id], "an alarm's age begins anew"

    @rule(away_s=st.sampled_from([0.5, 2.0, 11.0, 70.0]))
    def restart(self, away_s: float) -> None:
        """Kill one of the two; then both hear the devices as they are."""
        connected = all(state is DeviceState.CONNECTED for state in self.links.values())
        self.pass_time(away_s if connected else max(away_s, 11.0))
        self.journal.close()
        self.open_journal()
        for device, state in self.links.items():
            self.say(device, LinkChange(state))
        self.speak()
        self.turn()

    # -- how it happens ----------------------------------------------------------------------------------

    def pass_time(self, passed_s: float) -> None:
        self.now = Now(self.now.utc_ms + round(passed_s * 1000), self.now.mono_s + passed_s)

    def say(self, device: str, event: DeviceEvent) -> None:
        self.waiting.append(
            Arrival(
                device, event, self.now.utc_ms, self.now.utc_ms, Origin.REAL, "run", next(self.seqs), True
            )
        )

    def observe(
        self,
        device: str,
        metric: MetricCode,
        value: float | None,
        validity: Validity = Validity.VALID,
        flags: tuple[str, ...] = (),
    ) -> None:
        if self.links[device] is not DeviceState.CONNECTED:
            return
        method = {MetricCode.PULSE_RATE: RateMethod.OXIMETER, MetricCode.HEART_RATE: RateMethod.ECG}.get(
            metric
        )
        event = Observation(
            metric, value, Validity.INVALID if value is None else validity, flags, method=method
        )
        self.said[device, metric] = event
        self.say(device, event)
        self.kept["observation"] += 1

    def speak(self) -> None:
        """Every device that is there repeats what it said last."""
        for chair in CHAIRS:
            for device, metric, calm in (
                (f"mon-{chair}", MetricCode.HEART_RATE, 70.0),
                (f"oxi-{chair}", MetricCode.SPO2, 98.0),
                (f"oxi-{chair}", MetricCode.PULSE_RATE, 70.0),
                (f"oxi-{chair}", MetricCode.PERFUSION_INDEX, 2.0),
            ):
                last = self.said.get((device, metric))
                if last is None:
                    self.observe(device, metric, calm)
                else:
                    self.observe(device, metric, last.value, last.validity, last.flags)

    def cuff(self, chair: str, systolic: int, diastolic: int, validity: Validity) -> bool:
        """A result; return whether it is a new one that can be a pressure."""
        if self.links[f"mon-{chair}"] is not DeviceState.CONNECTED:
            return False
        self.say(f"mon-{chair}", CuffResult(systolic, diastolic, None, 71, validity))
        return True

    def turn(self, *acts: OperatorAction) -> list[str]:
        """One turn of both monitors; return why acts were refused, empty where they were not."""
        arrivals, self.waiting = self.waiting, []
        before_s, before = getattr(self, "turned_s", None), self.views
        record = self.maker.step(arrivals, acts, self.now)
        other = self.twin.step(arrivals, acts, self.now)
        self.journal.commit(other)
        self.kept["cuff"] += len(other.rows.cuffs)
        for mine, its in zip(record.snapshot.chairs, other.snapshot.chairs, strict=True):
            assert comparable(its) == comparable(mine), "a restart made a difference"
            moments = zip(counted_down(its), counted_down(mine), strict=True)
            assert all(abs(a - b) <= DRIFT_MS for a, b in moments), "a restart made a difference"
        for name in ("alarms", "outcomes", "phases", "marks", "limits", "visits", "deliveries", "orders"):
            assert getattr(other.rows, name) == getattr(record.rows, name), "a restart made a difference"
        self.views = {view.id: view for view in record.snapshot.chairs}
        self.turned_s = self.now.mono_s
        for row in record.rows.alarms:
            self.told(row)
        for visit in record.rows.visits:
            self.phases[visit.id] = (visit.chair, visit.phase)
        refused = [outcome.message for outcome in record.rows.outcomes if not outcome.accepted]
        if acts and not refused:
            self.remember(acts[0], before)
        if acts and refused and before_s == self.now.mono_s and before:
            assert [comparable(view) for view in self.views.values()] == [
                comparable(view) for view in before.values()
            ], "a refused act changed something"
            assert not any(
                getattr(record.rows, name)
                for name in ("alarms", "phases", "marks", "limits", "visits", "cuffs")
            )
        if not acts and before_s is not None:
            self.assert_that_the_infusion_clock_runs(before, self.now.mono_s - before_s)
        self.check()
        return refused

    def acts(self, chair: str, act: Act, user: str = "nina", session: str | None = None) -> list[str]:
        action = OperatorAction(
            seq=next(self.acts_done),
            at_ms=self.now.utc_ms,
            user=user,
            role=USERS[user],
            station="desk",
            chair=chair,
            session=session or self.maker.open_session(chair),
            act=act,
        )
        return self.turn(action)

    # -- what is remembered of it --------------------------------------------------------------------------

    def told(self, row: AlarmRow) -> None:
        if row.change == "escalated":
            self.escalated.add(row.occurrence)
        if row.presence == "off":
            self.standing.pop(row.occurrence, None)
        elif row.change not in ("escalated", "rejected", "accepted") or row.occurrence in self.standing:
            self.standing[row.occurrence] = row

    def remember(self, action: OperatorAction, before: dict[str, ChairView]) -> None:
        assert action.role in (Role.NURSE, Role.ANESTHESIA)
        view = before.get(action.chair)
        known = {alarm.id: alarm for alarm in view.alarms} if view is not None else {}

        def quieted(alarm: AlarmView) -> Quieted:
            return Quieted(
                self.now.mono_s, alarm.priority, alarm.value, "unconfirmed" in alarm.text, action.role
            )

        match action.act:
            case actions.Acknowledge(occurrence=id_) | actions.Accept(occurrence=id_) | actions.TakeOver(id_):
                self.acknowledged[id_] = quieted(known[id_])
            case actions.PauseAudio():
                sounding = [alarm for alarm in known.values() if alarm.presence != "acknowledged"]
                self.paused[action.chair] = {alarm.id: quieted(alarm) for alarm in sounding}
            case actions.ResumeAudio():
                self.paused[action.chair] = {}
            case actions.Seat():
                self.assert_that_nothing_is_carried_over(action.chair)
            case actions.ChangeLimit() | actions.ResetLimits():
                assert action.role is Role.ANESTHESIA

    def phase(self, chair: str) -> str | None:
        session = self.views[chair].session
        return None if session is None else session.phase

    # -- what must hold ------------------------------------------------------------------------------------

    def check(self) -> None:
        shown = {a.id: (a.condition, a.priority, a.presence) for v in self.views.values() for a in v.alarms}
        journal = {id_: (row.condition, row.priority, row.presence) for id_, row in self.standing.items()}
        assert shown == journal, "what is open is shown, and what is shown is in the record"
        for chair, view in self.views.items():
            conditions = [alarm.condition for alarm in view.alarms]
            assert view.session is not None or not conditions
            assert all(off.holds != "high" for off in view.off)
            for alarm in view.alarms:
                assert not alarm.outside or alarm.id in self.escalated, (
                    "outside called, and not in the record"
                )
                if RANK[alarm.priority] >= RANK["medium"]:
                    self.assert_that_it_is_heard_or_somebody_quieted_it(chair, alarm)
        opened = Counter(chair for chair, phase in self.phases.values() if phase not in ("left", "aborted"))
        assert all(count <= 1 for count in opened.values()), "two visits on one chair"

    def assert_that_it_is_heard_or_somebody_quieted_it(self, chair: str, alarm: AlarmView) -> None:
        if alarm.presence == "acknowledged":
            quieted = self.acknowledged[alarm.id]
            assert self.now.mono_s < quieted.at_s + HOLDS_S[quieted.priority]
            if alarm.priority == "high" and alarm.condition in HIGH_PRESSURES and quieted.role is Role.NURSE:
                assert "anesthesia" in alarm.calls
        elif alarm.paused:
            quieted = self.paused[chair][alarm.id]
            assert self.now.mono_s < quieted.at_s + PAUSE_S
        else:
            assert alarm.audible
            return
        assert RANK[alarm.priority] <= RANK[quieted.priority]
        if alarm.priority == quieted.priority:
            assert not quieted.unconfirmed or "unconfirmed" in alarm.text, "a confirmation is hidden"
        if alarm.condition.startswith(("sbp", "dbp", "map")) and None not in (alarm.value, quieted.value):
            rise = alarm.value - quieted.value
            assert (rise if alarm.condition.endswith("high") else -rise) < WORSE, "something worse is hidden"

    def assert_that_a_deep_fall_is_high(self, chair: str, spo2: float | None) -> None:
        if spo2 is None or spo2 >= 80 or self.views[chair].session is None:
            return
        if self.links[f"oxi-{chair}"] is DeviceState.CONNECTED:
            found = {alarm.condition: alarm.priority for alarm in self.views[chair].alarms}
            assert found.get("spo2_low") == "high"

    def assert_that_a_high_pressure_shows(self, chair: str, systolic: int, diastolic: int) -> None:
        view = self.views[chair]
        if view.session is None or view.cuff is None or view.cuff.at_ms != self.now.utc_ms:
            return
        limits = {(line.condition, line.priority): line.limit for line in view.limits}
        found = {alarm.condition: alarm.priority for alarm in view.alarms}
        for condition, value, at_once in (("sbp_high", systolic, 200), ("dbp_high", diastolic, 120)):
            if value >= limits[condition, "high"]:
                assert condition in found, "what passed the high limit is shown, whatever is off"
            if value >= at_once:
                assert found[condition] == "high"

    def assert_that_nothing_is_carried_over(self, chair: str) -> None:
        view = self.views[chair]
        assert view.session is not None
        assert (view.session.limit_changes, view.off, view.audio_paused, view.trend) == ((), [], None, [])
        limits = {(line.condition, line.priority): line.limit for line in view.limits}
        shipped = {
            (f"{vital}_{side}", priority.value): band.limit
            for side in ("high", "low")
            for vital, group in getattr(self.settings.presets["default"], side).items()
            for priority, band in group.bands.items()
            if band.limit is not None
        }
        assert limits == shipped

    def assert_that_the_infusion_clock_runs(self, before: dict[str, ChairView], passed_s: float) -> None:
        for chair, view in self.views.items():
            was = before[chair].session if chair in before else None
            if was is None or view.session is None or was.id != view.session.id:
                continue
            expected = was.elapsed_s + (passed_s if was.running else 0.0)
            assert abs(view.session.elapsed_s - expected) < 0.01


# An example is forty rules, and each is turns of two monitors and a commit.
EXAMPLES = hypothesis_settings().max_examples // 3
ClinicMachine.TestCase.settings = hypothesis_settings(
    max_examples=EXAMPLES, stateful_step_count=40, deadline=None
)
TestClinic = ClinicMachine.TestCase
