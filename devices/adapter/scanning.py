"""Listens on serial ports, one setting of the line after the other, until it is clear who speaks there.

Nothing is sent while a port speaks. A port that stays silent is asked by the read requests of the kinds named
in `ask`; a determination is never started.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from devices.catalogue import KINDS
from devices.codecs import PolledCodec
from devices.discovery import Verdict, clearest, judge
from devices.kinds import DeviceKind
from devices.links.serial_line import Line, LineLost, PortNotOpened, SerialPool, open_port
from devices.links.settings import LineSettings

LISTEN_S = 5.0
"""How long to listen at one setting: two values of the slowest device that speaks by itself."""

EARLY_S = 2.5
"""When to look whether it is clear already; no device that speaks every two seconds is silent for so long."""

REPLY_S = 1.0
"""How long to wait for the reply to a request."""

HARMLESS = frozenset({"dinamap"})
"""Kinds whose requests only read."""

_MOST = 65_536


@dataclass(frozen=True, slots=True)
class Heard:
    """What one port turned out to be."""

    port: str
    settings: LineSettings | None = None
    """The settings of the line at which it was understood, or at least heard."""
    verdict: Verdict | None = None
    """None where nothing came."""
    fault: str = ""
    """Why the port could not be listened to."""


def scan(
    ports: Sequence[str],
    ask: frozenset[str] = HARMLESS,
    *,
    early_s: float = EARLY_S,
    listen_s: float = LISTEN_S,
    told: Callable[[Heard], None] = lambda _: None,
) -> list[Heard]:
    """Listen on all ports at once and return who is there; `told` hears of each port as it is done."""
    if not ports:
        return []
    pool = SerialPool()

    def one(port: str) -> Heard:
        heard = _Port(port, pool, ask, early_s, listen_s).listen()
        told(heard)
        return heard

    try:
        with ThreadPoolExecutor(len(ports), "scan") as workers:
            return list(workers.map(one, ports))
    finally:
        pool.close()


def by_settings(kinds: Iterable[DeviceKind]) -> dict[LineSettings, list[DeviceKind]]:
    """Return the kinds that can be heard on a line, by its settings."""
    grouped: dict[LineSettings, list[DeviceKind]] = {}
    for kind in kinds:
        if kind.line is not None and not kind.history:
            grouped.setdefault(kind.line, []).append(kind)
    return grouped


class _Ear:
    """Collects what comes from one line."""

    def __init__(self) -> None:
        self.gone = ""
        self._heard = bytearray()
        self._changed = threading.Condition()

    def received(self, line: Line, data: bytes) -> None:  # noqa: ARG002
        with self._changed:
            self._heard += data[: _MOST - len(self._heard)]
            self._changed.notify_all()

    def lost(self, line: Line, detail: str) -> None:  # noqa: ARG002
        with self._changed:
            self.gone = detail
            self._changed.notify_all()

    def heard(self) -> bytes:
        with self._changed:
            return bytes(self._heard)

    def wait(self, timeout_s: float, enough: Callable[[bytes], bool] = lambda _: False) -> None:
        """Wait until it is enough, the line has gone, or the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self.gone) or enough(bytes(self._heard)), timeout_s)


class _Port:
    """One port, at one setting after the other."""

    def __init__(
        self, port: str, pool: SerialPool, ask: frozenset[str], early_s: float, listen_s: float
    ) -> None:
        self._port = port
        self._pool = pool
        self._ask = ask
        self._early_s = early_s
        self._listen_s = listen_s

    def listen(self) -> Heard:
        """Return who is there."""
        tried: list[tuple[LineSettings, Verdict]] = []
        for settings, kinds in by_settings(KINDS.values()).items():
            try:
                verdict = self._listen_at(settings, kinds)
            except (PortNotOpened, LineLost) as fault:
                return Heard(self._port, fault=str(fault))
            if verdict is not None:
                tried.append((settings, verdict))
                if verdict.equal:
                    break
        if not tried:
            return Heard(self._port)
        best = clearest(verdict for _, verdict in tried)
        return Heard(self._port, next(s for s, verdict in tried if verdict is best), best)

    def _listen_at(self, settings: LineSettings, kinds: Sequence[DeviceKind]) -> Verdict | None:
        ear = _Ear()
        line = self._pool.attach(open_port(self._port, settings), ear)
        try:
            ear.wait(self._early_s)
            if not ear.heard() and not ear.gone:
                for kind in kinds:
                    if kind.kind in self._ask:
                        self._ask_as(kind, line, ear)
            if not judge(ear.heard(), kinds).equal:
                ear.wait(self._listen_s - self._early_s)
            if ear.gone:
                raise LineLost(ear.gone)
        finally:
            line.close()
        heard = ear.heard()
        return judge(heard, kinds) if heard else None

    def _ask_as(self, kind: DeviceKind, line: Line, ear: _Ear) -> None:
        codec = kind.codec()
        if not isinstance(codec, PolledCodec):
            for word in (kind.wake, kind.stay):
                if word:
                    line.write(word)
            return
        for request in codec.requests():
            before = len(ear.heard())
            line.write(request)
            ear.wait(REPLY_S, lambda heard, start=before: heard[start:].endswith(b"\r"))  # type: ignore[misc]
            if len(ear.heard()) == before:
                return
