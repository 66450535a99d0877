from __future__ import annotations

import contextlib
import errno
import os
import select
from pathlib import Path

import pytest

from monitor.store import bell
from monitor.store.bell import FOLDER, Bell


def rung(one: Bell) -> bool:
    return bool(select.select([one], [], [], 0)[0])


def hung(store: Path) -> Bell:
    one = Bell.hang(store)
    assert one is not None
    return one


def test_every_listener_hears_a_ring_until_it_takes_it(tmp_path: Path) -> None:
    one, other = hung(tmp_path), hung(tmp_path)
    assert not rung(one)
    bell.ring(tmp_path)
    assert rung(one)
    assert rung(other)
    one.hush()
    assert not rung(one)
    assert rung(other)
    for each in (one, other):
        each.close()


def test_who_rings_never_waits_for_a_listener_that_takes_nothing(tmp_path: Path) -> None:
    deaf = hung(tmp_path)
    with contextlib.suppress(BlockingIOError):
        while os.write(deaf.fileno(), bytes(4096)):
            pass
    bell.ring(tmp_path)
    assert rung(deaf)
    deaf.close()


def test_the_bell_of_a_listener_that_was_killed_is_taken_down(tmp_path: Path) -> None:
    left = hung(tmp_path)
    [path] = (tmp_path / FOLDER).iterdir()
    kept = path.with_name("kept")
    kept.hardlink_to(path)
    left.close()
    bell.ring(tmp_path)
    assert list((tmp_path / FOLDER).iterdir()) == []


def test_a_closed_bell_leaves_nothing(tmp_path: Path) -> None:
    hung(tmp_path).close()
    assert list((tmp_path / FOLDER).iterdir()) == []


def test_without_listeners_or_without_a_store_a_ring_is_nothing(tmp_path: Path) -> None:
    bell.ring(tmp_path)
    bell.ring(tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []


def test_where_no_bell_can_be_hung_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Bell.hang(tmp_path / "nowhere") is None
    monkeypatch.delattr("os.mkfifo")
    assert Bell.hang(tmp_path) is None


def test_a_listener_that_leaves_while_it_is_rung_harms_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaving, real_open = hung(tmp_path), os.open

    def opened(path: Path, flags: int) -> int:
        descriptor = real_open(path, flags)
        leaving.close()
        return descriptor

    monkeypatch.setattr("os.open", opened)
    bell.ring(tmp_path)
    assert list((tmp_path / FOLDER).iterdir()) == []


def test_a_bell_that_cannot_be_reached_just_now_stays_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = hung(tmp_path)

    def refused(path: Path, flags: int) -> int:
        raise OSError(errno.EMFILE, "too many open files")

    with monkeypatch.context() as crowded:
        crowded.setattr("os.open", refused)
        bell.ring(tmp_path)
    bell.ring(tmp_path)
    assert rung(one)
    one.close()
