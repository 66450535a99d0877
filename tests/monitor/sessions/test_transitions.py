"""The table of the visit: total, and saying what the issue of a visit says."""

from __future__ import annotations

from typing import get_args

from monitor.sessions.actions import Abort, Act, End, Finish, Seat, Start
from monitor.sessions.transitions import FOUND, TABLE, next_phase, possible, possible_in
from monitor.terms import Phase


def test_the_table_is_total() -> None:
    assert set(FOUND) == {None, *Phase}
    assert set(TABLE) == set(get_args(Act))
    assert {len(row) for row in TABLE.values()} == {len(FOUND)}


def test_nothing_leads_out_of_a_closed_visit() -> None:
    assert possible(Phase.LEFT) == possible(Phase.ABORTED) == frozenset()


def test_only_seating_takes_a_free_chair() -> None:
    assert possible(None) == {"seat"}
    assert possible_in(Seat) == (None,)


def test_the_way_of_a_visit() -> None:
    assert possible_in(Start) == (Phase.BASELINE,)
    assert possible_in(End) == (Phase.INFUSION, Phase.PAUSED)
    assert possible_in(Finish) == (Phase.RECOVERY, Phase.READY)
    assert possible_in(Abort) == (Phase.SEATED, Phase.BASELINE)
    assert next_phase(Phase.INFUSION, Abort) is None


def test_every_open_phase_can_be_left() -> None:
    """From wherever a visit is, some chain of actions frees the chair."""
    freeing: set[Phase | None] = {Phase.LEFT, Phase.ABORTED}
    for _ in Phase:
        freeing |= {phase for phase in FOUND if any(next_phase(phase, act) in freeing for act in TABLE)}
    assert freeing == set(FOUND)
