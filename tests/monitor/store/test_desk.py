"""The desk: what people did, who is signed in, which stations watch."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.sessions.actions import Act, Mark, Seat
from monitor.store.desk import Desk, DeskReader, FailedPins, Station
from monitor.store.prepare import prepare
from monitor.terms import Role


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    prepare(tmp_path)
    made = Desk.open(tmp_path)
    yield made
    made.close()


@pytest.fixture
def reader(desk: Desk, tmp_path: Path) -> Iterator[DeskReader]:
    made = DeskReader.open(tmp_path)
    yield made
    made.close()


def put(desk: Desk, act: Act, user: str = "nina") -> int:
    return desk.append(at_ms=5, user=user, role=Role.NURSE, station="s1", chair="7", session="v1", act=act)


def test_actions_come_back_as_they_were_put_in_their_order(desk: Desk, reader: DeskReader) -> None:
    version = reader.data_version()
    first, second = (
        put(desk, Seat("JD", identifiers_confirmed=True)),
        put(desk, Mark("note", note="=1+1 “ü”")),
    )
    assert reader.data_version() != version
    assert [action.seq for action in reader.actions_after(0)] == [first, second]
    (action,) = reader.actions_after(first)
    assert action.act == Mark("note", note="=1+1 “ü”")
    assert (action.user, action.role, action.chair, action.session) == ("nina", Role.NURSE, "7", "v1")
    assert reader.last_action() == second


def acts(kind: type[Act]) -> st.SearchStrategy[Act]:
    """Any act of this kind; its whole numbers are such as JSON's readers take."""
    whole = st.integers(-(2**53), 2**53)
    by_type = {int: whole, int | None: st.none() | whole}
    return st.builds(kind, **{f.name: by_type.get(f.type, ...) for f in msgspec.structs.fields(kind)})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(act=st.sampled_from(get_args(Act)).flatmap(acts))
def test_every_action_survives_the_desk(desk: Desk, reader: DeskReader, act: Act) -> None:
    seq = put(desk, act)
    (back,) = reader.actions_after(seq - 1)
    # As text, because a number that is not a number does not equal itself.
    assert repr(back.act) == repr(act)


def test_an_action_of_the_wrong_kind_is_not_taken(desk: Desk, reader: DeskReader) -> None:
    with pytest.raises(msgspec.ValidationError):
        put(desk, Mark("nausea", severity="much"))  # type: ignore[arg-type]
    assert reader.actions_after(0) == []


def test_an_action_that_cannot_be_read_holds_nobody_up(desk: Desk, reader: DeskReader) -> None:
    seq = put(desk, Mark("nausea"))
    desk._connection.exec_driver_sql("UPDATE action SET act = x'00'")
    (action,) = reader.actions_after(0)
    assert (action.seq, action.act) == (seq, Mark("unreadable"))


def test_many_people_act_at_once_and_each_gets_a_number_of_their_own(desk: Desk, reader: DeskReader) -> None:
    numbers: list[int] = []
    people = [
        threading.Thread(
            target=lambda n=n: numbers.extend(put(desk, Mark("nausea"), f"u{n}") for _ in range(10))
        )
        for n in range(5)
    ]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sorted(numbers) == list(range(1, 51))
    assert len(reader.actions_after(0)) == 50


def test_a_sign_in_lives_until_it_is_revoked(desk: Desk) -> None:
    desk.sign_in("t1", "nina", 10)
    desk.sign_in("t2", "nina", 11)
    desk.touch("t1", 20)
    assert desk.signed_in("t1").seen_ms == 20
    desk.revoke("t1", 30)
    desk.revoke_user("nina", 40)
    assert (desk.signed_in("t1").revoked_ms, desk.signed_in("t2").revoked_ms) == (30, 40)
    assert desk.signed_in("t3") is None


def test_wrong_pins_are_counted_until_one_is_right(desk: Desk) -> None:
    assert desk.failed_pins("nina") == FailedPins(0, 0)
    assert desk.count_failed_pin("nina", 5) == FailedPins(1, 5)
    assert desk.count_failed_pin("nina", 9) == FailedPins(2, 9)
    assert desk.failed_pins("otto") == FailedPins(0, 0)
    desk.forget_failed_pins("nina")
    assert desk.failed_pins("nina") == FailedPins(0, 0)


def test_a_station_is_what_it_last_reported(desk: Desk, reader: DeskReader) -> None:
    desk.see_station("s1", user="nina", sound="blocked", page="/", at_ms=10)
    desk.see_station("s1", user="nina", sound="armed", page="/chair/7", at_ms=20)
    desk.see_station("s2", user="wall", sound="off", page="/", at_ms=5)
    assert reader.stations(since_ms=6) == [Station("s1", "nina", "armed", "/chair/7", 20)]
    assert len(desk.stations()) == 2


def test_the_audit_is_read_newest_first(desk: Desk) -> None:
    for n in range(3):
        desk.audit(at_ms=n, user="nina", event="sign_in", detail=str(n))
    assert [entry.detail for entry in desk.audit_trail(2)] == ["2", "1"]
