"""A second computer plays the patient to the first: real ports and TCP, read by the product's own adapter."""

from __future__ import annotations

import os
import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from selectors import DefaultSelector
from typing import Any

import pytest

from devices.adapter import Adapters
from devices.catalogue import KINDS, DeviceSpec
from devices.links.settings import LineSettings
from devices.model import Arrival, CuffResult, DeviceState, LinkChange, Malformed, Observation, Origin
from monitor.clock import SystemClock
from simulators.run import Simulation
from simulators.scenario import KINDS as SIMULATED
from simulators.tables import ScenarioFault
from simulators.transport import Broker
from simulators.wiring import LINES, USUAL_LINE, RealPlace, RealPort, Wiring
from tests.devices.support import Sink

CHAIR = """
[chair.1]
patient = { label = "A. B.", seed = 5 }
visit = { phase = "infusion", minute = 10 }
devices = [{ id = "din", kind = "dinamap" }, { id = "ox", kind = "masimo-ascii1" }]
"""
NOWHERE = Broker("127.0.0.1", 1)


@contextmanager
def running(scenario: Any, directory: Path, **wires: Any) -> Iterator[Simulation]:
    real_s = SystemClock().utc_ms() / 1000
    clock = SystemClock(wires.get("speed", 1.0), (real_s, real_s))
    with Simulation(scenario, directory, NOWHERE, clock, **wires) as simulation:
        thread = threading.Thread(target=simulation.run)
        thread.start()
        try:
            yield simulation
        finally:
            simulation.stop()
            thread.join(timeout=20)
            assert not thread.is_alive()


@contextmanager
def listening(*devices: DeviceSpec) -> Iterator[Sink]:
    sink = Sink()
    adapters = Adapters(devices, None, sink, SystemClock(), "boot", backoff_s=(0.05, 0.2))
    adapters.start()
    try:
        yield sink
    finally:
        adapters.stop()


@pytest.fixture
def cable() -> Iterator[tuple[str, str]]:
    """Two serial ports, joined by a cable."""
    pairs = [os.openpty() for _ in range(2)]
    (one, _), (other, _) = pairs
    ended, end = os.pipe()

    def carry() -> None:
        while True:
            ready, _, _ = select.select([one, other, ended], [], [])
            if ended in ready:
                return
            for here, there in ((one, other), (other, one)):
                if here in ready:
                    os.write(there, os.read(here, 4096))

    thread = threading.Thread(target=carry)
    thread.start()
    yield os.ttyname(pairs[0][1]), os.ttyname(pairs[1][1])
    os.write(end, b".")
    thread.join()
    for descriptor in (*pairs[0], *pairs[1], ended, end):
        os.close(descriptor)


def free_ports(count: int) -> int:
    """The first of so many TCP ports in a row that nobody has."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as server:
            first: int = server.getsockname()[1]
        try:
            for server in [socket.create_server(("127.0.0.1", first + n)) for n in range(count)]:
                server.close()
        except OSError:
            continue
        return first


@contextmanager
def over_tcp(scenario: Any, directory: Path, **more: Any) -> Iterator[int]:
    """A simulation whose lines end at TCP ports that nobody else came to have; the first of them."""
    with ExitStack() as stack:
        while True:
            first = free_ports(2)
            with suppress(OSError):
                stack.enter_context(running(scenario, directory, tcp=("127.0.0.1", first), **more))
                break
        yield first


def link(state: DeviceState) -> Callable[[Arrival], bool]:
    return lambda arrival: isinstance(arrival.event, LinkChange) and arrival.event.state is state


def number(arrival: Arrival) -> bool:
    return isinstance(arrival.event, Observation) and arrival.event.value is not None


def test_over_a_real_port_the_product_hears_the_patient(
    scenario_of: Any, tmp_path: Path, cable: tuple[str, str]
) -> None:
    far, near = cable
    spec = DeviceSpec("ox", "masimo-ascii1", "Rad-8", port=near, origin=Origin.DEMO)
    with running(scenario_of(CHAIR), tmp_path, serial={"ox": far}), listening(spec) as sink:
        assert {arrival.origin for arrival in sink.wait_for(number, 3)} == {Origin.DEMO}
    assert not (tmp_path / "ox").exists(), "a device is in one place only"


def test_over_a_real_port_a_chair_with_a_real_patient_hears_nothing(
    scenario_of: Any, tmp_path: Path, cable: tuple[str, str]
) -> None:
    far, near = cable
    spec = DeviceSpec("ox", "masimo-ascii1", "Rad-8", port=near)
    with running(scenario_of(CHAIR), tmp_path, serial={"ox": far}), listening(spec) as sink:
        lost = sink.wait_for(link(DeviceState.DISCONNECTED), 2)
    assert all("the line says demo" in arrival.event.detail for arrival in lost)
    assert not any(map(number, sink.arrivals))


def test_over_tcp_each_device_has_a_port_and_answers(scenario_of: Any, tmp_path: Path) -> None:
    with over_tcp(scenario_of(CHAIR), tmp_path) as first:
        ports = {"din": f"socket://127.0.0.1:{first}", "ox": f"socket://127.0.0.1:{first + 1}"}
        specs = [
            DeviceSpec("din", "dinamap", "Dinamap", port=ports["din"], origin=Origin.DEMO),
            DeviceSpec("ox", "masimo-ascii1", "Rad-8", port=ports["ox"], origin=Origin.DEMO),
        ]
        with listening(*specs) as sink:
            sink.wait_for(lambda a: a.device == "ox" and number(a))
            sink.wait_for(lambda a: a.device == "din" and isinstance(a.event, CuffResult | Observation))
        assert not [arrival for arrival in sink.arrivals if isinstance(arrival.event, Malformed)]


def test_a_pulled_tcp_line_is_lost_and_comes_back(scenario_of: Any, tmp_path: Path) -> None:
    unplug = '[[faults]]\ndevice = "ox"\nkind = "unplug"\nevery_min = 1\nfor_s = 30\n'
    with over_tcp(scenario_of(CHAIR + unplug), tmp_path, speed=60.0) as first:
        spec = DeviceSpec(
            "ox", "masimo-ascii1", "R", port=f"socket://127.0.0.1:{first + 1}", origin=Origin.DEMO
        )
        with listening(spec) as sink:
            sink.wait_for(number)
            before = len(sink.wait_for(link(DeviceState.DISCONNECTED)))
            assert before
            heard = len([arrival for arrival in sink.arrivals if number(arrival)])
            sink.wait_for(number, heard + 2)


def test_who_calls_later_takes_the_line(scenario_of: Any, tmp_path: Path) -> None:
    with ExitStack() as calls:
        address = "127.0.0.1", calls.enter_context(over_tcp(scenario_of(CHAIR), tmp_path)) + 1
        before = calls.enter_context(socket.create_connection(address, timeout=20))
        assert before.recv(4096).startswith(b"<chairside:demo>")
        after = calls.enter_context(socket.create_connection(address, timeout=20))
        assert after.recv(4096).startswith(b"<chairside:demo>")
        while before.recv(4096):
            pass


def test_what_cannot_be_had_is_named(scenario_of: Any, tmp_path: Path) -> None:
    with pytest.raises(ScenarioFault, match="--serial: expected one of din, ox, got nobody"):
        Simulation(scenario_of(CHAIR), tmp_path, NOWHERE, SystemClock(), serial={"nobody": "/dev/null"})
    missing = str(tmp_path / "no-port")
    simulation = Simulation(scenario_of(CHAIR), tmp_path, NOWHERE, SystemClock(), serial={"ox": missing})
    with pytest.raises(OSError, match="no-port: expected a serial port that is free"), simulation:
        pass
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = taken.getsockname()[:2]
        simulation = Simulation(scenario_of(CHAIR), tmp_path, NOWHERE, SystemClock(), tcp=address)
        with pytest.raises(OSError, match="expected a free port"), simulation:
            pass


def test_a_real_port_that_goes_away_is_opened_again(tmp_path: Path) -> None:
    link_path = tmp_path / "ttyUSB0"
    first, second = os.openpty(), os.openpty()
    link_path.symlink_to(os.ttyname(first[1]))
    with DefaultSelector() as selector:
        port = RealPort(RealPlace(str(link_path), USUAL_LINE), selector, lambda _: None)
        port.plug()
        assert port.heard
        for descriptor in first:
            os.close(descriptor)
        for key, _ in selector.select(5):
            key.data()
        assert not port.heard
        port.write(b"into the air")
        link_path.unlink()
        link_path.symlink_to(os.ttyname(second[1]))
        port.plug()
        port.write(b"back")
        assert os.read(second[0], 4) == b"back"
        port.unplug()
    for descriptor in second:
        os.close(descriptor)


def test_the_lines_are_set_as_the_product_sets_them() -> None:
    for kind in SIMULATED:
        line = KINDS[kind].line
        if line is not None:
            said = LineSettings.of(LINES.get(kind, USUAL_LINE))
            assert (said.baudrate, said.bytesize, said.parity, said.stopbits) == (
                line.baudrate, line.bytesize, line.parity, line.stopbits
            ), kind  # fmt: skip


def test_the_ports_come_in_order_and_six_is_spelled_with_brackets(
    scenario_of: Any,
) -> None:
    devices = [device for chair in scenario_of(CHAIR).chairs for device in chair.devices]
    places = Wiring(Path("ports"), {}, ("::1", 4001)).places(devices)
    assert [place.name for place in places.values()] == ["socket://[::1]:4001", "socket://[::1]:4002"]
    assert Wiring(Path("ports")).places([]) == {}
