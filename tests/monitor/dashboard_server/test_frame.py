from __future__ import annotations

import copy
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from monitor.dashboard import frame
from monitor.dashboard.frame import StationCount
from monitor.store.snapshot import (
    AlarmView,
    ChairView,
    CuffPoint,
    CuffView,
    NumberView,
    ResponsePoint,
    SessionView,
    Snapshot,
)


def snapshot(turn: int, *chairs: ChairView, at_ms: int | None = None, **kwargs: Any) -> Snapshot:
    at = turn * 1000 if at_ms is None else at_ms
    return Snapshot(turn, at, kwargs.pop("boot", "b"), "C", False, 1.0, list(chairs), **kwargs)


def apply(shown: dict[str, Any], delta: dict[str, Any]) -> dict[str, Any]:
    """What the browser does with a delta, after the protocol's own words."""
    after = copy.deepcopy(shown)
    after |= {key: delta[key] for key in ("turn", "at", "notices", "stations") if key in delta}
    for chair, change in delta["chairs"].items():
        take(after["chairs"][chair], change)
    return after


def take(view: dict[str, Any], change: dict[str, Any], *, deep: bool = True) -> None:
    for key, value in change.items():
        if value is None:
            view.pop(key, None)
        elif deep and isinstance(value, dict) and isinstance(view.get(key), dict):
            take(view[key], value, deep=False)
        else:
            view[key] = value


def session(elapsed_s: float, *, running: bool = True, name: str = "s") -> SessionView:
    return SessionView(name, "AB", "infusion", 1, 1, 40, elapsed_s=elapsed_s, running=running)


texts = st.text(max_size=4)
numbers = st.none() | st.builds(
    NumberView,
    st.just("%"),
    st.just("SpO₂"),
    value=st.none() | st.floats(0, 100),
    freshness=st.sampled_from(["live", "dim", "gone", "none"]),
    at_ms=st.none() | st.integers(0, 9),
)
points = st.builds(CuffPoint, texts, *[st.integers(0, 3)] * 3, st.none(), texts, st.none(), st.booleans())
alarms = st.builds(AlarmView, texts, texts, texts, st.sampled_from(["low", "high"]), texts, st.just(1), texts)
sessions = st.none() | st.builds(
    session, st.floats(0, 3000), running=st.booleans(), name=st.sampled_from(["s", "t"])
)
chairs = st.builds(
    ChairView,
    id=st.just("1"),
    label=texts,
    session=sessions,
    hr=numbers,
    cuff=st.none() | st.builds(CuffView, systolic=st.none() | st.just(120.0)),
    trend=st.lists(points, max_size=2),
    alarms=st.lists(alarms, max_size=2),
)
days = st.lists(
    st.tuples(chairs, chairs, st.lists(texts, max_size=1), st.integers(0, 2)), min_size=2, max_size=6
)


@given(days)
def test_applying_deltas_gives_what_a_full_frame_says(day: list[Any]) -> None:
    before, shown = None, {}
    for turn, (one, two, notices, watching) in enumerate(day, 1):
        two.id = "2"
        now = frame.picture(snapshot(turn, one, two, notices=notices), StationCount(watching), before)
        if before is None:
            shown = copy.deepcopy(frame.full(now))
        else:
            change = frame.delta(before, now)
            assert change is not None
            shown = apply(shown, msgspec.json.decode(msgspec.json.encode(change)))
        assert shown == msgspec.json.decode(msgspec.json.encode(frame.full(now)))
        before = now


def test_the_expected_response_is_told_once_and_not_with_every_turn() -> None:
    """The corridor of a running infusion stands still, so a turn in which only time passed stays as small."""
    points = [ResponsePoint(minute * 60_000, 110, 130, 70, 85) for minute in range(0, 42, 2)]

    def turn(number: int, response: list[ResponsePoint]) -> Snapshot:
        chair = ChairView("1", "1", session=session(float(number)), response=list(response))
        return snapshot(number, chair)

    first = frame.picture(turn(1, points), StationCount())
    second = frame.picture(turn(2, points), StationCount(), first)
    bare_first = frame.picture(turn(1, []), StationCount())
    bare_second = frame.picture(turn(2, []), StationCount(), bare_first)
    heartbeat = frame.delta(first, second)
    assert heartbeat is not None
    assert frame.is_heartbeat(heartbeat)
    assert heartbeat == frame.delta(bare_first, bare_second)
    assert len(frame.full(first)["chairs"]["1"]["response"]) == 21


def pictures(*snapshots: Snapshot) -> list[frame.Picture]:
    made: list[frame.Picture] = []
    for one in snapshots:
        made.append(frame.picture(one, StationCount(), made[-1] if made else None))
    return made


def changes(*snapshots: Snapshot) -> dict[str, Any] | None:
    before, now = pictures(*snapshots)
    return frame.delta(before, now)


def test_a_live_number_that_stays_the_same_costs_nothing() -> None:
    def chair(at_ms: int) -> ChairView:
        return ChairView("1", "1", hr=NumberView("/min", "HR", 70.0, "valid", freshness="live", at_ms=at_ms))

    change = changes(snapshot(1, chair(1000)), snapshot(2, chair(2000)))
    assert change == {"k": "delta", "turn": 2, "at": 2000, "chairs": {}}
    assert frame.is_heartbeat(change)


def test_a_number_that_is_no_longer_live_carries_its_time() -> None:
    dim = ChairView("1", "1", hr=NumberView("/min", "HR", 70.0, "valid", freshness="dim", at_ms=1000))
    assert frame.full(pictures(snapshot(5, dim))[0])["chairs"]["1"]["hr"]["at_ms"] == 1000


def test_a_running_infusion_clock_is_sent_once_though_each_turn_rounds_differently() -> None:
    change = changes(
        snapshot(1, ChairView("1", "1", session=session(60.0)), at_ms=100_000),
        snapshot(2, ChairView("1", "1", session=session(60.2514)), at_ms=100_250),
    )
    assert change is not None
    assert change["chairs"] == {}


def test_the_clock_of_the_next_patient_is_not_held_to_the_last_ones() -> None:
    first, second = pictures(
        snapshot(1, ChairView("1", "1", session=session(60.0)), at_ms=100_000),
        snapshot(2, ChairView("1", "1", session=session(60.0, name="t")), at_ms=100_400),
    )
    assert first.chairs["1"]["session"]["clock_base_ms"] == 40_000
    assert second.chairs["1"]["session"]["clock_base_ms"] == 40_400


def test_a_paused_infusion_sends_its_elapsed_time_and_no_clock() -> None:
    paused = frame.full(pictures(snapshot(1, ChairView("1", "1", session=session(60.0, running=False))))[0])
    assert paused["chairs"]["1"]["session"]["elapsed_s"] == 60.0
    assert "clock_base_ms" not in paused["chairs"]["1"]["session"]


def test_what_is_gone_is_null() -> None:
    change = changes(snapshot(1, ChairView("1", "1", session=session(1.0))), snapshot(2, ChairView("1", "1")))
    assert change is not None
    assert change["chairs"] == {"1": {"session": None}}


def test_another_boot_or_another_set_of_chairs_needs_a_full_frame() -> None:
    one = snapshot(1, ChairView("1", "1"))
    assert changes(one, snapshot(2, ChairView("1", "1"), boot="again")) is None
    assert changes(one, snapshot(2, ChairView("1", "1"), ChairView("2", "2"))) is None


def test_only_what_alarms_say_may_not_wait() -> None:
    def key(priority: str, presence: str = "on", value: float = 184) -> object:
        standing = AlarmView("a", "sbp_high", "physiological", priority, presence, 1, "SYS", value=value)
        return frame.alarm_key(snapshot(1, ChairView("1", "1", alarms=[standing])))

    assert key("high") != key("medium")
    assert key("high") != key("high", "acknowledged")
    assert key("high") == key("high", value=190)


def test_a_display_without_labels_is_not_told_what_was_said_to_the_nurse() -> None:
    session = {"id": "v1", "label": "R. T.", "called_back": {"text": "R. T. again", "by": "ruiz", "at_ms": 1}}
    shown = frame.without_labels({"k": "delta", "chairs": {"7": {"session": session}}})
    assert shown["chairs"]["7"]["session"] == {"id": "v1", "label": "", "series": ""}


def test_of_a_number_that_moves_only_its_value_is_told() -> None:
    def chair(value: float) -> ChairView:
        return ChairView("1", "1", hr=NumberView("/min", "HR", value, "valid", freshness="live", at_ms=1000))

    change = changes(snapshot(1, chair(70.0)), snapshot(2, chair(71.0)))
    assert change is not None
    assert change["chairs"] == {"1": {"hr": {"value": 71.0}}}


def test_what_a_number_no_longer_has_is_null_within_it() -> None:
    def chair(value: float | None) -> ChairView:
        return ChairView("1", "1", hr=NumberView("/min", "HR", value, freshness="dim", at_ms=1000))

    change = changes(snapshot(1, chair(70.0)), snapshot(2, chair(None)))
    assert change is not None
    assert change["chairs"] == {"1": {"hr": {"value": None}}}
