from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from monitor.dashboard.frame import StationCount
from monitor.dashboard.hub import Hub
from monitor.dashboard.watch import HEARTBEAT_S, HOLD_S, PACE_S, Watch
from monitor.store.bell import FOLDER
from monitor.store.faults import StoreCorrupt
from monitor.store.queries import JournalReader
from monitor.store.snapshot import ChairView
from tests.monitor.dashboard_server.clinic import Crank, alarm, number, open_store


class Hand:
    """A clock that a test moves by hand."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def utc_ms(self) -> int:
        return round(self.now_s * 1000)

    def mono_s(self) -> float:
        return self.now_s


class Bench:
    def __init__(self, store: Path) -> None:
        self.store = store
        self.reader = JournalReader.open(store)
        self.crank = Crank(store)
        self.clock, self.hub, self.stations = Hand(), Hub(), StationCount()

    def start(self) -> Watch:
        self.watch = Watch(self.reader, self.hub, lambda: self.stations, self.clock)
        return self.watch

    def frame_after(self, seconds: float) -> dict[str, Any] | None:
        """Let time pass and look; return the frame that left, if one did."""
        before = self.hub.latest
        self.clock.now_s += seconds
        self.watch.look()
        latest = self.hub.latest
        return (
            msgspec.json.decode(latest.text_after(latest.seq - 1))
            if latest and latest is not before
            else None
        )


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    open_store(tmp_path)
    bench = Bench(tmp_path)
    yield bench
    bench.reader.close()
    bench.crank.close()


def chair(rate: float = 70, **more: Any) -> ChairView:
    return ChairView("1", "Chair 1", hr=number(rate), **more)


def test_the_first_turn_is_a_full_frame_and_the_next_ones_say_what_changed(bench: Bench) -> None:
    bench.start()
    assert bench.frame_after(1) is None
    bench.crank.commit(chair(70))
    first = bench.frame_after(1)
    assert first is not None
    assert (first["k"], first["turn"]) == ("full", 1)
    bench.crank.commit(chair(71))
    second = bench.frame_after(1)
    assert second is not None
    assert (second["k"], second["chairs"]["1"].keys()) == ("delta", {"hr"})


def test_frames_are_paced_and_nothing_is_lost_meanwhile(bench: Bench) -> None:
    bench.start()
    bench.crank.commit(chair(70))
    assert bench.frame_after(1)
    bench.crank.commit(chair(71))
    assert bench.frame_after(PACE_S / 2) is None
    bench.crank.commit(chair(72))
    late = bench.frame_after(HOLD_S - PACE_S / 2 + 0.01)
    assert late is not None
    assert late["chairs"]["1"]["hr"]["value"] == 72


def test_what_was_held_back_leaves_with_the_next_turn(bench: Bench) -> None:
    bench.start()
    bench.crank.commit(chair(70))
    assert bench.frame_after(1)
    bench.crank.commit(chair(71))
    assert bench.frame_after(PACE_S - 0.01) is None
    assert bench.frame_after(0.02) is None
    bench.crank.commit(chair(72))
    assert bench.frame_after(0.01)


def test_an_alarm_leaves_at_once(bench: Bench) -> None:
    bench.start()
    bench.crank.commit(chair())
    assert bench.frame_after(1)
    bench.crank.commit(chair(alarms=[alarm()]))
    assert bench.frame_after(0.001)
    bench.crank.commit(chair(alarms=[alarm(priority="medium")]))
    assert bench.frame_after(0.001)
    bench.crank.commit(chair())
    assert bench.frame_after(0.001)


def test_turns_that_change_nothing_are_told_about_once_a_second(bench: Bench) -> None:
    bench.start()
    bench.crank.commit(chair())
    assert bench.frame_after(1)
    left = []
    for _ in range(40):
        bench.crank.commit(chair())
        left.append(bench.frame_after(0.1))
    beats = [beat for beat in left if beat]
    assert 4 <= len(beats) <= 4 / HEARTBEAT_S + 1
    assert all(beat["chairs"] == {} for beat in beats)


def test_no_frame_leaves_while_the_turn_stands_still(bench: Bench) -> None:
    bench.start()
    bench.crank.commit(chair())
    assert bench.frame_after(1)
    assert [bench.frame_after(1) for _ in range(5)] == [None] * 5


def test_a_station_that_comes_or_goes_is_told_without_a_new_turn(bench: Bench) -> None:
    bench.start()
    bench.crank.commit(chair())
    assert bench.frame_after(1)
    bench.stations = StationCount(watching=2, sound=1)
    told = bench.frame_after(1)
    assert told is not None
    assert told["stations"] == {"watching": 2, "sound": 1}


def test_a_turn_found_at_start_is_not_shown_until_the_monitor_proves_to_live(bench: Bench) -> None:
    bench.crank.commit(chair())
    watch = bench.start()
    assert bench.frame_after(1) is None
    assert watch.pulse.health(bench.clock.mono_s())["status"] == "starting"
    assert bench.frame_after(2.5) is None
    assert watch.pulse.health(bench.clock.mono_s())["status"] == "stalled"
    bench.crank.commit(chair())
    assert bench.frame_after(0.1)
    assert watch.pulse.health(bench.clock.mono_s())["status"] == "ok"


def test_every_turn_is_told_to_the_listeners_once(bench: Bench) -> None:
    turns: list[int] = []
    bench.start().listeners.append(lambda snapshot: turns.append(snapshot.turn))
    for _ in range(3):
        bench.crank.commit(chair())
        bench.frame_after(0.01)
        bench.frame_after(0.01)
    assert turns == [1, 2, 3]


def test_a_journal_that_cannot_be_read_is_named_once_and_tried_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    watch, real, tries = bench.start(), bench.reader.data_version, 0
    done = asyncio.Event()

    def data_version() -> int:
        nonlocal tries
        tries += 1
        if tries <= 3:
            raise StoreCorrupt("journal.db: the file is damaged")
        done.set()
        return real()

    async def story() -> None:
        following = asyncio.create_task(watch.run())
        await asyncio.wait_for(done.wait(), 5)
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)

    monkeypatch.setattr(bench.reader, "data_version", data_version)
    bench.crank.commit(chair())
    asyncio.run(story())
    assert [line.getMessage() for line in caplog.records] == ["journal.db: the file is damaged"]
    assert bench.hub.latest is not None


def test_a_commit_rings_so_that_nobody_waits_for_the_next_look(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.dashboard.watch.LISTEN_S", 3600.0)
    watch = bench.start()

    async def story() -> int:
        following = asyncio.create_task(watch.run())
        await asyncio.sleep(0)
        bench.crank.commit(chair())
        told = await asyncio.wait_for(bench.hub.after(0), 20)
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        return told.picture.turn

    assert asyncio.run(story()) == 1
    assert list((bench.store / FOLDER).iterdir()) == []
