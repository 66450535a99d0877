"""What `chairside run` does for the demo: its folder, its past, its broker, its simulators, its clock."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, count, repeat
from pathlib import Path

import msgspec

from monitor.cli import broker
from monitor.cli.monitor import periods
from monitor.cli.processes import Child, chairside
from monitor.clock import SystemClock
from monitor.config import BrokerSettings, ServerSettings, Settings
from monitor.demo import clinic, past
from monitor.demo.relay import Relay
from monitor.store.history import PhaseSpan
from monitor.store.journal import Journal, Recovery
from monitor.store.prepare import prepare
from monitor.store.queries import JournalReader
from monitor.terms import Now
from monitor.turn import TurnMaker
from simulators.scenario import Scenario, load

SCENARIO = "demo_clinic"
GOES_ON_MS = 10 * 60_000
"""A demo that was stopped less than this ago goes on where it stood."""
BROKER_STARTS_S = 5.0


class Unusable(Exception):
    """The demo cannot use its folder; `str()` says why."""


class Day(msgspec.Struct):
    """A demo day."""

    epoch_ms: int
    """The shown time at which the scenario began."""


@dataclass(slots=True)
class Demo:
    """A demo that is ready to run."""

    settings: Settings
    children: list[Child]
    clock_options: tuple[str, ...]
    reader: JournalReader
    relay: Relay
    simulators: Child
    _version: int = -1

    def look(self) -> None:
        """Tell the simulators what the staff did since the last look."""
        version = self.reader.data_version()
        if version == self._version:
            return
        self._version = version
        snapshot = self.reader.snapshot()
        if snapshot is not None:
            for line in self.relay.lines(snapshot):
                self.simulators.tell(line)


@contextlib.contextmanager
def opened(
    folder: Path | None, server: ServerSettings, speed: float, *, fresh: bool, clock: SystemClock
) -> Iterator[Demo]:
    """Make the demo's folder ready and hold it: yesterday's is thrown away, a moment ago's goes on."""
    folder = folder or _default_folder(server.port)
    scenario = load(SCENARIO)
    with _held(folder), contextlib.ExitStack() as stack:
        if fresh or not _goes_on(folder, clock):
            _clear(folder)
        # Held from here to the end: no other process can come to have its port.
        page = stack.enter_context(_page_socket(server.port + 1))
        address = BrokerSettings(port=broker.free_port(), client_id="chairside-demo")
        settings = clinic.settings(
            scenario,
            store=folder / "store",
            ports=folder / "ports",
            broker=address,
            server=server,
            speed=speed,
            simulator="http://{}:{}/".format(*page.getsockname()),
        )
        prepare(settings.store)
        day = _day(folder)
        began = day is None
        day = day or Day(clock.utc_ms())
        reader = stack.enter_context(contextlib.closing(JournalReader.open(settings.store)))
        snapshot = reader.snapshot()
        real_s = clock.utc_ms() / 1000
        shown_s = real_s if snapshot is None else max(real_s, snapshot.at_ms / 1000)
        options = ("--speed", f"{speed:g}", "--origin", f"{real_s:.3f},{shown_s:.3f}")
        relay = Relay(scenario, day.epoch_ms, lambda visit: _phases(reader, visit))
        command = [*_simulate(folder, address, day), *options, "--control-fd", str(page.fileno())]
        simulators = Child("simulators", command, before=relay.forget, pass_fds=(page.fileno(),))
        if began:
            # Only now, so that the dashboard loads meanwhile.
            simulators.before = _once(
                lambda: _begin(folder, day, scenario, settings, reader, relay), relay.forget
            )
        yield Demo(settings, [_broker(folder, address), simulators], options, reader, relay, simulators)


def _once(first: Callable[[], None], later: Callable[[], None]) -> Callable[[], None]:
    """Return what does one thing the first time and another ever after."""
    todo = chain([first], repeat(later))
    return lambda: next(todo)()


def _phases(reader: JournalReader, visit: str) -> list[PhaseSpan]:
    history = reader.history(visit, samples=1)
    return [] if history is None else history.phases


def _default_folder(port: int) -> Path:
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return state / "chairside" / f"demo-{port}"


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold the folder, so that two demos do not write the same files."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "demo.lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise Unusable(
            f"{folder}: the demo keeps its files there; cannot write ({error.strerror})"
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            remedy = "Stop it, or name another port or --data folder."
            raise Unusable(f"{folder}: another demo runs on this folder. {remedy}") from error
        yield


def _goes_on(folder: Path, clock: SystemClock) -> bool:
    journal, day = folder / "store" / "journal.db", folder / "day.json"
    if not journal.exists() or not day.exists():
        return False
    touched_s = max(file.stat().st_mtime for file in journal.parent.glob("journal.db*"))
    return clock.utc_ms() - touched_s * 1000 < GOES_ON_MS


def _clear(folder: Path) -> None:
    """Remove the files of an earlier demo day, and nothing else."""
    for name in ("store", "ports", "broker"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "day.json").unlink(missing_ok=True)


def _day(folder: Path) -> Day | None:
    file = folder / "day.json"
    return msgspec.json.decode(file.read_bytes(), type=Day) if file.exists() else None


def _begin(
    folder: Path, day: Day, scenario: Scenario, settings: Settings, reader: JournalReader, relay: Relay
) -> None:
    """Live the past of a new demo day; the simulators know it from the scenario."""
    names = count(1)

    def new_maker(now: Now) -> TurnMaker:
        return TurnMaker(
            settings, periods(settings), Recovery(), now, boot="past", new_id=lambda: f"past-{next(names)}"
        )

    with contextlib.closing(Journal.open(settings.store)) as journal:
        past.live(scenario, day.epoch_ms, new_maker, journal.commit)
    (folder / "day.json").write_bytes(msgspec.json.encode(day))
    snapshot = reader.snapshot()
    if snapshot is not None:
        relay.assume(snapshot)


def _broker(folder: Path, address: BrokerSettings) -> Child:
    def wait() -> None:
        """The devices reconnect by themselves; waiting spares them the first warning."""
        pause = threading.Event()
        for _look in range(round(BROKER_STARTS_S / 0.05)):
            if broker.listens(address.host, address.port):
                return
            pause.wait(0.05)

    command = broker.command(folder / "broker", address.port)
    return Child("broker", command, after=wait, fatal_codes=frozenset())


def _page_socket(wanted: int) -> socket.socket:
    """Listen for the simulator's page on the port beside the dashboard's, or on any other that is free."""
    with contextlib.suppress(OSError, OverflowError):
        return socket.create_server(("127.0.0.1", wanted))
    return socket.create_server(("127.0.0.1", 0))


def _simulate(folder: Path, address: BrokerSettings, day: Day) -> list[str]:
    ports, mqtt = str(folder / "ports"), f"{address.host}:{address.port}"
    return chairside("simulate", SCENARIO, "--dir", ports, "--mqtt", mqtt, "--epoch-ms", str(day.epoch_ms))
