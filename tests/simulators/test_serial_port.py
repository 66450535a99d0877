"""Pseudo-terminals, opened by the library that the product opens its ports with."""

import os
from pathlib import Path
from selectors import DefaultSelector

import pytest
import serial

from simulators.transport import SerialPort


@pytest.fixture
def selector():
    with DefaultSelector() as selector:
        yield selector


@pytest.fixture
def received():
    return []


@pytest.fixture
def port(tmp_path: Path, selector, received):
    port = SerialPort(tmp_path / "ports" / "din-1", selector, received.append)
    port.plug()
    yield port
    port.unplug()


def opened(tmp_path):
    return serial.Serial(str(tmp_path / "ports" / "din-1"), 9600, timeout=2)


def turn(selector, timeout=1.0):
    """One turn of the loop: as many callbacks as there were ready descriptors."""
    ready = selector.select(timeout)
    for key, _ in ready:
        key.data()
    return len(ready)


def test_bytes_go_both_ways_unchanged(port, selector, received, tmp_path):
    every_byte = bytes(range(256))
    with opened(tmp_path) as reader:
        port.attend()
        port.write(every_byte)
        assert reader.read(256) == every_byte
        reader.write(every_byte)
        while len(b"".join(received)) < 256:
            assert turn(selector)
    assert b"".join(received) == every_byte


def test_nothing_is_kept_for_a_reader_who_comes_later(port, tmp_path):
    for _ in range(1000):
        port.write(b"old line\r\n")
    with opened(tmp_path) as reader:
        port.attend()
        port.write(b"new line\r\n")
        assert reader.readline() == b"new line\r\n"


def test_a_reader_may_close_and_come_again(port, selector, received, tmp_path):
    for text in (b"first", b"second"):
        with opened(tmp_path) as reader:
            port.attend()
            reader.write(text)
            assert turn(selector)
        assert turn(selector), "the hang-up is noticed"
        assert turn(selector, timeout=0.1) == 0, "and then does not keep the loop busy"
    assert received == [b"first", b"second"]


def test_a_reader_who_does_not_read_blocks_nobody(port, tmp_path):
    with opened(tmp_path):
        for _ in range(2000):
            port.write(b"x" * 100)


def test_a_pulled_cable_ends_the_reader_and_comes_back_under_the_same_name(port, tmp_path):
    path = tmp_path / "ports" / "din-1"
    with opened(tmp_path) as reader:
        port.attend()
        port.unplug()
        assert not path.exists()
        with pytest.raises(serial.SerialException):
            reader.read(1)
    port.write(b"into the air")
    port.plug()
    with opened(tmp_path) as reader:
        port.attend()
        port.write(b"back")
        assert reader.read(4) == b"back"


def test_a_link_left_by_a_crash_is_replaced(tmp_path, selector):
    left = tmp_path / "din-1"
    left.symlink_to("/dev/pts/no-such-terminal")
    port = SerialPort(left, selector, print)
    port.plug()
    assert os.path.realpath(left).startswith("/dev/pts/")
    port.unplug()
    assert not left.is_symlink()


def test_a_file_of_somebody_else_is_not_replaced(tmp_path, selector):
    theirs = tmp_path / "din-1"
    theirs.write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError, match="din-1"):
        SerialPort(theirs, selector, print).plug()
    assert theirs.read_text(encoding="utf-8") == "mine"
