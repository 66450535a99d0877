"""What a gateway says is read as it was taken; nothing is forgotten early or sent in a storm."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.adapter.confirming import Confirming
from devices.codecs.chairside_json import read_message
from devices.codecs.committed import identity_of, ranges, read_committed
from devices.codecs.gateway_event import read_event
from devices.gateway import Kept, OutboxFault
from devices.gateway.replay import BATCH, Replay
from devices.gateway.speech import Speech
from devices.links.mqtt import Message, Receipt
from devices.model import (
    METRICS,
    Arrival,
    CuffPhase,
    CuffResult,
    CuffState,
    DeviceEvent,
    Malformed,
    MetricCode,
    Observation,
    Origin,
    RateMethod,
    Validity,
)
from monitor.store.outbox import SqliteOutbox

NOW_MS = 1_770_129_015_120
CONTINUOUS = [metric for metric in METRICS if metric is not MetricCode.NIBP]


def arrival(event: DeviceEvent, received_ms: int = NOW_MS, determined_ms: int | None = None) -> Arrival:
    at_ms = received_ms if determined_ms is None else determined_ms
    return Arrival("ox-1", event, received_ms, at_ms, Origin.REAL, "boot", 1)


@st.composite
def observations(draw: st.DrawFn) -> Observation:
    metric = draw(st.sampled_from(CONTINUOUS))
    valid = draw(st.sampled_from(Validity))
    value = None
    if valid is not Validity.INVALID:
        value = float(draw(st.integers(int(METRICS[metric].low) + 1, int(METRICS[metric].high))))
    flags = draw(st.lists(st.sampled_from(["artifact", "probe_off", "no_data"]), max_size=2, unique=True))
    counted = metric in (MetricCode.PULSE_RATE, MetricCode.HEART_RATE)
    method = draw(st.sampled_from(RateMethod)) if counted else None
    if value is None and not flags:
        flags = ["no_data"]
    return Observation(metric, value, valid, tuple(flags), method=method)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(observations(), st.sampled_from([0, 0, 5, 1000])), max_size=8))
def test_what_is_said_is_read_as_it_was_taken(said: list[tuple[Observation, int]]) -> None:
    at_ms, arrivals = NOW_MS, []
    for event, later_ms in said:
        at_ms += later_ms
        arrivals.append(arrival(event, at_ms))
    kept = Speech("ox-1", "run-1", Origin.REAL).messages(arrivals)
    read = [event for message in kept for event in read_message(message.payload)]
    expected = [(a.event.metric, a.event.value, a.event.validity) for a in arrivals]
    assert [(e.metric, e.value, e.validity) for e in read if isinstance(e, Observation)] == expected
    assert [message.seq for message in kept] == list(range(1, len(kept) + 1))
    assert [identity_of(message.payload) for message in kept] == [("run-1", m.seq) for m in kept]


def test_the_values_of_one_line_share_a_message() -> None:
    pair = [Observation(metric, 97.0, Validity.VALID) for metric in (MetricCode.SPO2, MetricCode.PULSE_RATE)]
    arrivals = [arrival(event, at) for at in (NOW_MS, NOW_MS + 1000) for event in pair]
    assert len(Speech("ox-1", "run-1", Origin.REAL).messages(arrivals)) == 2


def test_a_cuff_result_keeps_its_own_time_and_id() -> None:
    result = CuffResult(128.0, 76.0, 93.0, None, Validity.VALID, age_s=12.0, status="ok")
    (kept,) = Speech("din-1", "run-1", Origin.DEMO).messages([arrival(result, NOW_MS, NOW_MS - 12_000)])
    (read,) = read_message(kept.payload)
    assert isinstance(read, CuffResult)
    assert (read.systolic, read.diastolic, read.mean, read.age_s) == (128.0, 76.0, 93.0, 12.0)
    assert read.result_id == "run-1-1"
    assert read.stamp.measured_at == datetime.fromtimestamp((NOW_MS - 12_000) / 1000, tz=UTC)
    assert read.stamp.origin is Origin.DEMO


def test_skipped_bytes_and_the_cuffs_phase_are_told_beside_the_values() -> None:
    arrivals = [
        arrival(event)
        for event in (
            Malformed(3, "checksum_error"),
            CuffState(CuffPhase.MEASURING),
            Malformed(2, "checksum_error"),
        )
    ]
    payload = Speech("din-1", "run-1", Origin.REAL).happenings(arrivals, NOW_MS)
    assert payload is not None
    cuff, skipped = read_event(payload)
    assert isinstance(cuff, CuffState)
    assert (cuff.state, skipped) == (CuffPhase.MEASURING, Malformed(5, "checksum_error"))
    assert Speech("din-1", "run-1", Origin.REAL).happenings([], NOW_MS) is None


@pytest.mark.parametrize("payload", [b"", b"[]", b"\xff", b'{"schema":"chairside.event/1"}'])
def test_an_event_that_cannot_be_read_is_counted(payload: bytes) -> None:
    (event,) = read_event(payload)
    assert isinstance(event, Malformed)


@given(st.sets(st.integers(0, 60)))
def test_ranges_hold_exactly_the_numbers(numbers: set[int]) -> None:
    found = ranges(numbers)
    assert {n for first, last in found for n in range(first, last + 1)} == numbers
    assert all(a[1] + 1 < b[0] for a, b in itertools.pairwise(found))


def test_only_what_is_settled_is_confirmed_and_a_refused_message_is_too() -> None:
    said: list[tuple[str, bytes]] = []
    confirming = Confirming(lambda topic, payload: said.append((topic, payload)), lambda: NOW_MS)
    receipts = []
    for seq, payload in enumerate([b'"obs":[]', b'"schema":"other"', b'"t":3'], start=1):
        receipts.append(Receipt(seq, 1))
        whole = b'{"session":"s","seq":%d,"confirm":true,%b}' % (seq, payload)
        confirming.note(Message("chairside/v1/elm/room-1/ox-1/obs", whole, False, receipts[-1]))
    confirming.settled([receipts[0], receipts[2], receipts[2]])
    ((topic, told),) = said
    assert topic == "chairside/v1/elm/room-1/_gw/committed"
    read = read_committed(told)
    assert read is not None
    assert [(c.device, c.session, c.seq) for c in read.committed] == [("ox-1", "s", [(1, 1), (3, 3)])]


def test_a_gateway_that_asks_for_nothing_is_told_nothing() -> None:
    said: list[bytes] = []
    confirming = Confirming(lambda _, payload: said.append(payload), lambda: NOW_MS)
    receipt = Receipt(1, 1)
    confirming.note(Message("chairside/v1/elm/room-1/ox-1/obs", b'{"session":"s","seq":1}', False, receipt))
    confirming.settled([receipt])
    assert not said


def outbox(folder: Path) -> SqliteOutbox:
    return SqliteOutbox.open(folder / "outbox.db")


def kept(seq: int, device: str = "ox-1", session: str = "a") -> Kept:
    return Kept(device, session, seq, 1000 * seq, b"x" * 100)


def test_an_outbox_forgets_what_is_committed_and_only_that(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    box.append([kept(n) for n in range(1, 11)] + [kept(3, "din-1"), kept(3, session="b")], {"din-1": 77})
    box.append([kept(4)], {})
    box.forget("ox-1", "a", 1, 3)
    box.forget("ox-1", "a", 5, 9)
    box.close()
    box = outbox(tmp_path)
    assert [(k.session, k.seq) for k in box.oldest("ox-1", 99_000, 9)] == [("a", 4), ("a", 10), ("b", 3)]
    assert [k.seq for k in box.oldest("din-1", 2999, 9)] == []
    assert sorted(box.devices()) == ["din-1", "ox-1"]
    assert box.last_cuffs_ms() == {"din-1": 77}
    assert box.waiting().messages == 4
    box.close()


def test_a_full_outbox_gives_up_the_oldest_and_counts_it(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    box.append([kept(n) for n in range(1, 2001)], {})
    assert box.prune(before_ms=101_000, most_bytes=10**9) == 100
    assert box.prune(before_ms=0, most_bytes=180 * 1000) == 1000
    assert box.oldest("ox-1", 10**9, 1)[0].seq == 1101
    assert box.waiting().dropped == 1100
    box.close()


def test_a_file_that_is_no_outbox_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "outbox.db").write_bytes(b"no database at all, but long enough to be read as one" * 40)
    with pytest.raises(OutboxFault, match=r"outbox\.db: expected an outbox"):
        outbox(tmp_path)


def test_what_waits_is_sent_in_batches_and_not_in_a_storm(tmp_path: Path) -> None:
    box, replay = outbox(tmp_path), Replay("ox-1")
    box.append([kept(n) for n in range(1, 251)], {})
    first = list(replay.due(0.0, 10**9, box.oldest))
    assert [k.seq for k in first] == list(range(1, BATCH + 1))
    assert list(replay.due(1.0, 10**9, box.oldest)) == [], "patience: the answer is on its way"
    assert len(list(replay.due(6.0, 10**9, box.oldest))) == BATCH, "unanswered, it is sent again"
    assert list(replay.due(12.0, 10**9, box.oldest)) == [], "and the next wait is longer"
    box.forget("ox-1", "a", 1, BATCH)
    replay.confirmed("a", 1, BATCH)
    assert next(iter(replay.due(12.1, 10**9, box.oldest))).seq == BATCH + 1, "confirmed: the next at once"
    box.close()


def test_what_was_just_sent_is_not_sent_again_until_the_broker_was_away(tmp_path: Path) -> None:
    box, replay = outbox(tmp_path), Replay("ox-1")
    assert list(replay.due(0.0, 0, box.oldest)) == []
    box.append([kept(10)], {})
    assert list(replay.due(2.0, 12_000, box.oldest)) == []
    replay.connected()
    assert len(list(replay.due(2.0, 12_000, box.oldest))) == 1
    box.close()


def test_a_committed_message_that_cannot_be_read_commits_nothing() -> None:
    for payload in (b"", b"{}", b'{"t":"2026-02-03T14:30:15Z","committed":[],"schema":"other"}', b"\xff"):
        assert read_committed(payload) is None
