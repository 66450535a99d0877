"""Who speaks on a port: named from its bytes, never guessed, and no more asked than is harmless."""

from __future__ import annotations

import os
import selectors
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.adapter.ports import in_folder, remedy
from devices.adapter.scanning import by_settings, scan
from devices.catalogue import KINDS
from devices.codecs.dinamap import START_DETERMINATION, request
from devices.discovery import judge
from devices.model import CuffResult, MetricCode, Observation
from tests.devices.support import CAPTURES, FarEnd

MESSAGES = [name for name, kind in KINDS.items() if kind.transport != "serial"]
SERIAL = [kind for kind in KINDS.values() if kind.transport == "serial" and not kind.history]
LINE = (CAPTURES / "masimo-rad8-valid.bin").read_bytes().splitlines(keepends=True)[0]
REPLIES = {
    request("NA"): b" NA1100012128076093&+\r",
    request("OA"): (CAPTURES / "dinamap-replies.bin").read_bytes().split(b"\r")[3] + b"\r",
}

TWINS = {
    "bci-5byte.bin": {"bci-5byte", "contec-5byte"},
    "contec-5byte.bin": {"bci-5byte", "contec-5byte"},
    "nonin-1.bin": {"nonin-1", "nonin-8"},
}
"""Captures of kinds that look alike on the wire."""


@pytest.mark.parametrize("capture", sorted(p.name for p in CAPTURES.glob("*.bin")))
def test_every_capture_is_named_or_its_twins_are(capture: str) -> None:
    verdict = judge((CAPTURES / capture).read_bytes(), SERIAL)
    named = {candidate.kind for candidate in verdict.equal}
    if capture == "masimo-trend.bin":
        assert not named, "a memory's dump is no device of a chair"
    elif capture.startswith(tuple(MESSAGES)):
        assert not named, "a message is no device of a port"
    elif capture in TWINS:
        assert named == TWINS[capture]
        assert verdict.ambiguous
        assert verdict.found is None
    else:
        assert len(named) == 1
        assert capture.startswith(named.pop().split("-")[0])


@pytest.mark.parametrize("cut", [1, 3, 40])
def test_a_stream_that_is_joined_midway_is_named_too(cut: int) -> None:
    data = (CAPTURES / "nonin-2.bin").read_bytes()
    found = judge(data[cut:], SERIAL).found
    assert found is not None
    assert found.kind == "nonin-2"


def test_the_values_shown_are_the_last_of_each_metric() -> None:
    found = judge((CAPTURES / "dinamap-replies.bin").read_bytes(), SERIAL).found
    assert found is not None
    assert {type(value) for value in found.values} >= {CuffResult, Observation}
    spo2 = [v for v in found.values if isinstance(v, Observation) and v.metric is MetricCode.SPO2]
    assert len(spo2) == 1


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=64, max_size=400))
def test_noise_is_nobody_with_a_checksum(noise: bytes) -> None:
    assert not {c.kind for c in judge(noise, SERIAL).equal} & {k.kind for k in SERIAL if k.checksum}


def test_each_setting_of_a_line_is_listened_to_once() -> None:
    grouped = by_settings(KINDS.values())
    assert {kind.kind for kinds in grouped.values() for kind in kinds} == {kind.kind for kind in SERIAL}
    assert len(grouped) == len({kind.line for kind in SERIAL})


@contextmanager
def speaking(serve: Callable[[FarEnd, threading.Event], None]) -> Iterator[FarEnd]:
    stop = threading.Event()
    with FarEnd() as far:
        thread = threading.Thread(target=serve, args=(far, stop))
        thread.start()
        try:
            yield far
        finally:
            stop.set()
            thread.join()


def _oximeter(far: FarEnd, stop: threading.Event) -> None:
    while not stop.wait(0.05):
        far.send(LINE)


class _Polled:
    """A DINAMAP that answers, and remembers what it was asked."""

    def __init__(self) -> None:
        self.heard = b""

    def __call__(self, far: FarEnd, stop: threading.Event) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(far._master, selectors.EVENT_READ)
            while not stop.is_set():
                if selector.select(0.05):
                    asked = os.read(far._master, 4096)
                    self.heard += asked
                    far.send(REPLIES.get(asked, b"\r"))


def test_ports_are_named_and_a_silent_one_is_asked_but_never_started() -> None:
    monitor = _Polled()
    with speaking(_oximeter) as oximeter, speaking(monitor) as polled, FarEnd() as quiet:
        ports = [oximeter.port, polled.port, quiet.port, "/dev/there-is-none"]
        heard = {h.port: h for h in scan(ports, early_s=0.3, listen_s=0.4)}
    kinds = {
        port: h.verdict.found.kind if h.verdict and h.verdict.found else None for port, h in heard.items()
    }
    assert kinds[oximeter.port] == "masimo-ascii1"
    assert kinds[polled.port] == "dinamap"
    assert heard[quiet.port].verdict is None
    assert "No such file" in heard["/dev/there-is-none"].fault
    assert START_DETERMINATION not in monitor.heard


def test_a_port_that_speaks_is_sent_nothing() -> None:
    with speaking(_oximeter) as far:
        scan([far.port], early_s=0.3, listen_s=0.4)
        assert far.is_quiet(0.1)


def test_a_folder_gives_its_ports_and_nothing_else(tmp_path: Path) -> None:
    with FarEnd() as far:
        (tmp_path / "ox-1").symlink_to(far.port)
        (tmp_path / "notes.txt").write_text("no port")
        (tmp_path / ".hidden").symlink_to(far.port)
        assert in_folder(tmp_path) == [str(tmp_path / "ox-1")]


@pytest.mark.parametrize(
    ("fault", "part"),
    [
        ("[Errno 13] Permission denied: '/dev/ttyUSB0'", "usermod -aG"),
        ("Could not exclusively lock port /dev/ttyUSB0: [Errno 11]", "another program"),
        ("[Errno 2] No such file or directory: '/dev/ttyUSB7'", "plug the adapter in"),
        ("something else", ""),
    ],
)
def test_a_fault_comes_with_its_remedy(fault: str, part: str) -> None:
    assert part in remedy(fault, "/dev/ttyUSB0")
    assert bool(part) == bool(remedy(fault, "/dev/ttyUSB0"))
