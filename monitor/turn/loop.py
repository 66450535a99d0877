"""TurnLoop: drains what arrives, commits a turn in time, acknowledges what is committed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from queue import Empty, SimpleQueue
from typing import Protocol

from devices.model import Arrival
from monitor.notify import Outcome
from monitor.sessions.actions import OperatorAction
from monitor.store.faults import StoreFault, StoreFull, StoreLocked
from monitor.store.rows import TurnRecord
from monitor.terms import Now
from monitor.turn.maker import TurnMaker
from monitor.turn.stations import Hearing

log = logging.getLogger(__name__)

LOOK_S = 0.05
"""How often the desk is looked at, and how long to wait for an arrival."""
BATCH_S = 0.2
"""What arrived is committed at the latest after this long; at once where an alarm changed …"""
EMPTY_S = 1.0
"""… and after this long there is a turn even if nothing arrived."""
RETRY_S = (0.1, 0.2, 0.5, 1.0, 2.0)
"""Pauses between tries to commit a turn; the last one repeats."""


class TurnStore(Protocol):
    """Where turns are kept."""

    def commit(self, record: TurnRecord) -> None:
        """Keep one turn whole, or raise a StoreFault."""
        ...


class ActionSource(Protocol):
    """Where operators' actions come from."""

    def data_version(self) -> int:
        """A number that changes when there may be new actions."""
        ...

    def actions_after(self, seq: int) -> list[OperatorAction]:
        """The actions after this one, in their order."""
        ...


def _nothing(*_: object) -> None:
    return None


@dataclass(slots=True)
class Surroundings:
    """What the loop does besides turns; all of it is called in the loop's own thread."""

    now: Callable[[], Now]
    real_s: Callable[[], float]
    """Seconds of real time, whatever the speed of the demo."""
    acknowledge: Callable[[Sequence[object]], None] = _nothing
    """Told the receipts of what is committed, in their order."""
    on_committed: Callable[[TurnRecord], None] = _nothing
    notices: Callable[[], Sequence[str]] = tuple
    """Faults that concern the whole clinic, in words."""
    deliveries: Callable[[], Sequence[Outcome]] = tuple
    """What became of messages to people outside the screen, since the last call."""
    nurses: Callable[[], Sequence[str] | None] = _nothing
    """The nurses that a patient may be given to, as screens show them; None where that has not changed."""
    hearing: Callable[[], Hearing | None] = _nothing
    """Whether a station can sound; None where nobody knows."""


class TurnLoop:
    """One thread that makes one turn after the other."""

    def __init__(
        self,
        maker: TurnMaker,
        arrivals: SimpleQueue[Arrival],
        desk: ActionSource,
        store: TurnStore,
        around: Surroundings,
    ) -> None:
        self._maker = maker
        self._arrivals = arrivals
        self._desk = desk
        self._store = store
        self._around = around
        self._desk_version: int | None = None
        self._receipts: list[object] = []
        self._pending = False
        self._committed_s = around.real_s() - EMPTY_S

    def run(self, stop: threading.Event) -> None:
        """Make turns until `stop` is set; what was taken in by then is committed.

        Raises:
            StoreFault: the journal is damaged. A full disk is waited out, and nothing is acknowledged.
        """
        while not stop.is_set():
            urgent = self._absorb(self._drain())
            waited_s = self._around.real_s() - self._committed_s
            if urgent or waited_s >= (BATCH_S if self._pending else EMPTY_S):
                self._commit(stop)
        self._absorb(self._drain())
        self._commit(stop)

    def _drain(self) -> list[Arrival]:
        """What has arrived, after waiting a moment for the first."""
        arrivals: list[Arrival] = []
        try:
            arrivals.append(self._arrivals.get(timeout=LOOK_S))
            while True:
                arrivals.append(self._arrivals.get_nowait())
        except Empty:
            return arrivals

    def _absorb(self, arrivals: list[Arrival]) -> bool:
        actions = self._actions()
        self._receipts += [arrival.receipt for arrival in arrivals if arrival.receipt is not None]
        self._pending = self._pending or bool(arrivals)
        if not arrivals and not actions:
            return False
        if actions and (nurses := self._around.nurses()) is not None:
            self._maker.nurses = nurses
        return self._maker.absorb(arrivals, actions, self._around.now())

    def _actions(self) -> list[OperatorAction]:
        try:
            version = self._desk.data_version()
            if version == self._desk_version:
                return []
            actions = self._desk.actions_after(self._maker.desk_seq)
        except StoreFault as fault:
            log.error("desk: %s", fault)
            return []
        if not actions:
            self._desk_version = version
        return actions

    def _commit(self, stop: threading.Event) -> None:
        """Commit the turn, however long the disk takes; then tell who waits for it."""
        self._maker.delivered(self._around.deliveries(), self._around.now())
        record = self._maker.seal(self._around.now(), self._around.notices(), self._around.hearing())
        for tries, pause_s in enumerate(chain(RETRY_S, repeat(RETRY_S[-1]))):
            try:
                self._store.commit(record)
            except (StoreFull, StoreLocked) as fault:
                log.log(logging.DEBUG if tries else logging.ERROR, "turn %d: %s", record.snapshot.turn, fault)
                if stop.wait(pause_s):
                    return
            else:
                if tries:
                    log.info("turn %d is stored after %d tries", record.snapshot.turn, tries + 1)
                break
        receipts, self._receipts = self._receipts, []
        if receipts:
            self._around.acknowledge(receipts)
        self._around.on_committed(record)
        self._pending = False
        self._committed_s = self._around.real_s()
