"""Monitors that call us, over real TCP: who they are, what is live, and an answer only after the commit."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from ipaddress import ip_network
from types import TracebackType
from typing import Any, Self

import pytest

from devices.adapter import Adapters, Hl7Spec, hl7_devices, skew
from devices.catalogue import DeviceSpec
from devices.codecs.hl7_text import MAX_MESSAGE, MllpFrames, segments_of
from devices.model import (
    Arrival,
    ClockSkew,
    CuffResult,
    DeviceState,
    LinkChange,
    Malformed,
    MetricCode,
    Observation,
    Origin,
)
from monitor.clock import SystemClock, from_ms
from tests.brokers import wait_until
from tests.devices.support import Sink

CLOCK = SystemClock()


def stamp(age_s: float = 0.0, zone: str = "+0000") -> str:
    at = from_ms(CLOCK.utc_ms()).astimezone(UTC) - timedelta(seconds=age_s)
    return at.strftime("%Y%m%d%H%M%S.%f")[:18] + zone


def spo2(value: object = 97, *, system: str = "MDC", time: str = "") -> str:
    return f"OBX|1|NM|150456^^{system}|1|{value}|%|||||R|||{time}"


def pressure(systolic: int, time: str = "") -> str:
    return "\r".join(
        f"OBX|1|NM|{code}^^MDC|1|{value}|mmHg|||||R|||{time}"
        for code, value in (("150301", systolic), ("150302", 80))
    )


def message(
    *lines: str, name: str = "42", sender: str = "GW|ICU", sent: str | None = None, mode: str = "P",
    kind: str = "ORU^R01",
) -> bytes:  # fmt: skip
    sent = stamp() if sent is None else sent
    header = f"MSH|^~\\&|{sender}|||{sent}||{kind}|{name}|{mode}|2.6"
    patient = "PID|1||SECRET1^^^H||SECRET2^SECRET3"
    return b"\x0b" + "\r".join((header, patient, *lines, "")).encode() + b"\x1c\r"


class Sender:
    """A monitor's end of the connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._frames = MllpFrames()
        self._answers: list[tuple[str, str, str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._socket.close()

    def send(self, *data: bytes) -> None:
        for piece in data:
            self._socket.sendall(piece)

    def answer(self) -> tuple[str, str, str]:
        """The next answer: its code, the message that it names, its reason."""
        while not self._answers:
            data = self._socket.recv(65_536)
            assert data, "hung up on"
            for found in self._frames.feed(data):
                if isinstance(found, bytes):
                    said = next(s for s in segments_of(found) if s.name == "MSA")
                    self._answers.append((said.text(1), said.text(2), said.text(3)))
        return self._answers.pop(0)

    def has_answer(self) -> bool:
        self._socket.setblocking(False)
        try:
            return bool(self._answers) or self._socket.recv(1, socket.MSG_PEEK) != b""
        except BlockingIOError:
            return False
        finally:
            self._socket.settimeout(10)

    def is_cut(self) -> bool:
        try:
            return self._socket.recv(65_536) == b""
        except ConnectionError:
            return True


class Monitor:
    """The adapters, and a turn that commits when the test says so."""

    def __init__(self, *devices: DeviceSpec, **spec: Any) -> None:
        self.sink = Sink()
        hl7 = Hl7Spec(**{"host": "127.0.0.1", "port": 0} | spec)
        self.adapters = Adapters(
            devices or (device(),), None, self.sink, CLOCK, "boot-1", backoff_s=(0.05, 0.1), hl7=hl7
        )
        self._settled = 0

    def start(self) -> Self:
        self.adapters.start()
        return self

    @property
    def port(self) -> int:
        assert self.adapters.hl7 is not None
        return self.adapters.hl7.port

    def commit(self) -> None:
        """Acknowledge what came since the last time."""
        arrivals = self.sink.arrivals[self._settled :]
        self._settled += len(arrivals)
        self.adapters.acknowledge([a.receipt for a in arrivals if a.receipt is not None])

    def wait_for(self, kind: type, count: int = 1) -> list[Arrival]:
        return self.sink.wait_for(lambda a: isinstance(a.event, kind), count)

    def of(self, kind: type) -> list[Arrival]:
        return [a for a in self.sink.arrivals if isinstance(a.event, kind)]


def device(name: str = "vs-1", sender: str = "GW/ICU", **fields: Any) -> DeviceSpec:
    return DeviceSpec(name, "hl7-oru", "Vital signs", sender=sender, **fields)


Start = Callable[..., Monitor]


@pytest.fixture
def start() -> Iterator[Start]:
    made: list[Monitor] = []

    def go(*devices: DeviceSpec, **spec: Any) -> Monitor:
        made.append(Monitor(*devices, **spec).start())
        return made[-1]

    yield go
    for monitor in made:
        monitor.adapters.stop()


def test_it_is_answered_after_the_commit_and_not_before(start: Start) -> None:
    monitor = start()
    with Sender(monitor.port) as sender:
        sender.send(message(spo2()))
        (arrival,) = monitor.wait_for(Observation)
        assert (arrival.event.value, arrival.live, arrival.origin) == (97, True, Origin.REAL)  # type: ignore[union-attr]
        assert not sender.has_answer()
        monitor.commit()
        assert sender.answer() == ("AA", "42", "")
        assert "SECRET" not in repr(monitor.sink.arrivals)


def test_the_last_row_of_a_message_settles_it(start: Start) -> None:
    monitor = start()
    with Sender(monitor.port) as sender:
        sender.send(message(spo2(), pressure(128, stamp(5))))
        monitor.wait_for(CuffResult)
        receipts = [a.receipt for a in monitor.of(Observation) + monitor.of(CuffResult)]
        assert [receipt is not None for receipt in receipts] == [False, True]
        monitor.commit()
        assert sender.answer()[0] == "AA"


def test_glued_halved_and_dribbled_messages(start: Start) -> None:
    monitor = start()
    whole = message(spo2(98), name="2")
    with Sender(monitor.port) as sender:
        sender.send(message(spo2(97), name="1") + whole[:50])
        monitor.wait_for(Observation, 1)
        sender.send(*(whole[i : i + 7] for i in range(50, len(whole), 7)))
        monitor.wait_for(Observation, 2)
        monitor.commit()
        assert [sender.answer()[:2] for _ in range(2)] == [("AA", "1"), ("AA", "2")]


def test_the_same_message_again_is_the_same_row(start: Start) -> None:
    monitor = start()
    again = message(spo2(), sent=stamp())
    for count in (1, 2):
        with Sender(monitor.port) as sender:
            sender.send(again)
            monitor.wait_for(Observation, count)
            monitor.commit()
            assert sender.answer()[0] == "AA"
    first, second = monitor.of(Observation)
    assert (first.session, first.seq, first.determined_ms) == (
        second.session,
        second.seq,
        second.determined_ms,
    )


def test_what_says_nothing_new_is_answered_with_what_it_repeats(start: Start) -> None:
    """The answer to the second would be a promise for the first, whose row is not on disk yet."""
    monitor = start()
    with Sender(monitor.port) as sender:
        sender.send(message(pressure(128), name="1"))
        monitor.wait_for(CuffResult)
        sender.send(message(pressure(128), name="2"), message(pressure(131), name="3"))
        monitor.wait_for(CuffResult, 2)
        assert not sender.has_answer()
        monitor.commit()
        assert {sender.answer()[:2] for _ in range(3)} == {("AA", "1"), ("AA", "2"), ("AA", "3")}
    assert [a.live for a in monitor.of(CuffResult)] == [False, True]


@pytest.mark.parametrize(
    ("data", "code", "reason"),
    [
        (message(spo2(), kind="ADT^A01"), "AR", "MSH-9: expected ORU^R01, got 'ADT^A01'"),
        (message(spo2(), sender="GW|ER"), "AE", "sender: expected a configured sender, got 'GW/ER'"),
        (message(spo2(), mode="X"), "AE", "MSH-11: expected P, T or D, got 'X'"),
        (message("PID|2", spo2()), "AE", "PID: expected one patient in a message, got several"),
        (message(spo2(), mode="T"), "AE", "MSH-11: expected real data, as the device is configured"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_the_reason(
    start: Start, data: bytes, code: str, reason: str
) -> None:
    monitor = start()
    with Sender(monitor.port) as sender:
        sender.send(data)
        said = sender.answer()
        assert said[:2] == (code, "42")
        assert said[2].startswith(reason)
    assert monitor.of(Observation) == []


def test_a_demonstration_is_taken_where_the_chair_is_simulated(start: Start) -> None:
    monitor = start(device(origin=Origin.DEMO))
    with Sender(monitor.port) as sender:
        sender.send(message(spo2(), mode="D"))
        assert monitor.wait_for(Observation)[0].origin is Origin.DEMO


def test_an_unknown_code_is_counted_for_its_device_and_the_rest_is_read(start: Start) -> None:
    monitor = start()
    with Sender(monitor.port) as sender:
        sender.send(message(spo2(), spo2(system="99X")))
        (counted,) = monitor.wait_for(Malformed)
        assert counted.device == "vs-1"
        assert "expected a code that is known" in counted.event.reason  # type: ignore[union-attr]
        monitor.commit()
        assert sender.answer()[0] == "AA"


def test_what_is_skipped_is_logged_once_with_its_reason(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    monitor = start()
    with Sender(monitor.port) as sender:
        sender.send(*(message(spo2(), spo2(system="99X"), sent=stamp(age)) for age in (3, 2, 1)))
        monitor.wait_for(Malformed, 3)
    logged = [record.getMessage() for record in caplog.records]
    assert len(logged) == 1
    assert logged[0].startswith("device vs-1: skipped: OBX-1: expected a code that is known")


def test_who_sends_on_and_on_without_an_answer_is_hung_up_on(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hl7_devices, "MOST_UNANSWERED", 3)
    monitor = start()
    with Sender(monitor.port) as sender:
        sender.send(*(message(spo2(), sent=stamp(age)) for age in (3, 2, 1)))
        monitor.wait_for(Observation, 3)
        sender.send(message(spo2()))
        assert sender.is_cut()


def test_a_huge_message_is_refused_and_the_next_is_read(start: Start) -> None:
    monitor = start()
    with Sender(monitor.port) as sender:
        sender.send(b"\x0bMSH" + b"x" * (MAX_MESSAGE + 10) + b"\x1c\r", message(spo2()))
        assert sender.answer()[0] == "AE"
        assert monitor.wait_for(Observation)


@pytest.mark.parametrize("shown", [14, 0], ids=["no zone", "no time"])
def test_what_does_not_say_when_is_never_live(start: Start, shown: int) -> None:
    monitor = start()
    with Sender(monitor.port) as sender:
        sender.send(message(spo2(), sent=stamp()[:shown]))
        assert [a.live for a in monitor.wait_for(Observation)] == [False]


def test_the_configured_zone_makes_a_time_live(start: Start) -> None:
    monitor = start(zone=UTC)
    with Sender(monitor.port) as sender:
        sender.send(message(spo2(), sent=stamp()[:14]))
        assert [a.live for a in monitor.wait_for(Observation)] == [True]


def test_what_was_kept_for_us_is_stored_and_says_nothing_of_today(start: Start) -> None:
    monitor = start()
    with Sender(monitor.port) as sender:
        sender.send(message(spo2(), sent=stamp(600)))
        assert [a.live for a in monitor.wait_for(Observation)] == [False]
        assert DeviceState.CONNECTED not in [change.state for change in monitor.sink.links("vs-1")]


def test_a_clock_that_is_wrong_is_told(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(skew, "SPAN_S", 0.0)
    monitor = start()
    with Sender(monitor.port) as sender:
        sender.send(message(spo2(), sent=stamp(-600)))
        (told,) = monitor.wait_for(ClockSkew)
        assert told.event.seconds == pytest.approx(600, abs=10)  # type: ignore[union-attr]
        assert [a.live for a in monitor.wait_for(Observation)] == [False]


def test_each_device_of_a_gateway_gets_its_own(start: Start) -> None:
    monitor = start(device("a", "A"), device("b", "B"), match="facility")
    with Sender(monitor.port) as sender:
        sender.send(message(spo2(91), sender="GW|A"), message(spo2(92), sender="GW|B"))
        seen = {a.device: a.event.value for a in monitor.wait_for(Observation, 2)}  # type: ignore[union-attr]
        assert seen == {"a": 91, "b": 92}


def test_a_sender_that_stays_and_hangs_up_is_lost_at_once(start: Start) -> None:
    monitor = start()
    with Sender(monitor.port) as sender:
        sender.send(message(spo2(97)), message(spo2(98), sent=stamp(-1)))
        monitor.wait_for(Observation, 2)
    wait_until(
        lambda: monitor.sink.links("vs-1")[-1] == LinkChange(DeviceState.DISCONNECTED, "127.0.0.1 hung up")
    )


def test_a_sender_that_calls_for_each_message_stays_connected(start: Start) -> None:
    monitor = start()
    for count in (1, 2, 3):
        with Sender(monitor.port) as sender:
            sender.send(message(spo2(90 + count)))
            monitor.wait_for(Observation, count)
    assert [change.state for change in monitor.sink.links("vs-1")] == [
        DeviceState.CONNECTING,
        DeviceState.CONNECTED,
    ]


def test_strangers_are_turned_away(start: Start) -> None:
    monitor = start(peers=(ip_network("10.1.2.0/24"),))
    with Sender(monitor.port) as sender:
        assert sender.is_cut()


def test_a_port_that_is_taken_is_said_and_tried_again(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        monitor = start(port=other.getsockname()[1])
        (change,) = monitor.sink.links("vs-1")
        assert change.state is DeviceState.DISCONNECTED
        assert "cannot listen on 127.0.0.1" in change.detail
    wait_until(lambda: monitor.sink.links("vs-1")[-1].state is DeviceState.CONNECTING)


def test_only_wanted_metrics_are_taken(start: Start) -> None:
    monitor = start(device(metrics=frozenset({MetricCode.NIBP})))
    with Sender(monitor.port) as sender:
        sender.send(message(spo2()))
        assert sender.answer() == ("AA", "42", "")
    assert monitor.of(Observation) == []
