"""From a pressure to a pager: real turns, a real journal, a real service, and what a kill leaves behind."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest

from devices.model import Arrival
from monitor.clock import SystemClock
from monitor.config import ChannelSettings, NotifySettings
from monitor.notify.notifier import Notifier
from monitor.sessions.actions import Accept, OperatorAction
from monitor.store.snapshot import Snapshot
from monitor.terms import Role
from monitor.turn.loop import Surroundings, TurnLoop
from monitor.turn.stations import Hearing
from tests.brokers import wait_until
from tests.monitor.notify.services import WebService
from tests.monitor.turn.clinic import Clinic
from tests.monitor.turn.test_faults import NoDesk


@pytest.fixture
def web() -> Iterator[WebService]:
    with WebService().running() as service:
        yield service


class Told:
    """A clinic whose committed turns are handed to a notifier, as the monitor does it."""

    def __init__(self, folder: Path, web: WebService, **more: object) -> None:
        self.notify = NotifySettings(channels=(ChannelSettings("Pager", web.url),), **more)  # type: ignore[arg-type]
        self.clinic = Clinic(folder, notify=self.notify)
        self._begin()

    def _begin(self) -> None:
        known = self.clinic.journal.recover().deliveries
        self.notifier = Notifier(self.notify.channels, known, SystemClock().real_mono_s, (0.01, 0.05))

    def turn(self, *actions: OperatorAction) -> Snapshot:
        clinic = self.clinic
        clinic.pass_time(1)
        clinic.spo2(98)
        clinic.pulse(70)
        waiting, clinic._waiting = clinic._waiting, []
        clinic.maker.delivered(self.notifier.outcomes(), clinic.now)
        record = clinic.maker.step(waiting, actions, clinic.now)
        clinic.journal.commit(record)
        self.notifier.committed(record)
        clinic.snapshot = clinic.reader.snapshot()
        return clinic.snapshot

    def run(self, seconds: int) -> None:
        for _ in range(seconds):
            self.turn()

    def told(self) -> list[tuple[str, str]]:
        alarm = self.clinic.alarms()["sbp_high"]
        return [(told.channel, told.outcome) for told in alarm.told]

    def comes_to(self, *told: tuple[str, str]) -> None:
        """Turn until the alarm says this; the sender answers a moment after the service did."""

        def turned() -> bool:
            self.turn()
            return self.told() == list(told)

        wait_until(turned)

    def crash(self) -> None:
        self.notifier.stop()
        self.clinic.crash(away_s=2)
        self._begin()

    def close(self) -> None:
        self.notifier.stop()
        self.clinic.close()


@pytest.fixture
def told(tmp_path: Path, web: WebService) -> Iterator[Told]:
    with contextlib.closing(Told(tmp_path / "store", web)) as made:
        yield made


def test_a_high_pressure_that_nobody_answers_reaches_the_pager_and_its_answer_does_too(
    told: Told, web: WebService
) -> None:
    told.clinic.infuse()
    told.clinic.cuff(205, 90)
    told.run(58)
    assert (told.told(), web.tries) == ([], 0)
    told.run(4)
    wait_until(lambda: len(web.texts) == 1)
    said = "Chair 1: HIGH alarm for 60 s, unanswered (SYS 205 ≥ 180, 1 min ago). Test clinic."
    assert web.texts[0].startswith(said)
    assert "JD" not in web.texts[0]
    told.comes_to(("Pager", "sent"))
    occurrence = told.clinic.alarms()["sbp_high"].id
    told.turn(told.clinic.action(Accept(occurrence, "high"), role=Role.ANESTHESIA, user="ruiz"))
    wait_until(lambda: len(web.texts) == 2)
    assert "answered by ruiz after" in web.texts[1]


def test_a_kill_before_the_service_answers_neither_loses_nor_doubles_the_message(
    told: Told, web: WebService
) -> None:
    told.clinic.infuse()
    web.status = 503
    told.clinic.cuff(205, 90)
    told.run(62)
    wait_until(lambda: web.tries >= 2)
    told.comes_to(("Pager", "failed"))
    assert any(notice.startswith("Pager cannot be told") for notice in told.clinic.snapshot.notices)
    told.crash()
    web.status = 200
    told.turn()
    wait_until(lambda: len(web.texts) == 1)
    told.comes_to(("Pager", "sent"))
    told.crash()
    told.run(3)
    assert len(web.texts) == 1


def test_a_service_that_never_answers_delays_no_turn(tmp_path: Path, web: WebService) -> None:
    web.gate.clear()
    with contextlib.closing(Told(tmp_path / "store", web, no_station_s=0.0)) as told:
        told.clinic.infuse()
        stop = threading.Event()
        beat = iter(range(10**9))
        turns: list[int] = []

        def committed(record: object) -> None:
            told.notifier.committed(record)  # type: ignore[arg-type]
            turns.append(record.snapshot.turn)  # type: ignore[attr-defined]

        around = Surroundings(
            now=lambda: told.clinic.now,
            real_s=lambda: next(beat) * 0.2,
            on_committed=committed,
            deliveries=told.notifier.outcomes,
            hearing=lambda: Hearing(False, 1.0),
        )
        arrivals: SimpleQueue[Arrival] = SimpleQueue()
        maker, journal = told.clinic.maker, told.clinic.journal
        loop = threading.Thread(target=TurnLoop(maker, arrivals, NoDesk(), journal, around).run, args=(stop,))
        loop.start()
        try:
            wait_until(lambda: web.tries == 1)
            already = len(turns)
            wait_until(lambda: len(turns) >= already + 5)
            assert web.posts == []
        finally:
            stop.set()
            loop.join()
        web.gate.set()
        wait_until(lambda: len(web.posts) == 1)
