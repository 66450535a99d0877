"""Any operators doing anything in any order: what must hold of a visit all the same."""

from __future__ import annotations

from itertools import count, pairwise

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from monitor.sessions import actions, fold
from monitor.sessions.actions import MARK_EVENTS, OperatorAction
from monitor.sessions.baseline import APART_S, accepted
from monitor.sessions.refused import Refused
from monitor.sessions.session import CuffReading, Session, elapsed_s
from monitor.sessions.transitions import next_phase
from monitor.terms import ACTING_ROLES, OPEN_PHASES, Now, Phase, Priority, Role

reasons = st.sampled_from(["", "  ", "bathroom", "line check", "x" * 501])
acts = st.one_of(
    st.builds(
        actions.Seat,
        label=st.sampled_from(["", "JD", "   ", "a label that is too long", "J\nD"]),
        identifiers_confirmed=st.booleans(),
        planned_min=st.integers(39, 61),
        series=st.sampled_from(["", "R-17", "name with spaces", "x" * 21]),
        weight_kg=st.sampled_from([None, 70.0, 0.0, 900.0]),
        dose_mg_per_kg=st.sampled_from([None, 0.5, 50.0]),
    ),
    st.builds(actions.BeginBaseline),
    st.builds(actions.ConfirmBaseline),
    st.builds(actions.Start, without_baseline=st.booleans()),
    st.builds(actions.Pause, reason=reasons),
    st.builds(actions.Resume),
    st.builds(actions.Extend, minutes=st.integers(-1, 31), reason=reasons),
    st.builds(actions.End, reason=reasons),
    st.builds(actions.MarkReady),
    st.builds(actions.Finish),
    st.builds(actions.Abort, reason=reasons),
    st.builds(actions.Standby, reason=reasons, minutes=st.integers(-1, 31)),
    st.builds(actions.EndStandby),
    st.builds(
        actions.ManualCuff,
        systolic=st.sampled_from([120.0, 70.0, 0.0, 400.0]),
        diastolic=st.sampled_from([75.0, 0.0]),
        minutes_ago=st.integers(-1, 61),
    ),
    st.builds(actions.EnteredInError, cuff=st.sampled_from(["0", "1", "2", "3", "4"])),
    st.builds(
        actions.Mark,
        event=st.sampled_from([*MARK_EVENTS, "hiccups"]),
        severity=st.sampled_from([None, 0, 11]),
    ),
    st.builds(
        actions.ChangeLimit, condition=st.just("sbp_high"), priority=st.just(Priority.HIGH), reason=reasons
    ),
    st.builds(actions.ResetLimits),
    st.builds(actions.Acknowledge, occurrence=st.just("o1"), priority=st.just("high")),
)


class Visits(RuleBasedStateMachine):
    """One chair, through the fold only."""

    def __init__(self) -> None:
        super().__init__()
        self.now = Now(1_770_000_000_000, 0.0)
        self.session: Session | None = None
        self.ids = count()
        self.keys = count()
        self.infused = 0.0
        self.said = "."
        self.clock_was_set = False

    @rule(act=acts, role=st.sampled_from(Role), stale=st.booleans())
    def act(self, act: actions.Act, role: Role, stale: bool) -> None:
        seen = None if self.session is None else self.session.id
        seen = "another" if stale else seen
        action = OperatorAction(1, self.now.utc_ms, "nina", role, "desk", "1", seen, act)
        before = self.session
        found = None if before is None else before.phase
        try:
            applied = fold.apply(before, action, self.now, lambda: str(next(self.ids)))
        except Refused as refusal:
            self.said = str(refusal)
            return
        assert role in ACTING_ROLES
        assert not stale
        assert applied.session.phase is next_phase(found, type(act))
        if isinstance(act, actions.Seat):
            assert before is None, "a chair is seated again before its patient has left"
        else:
            assert before is not None
            assert applied.session.id == before.id, "a second visit on one chair"
        if before is None:
            self.infused = 0.0
        self.session = applied.session if applied.session.phase in OPEN_PHASES else None

    @rule(seconds=st.sampled_from([1, 59, 60, 300]))
    def time_passes(self, seconds: int) -> None:
        if self.session is not None and self.session.phase is Phase.INFUSION:
            self.infused += seconds
        self.now = Now(self.now.utc_ms + seconds * 1000, self.now.mono_s + seconds)

    @rule(seconds=st.integers(-7200, 7200))
    def the_wall_clock_is_set(self, seconds: int) -> None:
        self.now = Now(self.now.utc_ms + seconds * 1000, self.now.mono_s)
        self.clock_was_set = True

    @rule(systolic=st.integers(90, 190))
    def cuff(self, systolic: int) -> None:
        if self.session is not None:
            reading = CuffReading(
                str(next(self.keys)), self.now.utc_ms, systolic, 70.0, 72.0, self.now.mono_s
            )
            self.session = fold.with_reading(self.session, reading)

    @rule(valid=st.booleans())
    def watch(self, valid: bool) -> None:
        if self.session is not None:
            self.session = fold.watch(self.session, valid=valid, now=self.now)

    @invariant()
    def a_refusal_is_a_sentence(self) -> None:
        assert self.said.endswith(".")

    @invariant()
    def the_infusion_clock_counts_infusion_only(self) -> None:
        if self.session is not None:
            assert abs(elapsed_s(self.session, self.now) - self.infused) < 1e-6
            assert (self.session.running_since_s is not None) == (self.session.phase is Phase.INFUSION)

    @invariant()
    def its_stretches_add_up_to_the_infusion(self) -> None:
        if self.session is not None and not self.clock_was_set:
            ran = sum(until - since for since, until in self.session.ran)
            assert abs(ran / 1000 - self.session.infused_s) < 1e-6

    @invariant()
    def a_plan_stays_within_its_bounds(self) -> None:
        if self.session is not None:
            first = self.session.planned_min - self.session.extended_min
            assert 40 <= first <= 60
            assert first <= self.session.planned_min <= fold.LONGEST_MIN

    @invariant()
    def accepted_readings_are_a_minute_apart(self) -> None:
        if self.session is not None:
            times = [reading.order_s for reading in accepted(self.session.readings)]
            assert all(later - earlier >= APART_S for earlier, later in pairwise(times))

    @invariant()
    def a_baseline_rests_on_two_readings(self) -> None:
        if self.session is not None and self.session.baseline is not None:
            assert self.session.baseline.readings >= 2

    @invariant()
    def a_visit_survives_being_stored(self) -> None:
        if self.session is not None:
            stored = msgspec.msgpack.encode(self.session)
            assert msgspec.msgpack.decode(stored, type=Session) == self.session


TestVisits = Visits.TestCase
TestVisits.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
