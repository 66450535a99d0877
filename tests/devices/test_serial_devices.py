"""Serial devices over real pseudo-terminals and sockets, with the test at the far end."""

from __future__ import annotations

import logging
import socket
import termios
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import serial

from devices.adapter import Adapters
from devices.adapter.backoff import Backoff
from devices.adapter.channel import Channel
from devices.adapter.cuff_memory import CuffMemory
from devices.adapter.waking import Waker
from devices.catalogue import KINDS, DeviceSpec
from devices.codecs.contec_v7 import START
from devices.codecs.dinamap import checksum, request
from devices.links.serial_line import PortNotOpened, open_port
from devices.links.settings import LineSettings
from devices.model import (
    Arrival,
    CuffCommand,
    CuffPhase,
    CuffResult,
    CuffState,
    DeviceEvent,
    DeviceInfo,
    DeviceState,
    LinkChange,
    Malformed,
    MetricCode,
    Observation,
    Origin,
    RateMethod,
    Validity,
)
from monitor.clock import SystemClock
from tests.devices.support import CAPTURES, FakeClock, FarEnd, Sink

LINE = b"02/03/26 14:30:15 SN=0000000001 SPO2=097% BPM=072 PI=03.25% ALARM=0000 EXC=000800\r\n"
NA, OA, RA = b"\r NA!2\r", b"\r OA!3\r", b"\r RA!6\r"


def frame(text: str) -> bytes:
    return text.encode() + checksum(text.encode()) + b"\r"


def cuff(age: int, pressures: str = "128076093") -> bytes:
    return frame(f" NA110{age:04}{pressures}")


def is_link(state: DeviceState, device: str | None = None) -> Callable[[Arrival], bool]:
    return lambda a: isinstance(a.event, LinkChange) and a.event.state is state and device in (None, a.device)


def is_a(kind: type) -> Callable[[Arrival], bool]:
    return lambda arrival: isinstance(arrival.event, kind)


def is_metric(code: MetricCode) -> Callable[[Arrival], bool]:
    return lambda arrival: isinstance(arrival.event, Observation) and arrival.event.metric is code


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def run(sink: Sink) -> Iterator[Callable[..., Adapters]]:
    """Starts adapters on the given devices; they are stopped at the end."""
    started: list[Adapters] = []

    def start(*devices: DeviceSpec, clock: Any = None, **options: Any) -> Adapters:
        options = {"backoff_s": (0.02, 0.2)} | options
        adapters = Adapters(devices, None, sink, clock or SystemClock(), "boot-1", **options)
        started.append(adapters)
        adapters.start()
        return adapters

    yield start
    for adapters in started:
        adapters.stop()


@pytest.fixture
def far_end() -> Iterator[FarEnd]:
    with FarEnd() as end:
        yield end


def oximeter(port: str, name: str = "ox-1", **fields: Any) -> DeviceSpec:
    return DeviceSpec(name, "masimo-ascii1", "Rad-8", port=port, **fields)


def monitor(port: str, name: str = "v100", **fields: Any) -> DeviceSpec:
    return DeviceSpec(name, "dinamap", "V100", port=port, **fields)


def test_a_pushed_line_becomes_numbered_arrivals(run: Any, sink: Sink, far_end: FarEnd) -> None:
    run(oximeter(far_end.port))
    sink.wait_for(is_link(DeviceState.CONNECTED))
    far_end.send(LINE)
    spo2, rate, index = sink.wait_for(is_a(Observation), 3)
    assert [link.state for link in sink.links("ox-1")] == [DeviceState.CONNECTING, DeviceState.CONNECTED]
    assert (spo2.device, spo2.origin, spo2.session, spo2.live) == ("ox-1", Origin.REAL, "boot-1", True)
    assert (rate.seq, index.seq) == (spo2.seq + 1, spo2.seq + 2)
    assert spo2.determined_ms == spo2.received_ms
    assert spo2.receipt is None


def test_only_the_configured_metrics_arrive(run: Any, sink: Sink, far_end: FarEnd) -> None:
    run(oximeter(far_end.port, metrics=frozenset({MetricCode.PERFUSION_INDEX})))
    sink.wait_for(is_link(DeviceState.CONNECTED))
    far_end.send(LINE)
    (arrival,) = sink.wait_for(is_a(Observation))
    assert isinstance(arrival.event, Observation)
    assert arrival.event.metric is MetricCode.PERFUSION_INDEX


def test_a_demo_device_says_demo(run: Any, sink: Sink, far_end: FarEnd) -> None:
    run(oximeter(far_end.port, origin=Origin.DEMO))
    sink.wait_for(is_link(DeviceState.CONNECTED))
    far_end.send(LINE)
    assert {a.origin for a in sink.wait_for(is_a(Observation), 3)} == {Origin.DEMO}


def test_one_request_at_a_time_and_each_after_the_reply(run: Any, sink: Sink, far_end: FarEnd) -> None:
    run(monitor(far_end.port))
    far_end.expect(NA)
    assert far_end.is_quiet(0.2)
    far_end.send(cuff(12)[:9])
    assert far_end.is_quiet(0.1)
    far_end.send(cuff(12)[9:])
    far_end.expect(OA)
    far_end.send(frame(" OA1097608"))
    far_end.expect(RA)
    far_end.send(frame(" RA2072"))
    assert far_end.is_quiet(0.3), "the next round comes a second after the first"
    far_end.expect(NA)
    (result,) = sink.wait_for(is_a(CuffResult))
    assert result.received_ms - result.determined_ms == 12_000
    assert isinstance(result.event, CuffResult)
    assert (result.event.systolic, result.event.diastolic, result.event.mean) == (128, 76, 93)


def test_a_monitor_that_does_not_answer_is_silent_and_is_asked_again(
    run: Any, sink: Sink, far_end: FarEnd
) -> None:
    run(monitor(far_end.port))
    far_end.expect(NA)
    far_end.expect(OA)  # three seconds later
    sink.wait_for(is_link(DeviceState.SILENT))
    far_end.send(frame(" OA1097608"))
    sink.wait_for(is_metric(MetricCode.SPO2))
    assert sink.links("v100")[-1].state is DeviceState.CONNECTED


class TestCuffCommand:
    """Control of a medical device: sent where it is allowed, in its turn on the line, now or never."""

    def test_it_goes_before_the_rest_of_the_round_and_after_the_reply(
        self, run: Any, sink: Sink, far_end: FarEnd
    ) -> None:
        adapters = run(monitor(far_end.port, allow_cuff=True))
        far_end.expect(request("NA"))
        adapters.command("v100", CuffCommand.START)
        assert far_end.is_quiet(0.2)
        far_end.send(cuff(12))
        far_end.expect(request("NC0"))
        far_end.send(b"\r 0!0\r")
        far_end.expect(request("OA"))

    def test_cancel(self, run: Any, far_end: FarEnd) -> None:
        adapters = run(monitor(far_end.port, allow_cuff=True))
        far_end.expect(request("NA"))
        adapters.command("v100", CuffCommand.CANCEL)
        far_end.send(cuff(12))
        far_end.expect(request("ND"))

    def test_a_device_that_pushes_is_told_at_once(self, run: Any, sink: Sink, far_end: FarEnd) -> None:
        adapters = run(DeviceSpec("pm", "berry-pm6750", "PM", port=far_end.port, allow_cuff=True))
        far_end.expect(KINDS["berry-pm6750"].wake)
        adapters.command("pm", CuffCommand.START)
        far_end.expect(bytes.fromhex("55 AA 04 02 01 F8"))

    @pytest.mark.parametrize("device", ["v100", "nobody"])
    def test_without_leave_nothing_is_sent(
        self, run: Any, far_end: FarEnd, caplog: pytest.LogCaptureFixture, device: str
    ) -> None:
        adapters = run(monitor(far_end.port))
        far_end.expect(request("NA"))
        adapters.command(device, CuffCommand.START)
        far_end.send(cuff(12))
        far_end.expect(request("OA"))
        assert "start not sent" in caplog.text

    def test_every_kind_can_cancel_what_it_can_start(self) -> None:
        for kind in KINDS.values():
            assert set(kind.cuff) in (set(), set(CuffCommand)), kind.kind
            assert not (kind.cuff and kind.doubt), kind.kind


def test_a_line_that_is_down_forgets_a_start(
    run: Any, sink: Sink, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    port = tmp_path / "port"
    adapters = run(monitor(str(port), allow_cuff=True))
    sink.wait_for(is_link(DeviceState.DISCONNECTED))
    adapters.command("v100", CuffCommand.START)
    assert "not connected" in caplog.text
    with FarEnd() as end:
        port.symlink_to(end.port)
        end.expect(request("NA"))
        end.send(cuff(12))
        end.expect(request("OA"))


def answer_round(far_end: FarEnd, na: bytes, ra: bytes = b"") -> None:
    far_end.expect(NA)
    far_end.send(na)
    far_end.expect(OA)
    far_end.send(frame(" OA1097608"))
    far_end.expect(RA)
    far_end.send(ra or frame(" RA2072"))


def test_the_cuffs_pulse_rate_is_as_old_as_the_cuff(run: Any, sink: Sink, far_end: FarEnd) -> None:
    run(monitor(far_end.port))
    for age in (100, 101):
        answer_round(far_end, cuff(age), frame(" RA3071"))
    sink.wait_for(is_metric(MetricCode.SPO2), 2)
    (rate,) = sink.wait_for(is_metric(MetricCode.PULSE_RATE))
    assert isinstance(rate.event, Observation)
    assert (rate.event.value, rate.event.method) == (71, RateMethod.NIBP)
    assert rate.received_ms - rate.determined_ms == pytest.approx(100_000, abs=500)
    assert not rate.live


def test_an_unplugged_cable_is_told_and_the_same_cuff_result_is_not_told_again(
    run: Any, sink: Sink, far_end: FarEnd, tmp_path: Path
) -> None:
    port = tmp_path / "port"
    port.symlink_to(far_end.port)
    run(monitor(str(port)))
    answer_round(far_end, cuff(40), frame(" RA3071"))
    sink.wait_for(is_metric(MetricCode.PULSE_RATE))
    far_end.expect(NA)
    far_end.unplug()
    sink.wait_for(is_link(DeviceState.DISCONNECTED))
    with FarEnd() as again:
        port.unlink()
        port.symlink_to(again.port)
        answer_round(again, cuff(41), frame(" RA3071"))
        answer_round(again, cuff(1, "131078095"), frame(" RA3075"))
        rates = sink.wait_for(is_metric(MetricCode.PULSE_RATE), 2)
        links = sink.links("v100")
        states = [link.state for link in links]
    told = [event.systolic for event in sink.events("v100") if isinstance(event, CuffResult)]
    assert told == [128, 131]
    assert [a.event.value for a in rates if isinstance(a.event, Observation)] == [71, 75]
    assert states[:3] == [DeviceState.CONNECTING, DeviceState.CONNECTED, DeviceState.DISCONNECTED]
    assert states[-1] is DeviceState.CONNECTED
    assert {link.detail for link in links if link.state is DeviceState.CONNECTED} == {""}, (
        "nobody asked where"
    )


def test_a_cuff_that_measured_when_the_line_went_is_no_longer_measuring(
    run: Any, sink: Sink, far_end: FarEnd
) -> None:
    run(monitor(far_end.port))
    far_end.expect(NA)
    far_end.send(frame(" NA0109999000000000"))
    far_end.expect(OA)
    far_end.unplug()
    states = [a.event for a in sink.wait_for(is_a(CuffState), 2)]
    assert states == [CuffState(CuffPhase.MEASURING), CuffState(CuffPhase.IDLE)]


def test_a_result_of_before_the_restart_is_not_told_again(run: Any, sink: Sink, far_end: FarEnd) -> None:
    clock = SystemClock()
    run(monitor(far_end.port), clock=clock, last_cuffs_ms={"v100": clock.utc_ms() - 40_000})
    answer_round(far_end, cuff(40))
    answer_round(far_end, cuff(41))
    answer_round(far_end, cuff(2))
    (result,) = sink.wait_for(is_a(CuffResult))
    assert isinstance(result.event, CuffResult)
    assert result.event.age_s == 2


def test_a_port_that_does_not_exist_is_told_once_and_opened_when_it_comes(
    run: Any, sink: Sink, far_end: FarEnd, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    port = tmp_path / "ttyUSB0"
    run(oximeter(str(port)))
    (lost,) = sink.wait_for(is_link(DeviceState.DISCONNECTED))
    assert isinstance(lost.event, LinkChange)
    assert lost.event.detail == f"could not open port {port}: [Errno 2] No such file or directory: '{port}'"
    port.symlink_to(far_end.port)
    sink.wait_for(is_link(DeviceState.CONNECTED))
    assert len(sink.links("ox-1")) == 3
    levels = [record.levelno for record in caplog.records if record.name.startswith("devices")]
    assert levels.count(logging.WARNING) == 1
    assert levels[-1] == logging.INFO


@pytest.mark.parametrize("port", ["nonsense://x", "socket://127.0.0.1:1", "/etc/hostname"])
def test_what_is_no_port_is_told_in_words(port: str) -> None:
    settings = KINDS["dinamap"].line
    assert settings is not None
    with pytest.raises(PortNotOpened, match=port):
        open_port(port, settings)


def test_a_line_is_not_shared(far_end: FarEnd) -> None:
    settings = KINDS["masimo-ascii1"].line
    assert settings is not None
    first = open_port(far_end.port, settings)
    with pytest.raises(PortNotOpened, match=far_end.port):
        open_port(far_end.port, settings)
    first.close()


@pytest.mark.parametrize(("kind", "checked"), [("contec-5byte", True), ("nonin-2", False)])
def test_a_byte_of_the_wrong_parity_is_never_taken_for_a_good_one(
    kind: str, checked: bool, far_end: FarEnd
) -> None:
    settings = KINDS[kind].line
    assert settings is not None
    opened = open_port(far_end.port, settings)
    try:
        assert isinstance(opened, serial.Serial)
        assert bool(termios.tcgetattr(opened.fileno())[0] & termios.INPCK) == checked
    finally:
        opened.close()


LINES = dict.fromkeys((name for name, kind in KINDS.items() if kind.line), (9600, 8, "N", 1)) | {
    "contec-v7": (115_200, 8, "N", 1),
    "contec-5byte": (19_200, 8, "O", 1),
    "bci-5byte": (115_200, 8, "N", 1),
    "berry-pm6750": (115_200, 8, "N", 1),
    "datex-dri": (19_200, 8, "E", 1),
}


@pytest.mark.parametrize("kind", LINES)
def test_the_line_settings_that_reach_the_port(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pseudo-terminal ignores speed and parity, so look at what it would be opened with."""
    asked: dict[str, Any] = {}
    monkeypatch.setattr(serial, "serial_for_url", lambda port, **settings: asked.update(settings))
    settings = KINDS[kind].line
    assert settings is not None
    open_port("COM3", settings)
    assert (asked["baudrate"], asked["bytesize"], asked["parity"], asked["stopbits"]) == LINES[kind]
    assert asked["exclusive"]
    assert asked["rtscts"] == (kind == "datex-dri")


def test_line_settings_of_the_device_go_before_those_of_its_kind(
    run: Any, sink: Sink, far_end: FarEnd, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def opened(port: str, settings: LineSettings) -> Any:
        asked.append(settings)
        return open_port(port, settings)

    monkeypatch.setattr("devices.adapter.serial_device.open_port", opened)
    run(oximeter(far_end.port, line=LineSettings.of("4800 8O1")))
    sink.wait_for(is_link(DeviceState.CONNECTED))
    assert asked == [LineSettings(4800, 8, "O", 1)]


@pytest.mark.parametrize("text", ["", "9600", "9600 9N1", "9600 8n1", "9600 8N1 ", "0 8N1"])
def test_line_settings_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="expected text such as 19200 8O1"):
        LineSettings.of(text)


def test_a_device_that_has_to_be_asked_is_asked_once_and_kept_awake(
    run: Any, sink: Sink, far_end: FarEnd
) -> None:
    run(DeviceSpec("clip-1", "contec-v7", "CMS50D+", port=far_end.port))
    far_end.expect(START)
    far_end.send((CAPTURES / "contec-v7.bin").read_bytes()[:600])
    sink.wait_for(is_metric(MetricCode.SPO2))
    assert far_end.is_quiet(0.3)


def test_what_is_sent_to_keep_a_device_awake() -> None:
    sent: list[bytes] = []
    waker = Waker(b"wake", b"stay", sent.append)
    for now_s, heard in ((0.0, True), (4.9, True), (5.0, True), (10.0, False), (15.0, True), (20.0, False)):
        waker.tick(now_s)
        if heard:
            waker.heard()
    assert sent == [b"wake", b"stay", b"stay", b"wake", b"stay"]


def test_what_is_out_of_a_memory_never_arrives(run: Any, sink: Sink, far_end: FarEnd) -> None:
    run(DeviceSpec("nell-1", "nellcor", "N-560", port=far_end.port))
    sink.wait_for(is_link(DeviceState.CONNECTED))
    far_end.send((CAPTURES / "nellcor-handheld.bin").read_bytes() + (CAPTURES / "nellcor.bin").read_bytes())
    first, *_ = sink.wait_for(is_metric(MetricCode.SPO2), 11)
    assert isinstance(first.event, Observation)
    assert first.event.device_time == datetime.fromisoformat("2026-02-03T14:30:15")
    assert not any(e.history for e in sink.events("nell-1") if isinstance(e, Observation))
    assert not any(isinstance(event, DeviceInfo) for event in sink.events("nell-1"))


def test_a_socket_is_read_by_a_thread_of_its_own(run: Any, sink: Sink) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        run(oximeter(f"socket://127.0.0.1:{server.getsockname()[1]}"))
        peer, _ = server.accept()
        with peer:
            sink.wait_for(is_link(DeviceState.CONNECTED))
            peer.sendall(LINE[:50])
            peer.sendall(LINE[50:])
            sink.wait_for(is_a(Observation), 3)
            peer.sendall(LINE[:20])
        sink.wait_for(is_link(DeviceState.DISCONNECTED))
        assert sink.events("ox-1")[3:] == [Malformed(20, "truncated")]
        again, _ = server.accept()
        with again:
            sink.wait_for(is_link(DeviceState.CONNECTED), 2)
            again.sendall(LINE)
            sink.wait_for(is_a(Observation), 6)


def test_noise_is_counted_and_the_line_goes_on(run: Any, sink: Sink, far_end: FarEnd) -> None:
    run(oximeter(far_end.port))
    sink.wait_for(is_link(DeviceState.CONNECTED))
    far_end.send(b"\xff\xfe\x80" * 7 + b"\r\n" + LINE)
    sink.wait_for(is_a(Observation), 3)
    assert sink.events("ox-1")[0] == Malformed(21, "no date and time: not a line of ASCII-1")


class _Broken:
    """A codec with a bug."""

    def feed(self, data: bytes) -> list[DeviceEvent]:
        msg = "a bug"
        raise ZeroDivisionError(msg)

    def finish(self) -> list[DeviceEvent]:
        return []


def test_a_fault_in_one_codec_stops_that_device_only(
    run: Any, sink: Sink, far_end: FarEnd, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(KINDS, "dinamap", replace(KINDS["dinamap"], codec=_Broken))
    with FarEnd() as other:
        run(oximeter(far_end.port), monitor(other.port))
        sink.wait_for(is_link(DeviceState.CONNECTED), 2)
        other.send(b" OA1097608#I\r")
        lost = sink.wait_for(is_link(DeviceState.DISCONNECTED, "v100"))[0]
        far_end.send(LINE)
        sink.wait_for(is_a(Observation), 3)
        sink.wait_for(is_link(DeviceState.CONNECTED, "v100"), 2)
    assert lost.event == LinkChange(
        DeviceState.DISCONNECTED, "fault in the adapter: ZeroDivisionError: a bug"
    )
    assert any(record.exc_info for record in caplog.records)


class TestSilence:
    """Three nominal periods without a byte, by the clock that the demo speeds up."""

    def channel(self, sink: Sink, kind: str, speed: float) -> tuple[Channel, FakeClock]:
        clock = FakeClock()
        channel = Channel(DeviceSpec("d", kind, "D", port="p", topic="t"), sink, clock, "boot-1", speed)
        channel.link(DeviceState.CONNECTED)
        return channel, clock

    def test_three_periods(self, sink: Sink) -> None:
        channel, clock = self.channel(sink, "masimo-ascii1", 1)
        clock.advance(2.9)
        assert not channel.check_silence()
        clock.advance(0.2)
        assert channel.check_silence()
        assert not channel.check_silence(), "told once"
        channel.heard()
        assert [link.state for link in sink.links("d")] == [
            DeviceState.CONNECTED,
            DeviceState.SILENT,
            DeviceState.CONNECTED,
        ]

    def test_every_byte_begins_the_wait_again(self, sink: Sink) -> None:
        channel, clock = self.channel(sink, "masimo-ascii1", 1)
        for _ in range(10):
            clock.advance(2)
            channel.heard()
            assert not channel.check_silence()

    @pytest.mark.parametrize(("kind", "real_s"), [("masimo-ascii1", 1.5), ("dinamap", 3.0)])
    def test_a_fast_clock_leaves_the_machine_its_time(self, sink: Sink, kind: str, real_s: float) -> None:
        channel, clock = self.channel(sink, kind, 60)
        clock.advance(real_s - 0.1, 60)
        assert not channel.check_silence()
        clock.advance(0.2, 60)
        assert channel.check_silence()

    def test_a_lost_device_is_not_silent_as_well(self, sink: Sink) -> None:
        channel, clock = self.channel(sink, "masimo-ascii1", 1)
        channel.link(DeviceState.DISCONNECTED, "unplugged")
        clock.advance(60)
        assert not channel.check_silence()

    @pytest.mark.parametrize(
        ("speed", "age_s", "live"),
        [
            (1, 0, True),
            (1, 30, True),
            (1, 30.1, False),
            (1, -5, True),
            (1, -5.1, False),
            (60, 110, True),
            (60, 130, False),
        ],
    )
    def test_how_late_and_how_early_is_live(self, sink: Sink, speed: float, age_s: float, live: bool) -> None:
        channel, clock = self.channel(sink, "chairside-json", speed)
        assert channel.is_live(clock.utc_ms() - round(age_s * 1000)) is live


def test_backoff_doubles_to_its_cap_and_begins_again() -> None:
    backoff = Backoff(0.1, 1.0, chance=lambda: 1.0)
    assert [backoff.delay_s() for _ in range(6)] == [0.1, 0.2, 0.4, 0.8, 1.0, 1.0]
    backoff.reset()
    assert backoff.delay_s() == 0.1
    assert Backoff(0.1, 1.0, chance=lambda: 0.0).delay_s() == 0.05


class TestCuffMemory:
    """Over a gap, time tells whether a result is the one that was told."""

    RESULT = CuffResult(128, 76, 93, None, Validity.VALID, age_s=40, status="ok")
    FAILED = CuffResult(None, None, None, None, Validity.INVALID, ("nibp_failed",), status="failed")

    def told(self, result: CuffResult) -> CuffMemory:
        memory = CuffMemory(speed=1, last_ms=None)
        assert not memory.is_repeat(result, 100_000)
        memory.gap()
        return memory

    @pytest.mark.parametrize(("moved_ms", "repeat"), [(0, True), (1999, True), (-2000, True), (2001, False)])
    def test_the_same_pressures_again(self, moved_ms: int, repeat: bool) -> None:
        assert self.told(self.RESULT).is_repeat(self.RESULT, 100_000 + moved_ms) is repeat

    def test_other_pressures_are_another_result(self) -> None:
        assert not self.told(self.RESULT).is_repeat(replace(self.RESULT, systolic=129.0), 100_000)

    def test_the_same_failure_is_told_once(self) -> None:
        assert self.told(self.FAILED).is_repeat(self.FAILED, 200_000)
        assert not self.told(self.RESULT).is_repeat(self.FAILED, 200_000)

    def test_without_a_gap_the_codec_decides(self) -> None:
        memory = CuffMemory(speed=1, last_ms=None)
        assert not memory.is_repeat(self.RESULT, 100_000)
        assert not memory.is_repeat(self.RESULT, 100_000)
