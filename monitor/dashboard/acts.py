"""Acts: put what an operator asks for on the desk, and wait for what the turn answers."""

from __future__ import annotations

import asyncio

from monitor.clock import Clock
from monitor.dashboard.pace import Pace
from monitor.dashboard.services import ActRefused, Viewer
from monitor.dashboard.sign_in import SignIns
from monitor.dashboard.viewer import present
from monitor.language import t
from monitor.sessions.actions import Act, Outcome
from monitor.store.desk import Desk
from monitor.store.queries import JournalReader
from monitor.store.snapshot import Snapshot
from monitor.terms import ACTING_ROLES

PATIENCE_S = 5.0
"""How long an act waits for the turn's answer before it is called pending; real seconds."""


class Acts:
    """Writes acts and resolves them when the watch sees the turn that applied them."""

    def __init__(
        self, reader: JournalReader, desk: Desk, sign_ins: SignIns, clock: Clock, pace: Pace
    ) -> None:
        self._reader = reader
        self._desk = desk
        self._sign_ins = sign_ins
        self._clock = clock
        self._pace = pace
        self._waiting: dict[int, asyncio.Future[Outcome]] = {}
        self._applied = 0

    async def submit(self, chair: str, session: str | None, act: Act) -> Outcome | None:
        """Act as whoever makes the current request; return the turn's answer, None if it is late.

        Raises ActRefused if they may not act, StoreFault if the desk cannot be written.
        """
        who = present()
        viewer = who.viewer
        if viewer.role not in ACTING_ROLES:
            raise ActRefused(t("The role {role} looks on; a nurse or anesthesia acts.", role=t(viewer.role)))
        if viewer.locked:
            raise ActRefused(t("Locked: nobody acted here for a while. Give your PIN."))
        if not self._pace.take(who.token):
            raise ActRefused(t("Refused: too many actions in a short time. Wait a few seconds."))
        seq = await asyncio.to_thread(self._append, viewer, chair, session, act)
        await self._sign_ins.touch(who.token)
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting[seq] = answer
        try:
            self._resolve()
            async with asyncio.timeout(PATIENCE_S):
                return await answer
        except TimeoutError:
            return None
        finally:
            del self._waiting[seq]

    def turned(self, snapshot: Snapshot) -> None:
        """A new turn is there: answer the acts that it applied."""
        self._applied = snapshot.desk_seq
        self._resolve()

    def _append(self, viewer: Viewer, chair: str, session: str | None, act: Act) -> int:
        return self._desk.append(
            at_ms=self._clock.utc_ms(),
            user=viewer.display,
            role=viewer.role,
            station=viewer.station,
            chair=chair,
            session=session,
            act=act,
        )

    def _resolve(self) -> None:
        applied = [seq for seq, answer in self._waiting.items() if seq <= self._applied and not answer.done()]
        if not applied:
            return
        for outcome in self._reader.outcomes(min(applied) - 1):
            answer = self._waiting.get(outcome.seq)
            if answer and not answer.done():
                answer.set_result(outcome)
